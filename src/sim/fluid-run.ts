import type { Compiled } from './compile/compile.js';
import { estimateNetwork } from './fluid/estimate.js';
import { hasGrowingQueue, lossOf } from './growing-queue.js';
import type { Measured, MeasuredFlow } from './measured.js';
import type { Latency } from './result.js';

/** Rates and mean delays of a compiled design, without running it: fast enough for every keystroke. */
export function runFluid(compiled: Compiled): Measured {
  const { network, flows } = compiled;
  const estimate = estimateNetwork(network);
  const measured = flows.map((flow, f): MeasuredFlow => {
    const meanBits = meanBitsOf(flow.operations);
    const offered = estimate.offered[f] as number;
    const achieved = Math.min(estimate.rate[f] as number, offered);
    const short = offered > 0 && flow.source.kind !== 'closed' ? Math.max(0, 1 - achieved / offered) : 0;
    return {
      offeredOpsPerSec: offered,
      offeredBitsPerSec: offered * meanBits,
      achievedOpsPerSec: achieved,
      achievedBitsPerSec: achieved * meanBits,
      ...lossOf(flow, short),
      latency: { mean: achieved > 0 && !hasGrowingQueue(flow, short) ? (estimate.latency[f] as number) : null },
      bottleneck: estimate.bottleneck[f] as number,
    };
  });
  return {
    engine: 'fluid',
    simulatedSec: 0,
    events: 0,
    flows: measured,
    workloadLatency: workloadMeans(compiled, measured),
    serviceSec: estimate.service,
    waitSec: estimate.wait,
    stationUse: estimate.stationUse,
    laneUse: estimate.laneUse,
    stepLoad: estimate.load,
    queueMean: estimate.queue,
    queueMax: new Float64Array(estimate.queue.length).fill(Number.NaN),
    notes: [],
  };
}

export function meanBitsOf(operations: readonly { readonly sizeBytes: number; readonly share: number }[]): number {
  const total = operations.reduce((sum, operation) => sum + operation.share, 0);
  return operations.reduce((sum, operation) => sum + operation.share * operation.sizeBytes * 8, 0) / total;
}

function workloadMeans(compiled: Compiled, measured: readonly MeasuredFlow[]): Map<string, Latency> {
  const sums = new Map<string, { ops: number; sec: number }>();
  compiled.flows.forEach((flow, f) => {
    const { achievedOpsPerSec, latency } = measured[f] as MeasuredFlow;
    const sum = sums.get(flow.workload.id) ?? { ops: 0, sec: 0 };
    sums.set(flow.workload.id, {
      ops: sum.ops + achievedOpsPerSec,
      sec: sum.sec + (latency.mean === null ? (achievedOpsPerSec > 0 ? Number.NaN : 0) : achievedOpsPerSec * latency.mean),
    });
  });
  return new Map([...sums].map(([id, { ops, sec }]) => [id, { mean: ops > 0 && Number.isFinite(sec) ? sec / ops : null }]));
}
