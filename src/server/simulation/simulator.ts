import type { Project } from '../../core/model/project.js';
import type { SimulationRequest, TraceTexts } from '../../language/simulation.js';
import type { ImportParams, ImportResult } from '../../protocol/server.js';
import type { DesignFile, ToWorker } from '../../protocol/worker.js';
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
  readonly resolve: (result: never) => void;
  readonly reject: (error: Error) => void;
  readonly onProgress: (ratio: number, message: string) => void;
}

/** Runs simulations and imports in a worker, started when it is first needed and again if it died. */
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
    const result = this.#answer<SimulationResult>(id, onProgress);
    const cancel = () => port.post({ kind: 'cancel', id });
    signal.addEventListener('abort', cancel, { once: true });
    port.post({ kind: 'run', id, files: filesOf(project), request, traces });
    try {
      return await result;
    } finally {
      signal.removeEventListener('abort', cancel);
      this.#pending.delete(id);
    }
  }

  /** Reads texts of other tools, into a design if there is one. Throws `RunRefused` for formats that are not known. */
  async import(params: ImportParams, into: Project | undefined): Promise<ImportResult> {
    const port = await this.#connect();
    const id = this.#nextId++;
    const result = this.#answer<ImportResult>(id, () => undefined);
    port.post({ kind: 'import', id, params, into: into === undefined ? [] : filesOf(into) });
    try {
      return await result;
    } finally {
      this.#pending.delete(id);
    }
  }

  dispose(): void {
    this.#port?.terminate();
    this.#port = undefined;
  }

  #answer<Result>(id: number, onProgress: Pending['onProgress']): Promise<Result> {
    return new Promise((resolve, reject) => this.#pending.set(id, { resolve, reject, onProgress }));
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
      case 'imported':
        pending.resolve(answer.result as never);
        break;
      case 'cancelled':
        pending.reject(new RunCancelled());
        break;
      case 'failed':
        pending.reject(answer.isUserError ? new RunRefused(answer.message) : new Error(answer.message));
    }
  }
}

function filesOf(project: Project): DesignFile[] {
  return project.files.map(({ file }) => ({ uri: file.uri, text: file.text }));
}
