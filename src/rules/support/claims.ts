import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Partition } from '../../core/model/device.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { type Guest, guestCpus } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Place } from '../../core/text/source.js';
import { type CpuSet, MAX_CPU } from '../../core/units/cpu-set.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { push } from './maps.js';
import { fixOf, isInDocument, placeOfFact, setting } from './text.js';

/** A virtual device that takes something for itself which is not a PCI function. */
export interface Claim {
  /** As a message names it. */
  readonly resource: string;
  readonly user: VirtualDevice;
  readonly guest: Guest;
  readonly copies: number;
  readonly at: Place;
  readonly fixes?: readonly Fix[];
}

/** Claims on one and the same thing, where there are more than one: GPU instances, mediated devices, sockets, passthru ports. */
export function namedClaims(topology: Topology): Claim[][] {
  const byResource = new Map<string, Claim[]>();
  for (const user of topology.virtualDevices) {
    if (valueOf(user.guest.facts.standby) === true) continue;
    for (const { key, ...claim } of claimsOf(user)) {
      push(byResource, key, { ...claim, user, guest: user.guest, copies: user.guest.count });
    }
  }
  return [...byResource.values()].filter((claims) => claims.reduce((sum, claim) => sum + claim.copies, 0) > 1);
}

function claimsOf(user: VirtualDevice): (Pick<Claim, 'resource' | 'at' | 'fixes'> & { key: string })[] {
  const { facts, technique, guest } = user;
  const claims: (Pick<Claim, 'resource' | 'at' | 'fixes'> & { key: string })[] = [];
  const { host } = guest;
  const partition = technique?.takes === 'partition' ? valueOf(facts.from)?.as('partition') : undefined;
  if (partition !== undefined) {
    const at = placeOfFact(facts.from, user);
    claims.push({ key: partition.path, resource: `GPU instance ${partition.path}`, at, fixes: freePartition(user, partition) });
  }
  const uuid = technique?.takes === 'mediated-type' ? valueOf(facts.uuid)?.toLowerCase() : undefined;
  if (uuid !== undefined) {
    claims.push({ key: `${host.path} mdev ${uuid}`, resource: `Mediated device ${uuid}`, at: placeOfFact(facts.uuid, user) });
  }
  const path = isVhostUser(user) ? valueOf(facts.path) : undefined;
  if (path !== undefined) {
    const fixes = fixOf('Leave the socket to the hypervisor', {}, setting(user, ['path'], undefined));
    claims.push({ key: `${host.path} socket ${path}`, resource: `Socket ${path}`, at: placeOfFact(facts.path, user), fixes });
  }
  const lower = passthruPort(user);
  if (lower !== undefined) {
    claims.push({ key: `${lower.path} passthru`, resource: `${lower.path} in passthru mode`, at: placeOfFact(facts.connect, user) });
  }
  return claims;
}

/** By its word, or because nothing else can serve a port of a switch in user space. */
function isVhostUser({ facts }: VirtualDevice): boolean {
  const entity = valueOf(facts.connect)?.as('switch');
  const backend = valueOf(facts.backend);
  return backend === undefined ? switchKinds.get(entity?.switchKind ?? '')?.runsIn === 'user-space' : backend === 'vhost-user';
}

/** What a macvtap in passthru mode stands on: the mode of the switch, or of the device where it says otherwise. */
function passthruPort(user: VirtualDevice): Entity | undefined {
  const target = valueOf(user.facts.connect)?.as('switch', 'nic-port');
  if (target === undefined || (target.kind === 'switch' && target.switchKind !== 'macvtap')) return undefined;
  const mode = valueOf(user.facts.mode) ?? (target.kind === 'switch' ? valueOf(target.facts.mode) : undefined);
  return mode === 'passthru' ? target : undefined;
}

/** Another instance of the same type that nobody takes. */
function freePartition(user: VirtualDevice, partition: Partition): Fix[] {
  const { from } = user.facts;
  if (from.state !== 'known' || !isInDocument(from.at)) return [];
  const taken = new Set(user.guest.host.guests.flatMap(({ devices }) => devices.map((device) => valueOf(device.facts.from)?.target)));
  const type = valueOf(partition.facts.type);
  const free = partition.device.partitions.find((other) => !taken.has(other) && valueOf(other.facts.type) === type);
  if (free === undefined) return [];
  const next = from.value.text.replace(/[^/]+$/, free.id);
  return fixOf('Take "{next}", which is free', { next }, { kind: 'text', at: from.at, newText: JSON.stringify(next) });
}

interface CpuClaim {
  readonly user: Entity;
  readonly cpus: CpuSet;
  readonly at: Place;
  readonly isExclusive: boolean;
  readonly copies: number;
}

/** CPUs that a guest has for itself and that something else runs on; for each pair the first of them. */
export function cpuClaims(topology: Topology): { cpu: number; owner: CpuClaim; other: CpuClaim }[] {
  return topology.hosts.flatMap((host) => {
    const claims = claimsOnCpus(host);
    if (!claims.some(({ isExclusive }) => isExclusive)) return [];
    const owners = new Array<CpuClaim | undefined>(MAX_CPU + 1).fill(undefined);
    const found: { cpu: number; owner: CpuClaim; other: CpuClaim }[] = [];
    // First those that own, so that who comes first in the text does not matter.
    for (const claim of [...claims].sort((a, b) => Number(b.isExclusive) - Number(a.isExclusive))) {
      const seen = new Set<CpuClaim>();
      for (const [first, last] of claim.cpus.ranges) {
        for (let cpu = first; cpu <= last; cpu++) {
          const owner = owners[cpu];
          if (owner === undefined) {
            if (claim.isExclusive) owners[cpu] = claim;
          } else if (owner.user !== claim.user && !seen.has(owner)) {
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

function claimsOnCpus(host: Host): CpuClaim[] {
  const claims: CpuClaim[] = [];
  for (const guest of host.guests) {
    if (valueOf(guest.facts.standby) === true) continue;
    const cpus = guestCpus(guest);
    const isExclusive = valueOf(guest.facts.exclusiveCpus) === true;
    if (cpus.state === 'known')
      claims.push({ user: guest, cpus: cpus.value, at: placeOfFact(cpus, guest), isExclusive, copies: guest.count });
    const emulator = guest.facts.emulatorCpus;
    if (emulator.state === 'known') {
      claims.push({ user: guest, cpus: emulator.value, at: placeOfFact(emulator, guest), isExclusive: false, copies: 1 });
    }
  }
  for (const entity of [...host.switches, ...host.controllers]) {
    const { cpus } = entity.facts;
    // The CPUs of a kernel switch only take its interrupts.
    const runs = entity.kind === 'controller' || switchKinds.get(entity.switchKind ?? '')?.runsIn === 'user-space';
    if (cpus.state === 'known' && runs)
      claims.push({ user: entity, cpus: cpus.value, at: placeOfFact(cpus, entity), isExclusive: false, copies: 1 });
  }
  return claims;
}
