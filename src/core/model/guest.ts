import { child, type Property } from '../text/tree.js';
import type { CpuSet } from '../units/cpu-set.js';
import { union } from '../units/cpu-set.js';
import type { BuildContext } from './build.js';
import type { Tenant } from './document.js';
import { declared, type EntityBase, entries } from './entity.js';
import { type Fact, known, unknown, valueOf } from './fact.js';
import type { GuestFacts, GuestMemoryFacts } from './facts.generated.js';
import { readFacts } from './facts.js';
import type { Host } from './host.js';
import { countTooLarge } from './problems.js';
import { extended } from './templates.js';
import { buildVirtualDevice, type VirtualDevice, type VirtualDeviceInstance } from './virtual-device.js';

/** A guest as declared; `count` of them exist. */
export interface Guest extends EntityBase<'guest'> {
  readonly host: Host;
  readonly facts: GuestFacts;
  readonly memory: GuestMemoryFacts;
  /** How many copies there are, within the limit. */
  readonly count: number;
  readonly devices: readonly VirtualDevice[];
}

/** One copy of a guest. Shares everything with its declaration but its place. */
export interface GuestInstance {
  readonly decl: Guest;
  readonly index: number;
  /** `h1/web[3]`; without an index where there is only one. */
  readonly path: string;
  readonly devices: readonly VirtualDeviceInstance[];
}

export function buildGuest(prop: Property, host: Host, context: BuildContext): Guest {
  const node = extended(prop.value, context);
  const base = declared('guest', prop, host, node);
  const guest = Object.assign(base, { host }) as Guest;
  const facts = context.read('guest', node, guest);
  Object.assign(guest, { facts, memory: memoryOf(facts), count: countOf(facts, context) });
  const devices = entries(child(node, 'devices')).map((p) => buildVirtualDevice(p, guest, context));
  return Object.assign(guest, { devices });
}

function memoryOf(facts: GuestFacts): GuestMemoryFacts {
  const { memory } = facts;
  if (memory.state === 'known' && typeof memory.value === 'object') return memory.value;
  const nothing = readFacts('guest-memory', undefined, []);
  if (memory.state !== 'known') return nothing;
  return Object.assign(Object.create(nothing) as GuestMemoryFacts, { size: known(memory.value as number, memory.at) });
}

function countOf(facts: GuestFacts, context: BuildContext): number {
  const count = valueOf(facts.count) ?? 1;
  const used = Math.min(count, Math.max(1, context.copiesLeft));
  if (used < count && facts.count.state === 'known') {
    const limit = context.copiesLeft;
    context.diagnostics.push(countTooLarge.at('tooMany', facts.count.at, { count, limit, used }));
  }
  context.copiesLeft = Math.max(0, context.copiesLeft - used);
  return used;
}

const instancesOf = new WeakMap<Guest, readonly GuestInstance[]>();
const firstOf = new WeakMap<Guest, GuestInstance>();

/** The copies of a guest; laid out when first asked for. */
export function instances(guest: Guest): readonly GuestInstance[] {
  let list = instancesOf.get(guest);
  if (list === undefined) {
    list = Array.from({ length: guest.count }, (_, index) => (index === 0 ? firstInstance(guest) : makeInstance(guest, index)));
    instancesOf.set(guest, list);
  }
  return list;
}

/** The copy that can speak for all, without laying out the others. */
export function firstInstance(guest: Guest): GuestInstance {
  let first = firstOf.get(guest);
  if (first === undefined) {
    first = makeInstance(guest, 0);
    firstOf.set(guest, first);
  }
  return first;
}

function makeInstance(decl: Guest, index: number): GuestInstance {
  const path = decl.count === 1 ? decl.path : `${decl.path}[${index}]`;
  const instance = { decl, index, path } as GuestInstance;
  const devices = decl.devices.map((device): VirtualDeviceInstance => ({ decl: device, guest: instance, path: `${path}/${device.id}` }));
  return Object.assign(instance, { devices });
}

export function tenantOf(guest: Guest): Tenant | undefined {
  return valueOf(guest.facts.tenant)?.as('tenant');
}

/** All host CPUs on which the vCPUs of a guest may run. */
export function guestCpus(guest: Guest): Fact<CpuSet> {
  const { cpus } = guest.facts;
  if (cpus.state === 'unknown') return unknown;
  const value = Array.isArray(cpus.value)
    ? (cpus.value as readonly CpuSet[]).reduce(union, { ranges: [], size: 0 })
    : (cpus.value as CpuSet);
  return cpus.state === 'known' ? known(value, cpus.at) : { ...cpus, value };
}
