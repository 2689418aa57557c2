import type { Project } from '../core/model/project.js';
import type { Workspace } from '../core/model/workspace.js';
import type { Analysis } from '../language/check.js';
import type { Estimates } from '../language/document.js';
import type { ClientCommands, ImportParams, ImportResult, InitializationOptions, SimulateParams, ViewParams } from '../protocol/server.js';
import type { SimulationResult } from '../sim/result.js';

/** What the surroundings of the server provide: the file system of Node or of the editor, and the parts that run a design. */
export interface ServerHost {
  /** Text of a file that is not open; undefined if it cannot be read here. The editor is asked then. */
  readFile(uri: string): Promise<string | undefined>;
  /** Commands that an editor knows which does not say so. */
  readonly commands: readonly (keyof ClientCommands)[];
  /** Pause of the author after which a changed text is checked. */
  readonly debounceMs?: number;
  readonly simulator?: Simulator;
  readonly importer?: Importer;
  readonly views?: ViewProvider;
  readonly estimates?: EstimateProvider;
}

/** Runs simulations, usually in a worker. */
export interface Simulator {
  /** @param onProgress between 0 and 1, with a few words. Rejects with the reason of the signal when it is aborted. */
  run(
    analysis: Analysis,
    params: SimulateParams,
    onProgress: (ratio: number, message: string) => void,
    signal: AbortSignal,
    surroundings: Surroundings,
  ): Promise<SimulationResult>;
}

/** Reads what other tools wrote, usually in a worker: such files can be large, and hostile. */
export interface Importer {
  import(params: ImportParams, into: Project | undefined, options: InitializationOptions): Promise<ImportResult>;
}

/** What the server knows only once its client has spoken. */
export interface Surroundings {
  /** Where recordings of traffic are read. */
  readonly workspace: Workspace;
  readonly options: InitializationOptions;
}

/** Draws designs. The scene is passed on as it is. */
export interface ViewProvider {
  /** @param analysis the design with the scenarios of the view applied. @param run what a simulation found for its text. */
  view(analysis: Analysis, params: ViewParams, run: SimulationResult | undefined): unknown;
  /** The same as a file of its own: SVG. */
  render(analysis: Analysis, params: ViewParams, run: SimulationResult | undefined): string;
}

/** What hovers and inlay hints say of entities beyond the text: live estimates, or the last simulation where it still holds. */
export interface EstimateProvider {
  estimates(analysis: Analysis, run: SimulationResult | undefined): Estimates;
}
