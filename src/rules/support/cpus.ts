import { coresOf } from '../../core/model/cores.js';
import type { Entity } from '../../core/model/entity.js';
import { type Fact, known, unknown, valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import { type Host, hostCpus } from '../../core/model/host.js';
import type { NumaNode } from '../../core/model/pcie.js';
import type { Topology } from '../../core/model/topology.js';
import type { Place } from '../../core/text/source.js';
import { type CpuSet, cpuSetOf, cpusOf, emptyCpuSet, hasCpu } from '../../core/units/cpu-set.js';
import { controllerKinds } from '../../techniques/controllers/index.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { placeOfFact } from './text.js';

/** CPUs on which something runs that the document places there. */
export interface CpuClaim {
  readonly user: Entity;
  readonly cpus: CpuSet;
  readonly at: Place;
  readonly isExclusive: boolean;
  readonly copies: number;
  /** It is never idle, so that whoever shares a CPU with it gets next to nothing. */
  readonly polls: boolean;
}

/** CPUs that a guest has for itself and that something else runs on; for each pair the first of them. */
export function cpuClaims(topology: Topology): { cpu: number; owner: CpuClaim; other: CpuClaim }[] {
  return topology.hosts.flatMap((host) => {
    const claims = claimsOnCpus(host);
    if (!claims.some(({ isExclusive }) => isExclusive)) return [];
    const owners = new Array<CpuClaim | undefined>(highestCpu(claims) + 1).fill(undefined);
    const found: { cpu: number; owner: CpuClaim; other: CpuClaim }[] = [];
    // First those that own, so that who comes first in the text does not matter.
    for (const claim of [...claims].sort((a, b) => Number(b.isExclusive) - Number(a.isExclusive))) {
      let seen: Set<CpuClaim> | undefined;
      for (const [first, last] of claim.cpus.ranges) {
        for (let cpu = first; cpu <= last; cpu++) {
          const owner = owners[cpu];
          if (owner === undefined) {
            if (claim.isExclusive) owners[cpu] = claim;
          } else if (owner.user !== claim.user && seen?.has(owner) !== true) {
            seen ??= new Set();
            seen.add(owner);
            found.push({ cpu, owner, other: claim });
          }
        }
      }
      const cpu = claim.cpus.ranges[0]?.[0];
      if (claim.isExclusive && claim.copies > 1 && cpu !== undefined) found.push({ cpu, owner: claim, other: claim });
    }
    return found;
  });
}

function highestCpu(claims: readonly CpuClaim[]): number {
  return claims.reduce((highest, { cpus }) => Math.max(highest, cpus.ranges.at(-1)?.[1] ?? 0), 0);
}

/** Cores of which two that want a CPU for themselves have one thread each; for each pair the first of them. */
export function siblingClaims(topology: Topology): { x: number; y: number; owner: CpuClaim; other: CpuClaim }[] {
  return topology.hosts.flatMap((host) => {
    const cores = coresOf(host);
    const claims = cores.size === 0 ? [] : claimsOnCpus(host).filter(({ isExclusive }) => isExclusive);
    const owners = new Map<readonly number[], { claim: CpuClaim; cpu: number }>();
    const found: { x: number; y: number; owner: CpuClaim; other: CpuClaim }[] = [];
    const seen = new Set<string>();
    for (const claim of claims) {
      for (const cpu of cpusOf(claim.cpus)) {
        const core = cores.get(cpu);
        const owner = core === undefined ? undefined : owners.get(core);
        if (core === undefined) continue;
        if (owner === undefined) owners.set(core, { claim, cpu });
        else if (owner.claim.user !== claim.user && owner.cpu !== cpu && !hasCpu(owner.claim.cpus, cpu)) {
          const pair = `${owner.claim.user.path} ${claim.user.path}`;
          if (!seen.has(pair)) found.push({ x: owner.cpu, y: cpu, owner: owner.claim, other: claim });
          seen.add(pair);
        }
      }
    }
    return found;
  });
}

/** Everything that the document pins to CPUs of a host. */
export function claimsOnCpus(host: Host): readonly CpuClaim[] {
  let claims = claimsOf.get(host);
  if (claims === undefined) {
    claims = collect(host);
    claimsOf.set(host, claims);
  }
  return claims;
}

const claimsOf = new WeakMap<Host, readonly CpuClaim[]>();

function collect(host: Host): CpuClaim[] {
  const claims: CpuClaim[] = [];
  const everywhere = hostCpus(host).size;
  for (const guest of host.guests) {
    if (valueOf(guest.facts.standby) === true) continue;
    const cpus = pinnedCpus(guest, everywhere);
    const isExclusive = valueOf(guest.facts.exclusiveCpus) === true;
    const polls = false;
    if (cpus.state === 'known')
      claims.push({ user: guest, cpus: cpus.value, at: placeOfFact(cpus, guest), isExclusive, copies: guest.count, polls });
    const emulator = guest.facts.emulatorCpus;
    if (emulator.state === 'known') {
      claims.push({ user: guest, cpus: emulator.value, at: placeOfFact(emulator, guest), isExclusive: false, copies: 1, polls });
    }
  }
  for (const entity of [...host.switches, ...host.controllers]) {
    const { cpus } = entity.facts;
    // The CPUs of a kernel switch only take its interrupts.
    const runs = entity.kind === 'controller' || switchKinds.get(entity.switchKind ?? '')?.runsIn === 'user-space';
    const polls =
      entity.kind === 'switch' ||
      valueOf(entity.facts.poll) === 'always' ||
      controllerKinds.get(entity.controllerKind ?? '')?.alwaysPolls === true;
    // CPUs of a card or of a partition are not those of the host.
    const isElsewhere = entity.kind === 'controller' && ['dpu', 'vios'].includes(entity.controllerKind ?? '');
    if (cpus.state === 'known' && runs && !isElsewhere)
      claims.push({ user: entity, cpus: cpus.value, at: placeOfFact(cpus, entity), isExclusive: polls, copies: 1, polls });
  }
  return claims;
}

/** CPUs of a node, or of the host, on which nothing is pinned; the lowest first. */
export function freeCpus(host: Host, node?: NumaNode): number[] {
  let taken = takenOf.get(host);
  if (taken === undefined) {
    taken = cpuSetOf(claimsOnCpus(host).flatMap(({ cpus }) => cpus.ranges));
    takenOf.set(host, taken);
  }
  const all = taken;
  const own = node === undefined ? hostCpus(host) : (valueOf(node.facts.cpus) ?? emptyCpuSet);
  return cpusOf(own).filter((cpu) => !hasCpu(all, cpu));
}

const takenOf = new WeakMap<Host, CpuSet>();

/** Where the vCPUs of a guest are pinned to. One that may run on every CPU of the host is pinned to none, but where it wants all for itself. */
function pinnedCpus({ facts: { cpus, exclusiveCpus } }: Guest, everywhere: number): Fact<CpuSet> {
  if (cpus.state !== 'known') return unknown;
  const sets = 'ranges' in cpus.value ? [cpus.value] : cpus.value;
  const pinned = valueOf(exclusiveCpus) === true ? sets : sets.filter(({ size }) => everywhere === 0 || size < everywhere);
  return pinned.length === 0 ? unknown : known(cpuSetOf(pinned.flatMap(({ ranges }) => ranges)), cpus.at);
}
