/**
 * What our language server understands beyond the Language Server Protocol. Types only, and no imports: the client knows
 * the shape of messages, not the code behind them. `Scene` and `Result` are those of the diagram and the simulator.
 */

export interface LspPosition {
  readonly line: number;
  readonly character: number;
}

export interface LspRange {
  readonly start: LspPosition;
  readonly end: LspPosition;
}

export type ViewName = 'mapping' | 'physical' | 'network' | 'storage' | 'tenants';

export interface ViewParams {
  readonly uri: string;
  readonly view: ViewName;
  /** Scenarios drawn instead of the base design. */
  readonly scenarios?: readonly string[];
  /** Draw the last simulation of this document on it. */
  readonly withRun?: boolean;
  /** Groups of identical siblings that are shown one by one. */
  readonly unfolded?: readonly string[];
}

export interface View<Scene> {
  readonly uri: string;
  /** Version of the document it was drawn from. */
  readonly version: number;
  /** The text has syntax errors, so parts of the design may be missing. */
  readonly isBroken?: boolean;
  readonly scene: Scene;
  /** Names of the scenarios of the design. */
  readonly scenarios: readonly string[];
}

export interface SimulateParams {
  readonly uri: string;
  readonly engine?: 'des' | 'fluid';
  readonly scenarios?: readonly string[];
  readonly seed?: number;
  readonly durationSec?: number;
  readonly precisionRatio?: number;
  readonly budgetSec?: number;
  readonly interference?: boolean;
  /** Progress is reported under this token as the protocol defines it. */
  readonly workDoneToken?: string | number;
}

export interface IsolationParams {
  readonly uri: string;
  readonly scenarios?: readonly string[];
  /** Only this pair, with changes that would better it; all pairs without such changes if left out. */
  readonly pair?: readonly [a: string, b: string];
}

/** A text of another tool, such as `lstopo` or `virsh dumpxml` writes. */
export interface ImportInput {
  readonly name: string;
  readonly text: string;
}

export type ImportFormat = 'hwloc' | 'libvirt';

export interface ImportParams {
  readonly format: ImportFormat;
  readonly inputs: readonly ImportInput[];
  /** An open design to add to; a new one is made if left out. */
  readonly into?: string;
}

export interface ImportResult {
  /** The whole text of the design; null if an input was refused, then nothing is imported. */
  readonly text: string | null;
  /** What is wrong with the inputs, and what was assumed. */
  readonly findings: readonly ImportFinding[];
  /** How many things of the inputs are not in the design. */
  readonly losses: number;
}

export interface ImportFinding {
  readonly severity: 'error' | 'warning' | 'info' | 'hint';
  /** `host.xml:12:3: …` */
  readonly message: string;
}

export interface EntityPlace {
  /** Reference of the entity: `h1/web/eth0`. */
  readonly path: string;
  readonly uri: string;
  readonly range: LspRange;
}

/** Requests from client to server, by method. */
export interface ServerRequests<Scene, Result, Isolation = unknown> {
  'iovt/view': { readonly params: ViewParams; readonly result: View<Scene> | null };
  'iovt/simulate': { readonly params: SimulateParams; readonly result: Result };
  /** The last simulation of a document, if it still belongs to its text. */
  'iovt/run': { readonly params: { readonly uri: string }; readonly result: { readonly result: Result; readonly isStale: boolean } | null };
  /** What tenants share: the result format `iovt-isolation/1`, with what the last simulation measured beside it. */
  'iovt/isolation': { readonly params: IsolationParams; readonly result: Isolation | null };
  'iovt/entityAt': { readonly params: { readonly uri: string; readonly position: LspPosition }; readonly result: EntityPlace | null };
  'iovt/locate': { readonly params: { readonly uri: string; readonly path: string }; readonly result: EntityPlace | null };
  /** Markdown about a rule, technique, profile or property; what `iovt explain` prints. */
  'iovt/explain': { readonly params: { readonly name: string }; readonly result: string | null };
  /** The diagram as a file: what `iovt render` writes. */
  'iovt/render': { readonly params: ViewParams; readonly result: string | null };
  /** The last simulation as a file: what `iovt simulate --format` prints. */
  'iovt/report': { readonly params: { readonly uri: string; readonly format: 'csv' | 'json' }; readonly result: string | null };
  'iovt/import': { readonly params: ImportParams; readonly result: ImportResult };
  /** The text behind `iovt-docs:/rules/….md` (Markdown) and `iovt-catalog:/profiles/….iovt` (JSON), which links and definitions lead to. */
  'iovt/content': { readonly params: { readonly uri: string }; readonly result: string | null };
}

/** Requests from server to client, by method. A client that does not know them has no files but those of the file system. */
export interface ClientRequests {
  /** Text of a file that is not open, where the server cannot read it itself; null if there is none. */
  'iovt/readFile': { readonly params: { readonly uri: string }; readonly result: string | null };
}

/** Commands that the server puts into code lenses and code actions; the client carries them out. */
export interface ClientCommands {
  'iovt.simulate': readonly [uri: string];
  'iovt.openDiagram': readonly [uri: string];
  /** Shows what tenants share. */
  'iovt.showIsolation': readonly [uri: string];
  /** Shows the page about a rule, technique, profile or property. */
  'iovt.explain': readonly [name: string];
}

/** The section `iovt` of the settings, as the server reads it. */
export interface ServerSettings {
  /** Severity of rules by name or number; a design has the last word. */
  readonly rules: Readonly<Record<string, 'off' | 'hint' | 'info' | 'warning' | 'error'>>;
  readonly inlayHints: { readonly assignments: boolean; readonly copies: boolean; readonly estimates: boolean };
  readonly codeLens: { readonly enabled: boolean };
}

/** Notifications from server to client. */
export interface ServerNotifications {
  /** The design changed in a way that a picture of it would show. */
  'iovt/topologyChanged': { readonly uri: string; readonly version: number };
}

/** What the client hands over when the server starts. */
export interface InitializationOptions {
  /** Script of the simulator worker; where it is left out the server finds it beside itself. */
  readonly workerUrl?: string;
  /** Commands of `ClientCommands` that the client carries out. Our own client knows all of them, other editors none. */
  readonly commands?: readonly (keyof ClientCommands)[];
  /** The settings, for a client that cannot be asked for them. */
  readonly settings?: Partial<ServerSettings>;
}
