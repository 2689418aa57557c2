import type { ImportParams, ImportResult } from './server.js';

/**
 * Messages between the server and the worker that does what takes long: simulations and imports. Types only. `Request` and
 * `Result` are the simulator's.
 */

export interface RunMessage<Request> {
  readonly kind: 'run';
  readonly id: number;
  /** All files of the design, in the order in which they are merged; the last one is the main file. */
  readonly files: readonly DesignFile[];
  readonly request: Request;
  readonly traces: Readonly<Record<string, string>>;
}

export interface DesignFile {
  readonly uri: string;
  readonly text: string;
}

export interface ImportMessage {
  readonly kind: 'import';
  readonly id: number;
  readonly params: ImportParams;
  /** All files of the design to add to, as in a run; none for a new one. */
  readonly into: readonly DesignFile[];
}

export interface CancelMessage {
  readonly kind: 'cancel';
  readonly id: number;
}

export type ToWorker<Request> = RunMessage<Request> | ImportMessage | CancelMessage;

export type FromWorker<Result> =
  | { readonly kind: 'progress'; readonly id: number; readonly ratio: number; readonly message: string }
  | { readonly kind: 'result'; readonly id: number; readonly result: Result }
  | { readonly kind: 'imported'; readonly id: number; readonly result: ImportResult }
  | { readonly kind: 'cancelled'; readonly id: number }
  /** `isUserError`: something its user can put right, such as a scenario that does not exist or a format that is not known. */
  | { readonly kind: 'failed'; readonly id: number; readonly message: string; readonly isUserError: boolean };
