import { formatBitsPerSec, formatOpsPerSec, formatRatio, formatSeconds } from '../core/units/format.js';
import type { FlowResult, Rate, ResourceResult } from '../sim/result.js';
import type { Estimate } from '../sim/simulate.js';
import type { Estimates } from './document.js';

/** What a simulation or an estimate says of entities, one line each, by the path of the entity as it is declared. */
export class RunEstimates implements Estimates {
  readonly #result: Estimate;
  #flows: ReadonlyMap<string, readonly FlowResult[]> | undefined;
  #resources: ReadonlyMap<string, readonly ResourceResult[]> | undefined;

  constructor(result: Estimate) {
    this.#result = result;
  }

  notableFor(path: string): string | undefined {
    const line = this.estimateFor(path);
    const resources = this.#resources?.get(path);
    const isLoad = this.#flows?.has(path) === true;
    return isLoad || resources?.some((resource) => resource.utilisationRatio >= NOTABLE) === true ? line : undefined;
  }

  /** `2 Gbit/s each, p99 81 us`, `97 % busy`; undefined for what has no load. */
  estimateFor(path: string): string | undefined {
    this.#flows ??= group(this.#result.flows, (flow) => [flow.workload, declared(flow.from), declared(flow.to)]);
    this.#resources ??= group(this.#result.resources, (resource) => [declared(resource.entity)]);
    const flows = this.#flows.get(path);
    if (flows !== undefined) return flowLine(flows);
    const cores = this.#result.hosts.find((host) => host.id === path)?.cpuCores;
    if (cores !== undefined) return `${rounded(cores)} CPUs on I/O virtualization`;
    const resources = this.#resources.get(path);
    return resources === undefined ? undefined : busyLine(path, resources);
  }
}

function group<T>(values: readonly T[], keysOf: (value: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    for (const key of new Set(keysOf(value))) {
      const members = groups.get(key);
      if (members === undefined) groups.set(key, [value]);
      else members.push(value);
    }
  }
  return groups;
}

/** Copies of a guest are written once: `h1/web[3]/eth0` is `h1/web/eth0`. */
function declared(path: string): string {
  return path.replaceAll(/\[\d+\]/g, '');
}

/** From this utilisation on, waiting grows faster than load. */
const NOTABLE = 0.5;

/** Below this fraction of what is offered, the line says both. */
const FULL = 0.995;

function flowLine(flows: readonly FlowResult[]): string {
  const count = flows.length;
  // Copies of one flow get about the same each; of different ones only the sum means something.
  const isAlike = new Set(flows.map((flow) => flow.workload)).size === 1;
  const parts = isAlike ? count : 1;
  const achieved = share(
    flows.map((flow) => flow.achieved),
    parts,
  );
  const offered = share(
    flows.map((flow) => flow.offered),
    parts,
  );
  const each = count === 1 ? '' : isAlike ? ` each × ${count}` : ` in ${count} flows`;
  const isShort = achieved.opsPerSec < offered.opsPerSec * FULL;
  const rate = isShort ? `${shown(achieved)} of ${shown(offered)}` : shown(achieved);
  const tails = flows.flatMap(({ latencySec }) => latencySec.p99 ?? []);
  const mean = slowest(flows);
  const time = tails.length > 0 ? `p99 ${formatSeconds(Math.max(...tails))}` : mean === null ? 'no latency' : `mean ${formatSeconds(mean)}`;
  const limit = isShort ? flows.find((flow) => flow.bottleneck !== null)?.bottleneck : undefined;
  return `${rate}${each}, ${time}${limit == null ? '' : `, limited by ${limit}`}`;
}

/** Mean latency of the slowest; null where one of them has none. */
function slowest(flows: readonly FlowResult[]): number | null {
  const means = flows.flatMap((flow) => flow.latencySec.mean ?? []);
  return means.length < flows.length ? null : Math.max(...means);
}

function share(rates: readonly Rate[], parts: number): Rate {
  return {
    bitsPerSec: rates.reduce((sum, rate) => sum + rate.bitsPerSec, 0) / parts,
    opsPerSec: rates.reduce((sum, rate) => sum + rate.opsPerSec, 0) / parts,
  };
}

function shown(rate: Rate): string {
  return rate.bitsPerSec > 0 ? formatBitsPerSec(rate.bitsPerSec) : formatOpsPerSec(rate.opsPerSec);
}

/** The busiest of what an entity has, named where it has several: the directions of a link, the threads of a switch. */
function busyLine(path: string, resources: readonly ResourceResult[]): string | undefined {
  const [busiest, ...others] = [...resources].sort((a, b) => b.utilisationRatio - a.utilisationRatio);
  if (busiest === undefined || busiest.utilisationRatio === 0) return undefined;
  const part = others.length > 0 && busiest.id.startsWith(path) ? busiest.id.slice(path.length).replace(/^[:#/]/, '') : '';
  return `${formatRatio(busiest.utilisationRatio)} busy${part === '' ? '' : ` (${part})`}`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}
