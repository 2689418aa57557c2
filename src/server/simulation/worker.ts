import { parseOnce } from '../../core/model/project.js';
import { type SimulationRequest, simulateProject, UnknownScenario } from '../../language/simulation.js';
import type { FromWorker, RunMessage, ToWorker } from '../../protocol/worker.js';
import { Cancelled } from '../../sim/des-run.js';
import type { SimulationResult } from '../../sim/result.js';

export type WorkerAnswer = FromWorker<SimulationResult>;

/**
 * What runs inside the worker, wherever that is: takes runs and cancellations, hands back progress and results.
 *
 * @param yieldToMessages lets messages that have arrived be handled; a cancellation is one of them.
 */
export function serveSimulations(
  post: (answer: WorkerAnswer) => void,
  yieldToMessages: () => Promise<void>,
): (message: ToWorker<SimulationRequest>) => void {
  const cancelled = new Set<number>();
  return (message) => {
    if (message.kind === 'cancel') {
      cancelled.add(message.id);
      return;
    }
    void runOne(message, post, yieldToMessages, () => cancelled.has(message.id)).finally(() => cancelled.delete(message.id));
  };
}

async function runOne(
  { id, files, request, traces }: RunMessage<SimulationRequest>,
  post: (answer: WorkerAnswer) => void,
  pause: () => Promise<void>,
  isCancelled: () => boolean,
): Promise<void> {
  try {
    const parsed = files.map((file) => parseOnce(file));
    const main = parsed.at(-1);
    if (main === undefined) throw new Error('a run without files');
    const host = {
      clock: () => performance.now() / 1000,
      pause,
      isCancelled,
      onProgress: (ratio: number, message: string) => post({ kind: 'progress', id, ratio, message }),
    };
    const { result } = await simulateProject({ main, files: parsed, diagnostics: [] }, request, host, traces);
    post({ kind: 'result', id, result });
  } catch (error) {
    if (error instanceof Cancelled) post({ kind: 'cancelled', id });
    else
      post({
        kind: 'failed',
        id,
        message: error instanceof Error ? error.message : String(error),
        isUserError: error instanceof UnknownScenario,
      });
  }
}

declare const performance: { now(): number };
