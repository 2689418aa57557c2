import type { Objective } from '../core/model/document.js';
import type { Entity } from '../core/model/entity.js';
import { valueOf } from '../core/model/fact.js';
import type { Topology } from '../core/model/topology.js';
import { formatBitsPerSec, formatOpsPerSec, formatRatio, formatSeconds } from '../core/units/format.js';
import type { Quantity } from '../core/units/quantity.js';
import type { RunReport } from './report.js';
import { type FlowResult, type InterferenceResult, type ObjectiveResult, unitOf } from './result.js';

/** Verdicts on the objectives that a run can decide. Isolation is judged from the structure, not here. */
export function judge(topology: Topology, run: RunReport, interference: readonly InterferenceResult[] | undefined): ObjectiveResult[] {
  return topology.objectives.map((objective) => judgeOne(objective, run, interference));
}

/** A value of the design beside its limit, and how both read. */
interface Measurement {
  readonly actual: number;
  readonly show: (value: number) => string;
  /** The flow or resource that decided. */
  readonly worst?: string;
}

/** There is no value, which is worse than any. */
interface Broken {
  readonly broken: string;
}

function judgeOne(objective: Objective, run: RunReport, interference: readonly InterferenceResult[] | undefined): ObjectiveResult {
  const { facts, id } = objective;
  const metric = valueOf(facts.metric);
  const unknown = (message: string): ObjectiveResult => ({ id, status: 'unknown', actual: null, limit: null, message });
  if (metric === undefined)
    return unknown(
      valueOf(facts.isolate) === undefined
        ? 'It names no metric.'
        : 'Isolation is judged from the structure of the design, not from a run.',
    );
  const of = valueOf(facts.of)?.target;
  if (of === undefined) return unknown('What it is measured on does not exist.');
  const max = limitOf(valueOf(facts.max));
  const min = limitOf(valueOf(facts.min));
  const limit = max ?? min;
  if (limit === undefined) return unknown('It states neither "max" nor "min".');
  if (run.flows.length > 0 && run.flows.every(({ offered }) => offered.opsPerSec === 0)) return unknown('Nothing was measured.');
  const measured = measure(metric, of, objective, run, interference, limit, max !== undefined);
  if (typeof measured === 'string') return unknown(measured);
  if ('broken' in measured)
    return {
      id,
      status: 'fail',
      actual: null,
      limit: limit.value,
      message: `${METRIC_WORDS[metric] ?? metric} of ${nameOf(of)} has no value: ${measured.broken}.`,
    };
  const { actual, show, worst } = measured;
  const tooMuch = max !== undefined && actual > max.value;
  const tooLittle = min !== undefined && actual < min.value;
  const broken = tooLittle ? (min as Limit) : limit;
  const where = worst === undefined ? '' : ` (${worst})`;
  const verb = tooMuch ? 'is more than the limit of' : tooLittle ? 'is less than the required' : 'keeps the limit of';
  return {
    id,
    status: tooMuch || tooLittle ? 'fail' : 'pass',
    actual,
    limit: broken.value,
    message: `${METRIC_WORDS[metric] ?? metric} of ${nameOf(of)} is ${show(actual)}${where}, which ${verb} ${show(broken.value)}.`,
  };
}

const METRIC_WORDS: Readonly<Record<string, string>> = {
  throughput: 'Throughput',
  'latency.mean': 'Mean latency',
  'latency.p50': 'Median latency',
  'latency.p90': '90th percentile of latency',
  'latency.p99': '99th percentile of latency',
  'latency.p99.9': '99.9th percentile of latency',
  loss: 'Loss',
  utilisation: 'Utilisation',
  interference: 'Throughput lost to interference',
  fairness: 'Jain index',
  cpu: 'CPUs spent on I/O',
};

interface Limit {
  readonly value: number;
  readonly isOps: boolean;
}

function limitOf(value: number | Quantity | undefined): Limit | undefined {
  if (value === undefined) return undefined;
  if (typeof value === 'number') return { value, isOps: false };
  return { value: value.base === 'B/s' ? value.value * 8 : value.value, isOps: value.base === 'op/s' };
}

const LATENCIES = {
  'latency.mean': 'mean',
  'latency.p50': 'p50',
  'latency.p90': 'p90',
  'latency.p99': 'p99',
  'latency.p99.9': 'p999',
} as const;

function measure(
  metric: string,
  of: Entity,
  objective: Objective,
  run: RunReport,
  interference: readonly InterferenceResult[] | undefined,
  limit: Limit,
  worstIsMost: boolean,
): Measurement | Broken | string {
  switch (metric) {
    case 'utilisation': {
      const resources = run.resources.filter((resource) => resource.entity === of.path || resource.id === of.path);
      const [fullest] = resources;
      return fullest === undefined
        ? 'Nothing that was simulated belongs to it.'
        : { actual: fullest.utilisationRatio, show: formatRatio, worst: fullest.id };
    }
    case 'cpu': {
      const host = run.hosts.find((candidate) => candidate.id === of.path);
      return host === undefined
        ? 'It is measured on hosts only.'
        : { actual: host.cpuCores, show: (value) => `${Number(value.toPrecision(3))}` };
    }
    case 'fairness': {
      const tenant = run.tenants.find((candidate) => candidate.id === of.id);
      return tenant === undefined || of.kind !== 'tenant'
        ? 'It is measured on tenants only.'
        : { actual: tenant.jain, show: (value) => `${Number(value.toPrecision(3))}` };
    }
    case 'interference':
      return interferenceOf(of, objective, interference);
    default:
      return flowMetric(metric, flowsOf(of, run), limit, worstIsMost);
  }
}

function flowMetric(metric: string, flows: readonly FlowResult[], limit: Limit, worstIsMost: boolean): Measurement | Broken | string {
  if (flows.length === 0) return 'No flow of it could be simulated.';
  const latency = LATENCIES[metric as keyof typeof LATENCIES];
  if (latency !== undefined) {
    const silent = flows.find((flow) => flow.latencySec.mean === null && flow.offered.opsPerSec > 0);
    if (silent !== undefined && silent.achieved.opsPerSec > 0)
      return { broken: `requests of ${silent.from} wait in a queue that grows without bound` };
    if (silent !== undefined) return { broken: `nothing of what ${silent.from} sent arrived` };
    if (flows.some((flow) => flow.latencySec.mean === null)) return 'Nothing was measured.';
  }
  const pick = (flow: FlowResult): number | undefined => {
    if (metric === 'throughput') return limit.isOps ? flow.achieved.opsPerSec : flow.achieved.bitsPerSec;
    if (metric === 'loss') return flow.lossRatio;
    return latency === undefined ? undefined : (flow.latencySec[latency] ?? undefined);
  };
  const show =
    metric === 'throughput'
      ? limit.isOps
        ? (value: number) => formatOpsPerSec(value, unitOf(flows[0]?.operation))
        : formatBitsPerSec
      : metric === 'loss'
        ? formatRatio
        : formatSeconds;
  let worst: { value: number; flow: FlowResult } | undefined;
  for (const flow of flows) {
    const value = pick(flow);
    if (value === undefined) return 'Only the discrete-event engine measures it.';
    if (worst === undefined || (worstIsMost ? value > worst.value : value < worst.value)) worst = { value, flow };
  }
  return worst === undefined
    ? 'Nothing was measured.'
    : { actual: worst.value, show, ...(flows.length > 1 ? { worst: `worst: ${worst.flow.from}` } : {}) };
}

/** Flows of a workload, a tenant, a guest, a virtual device, or those that pass a resource of something. */
function flowsOf(of: Entity, run: RunReport): FlowResult[] {
  switch (of.kind) {
    case 'workload':
      return run.flows.filter((flow) => flow.workload === of.id);
    case 'tenant':
      return run.flows.filter((flow) => flow.tenant === of.id);
    case 'guest':
    case 'virtual-device': {
      const own = new RegExp(`^${of.path.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\//g, '(\\[\\d+\\])?/')}(\\[\\d+\\])?(/.*)?$`);
      return run.flows.filter((flow) => own.test(flow.from) || own.test(flow.to));
    }
    default: {
      const ids = new Set(
        run.resources.filter((resource) => resource.entity === of.path).flatMap((resource) => resource.users.map((user) => user.flow)),
      );
      return run.flows.filter((flow) => ids.has(flow.id));
    }
  }
}

function interferenceOf(of: Entity, objective: Objective, interference: readonly InterferenceResult[] | undefined): Measurement | string {
  const stated = valueOf(objective.facts.by);
  const by = stated?.as('tenant', 'guest', 'workload');
  if (stated !== undefined && by === undefined) return 'The one who loads does not exist.';
  if (interference === undefined) return 'Interference was not measured in this run.';
  const idOf = (entity: Entity) => (entity.kind === 'guest' ? entity.path : entity.id);
  const entries = interference.filter(
    (pair) => pair.victim === idOf(of) && (by === undefined ? pair.by === 'tenant' : pair.aggressor === idOf(by) && pair.by === by.kind),
  );
  if (entries.length === 0) return 'Nothing was measured: one of the two has no load of its own beside the other.';
  const left = ({ alone, throughputRatio }: InterferenceResult) => alone?.throughputRatio ?? throughputRatio;
  const worst = entries.reduce((a, b) => (left(b) < left(a) ? b : a));
  return {
    actual: Math.max(0, 1 - left(worst)),
    show: formatRatio,
    ...(by === undefined ? { worst: `by ${worst.aggressor}` } : {}),
  };
}

function nameOf(entity: Entity): string {
  return entity.path;
}
