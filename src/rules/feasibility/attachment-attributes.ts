import { poolOf } from '../../core/model/assign.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { hasExternalSwitch } from '../../techniques/external-switch.js';

/** An attribute that a way of attaching a device cannot enforce. */
export interface Unsupported {
  readonly key: string;
  readonly fact: Fact<unknown>;
  /** What stands in the way, as it follows "cannot be enforced:". */
  readonly why: string;
  /** What to write instead. */
  readonly instead: string;
  /** The attribute that does the same here, with its value. */
  readonly replacement?: { readonly key: string; readonly value: string };
  readonly isOnlyLikely?: boolean;
}

type Row = (device: VirtualDevice) => Unsupported | undefined;

/** Drivers whose PF refuses a minimum rate: `ndo_set_vf_rate` returns EINVAL. Source: Linux i40e, ixgbe and igb. */
const NO_MIN_RATE: ReadonlySet<string> = new Set(['i40e', 'ixgbe', 'igb']);

/** Who shapes in software, and so needs the frames to pass the host. */
const SOFTWARE: ReadonlySet<string> = new Set(['qemu', 'cgroup', 'tc', 'switch', 'spdk']);

/** Kinds of switch whose ports know isolation: bridge ports, and protected ports of Open vSwitch. */
const ISOLATES: ReadonlySet<string> = new Set(['linux-bridge', 'ovs-kernel', 'ovs-dpdk']);

const softwareLimit: Row = (device) => {
  const { limit } = device.facts;
  if (!isNicVf(device) || limit.rate.state !== 'known') return undefined;
  const by = valueOf(limit.by);
  if (by === 'nic') return undefined;
  const { value, base } = limit.rate.value;
  const bits = base === 'bit/s' ? value : base === 'B/s' ? value * 8 : undefined;
  const why =
    by !== undefined && SOFTWARE.has(by)
      ? 'frames of a VF do not pass the host'
      : 'nobody is named who could, and frames of a VF do not pass the host';
  return {
    key: 'limit.rate',
    fact: limit.rate,
    why,
    instead: 'write "maxRate", which the NIC enforces',
    ...(bits === undefined ? {} : { replacement: { key: 'maxRate', value: rateText(bits) } }),
    isOnlyLikely: by === undefined,
  };
};

const burst: Row = (device) =>
  isNicVf(device) && valueOf(device.facts.limit.by) !== 'nic'
    ? stated('limit.burst', device.facts.limit.burst, 'the rate limit of a VF has no burst', 'leave it out')
    : undefined;

const packetRate: Row = (device) =>
  isNicVf(device)
    ? stated('limit.packetRate', device.facts.limit.packetRate, 'NICs limit VFs by bits, not by packets', 'write "maxRate"')
    : undefined;

const isolated: Row = (device) => {
  const { isolated: fact } = device.facts;
  if (valueOf(fact) !== true) return undefined;
  const kind = switchKind(device);
  if (device.technique?.takes === 'vf')
    return stated('isolated', fact, 'a VF is no port of a bridge', 'give each tenant a VLAN of its own');
  return kind !== undefined && !ISOLATES.has(kind)
    ? stated(
        'isolated',
        fact,
        `${kind} has no isolated ports`,
        kind === 'macvtap' ? 'write "mode": "private" on the switch' : 'use a Linux bridge or Open vSwitch',
      )
    : undefined;
};

const vlanOnMacvtap: Row = (device) => {
  const target = valueOf(device.facts.connect)?.as('switch', 'nic-port');
  const onTap = target?.kind === 'nic-port' || (target?.kind === 'switch' && target.switchKind === 'macvtap');
  // A container's interface stands on a VLAN interface of the port (Docker: parent=eth0.10); a macvtap of libvirt has none.
  if (!onTap || device.technique?.takes === 'vf' || isStacked(device)) return undefined;
  const mode = valueOf(device.facts.mode) ?? (target.kind === 'switch' ? valueOf(target.facts.mode) : undefined);
  return mode === 'passthru'
    ? undefined
    : stated('vlan', device.facts.vlan, 'a macvtap does not tag', 'connect it to a Linux bridge or Open vSwitch, or take a VF');
};

function isStacked({ technique }: VirtualDevice): boolean {
  return technique?.name === 'macvlan' || technique?.name === 'ipvlan';
}

const minRate: Row = (device) => {
  const fact = device.facts.minRate;
  if (device.technique?.takes !== 'vf' || !(Number(valueOf(fact)) > 0)) return undefined;
  for (const fn of poolOf(device)) {
    const driver = valueOf(fn.facts.driver) ?? valueOf(fn.device.facts.kernelDriver);
    if (valueOf(fn.facts.sriov.minRate) === 'unsupported')
      return stated('minRate', fact, `${fn.device.path} has no minimum rates`, 'limit the others with "maxRate"');
    if (driver !== undefined && NO_MIN_RATE.has(driver))
      return stated('minRate', fact, `the ${driver} driver refuses minimum rates`, 'limit the others with "maxRate"');
    if (driver === 'ice' && hasTrafficClasses(fn))
      return stated('minRate', fact, 'ice refuses it while traffic classes (DCB) are set up', 'limit the others with "maxRate"');
  }
  return undefined;
};

const maxRate: Row = (device) => {
  const fn =
    device.technique?.takes === 'vf' ? poolOf(device).find((candidate) => valueOf(candidate.facts.sriov.maxRate) === false) : undefined;
  return fn === undefined
    ? undefined
    : stated('maxRate', device.facts.maxRate, `${fn.device.path} does not limit its VFs`, 'connect it through a vSwitch that shapes');
};

/**
 * What cannot be enforced where, each row from what a real component refuses or ignores: libvirt (bandwidth and isolation on
 * hostdev), neutron (burst, packet rate), the drivers named.
 */
/** Where a port stands for the switch of the hypervisor, that switch tags. */
const vlanOnTap: Row = (device) => (hasExternalSwitch(device) ? undefined : vlanOnMacvtap(device));

export const rows: readonly Row[] = [softwareLimit, burst, packetRate, isolated, vlanOnTap, minRate, maxRate];

function stated(key: string, fact: Fact<unknown>, why: string, instead: string): Unsupported | undefined {
  return fact.state === 'known' ? { key, fact, why, instead } : undefined;
}

/** A VF of a NIC, as far as one can tell; drives and accelerators have other shapers. */
function isNicVf(device: VirtualDevice): boolean {
  if (device.technique?.takes !== 'vf') return false;
  const [fn] = poolOf(device);
  return fn !== undefined && (fn.device.deviceKind === 'nic' || fn.device.deviceKind === 'dpu');
}

function switchKind(device: VirtualDevice): string | undefined {
  return valueOf(device.facts.connect)?.as('switch')?.switchKind;
}

function hasTrafficClasses(fn: PhysicalFunction): boolean {
  return fn.port !== undefined && (valueOf(fn.port.facts.trafficClasses) ?? []).length > 0;
}

/** A rate that reads back as the same number of bits. */
function rateText(bitsPerSec: number): string {
  for (const [unit, size] of [
    ['Gbit/s', 1e9],
    ['Mbit/s', 1e6],
    ['kbit/s', 1e3],
  ] as const) {
    if (bitsPerSec >= size && Number.isInteger(Number((bitsPerSec / size).toFixed(6)) * 1e6))
      return `${Number((bitsPerSec / size).toFixed(6))} ${unit}`;
  }
  return `${Math.round(bitsPerSec)} bit/s`;
}
