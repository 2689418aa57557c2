import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Partition } from '../../core/model/device.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Place } from '../../core/text/source.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { push } from './maps.js';
import { changing, fixOf, isInDocument, placeOfFact, setting } from './text.js';

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
  const cid = technique?.name === 'virtio-vsock' ? valueOf(facts.cid) : undefined;
  if (cid !== undefined) {
    claims.push({
      key: `${host.path} cid ${cid}`,
      resource: `Context id ${cid} of ${host.path}`,
      at: placeOfFact(facts.cid, user),
      fixes: freeCid(user),
    });
  }
  const lower = passthruPort(user);
  if (lower !== undefined) {
    claims.push({ key: `${lower.path} passthru`, resource: `${lower.path} in passthru mode`, at: placeOfFact(facts.connect, user) });
  }
  return claims;
}

/** By its word, or because nothing else can serve a port of a switch in user space. */
export function isVhostUser({ facts }: VirtualDevice): boolean {
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

interface Taken {
  readonly cids: ReadonlySet<number | undefined>;
  readonly targets: ReadonlySet<Entity | undefined>;
}

const takenByHost = new WeakMap<Host, Taken>();

/** Context ids, and what virtual devices take from the host. */
function takenOn(host: Host): Taken {
  let taken = takenByHost.get(host);
  if (taken === undefined) {
    const devices = host.guests.flatMap((guest) => guest.devices);
    taken = {
      cids: new Set(devices.map(({ facts }) => valueOf(facts.cid))),
      targets: new Set(devices.map(({ facts }) => valueOf(facts.from)?.target)),
    };
    takenByHost.set(host, taken);
  }
  return taken;
}

/** The lowest context id that no virtio socket of the host has; 0 to 2 are reserved. Copies of one text cannot have one each. */
function freeCid(user: VirtualDevice): Fix[] {
  if (user.guest.count > 1) return [];
  const taken = takenOn(user.guest.host).cids;
  let next = 3;
  while (taken.has(next)) next++;
  return fixOf('Take {next}, which is free', { next }, changing(user.facts.cid, user, ['cid'], next));
}

/** Another instance of the same type that nobody takes. */
function freePartition(user: VirtualDevice, partition: Partition): Fix[] {
  const { from } = user.facts;
  if (from.state !== 'known' || !isInDocument(from.at)) return [];
  const taken = takenOn(user.guest.host).targets;
  const type = valueOf(partition.facts.type);
  const free = partition.device.partitions.find((other) => !taken.has(other) && valueOf(other.facts.type) === type);
  if (free === undefined) return [];
  const next = from.value.text.replace(/[^/]+$/, free.id);
  return fixOf('Take "{next}", which is free', { next }, { kind: 'text', at: from.at, newText: JSON.stringify(next) });
}
