import type { Device, NicPort } from '../../core/model/device.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { pairOf } from '../rule.js';
import { assignments } from './assignments.js';
import { uplinksBehind } from './cards.js';
import { getOrMake } from './maps.js';

/** Who uses a port. Ports with one and the same only user work in turns: an active-backup bond. */
type Users = Set<string>;

const usersOf = new WeakMap<Topology, ReadonlyMap<NicPort, Users>>();

/** The most that the ports of a card in use can bring at once; of a card that nothing uses, its fastest port alone. */
export function busyRate(topology: Topology, device: Device): number {
  const ports = device.ports.filter((port) => valueOf(port.facts.linkState) !== 'down');
  const users = portUsers(topology);
  const busy = ports.filter((port) => users.has(port));
  if (busy.length === 0) return Math.max(0, ...ports.map(rateOf));
  const byBond = new Map<string, number>();
  let sum = 0;
  for (const port of busy) {
    const [only, other] = [...(users.get(port) ?? [])];
    if (only === undefined || other !== undefined) sum += rateOf(port);
    else byBond.set(only, Math.max(byBond.get(only) ?? 0, rateOf(port)));
  }
  for (const rate of byBond.values()) sum += rate;
  return sum;
}

function rateOf(port: NicPort): number {
  return valueOf(port.facts.rate) ?? 0;
}

function portUsers(topology: Topology): ReadonlyMap<NicPort, Users> {
  let known = usersOf.get(topology);
  if (known === undefined) {
    known = collect(topology);
    usersOf.set(topology, known);
  }
  return known;
}

function collect(topology: Topology): Map<NicPort, Users> {
  const users = new Map<NicPort, Users>();
  // A user that is no active-backup bond is one user of each of its ports.
  const use = (target: Entity | undefined, user: string, takesTurns: boolean) => {
    for (const uplink of target === undefined ? [] : uplinksBehind(target)) {
      for (const port of uplink.kind === 'nic-port' ? [uplink] : uplink.device.ports)
        getOrMake(users, port, () => new Set<string>()).add(takesTurns ? user : `${user} ${port.path}`);
    }
  };
  for (const host of topology.hosts) {
    for (const entity of host.switches) {
      const takesTurns = valueOf(entity.facts.bond.mode) === 'active-backup';
      for (const { target } of uplinksOf(entity)) if (target?.kind !== 'switch') use(target, entity.path, takesTurns);
    }
    for (const controller of host.controllers)
      for (const { target } of valueOf(controller.facts.devices) ?? []) use(target, controller.path, false);
    for (const fn of host.devices.flatMap(({ functions }) => functions)) if (valueOf(fn.facts.role) !== undefined) use(fn, 'role', false);
  }
  for (const { member, device } of assignments(topology).all) {
    const bond = bondOf(device);
    use(member, bond ?? device.path, bond !== undefined);
  }
  for (const device of topology.virtualDevices) {
    const target = valueOf(device.facts.connect)?.as('nic-port', 'device');
    if (target !== undefined) use(target, device.path, false);
  }
  return users;
}

/** The active-backup bond that a guest makes of two of its devices. */
function bondOf(device: VirtualDevice): string | undefined {
  const named = valueOf(device.facts.bondedWith)?.as('virtual-device');
  const other = named ?? device.guest.devices.find(({ facts }) => valueOf(facts.bondedWith)?.target === device);
  if (other === undefined) return undefined;
  const mode = valueOf((named === undefined ? other : device).facts.bondMode);
  return mode === 'active-backup' ? pairOf(device, other) : undefined;
}
