import type { Device, NicPort } from '../../core/model/device.js';
import type { Tenant } from '../../core/model/document.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Switch } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { fabric, type Nic, nicSetting } from './l2.js';
import { getOrMake } from './maps.js';
import { noDeviceStates } from './stated.js';

/** What shares one physical port of a NIC. */
export interface SharedPort {
  readonly port: NicPort;
  readonly device: Device;
  readonly fn: PhysicalFunction | undefined;
  /** Bits per second; undefined where nobody says. */
  readonly rate: number | undefined;
  /** VFs behind the switch of the NIC. */
  readonly vfs: readonly Nic[];
  /** Virtual NICs whose vSwitch has the port as its only uplink, or that stand on the port. */
  readonly behind: readonly Nic[];
  readonly switches: readonly Switch[];
}

const portsOf = new WeakMap<Topology, readonly SharedPort[]>();

/** Physical ports with the virtual NICs that use them. Uplinks that share load are left out: nobody knows who takes which. */
export function sharedPorts(topology: Topology): readonly SharedPort[] {
  let known = portsOf.get(topology);
  if (known === undefined) {
    known = collect(topology);
    portsOf.set(topology, known);
  }
  return known;
}

function collect(topology: Topology): SharedPort[] {
  const { onFunction, onSwitch, onPort, switchesOn } = fabric(topology);
  const ports = new Map<NicPort, { vfs: Nic[]; behind: Nic[]; switches: Switch[] }>();
  const at = (port: NicPort) => getOrMake(ports, port, () => ({ vfs: [], behind: [], switches: [] }));
  for (const [fn, nics] of onFunction) if (fn.port !== undefined) at(fn.port).vfs.push(...nics);
  for (const [port, nics] of onPort) at(port).behind.push(...nics);
  for (const [carrier, switches] of switchesOn) {
    if (carrier.kind !== 'nic-port') continue;
    for (const entity of switches) {
      at(carrier).switches.push(entity);
      if ((valueOf(entity.facts.uplinks) ?? []).length === 1) at(carrier).behind.push(...(onSwitch.get(entity) ?? []));
    }
  }
  return [...ports].map(([port, users]) => ({ port, device: port.device, fn: port.fn, rate: valueOf(port.facts.rate), ...users }));
}

/** The most one copy may send, by the NIC or by a shaper; undefined where nothing limits it. */
export function maxRateOf(device: VirtualDevice): Fact<number> {
  const own = nicSetting(device, 'maxRate');
  if (own.state !== 'unknown' && own.value > 0) return own;
  const { rate } = device.facts.limit;
  if (rate.state !== 'known') return { state: 'unknown' };
  const { base, value } = rate.value;
  return base === 'bit/s' || base === 'B/s' ? { ...rate, value: base === 'B/s' ? value * 8 : value } : { state: 'unknown' };
}

/** Whether anybody has a minimum rate: a virtual device, or a VF that a function lists. */
export function hasMinRates(topology: Topology): boolean {
  if (!noDeviceStates(topology, 'minRate')) return true;
  return topology.hosts.some(({ devices }) => devices.some(({ functions }) => functions.some(({ vfRanges }) => vfRanges.length > 0)));
}

export function minRateOf(device: VirtualDevice): Fact<number> {
  const fact = nicSetting(device, 'minRate');
  return fact.state !== 'unknown' && fact.value > 0 ? fact : { state: 'unknown' };
}

/** Rate of all copies together. */
export function ofAllCopies(fact: Fact<number>, device: VirtualDevice): number | undefined {
  const value = valueOf(fact);
  return value === undefined ? undefined : value * device.guest.count;
}

/** A rate as the language writes it, three digits rounded down. */
export function rateText(bitsPerSec: number): string {
  for (const [unit, size] of [
    ['Gbit/s', 1e9],
    ['Mbit/s', 1e6],
    ['kbit/s', 1e3],
  ] as const) {
    if (bitsPerSec >= size) {
      const digits = Math.max(0, 2 - Math.floor(Math.log10(bitsPerSec / size)));
      const factor = 10 ** digits;
      return `${Math.floor((bitsPerSec / size) * factor + 1e-9) / factor} ${unit}`;
    }
  }
  return `${Math.floor(bitsPerSec)} bit/s`;
}

/** Users of a shared port that the tenant does not own. */
export function othersThan(tenant: Tenant | undefined, nics: readonly Nic[]): Nic[] {
  return nics.filter((nic) => nic.tenant !== undefined && nic.tenant !== tenant);
}
