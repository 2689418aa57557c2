import type { Diagnostic } from '../core/diagnostics/diagnostic.js';
import type { Topology } from '../core/model/topology.js';
import { formatBitsPerSec, formatOpsPerSec, formatSeconds } from '../core/units/format.js';
import { compile } from '../sim/compile/compile.js';
import { runFluid } from '../sim/fluid-run.js';
import { type RunReport, report } from '../sim/report.js';
import type { FlowResult } from '../sim/result.js';

const FALLBACK = 'hardware-fallback-available';

/** Whether what a fix costs is worth a word: it replaces one way to attach a device by another. */
export function hasCost({ name }: Diagnostic): boolean {
  return name === FALLBACK;
}

/**
 * What taking a fallback changes, by the fluid estimate of both designs: rate and latency of the flows of the device, and
 * CPUs that its host spends on I/O. Undefined where no workload puts a load on the device.
 *
 * @param path of the device, without the index of a copy.
 */
export function fallbackCost(path: string, before: Topology, after: Topology): string | undefined {
  if (before.workloads.length === 0) return undefined;
  const [was, is] = [estimate(before), estimate(after)];
  const [had, has] = [flowsOf(was, path), flowsOf(is, path)];
  const [first] = has;
  if (first === undefined) return undefined;
  const host = path.split('/')[0] ?? '';
  const cpus = (run: RunReport) => run.hosts.find(({ id }) => id === host)?.cpuCores ?? 0;
  // Where there is nothing to take (no VF at all) there is no flow to compare with either.
  if (had.length === 0) return `${alone(has)}, CPUs for I/O ${round(cpus(is))}`;
  return [
    change('rate', had, has, ({ achieved }) => (first.achieved.bitsPerSec > 0 ? achieved.bitsPerSec : achieved.opsPerSec), first),
    change('latency', had, has, ({ latencySec }) => latencySec.mean ?? Number.NaN),
    `CPUs for I/O ${round(cpus(was))} to ${round(cpus(is))}`,
  ].join(', ');
}

function estimate(topology: Topology): RunReport {
  const compiled = compile(topology);
  return report(compiled, runFluid(compiled));
}

function flowsOf({ flows }: RunReport, path: string): FlowResult[] {
  return flows.filter(({ from, to }) => [from, to].some((end) => end.replace(/\[\d+\]/g, '') === path));
}

function change(
  word: 'rate' | 'latency',
  had: readonly FlowResult[],
  has: readonly FlowResult[],
  valueOf: (flow: FlowResult) => number,
  like?: FlowResult,
): string {
  const mean = (flows: readonly FlowResult[]) => flows.reduce((sum, flow) => sum + valueOf(flow), 0) / flows.length;
  const shown = (value: number) =>
    word === 'latency' ? latencyText(value) : (like?.achieved.bitsPerSec ?? 0) > 0 ? formatBitsPerSec(value) : formatOpsPerSec(value);
  const [old, now] = [shown(mean(had)), shown(mean(has))];
  return old === now ? `${word} ${now} as before` : `${word} ${old} to ${now}`;
}

/** Rate and latency without a before. */
function alone(has: readonly FlowResult[]): string {
  const rate = has.reduce((sum, { achieved }) => sum + achieved.bitsPerSec, 0) / has.length;
  const ops = has.reduce((sum, { achieved }) => sum + achieved.opsPerSec, 0) / has.length;
  const latency = has.reduce((sum, { latencySec }) => sum + (latencySec.mean ?? Number.NaN), 0) / has.length;
  return `rate ${rate > 0 ? formatBitsPerSec(rate) : formatOpsPerSec(ops)}, latency ${latencyText(latency)}`;
}

/** A flow that gets nothing, or whose queue grows without bound, has none. */
function latencyText(mean: number): string {
  return Number.isNaN(mean) ? 'without a bound' : formatSeconds(mean);
}

function round(cpus: number): number {
  return Number(cpus.toPrecision(2));
}
