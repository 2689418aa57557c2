import type { Stage } from '../techniques/stage.js';
import type { Compiled } from './compile/compile.js';
import { jainIndex } from './engine/statistics.js';
import { NOTABLE } from './growing-queue.js';
import type { Measured, MeasuredFlow } from './measured.js';
import type {
  BreakdownEntry,
  FlowResult,
  HostResult,
  Note,
  OperationKind,
  Rate,
  ResourceResult,
  TenantResult,
  WorkloadResult,
} from './result.js';

/** What a run found, in the terms of the design. */
export interface RunReport {
  readonly flows: readonly FlowResult[];
  readonly workloads: readonly WorkloadResult[];
  readonly resources: readonly ResourceResult[];
  readonly tenants: readonly TenantResult[];
  readonly hosts: readonly HostResult[];
  readonly notes: readonly Note[];
}

export function report(compiled: Compiled, measured: Measured): RunReport {
  const places = placesOf(compiled, measured);
  const flows = compiled.flows.map((_, f) => flowResult(compiled, measured, f, places));
  return {
    flows,
    workloads: workloadResults(compiled, measured),
    resources: resourceResults(compiled, measured),
    tenants: tenantResults(compiled, measured),
    hosts: hostResults(compiled, measured),
    notes: [
      ...compiled.notes,
      ...measured.notes.map((message): Note => ({ kind: 'budget', about: '', message })),
      ...overloads(compiled, flows),
      ...growingQueues(compiled, flows),
    ],
  };
}

function flowResult(compiled: Compiled, measured: Measured, f: number, places: Places): FlowResult {
  const flow = compiled.flows[f] as Compiled['flows'][number];
  const values = measured.flows[f] as MeasuredFlow;
  return {
    id: flow.id,
    workload: flow.workload.id,
    from: flow.from,
    to: flow.to,
    tenant: flow.tenant,
    operation: operationOf(flow),
    offered: { bitsPerSec: values.offeredBitsPerSec, opsPerSec: values.offeredOpsPerSec },
    achieved: { bitsPerSec: values.achievedBitsPerSec, opsPerSec: values.achievedOpsPerSec },
    lossRatio: values.lossRatio,
    latencySec: values.latency,
    bottleneck: bottleneckName(compiled, measured, f, values.bottleneck),
    breakdown: breakdownOf(compiled, measured, f, places),
  };
}

function operationOf(flow: Compiled['flows'][number]): OperationKind {
  const kind = flow.operations[0]?.kind;
  return kind === 'packet' || kind === 'job' ? kind : 'io';
}

/** A full CPU is named by the busiest thread of the flow that runs there. */
function bottleneckName(compiled: Compiled, measured: Measured, f: number, station: number): string | null {
  const { flows, steps, lanes } = compiled.network;
  let busiest: string | undefined;
  let most = -1;
  for (let step = flows.stepStart[f] as number; step < (flows.stepStart[f + 1] as number); step++) {
    const thread = compiled.stages[step]?.thread;
    const use = measured.laneUse[lanes.group[steps.lane[step] as number] as number] as number;
    if (steps.station[step] !== station || thread === undefined || use <= most) continue;
    busiest = thread.id;
    most = use;
  }
  if (busiest !== undefined) return busiest;
  return compiled.resources[station]?.id ?? null;
}

/** Where the time of an operation goes, in the order of its path; stages that take no time are left out. */
function breakdownOf(compiled: Compiled, measured: Measured, f: number, places: Places): BreakdownEntry[] {
  const { flows, steps } = compiled.network;
  const entries: BreakdownEntry[] = [];
  for (let step = flows.stepStart[f] as number; step < (flows.stepStart[f + 1] as number); step++) {
    const serviceSec = measured.serviceSec[step] as number;
    const waitSec = measured.waitSec[step] as number;
    if (serviceSec === 0 && waitSec === 0) continue;
    const stage = compiled.stages[step];
    const resource = stage?.thread?.id ?? compiled.resources[steps.station[step] as number]?.id ?? null;
    const holders = waitSec > 0 ? (places.get(placeOf(compiled, step)) ?? []) : [];
    entries.push(
      ...partsOf(stage, compiled.flows[f], serviceSec, waitSec).map((part, i) => ({
        ...part,
        resource,
        ...(i === 0 && holders.length > 0 ? { waitedFor: holders.map(({ flow, part: held }) => ({ flow, sec: waitSec * held })) } : {}),
      })),
    );
  }
  return entries;
}

/**
 * Who holds each place most, and what part of its busy time that is. Whoever waits there finds each flow as often as it holds
 * the place: the wait is divided in that proportion.
 */
type Places = ReadonlyMap<string, readonly { readonly flow: string; readonly part: number }[]>;

/** Flows that a breakdown names; the rest hardly matter. */
const MAX_WAITED_FOR = 5;

/** A thread, or a station as a whole. */
function placeOf(compiled: Compiled, step: number): string {
  return compiled.stages[step]?.thread?.id ?? `station ${compiled.network.steps.station[step]}`;
}

function placesOf(compiled: Compiled, measured: Measured): Places {
  const { flows, steps } = compiled.network;
  const places = new Map<string, Map<number, number>>();
  for (let f = 0; f < flows.count; f++)
    for (let step = flows.stepStart[f] as number; step < (flows.stepStart[f + 1] as number); step++) {
      const load = measured.stepLoad[step] as number;
      if (!(load > 0) || (steps.station[step] as number) < 0) continue;
      const place = placeOf(compiled, step);
      const users = places.get(place) ?? new Map<number, number>();
      places.set(place, users.set(f, (users.get(f) ?? 0) + load));
    }
  return new Map(
    [...places].map(([place, users]) => {
      const total = [...users.values()].reduce((sum, load) => sum + load, 0);
      const most = [...users].sort(([f, a], [g, b]) => b - a || f - g).slice(0, MAX_WAITED_FOR);
      return [place, most.map(([f, load]) => ({ flow: compiled.flows[f]?.id ?? '', part: load / total }))];
    }),
  );
}

/** What several stages did in one visit, each with its own part of the service; only the first of them waited. */
function partsOf(
  stage: Stage | undefined,
  flow: Compiled['flows'][number] | undefined,
  serviceSec: number,
  waitSec: number,
): { stage: string; serviceSec: number; waitSec: number }[] {
  const parts = stage?.parts ?? [];
  if (stage === undefined || flow === undefined || parts.length < 2) return [{ stage: stage?.label ?? '', serviceSec, waitSec }];
  const means = parts.map((part) => flow.operations.reduce((sum, operation) => sum + operation.share * part.serviceSec(operation), 0));
  const total = means.reduce((sum, mean) => sum + mean, 0);
  return parts.flatMap((part, i) => {
    const own = total > 0 ? ((means[i] as number) / total) * serviceSec : 0;
    const waited = i === 0 ? waitSec : 0;
    return own === 0 && waited === 0 ? [] : [{ stage: part.label, serviceSec: own, waitSec: waited }];
  });
}

function workloadResults(compiled: Compiled, measured: Measured): WorkloadResult[] {
  const ids = [...new Set(compiled.flows.map((flow) => flow.workload.id))];
  return ids.map((id) => {
    const own = measured.flows.filter((_, f) => compiled.flows[f]?.workload.id === id);
    const offered = sumOf(own.map((flow) => ({ bitsPerSec: flow.offeredBitsPerSec, opsPerSec: flow.offeredOpsPerSec })));
    const achieved = sumOf(own.map((flow) => ({ bitsPerSec: flow.achievedBitsPerSec, opsPerSec: flow.achievedOpsPerSec })));
    const lost = own.reduce((sum, flow) => sum + flow.lossRatio * flow.offeredOpsPerSec, 0);
    const flow = compiled.flows.find((candidate) => candidate.workload.id === id);
    return {
      id,
      ...(flow === undefined ? {} : { operation: operationOf(flow) }),
      offered,
      achieved,
      lossRatio: offered.opsPerSec > 0 ? lost / offered.opsPerSec : 0,
      latencySec: measured.workloadLatency.get(id) ?? { mean: null },
    };
  });
}

function sumOf(rates: readonly Rate[]): Rate {
  return {
    bitsPerSec: rates.reduce((sum, rate) => sum + rate.bitsPerSec, 0),
    opsPerSec: rates.reduce((sum, rate) => sum + rate.opsPerSec, 0),
  };
}

/** Users that a resource lists; more say nothing. */
const MAX_USERS = 20;

function resourceResults(compiled: Compiled, measured: Measured): ResourceResult[] {
  const { network, resources } = compiled;
  const { flows, steps, stations } = network;
  const usersByStation: Map<number, number>[] = resources.map(() => new Map());
  const usersByThread = new Map<string, Map<number, number>>();
  for (let f = 0; f < flows.count; f++) {
    for (let step = flows.stepStart[f] as number; step < (flows.stepStart[f + 1] as number); step++) {
      const s = steps.station[step] as number;
      if (s < 0) continue;
      const load = measured.stepLoad[step] as number;
      const byStation = usersByStation[s] as Map<number, number>;
      byStation.set(f, (byStation.get(f) ?? 0) + load / (stations.servers[s] as number));
      const thread = compiled.stages[step]?.thread;
      if (thread === undefined) continue;
      const byThread = usersByThread.get(thread.id) ?? new Map<number, number>();
      usersByThread.set(thread.id, byThread.set(f, (byThread.get(f) ?? 0) + load / Math.min(thread.width, stations.servers[s] as number)));
    }
  }
  const list = (users: ReadonlyMap<number, number> | undefined) =>
    [...(users ?? [])]
      .filter(([, ratio]) => ratio > 0)
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, MAX_USERS)
      .map(([f, ratio]) => ({ flow: compiled.flows[f]?.id ?? '', ratio }));
  const max = (s: number) => (Number.isNaN(measured.queueMax[s]) ? (measured.queueMean[s] as number) : (measured.queueMax[s] as number));
  const results = resources.flatMap((resource, s): ResourceResult[] => {
    const own: ResourceResult = {
      id: resource.id,
      kind: resource.kind,
      entity: resource.entity,
      utilisationRatio: Math.min(1, measured.stationUse[s] as number),
      queue: { mean: measured.queueMean[s] as number, max: max(s) },
      users: list(usersByStation[s]),
    };
    // A thread of a wide pool can be full while the pool looks idle.
    const threads = resource.threads.flatMap((thread): ResourceResult[] => {
      const users = usersByThread.get(thread.id);
      if (users === undefined) return [];
      const utilisationRatio = Math.min(
        1,
        [...users.values()].reduce((sum, ratio) => sum + ratio, 0),
      );
      return [
        {
          id: thread.id,
          kind: `thread:${thread.role}`,
          entity: thread.entity,
          utilisationRatio,
          queue: { mean: 0, max: 0 },
          users: list(users),
        },
      ];
    });
    return [own, ...threads];
  });
  return results.sort((a, b) => b.utilisationRatio - a.utilisationRatio || (a.id < b.id ? -1 : 1));
}

function tenantResults(compiled: Compiled, measured: Measured): TenantResult[] {
  return compiled.topology.tenants.map((tenant) => {
    const own = measured.flows.filter((_, f) => compiled.flows[f]?.tenant === tenant.id);
    const achieved = sumOf(own.map((flow) => ({ bitsPerSec: flow.achievedBitsPerSec, opsPerSec: flow.achievedOpsPerSec })));
    const shares = own.map((flow) => (flow.offeredOpsPerSec > 0 ? flow.achievedOpsPerSec / flow.offeredOpsPerSec : 0));
    const jain = jainIndex(shares);
    return { id: tenant.id, achieved, jain: Number.isNaN(jain) ? 1 : jain };
  });
}

function hostResults(compiled: Compiled, measured: Measured): HostResult[] {
  const cores = new Map<string, number>(compiled.topology.hosts.map((host) => [host.path, 0]));
  const add = (host: string, value: number) => cores.set(host, (cores.get(host) ?? 0) + value);
  compiled.stages.forEach((stage, step) => {
    const { thread } = stage;
    if (thread?.isHostWork === true && !thread.polls) add(thread.host.path, measured.stepLoad[step] as number);
  });
  for (const { threads } of compiled.resources)
    for (const thread of threads) if (thread.isHostWork && thread.polls) add(thread.host.path, thread.width);
  return [...cores].map(([id, cpuCores]) => ({ id, cpuCores }));
}

function overloads(compiled: Compiled, flows: readonly FlowResult[]): Note[] {
  const byWorkload = new Map<string, FlowResult[]>();
  flows.forEach((flow, f) => {
    if (compiled.flows[f]?.source.kind === 'closed' || flow.lossRatio <= NOTABLE) return;
    const lossy = byWorkload.get(flow.workload);
    if (lossy === undefined) byWorkload.set(flow.workload, [flow]);
    else lossy.push(flow);
  });
  return [...byWorkload].map(([workload, lossy]): Note => {
    const places = [...new Set(lossy.flatMap((flow) => flow.bottleneck ?? []))];
    const where = places.length === 0 ? '' : ` Limited by ${places.slice(0, 3).join(', ')}.`;
    const worst = Math.max(...lossy.map((flow) => flow.lossRatio));
    return {
      kind: 'overload',
      about: workload,
      message: `More is offered than can pass: up to ${Number((worst * 100).toPrecision(2))} % is lost.${where}`,
    };
  });
}

/** Requests that wait for ever longer, by workload. */
function growingQueues(compiled: Compiled, flows: readonly FlowResult[]): Note[] {
  const growing = flows.filter(
    ({ latencySec, achieved, operation }, f) =>
      compiled.flows[f]?.source.kind !== 'closed' && operation !== 'packet' && latencySec.mean === null && achieved.opsPerSec > 0,
  );
  return [...new Set(growing.map(({ workload }) => workload))].map((workload): Note => {
    const own = growing.filter((flow) => flow.workload === workload);
    const places = [...new Set(own.flatMap(({ bottleneck }) => bottleneck ?? []))];
    const where = places.length === 0 ? '' : ` of ${places.slice(0, 3).join(', ')}`;
    const worst = Math.min(...own.map(({ achieved, offered }) => achieved.opsPerSec / offered.opsPerSec));
    return {
      kind: 'overload',
      about: workload,
      message: `More is asked for than can be done: down to ${Number((worst * 100).toPrecision(2))} % is. The queue in front${where} grows without bound, and so does its latency.`,
    };
  });
}
