import { type Project, parseOnce } from '../../core/model/project.js';
import { type SimulationRequest, simulateProject, UnknownScenario } from '../../language/simulation.js';
import type { DesignFile, FromWorker, ImportMessage, RunMessage, ToWorker } from '../../protocol/worker.js';
import { Cancelled, type DesOptions, TooDeep } from '../../sim/des-run.js';
import type { SimulationResult } from '../../sim/result.js';
import { importInto } from '../imports.js';

export type WorkerAnswer = FromWorker<SimulationResult>;

/**
 * What runs inside the worker, wherever that is: takes runs, imports and cancellations, hands back progress and results.
 *
 * @param yieldToMessages lets messages that have arrived be handled; a cancellation is one of them.
 */
export function serveSimulations(
  post: (answer: WorkerAnswer) => void,
  yieldToMessages: () => Promise<void>,
  threads: Pick<DesOptions, 'startReplicas' | 'wait'> = {},
): (message: ToWorker<SimulationRequest>) => void {
  const cancelled = new Set<number>();
  return (message) => {
    if (message.kind === 'cancel') {
      cancelled.add(message.id);
      return;
    }
    if (message.kind === 'import') {
      post(importOne(message));
      return;
    }
    void runOne(message, post, { pause: yieldToMessages, ...threads }, () => cancelled.has(message.id)).finally(() =>
      cancelled.delete(message.id),
    );
  };
}

async function runOne(
  { id, files, request, traces }: RunMessage<SimulationRequest>,
  post: (answer: WorkerAnswer) => void,
  pace: Pick<DesOptions, 'pause' | 'startReplicas' | 'wait'>,
  isCancelled: () => boolean,
): Promise<void> {
  try {
    const project = projectFrom(files);
    if (project === undefined) throw new Error('a run without files');
    const host = {
      clock: () => performance.now() / 1000,
      ...pace,
      isCancelled,
      onProgress: (ratio: number, message: string) => post({ kind: 'progress', id, ratio, message }),
    };
    const { result } = await simulateProject(project, request, host, traces);
    post({ kind: 'result', id, result });
  } catch (error) {
    if (error instanceof Cancelled) post({ kind: 'cancelled', id });
    else
      post({
        kind: 'failed',
        id,
        message: error instanceof Error ? error.message : String(error),
        isUserError: error instanceof UnknownScenario || error instanceof TooDeep,
      });
  }
}

function importOne({ id, params, into }: ImportMessage): WorkerAnswer {
  try {
    const result = importInto(params, projectFrom(into));
    if (result !== undefined) return { kind: 'imported', id, result };
    return { kind: 'failed', id, message: `"${params.format}" cannot be imported.`, isUserError: true };
  } catch (error) {
    return { kind: 'failed', id, message: error instanceof Error ? error.message : String(error), isUserError: false };
  }
}

function projectFrom(files: readonly DesignFile[]): Project | undefined {
  const parsed = files.map((file) => parseOnce(file));
  const main = parsed.at(-1);
  return main === undefined ? undefined : { main, files: parsed, diagnostics: [] };
}

declare const performance: { now(): number };
