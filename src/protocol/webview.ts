/**
 * Messages between the panel and the extension. Types only, so that neither side can drift. The webview sends `ready`, then
 * asks for what it needs; the host only says that something changed. Every request gets an answer.
 */
import type { SimulateParams, View, ViewName } from './server.js';

export const PROTOCOL_VERSION = 1;

export type ResultsTab = 'summary' | 'flows' | 'resources' | 'breakdown' | 'interference' | 'isolation' | 'notes';

/** What the page is told when it is made: the content of `data-start` of its body. */
export interface PanelStart {
  /** Document it belongs to. */
  readonly uri: string;
  readonly view: ViewName;
}

/** What the page gives VS Code to keep, so that the panel comes back after a restart. The host needs the document only. */
export interface SavedPanel {
  readonly uri: string;
}

/** Host tells the webview. */
export interface HostEvents {
  /** The design changed; ask for the view again. */
  topologyChanged: { readonly version: number };
  /** Problems of the document, to be shown where the diagram may not be what the author means. */
  problemsChanged: { readonly errors: number; readonly warnings: number };
  /** The cursor of the editor is in this entity. */
  entitySelected: { readonly path: string | null };
  runStarted: { readonly engine: string };
  runProgress: { readonly ratio: number; readonly message: string };
  /** A run ended; ask for it, unless it failed. */
  runEnded: { readonly error: string | null; readonly cancelled: boolean };
  showResults: { readonly tab: ResultsTab };
}

/** What a run is asked for from the panel. */
export type RunOptions = Omit<SimulateParams, 'uri' | 'workDoneToken'>;

/** Webview tells the host. */
export interface WebviewEvents {
  ready: { readonly protocol: number };
  /** Show the entity in the text; with `focus` the editor gets the keyboard. */
  revealEntity: { readonly path: string; readonly focus: boolean };
  runSimulation: RunOptions;
  cancelRun: Record<string, never>;
  /** Show the explanation of a rule, technique, profile or property. */
  openLink: { readonly name: string };
  showProblems: Record<string, never>;
}

/** The part of a view that the reader chose. */
export interface ViewChoice {
  readonly view: ViewName;
  readonly scenarios: readonly string[];
  readonly unfolded: readonly string[];
}

/** Which isolation report the reader wants. */
export interface IsolationChoice {
  readonly scenarios: readonly string[];
  readonly pair: readonly [a: string, b: string] | null;
}

/** Webview asks, host answers. */
export interface HostRequests<Scene, Result, Isolation = unknown> {
  getView: { readonly params: ViewChoice; readonly result: View<Scene> | null };
  getRun: { readonly params: Record<string, never>; readonly result: { readonly result: Result; readonly isStale: boolean } | null };
  /** All pairs, or one with changes that would better it. */
  getIsolation: { readonly params: IsolationChoice; readonly result: Isolation | null };
  /** Asks for a place and writes the diagram there; false if the reader changed their mind. */
  saveSvg: { readonly params: ViewChoice; readonly result: boolean };
  saveReport: { readonly params: { readonly format: 'csv' | 'json' }; readonly result: boolean };
}

export type RequestMessage<Scene = unknown, Result = unknown> = {
  [Method in keyof HostRequests<Scene, Result>]: {
    readonly kind: 'request';
    readonly id: number;
    readonly method: Method;
    readonly params: HostRequests<Scene, Result>[Method]['params'];
  };
}[keyof HostRequests<Scene, Result>];

export type ResponseMessage<Scene = unknown, Result = unknown> =
  | {
      readonly kind: 'response';
      readonly id: number;
      readonly ok: true;
      readonly result: HostRequests<Scene, Result>[keyof HostRequests<Scene, Result>]['result'];
    }
  | {
      readonly kind: 'response';
      readonly id: number;
      readonly ok: false;
      readonly error: { readonly code: string; readonly message: string };
    };

export type EventMessage<Events> = {
  [Name in keyof Events]: { readonly kind: 'event'; readonly name: Name; readonly params: Events[Name] };
}[keyof Events];

/** A request without a handler does not compile. */
export type RequestHandlers<Scene, Result> = {
  [Method in keyof HostRequests<Scene, Result>]: (
    params: HostRequests<Scene, Result>[Method]['params'],
  ) => Promise<HostRequests<Scene, Result>[Method]['result']>;
};

/** An event without a handler does not compile. */
export type EventHandlers<Events> = { [Name in keyof Events]: (params: Events[Name]) => void };
