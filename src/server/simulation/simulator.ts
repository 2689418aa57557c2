import type { Project } from '../../core/model/project.js';
import type { SimulationRequest, TraceTexts } from '../../language/simulation.js';
import type { ToWorker } from '../../protocol/worker.js';
import type { SimulationResult } from '../../sim/result.js';
import type { WorkerAnswer } from './worker.js';

/** A worker as this side sees it. */
export interface WorkerPort {
  post(message: ToWorker<SimulationRequest>): void;
  onMessage(handler: (answer: WorkerAnswer) => void): void;
  /** Called when the worker is gone, with the reason. */
  onExit(handler: (reason: string) => void): void;
  terminate(): void;
}

export class RunCancelled extends Error {}

/** A run that failed for a reason that its user can put right. */
export class RunRefused extends Error {}

interface Pending {
  readonly resolve: (result: SimulationResult) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: (ratio: number, message: string) => void;
}

/** Runs simulations in a worker, started when it is first needed and again if it died. */
export class WorkerSimulator {
  readonly #pending = new Map<number, Pending>();
  #port: WorkerPort | undefined;
  #nextId = 1;

  constructor(private readonly startWorker: () => Promise<WorkerPort>) {}

  async run(
    project: Project,
    request: SimulationRequest,
    traces: TraceTexts,
    onProgress: Pending['onProgress'],
    signal: AbortSignal,
  ): Promise<SimulationResult> {
    const port = await this.#connect();
    const id = this.#nextId++;
    if (signal.aborted) throw new RunCancelled();
    const result = new Promise<SimulationResult>((resolve, reject) => this.#pending.set(id, { resolve, reject, onProgress }));
    const cancel = () => port.post({ kind: 'cancel', id });
    signal.addEventListener('abort', cancel, { once: true });
    port.post({ kind: 'run', id, files: project.files.map(({ file }) => ({ uri: file.uri, text: file.text })), request, traces });
    try {
      return await result;
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#pending.delete(id);
    }
  }

  dispose(): void {
    this.#port?.terminate();
    this.#port = undefined;
  }

  async #connect(): Promise<WorkerPort> {
    if (this.#port !== undefined) return this.#port;
    const port = await this.startWorker();
    port.onMessage((answer) => this.#receive(answer));
    port.onExit((reason) => {
      this.#port = undefined;
      for (const { reject } of this.#pending.values()) reject(new Error(`The simulator stopped: ${reason}`));
    });
    this.#port = port;
    return port;
  }

  #receive(answer: WorkerAnswer): void {
    const pending = this.#pending.get(answer.id);
    if (pending === undefined) return;
    switch (answer.kind) {
      case 'progress':
        pending.onProgress(answer.ratio, answer.message);
        break;
      case 'result':
        pending.resolve(answer.result);
        break;
      case 'cancelled':
        pending.reject(new RunCancelled());
        break;
      case 'failed':
        pending.reject(answer.isUserError ? new RunRefused(answer.message) : new Error(answer.message));
    }
  }
}
