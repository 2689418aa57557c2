/** Messages between whoever wants a simulation and the worker that runs it. Types only. `Request` and `Result` are the simulator's. */

export interface RunMessage<Request> {
  readonly kind: 'run';
  readonly id: number;
  /** All files of the design, in the order in which they are merged; the last one is the main file. */
  readonly files: readonly { readonly uri: string; readonly text: string }[];
  readonly request: Request;
  readonly traces: Readonly<Record<string, string>>;
}

export interface CancelMessage {
  readonly kind: 'cancel';
  readonly id: number;
}

export type ToWorker<Request> = RunMessage<Request> | CancelMessage;

export type FromWorker<Result> =
  | { readonly kind: 'progress'; readonly id: number; readonly ratio: number; readonly message: string }
  | { readonly kind: 'result'; readonly id: number; readonly result: Result }
  | { readonly kind: 'cancelled'; readonly id: number }
  /** `isUserError`: something its user can put right, such as a scenario that does not exist. */
  | { readonly kind: 'failed'; readonly id: number; readonly message: string; readonly isUserError: boolean };
