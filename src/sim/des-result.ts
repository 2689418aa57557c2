import { formatSeconds } from '../core/units/format.js';
import type { Compiled } from './compile/compile.js';
import type { Flow } from './compile/flows.js';
import { BUCKETS, bucketStart, quantile } from './engine/histogram.js';
import { type Network, POLICER, SHAPER } from './engine/network.js';
import { hasGrowingQueue, lossOf } from './growing-queue.js';
import type { Measured, MeasuredFlow } from './measured.js';
import type { Totals } from './replica.js';
import type { Latency } from './result.js';
import { bucketOfQuantile, type Interval, type Rounds, UNKNOWN } from './rounds.js';

const PS_PER_SEC = 1e12;
/** Busy fraction from which a place counts as what limits a flow. */
const FULL = 0.95;

/**
 * What runs of a design counted, as rates, times and intervals.
 *
 * @param workloads flows of each workload
 * @param histograms where the latencies of each workload are put, as counts by bucket
 */
export function measuredOf(
  compiled: Compiled,
  workloads: readonly (readonly number[])[],
  totals: Totals,
  rounds: Rounds,
  notes: readonly string[],
  histograms?: Map<string, Uint32Array>,
): Measured {
  const { network, flows } = compiled;
  const { seconds } = totals;
  const { steps, stations, lanes } = network;
  const stepLoad = new Float64Array(steps.count);
  const serviceSec = new Float64Array(steps.count);
  const waitSec = new Float64Array(steps.count);
  const queueMean = new Float64Array(stations.count);
  const stationUse = new Float64Array(stations.count);
  const laneUse = new Float64Array(lanes.count);
  for (let f = 0; f < network.flows.count; f++) {
    const finished = Math.max(1, totals.done[f] as number);
    for (let step = network.flows.stepStart[f] as number; step < (network.flows.stepStart[f + 1] as number); step++) {
      const service = (totals.stepServicePs[step] as number) / PS_PER_SEC;
      const wait = (totals.stepWaitPs[step] as number) / PS_PER_SEC;
      const s = steps.station[step] as number;
      // The tokens of a shaper are saved up beforehand: they are load, not time.
      serviceSec[step] = s >= 0 && (stations.discipline[s] === SHAPER || stations.discipline[s] === POLICER) ? 0 : service / finished;
      waitSec[step] = wait / finished;
      if (s < 0 || seconds <= 0) continue;
      const servers = stations.servers[s] as number;
      stepLoad[step] = service / seconds;
      stationUse[s] = (stationUse[s] as number) + service / seconds / servers;
      const spread = steps.spread[step] as number;
      for (let i = 0; i < spread; i++) {
        const group = lanes.group[(steps.lane[step] as number) + i] as number;
        laneUse[group] = (laneUse[group] as number) + service / seconds / spread / Math.min(servers, lanes.width[group] as number);
      }
      queueMean[s] = (queueMean[s] as number) + wait / seconds; // Little's law
    }
  }
  const measured = flows.map((_, f) => flowResult(compiled, totals, rounds, f, bottleneckOf(network, f, stationUse, laneUse)));
  return {
    engine: 'des',
    simulatedSec: seconds,
    events: totals.events,
    flows: measured,
    workloadLatency: new Map(
      workloads.map((members, w) => [
        flows[members[0] as number]?.workload.id as string,
        workloadLatency(compiled, totals, rounds, members, w, histograms),
      ]),
    ),
    serviceSec,
    waitSec,
    stationUse,
    laneUse,
    stepLoad,
    queueMean,
    queueMax: Float64Array.from(totals.queueMax),
    notes: totals.done.every((count) => count === 0) ? [...notes, nothingDone(seconds, totals.offered)] : notes,
  };
}

function flowResult(compiled: Compiled, totals: Totals, rounds: Rounds, f: number, bottleneck: number): MeasuredFlow {
  const { seconds } = totals;
  const perSec = (value: number | undefined) => (seconds > 0 ? (value ?? 0) / seconds : 0);
  const offered = totals.offered[f] as number;
  const short = shortOf(totals, f);
  const flow = compiled.flows[f] as Flow;
  return {
    offeredOpsPerSec: perSec(offered),
    offeredBitsPerSec: perSec(totals.offeredBits[f]),
    achievedOpsPerSec: perSec(totals.done[f]),
    achievedBitsPerSec: perSec(totals.doneBits[f]),
    ...lossOf(flow, short),
    latency: hasGrowingQueue(flow, short) ? { mean: null } : flowLatency(compiled.network, totals, rounds, f),
    bottleneck,
  };
}

function flowLatency({ flows }: Network, totals: Totals, rounds: Rounds, f: number): Latency {
  const { histogram: slotOf, histograms, count } = flows;
  const from = (slotOf[f] as number) * BUCKETS;
  const counts = totals.histogram.slice(from, from + BUCKETS);
  const isOwn = histograms === count;
  const p99 = isOwn ? rounds.flowQuantile(f, counts, 0.99) : UNKNOWN;
  return latencyOf(counts, totals.latencySumPs[f] as number, totals.done[f] as number, rounds.mean([f]), p99);
}

function workloadLatency(
  compiled: Compiled,
  totals: Totals,
  rounds: Rounds,
  members: readonly number[],
  w: number,
  histograms?: Map<string, Uint32Array>,
): Latency {
  const { histogram: slotOf } = compiled.network.flows;
  const counts = new Uint32Array(BUCKETS);
  for (const slot of new Set(members.map((f) => slotOf[f] as number)))
    for (let b = 0; b < BUCKETS; b++) counts[b] = (counts[b] as number) + (totals.histogram[slot * BUCKETS + b] as number);
  histograms?.set(compiled.flows[members[0] as number]?.workload.id ?? '', counts);
  if (members.some((f) => hasGrowingQueue(compiled.flows[f] as Flow, shortOf(totals, f)))) return { mean: null };
  const sumPs = members.reduce((sum, f) => sum + (totals.latencySumPs[f] as number), 0);
  const done = members.reduce((sum, f) => sum + (totals.done[f] as number), 0);
  return latencyOf(counts, sumPs, done, rounds.mean(members), rounds.quantile(w, 0.99), (fraction) => rounds.quantile(w, fraction));
}

/** The fullest place on the way, if it is as good as full. */
function bottleneckOf({ flows, steps, lanes }: Network, f: number, stationUse: Float64Array, laneUse: Float64Array): number {
  let fullest = -1;
  let most = FULL;
  for (let step = flows.stepStart[f] as number; step < (flows.stepStart[f + 1] as number); step++) {
    const s = steps.station[step] as number;
    if (s < 0) continue;
    const use = Math.max(stationUse[s] as number, laneUse[lanes.group[steps.lane[step] as number] as number] as number);
    if (use > most) {
      most = use;
      fullest = s;
    }
  }
  return fullest;
}

function nothingDone(seconds: number, offered: Float64Array): string {
  const sent = offered.some((count) => count > 0) ? 'none of what was sent arrived' : 'nothing was sent';
  return `Nothing was measured: in the ${formatSeconds(seconds)} that were simulated ${sent}.`;
}

/** Part of what a flow offered that found no place. */
function shortOf({ offered, lost }: Totals, f: number): number {
  return (offered[f] as number) > 0 ? Math.min(1, (lost[f] as number) / (offered[f] as number)) : 0;
}

function latencyOf(
  counts: Uint32Array,
  sumPs: number,
  done: number,
  mean: Interval,
  p99: Interval,
  other?: (fraction: number) => Interval,
): Latency {
  const count = counts.reduce((sum, n) => sum + n, 0);
  if (done === 0 || count === 0) return { mean: null };
  const at = (fraction: number) => quantile(counts, 0, count, fraction) / PS_PER_SEC;
  const meanSec = sumPs / done / PS_PER_SEC;
  /** An end that is not known is null: JSON has no infinity. */
  const bounds = ({ low, high }: Interval, from: number, to: number): [number, number | null] => [
    Math.min(from, low / PS_PER_SEC),
    Number.isFinite(high) ? Math.max(to, high / PS_PER_SEC) : null,
  ];
  /** Of a percentile no more is known than its bucket, whatever the scatter says. */
  const around = (interval: Interval, fraction: number): [number, number | null] => {
    const bucket = bucketOfQuantile(counts, count, fraction);
    return bounds(interval, bucket === 0 ? 0 : bucketStart(bucket) / PS_PER_SEC, bucketStart(bucket + 1) / PS_PER_SEC);
  };
  return {
    mean: meanSec,
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    ci95: {
      mean: bounds(mean, meanSec, meanSec),
      p99: around(p99, 0.99),
      ...(other === undefined ? {} : { p50: around(other(0.5), 0.5), p90: around(other(0.9), 0.9), p999: around(other(0.999), 0.999) }),
    },
  };
}
