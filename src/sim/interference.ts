import { valueOf } from '../core/model/fact.js';
import type { Topology } from '../core/model/topology.js';
import type { Compiled } from './compile/compile.js';
import type { Flow } from './compile/flows.js';
import type { Measured } from './measured.js';
import type { InterferenceResult } from './result.js';

/** Somebody who can load others or suffer from them, with the flows that are his. */
export interface Party {
  readonly id: string;
  readonly kind: 'tenant' | 'guest' | 'workload';
}

/** Guests whose matrix is still worth its runs, one for each. */
const MAX_GUESTS = 12;

export function owns(party: Party, flow: Flow): boolean {
  switch (party.kind) {
    case 'tenant':
      return flow.tenant === party.id;
    case 'guest':
      return flow.guest === party.id;
    default:
      return flow.workload.id === party.id;
  }
}

/**
 * Whose saturation is measured: every tenant, every guest where there are few, and whoever an objective names as the one who
 * loads. An objective that names nobody is about tenants.
 */
export function aggressorsOf(topology: Topology, flows: readonly Flow[], isAsked: boolean): Party[] {
  const unique = (ids: readonly (string | null)[]) => [...new Set(ids.filter((id) => id !== null))];
  const tenants = unique(flows.map((flow) => flow.tenant)).map((id): Party => ({ id, kind: 'tenant' }));
  const guests = unique(flows.map((flow) => flow.guest)).map((id): Party => ({ id, kind: 'guest' }));
  const named = topology.objectives.flatMap(({ facts }): Party[] => {
    if (valueOf(facts.metric) !== 'interference') return [];
    const by = valueOf(facts.by)?.as('tenant', 'guest', 'workload');
    return by === undefined ? tenants : [{ id: by.kind === 'guest' ? by.path : by.id, kind: by.kind }];
  });
  const wanted = isAsked ? [...tenants, ...(guests.length <= MAX_GUESTS ? guests : []), ...named] : named;
  return [...new Map(wanted.map((party) => [`${party.kind} ${party.id}`, party])).values()].filter((party) =>
    flows.some((flow) => owns(party, flow)),
  );
}

/** The same design with an aggressor as stated, at its most, and gone. */
export interface Runs {
  readonly stated: Run;
  readonly saturated: Run;
  readonly alone: Run;
}

/** What one party leaves of all others that have no flow in common with it. */
export function comparison(aggressor: Party, runs: Runs, isPromised: (victim: Party) => boolean): InterferenceResult[] {
  const victims = new Map<string, Party>();
  for (const flow of runs.stated.compiled.flows) {
    const parties: Party[] = [{ id: flow.workload.id, kind: 'workload' }];
    if (flow.tenant !== null) parties.push({ id: flow.tenant, kind: 'tenant' });
    if (flow.guest !== null) parties.push({ id: flow.guest, kind: 'guest' });
    for (const party of parties) victims.set(`${party.kind} ${party.id}`, party);
  }
  return [...victims.values()].flatMap((victim): InterferenceResult[] => {
    // Like is set against like; what an objective promises in another form is added.
    if (victim.kind !== aggressor.kind && !isPromised(victim)) return [];
    if (victim.kind === aggressor.kind && victim.id === aggressor.id) return [];
    const isVictim = (flow: Flow) => owns(victim, flow) && !owns(aggressor, flow);
    if (!runs.stated.compiled.flows.some(isVictim)) return [];
    const [stated, saturated, alone] = [totals(runs.stated, isVictim), totals(runs.saturated, isVictim), totals(runs.alone, isVictim)];
    return [
      {
        victim: victim.id,
        aggressor: aggressor.id,
        by: aggressor.kind,
        throughputRatio: ratio(saturated.opsPerSec, stated.opsPerSec),
        p99Ratio: ratio(saturated.tailSec, stated.tailSec),
        alone: {
          throughputRatio: ratio(saturated.opsPerSec, alone.opsPerSec),
          p99Ratio: ratio(saturated.tailSec, alone.tailSec),
        },
      },
    ];
  });
}

export interface Run {
  readonly compiled: Compiled;
  readonly measured: Measured;
}

function ratio(after: number, before: number): number {
  return before > 0 ? after / before : 1;
}

/** Operations per second of some flows, and the p99 (fluid: the mean) of the slowest. */
function totals({ compiled, measured }: Run, isMeant: (flow: Flow) => boolean): { opsPerSec: number; tailSec: number } {
  let [opsPerSec, tailSec] = [0, 0];
  compiled.flows.forEach((flow, f) => {
    if (!isMeant(flow)) return;
    const values = measured.flows[f];
    opsPerSec += values?.achievedOpsPerSec ?? 0;
    tailSec = Math.max(tailSec, values?.latency.p99 ?? values?.latency.mean ?? 0);
  });
  return { opsPerSec, tailSec };
}
