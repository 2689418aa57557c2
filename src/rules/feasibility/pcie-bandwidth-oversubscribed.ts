import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import { type PciePort, portsAbove } from '../../core/model/pcie.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { formatBitsPerSec } from '../../core/units/format.js';
import { linkBitsPerSec } from '../../core/units/pcie-link.js';
import { defineRule, related } from '../rule.js';
import { busyRate } from '../support/busy-ports.js';
import { onHost } from '../support/examples.js';
import { hostUses } from '../support/host-uses.js';
import { push } from '../support/maps.js';
import { capacityOf, movesTo, trained } from '../support/slots.js';
import { fixOf, placeOfEntity, placeOfFact, setting, settingAtTop } from '../support/text.js';
import { devicesOf, takersByFunction } from '../support/vfs.js';
import { relatedPlaces } from '../support/words.js';

export const pcieBandwidthOversubscribed = defineRule({
  id: 'IOVT119',
  name: 'pcie-bandwidth-oversubscribed',
  title: 'Devices can demand more than their PCIe link carries',
  severity: 'warning',
  group: 'feasibility',
  messages: {
    link: 'What is below {port} can demand {demand}, but the link carries {capacity} ({ratio}:1).',
    device: '{device} can demand {demand}, but its link carries {capacity} ({ratio}:1).',
  },
  docs: {
    why: 'Where NIC ports and drives together outrun the link to the CPU, packets queue in the card and are dropped: hundreds of microseconds of delay were measured in production. The capacity counts the encoding of the link (8b/10b up to generation 2, 128b/130b from 3); packet headers come on top. Ports that something uses count, those of an active-backup bond once.',
    fix: 'Limit what the consumers may send (`maxRate`), move a device to another root port, or accept it: `"policy": { "oversubscription": 2 }`.',
    sources: ['Linux drivers/pci/pci.h, PCIE_SPEED2MBS_ENC', 'Agarwal et al., Understanding Host Interconnect Congestion, HotNets 2022'],
  },
  examples: {
    bad: [
      onHost({
        pcie: { rp0: { kind: 'root-port', link: 'gen3 x8' } },
        devices: { nic0: { kind: 'nic', at: 'rp0', ports: { p0: { rate: '100 Gbit/s' } } } },
      }),
      onHost({
        pcie: {
          rp0: { kind: 'root-port', link: 'gen3 x8' },
          up0: { kind: 'switch-upstream', at: 'rp0' },
          dn0: { kind: 'switch-downstream', at: 'up0', link: 'gen3 x4' },
          dn1: { kind: 'switch-downstream', at: 'up0', link: 'gen3 x8' },
        },
        devices: {
          ssd0: { kind: 'nvme', at: 'dn0', storage: { readBandwidth: '3.5 GB/s' } },
          nic0: { kind: 'nic', at: 'dn1', ports: { p0: { rate: '50 Gbit/s' } } },
        },
      }),
      onHost({
        pcie: { rp0: { kind: 'root-port', link: 'gen3 x16' } },
        devices: { nic0: { kind: 'nic', at: 'rp0', ports: { p0: { rate: '100 Gbit/s' }, p1: { rate: '100 Gbit/s' } } } },
        switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0/p0', 'nic0/p1'], bond: { mode: 'lacp' } } },
      }),
    ],
    good: [
      onHost({
        pcie: { rp0: { kind: 'root-port', link: 'gen3 x16' } },
        devices: { nic0: { kind: 'nic', at: 'rp0', ports: { p0: { rate: '100 Gbit/s' }, p1: { rate: '100 Gbit/s' } } } },
        switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0/p0'] } },
      }),
      onHost({
        pcie: { rp0: { kind: 'root-port', link: 'gen3 x16' } },
        devices: { nic0: { kind: 'nic', at: 'rp0', ports: { p0: { rate: '100 Gbit/s' }, p1: { rate: '100 Gbit/s' } } } },
        switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0/p0', 'nic0/p1'], bond: { mode: 'active-backup' } } },
      }),
      onHost({
        pcie: { rp0: { kind: 'root-port', link: 'gen4 x8' } },
        devices: { nic0: { kind: 'nic', at: 'rp0', ports: { p0: { rate: '100 Gbit/s' } } } },
      }),
      onHost(
        {
          pcie: { rp0: { kind: 'root-port', link: 'gen3 x8' } },
          devices: { nic0: { kind: 'nic', at: 'rp0', ports: { p0: { rate: '100 Gbit/s' } } } },
        },
        { policy: { oversubscription: 2 } },
      ),
    ],
  },
  check(topology, report) {
    const accepted = valueOf(topology.facts.policy.oversubscription) ?? 1;
    const demands = new Map<Device, number>();
    const below = new Map<PciePort, Device[]>();
    for (const device of devicesOf(topology)) {
      const demand = demandOf(topology, device);
      if (demand === 0) continue;
      demands.set(device, demand);
      for (const port of portsAbove(device)) push(below, port, device);
    }
    const spoken = new Map<Device, number>();
    // From the leaves up: a link that everything wide enough has passed already is not worth another word.
    for (const [port, devices] of [...below].sort(([a], [b]) => portsAbove(b).length - portsAbove(a).length)) {
      const capacity = linkOf(port, devices);
      const demand = devices.reduce(
        (sum, device) => sum + Math.min(demands.get(device) ?? 0, spoken.get(device) ?? Number.POSITIVE_INFINITY),
        0,
      );
      if (capacity === undefined || demand <= capacity * accepted) continue;
      for (const device of devices) spoken.set(device, Math.min(spoken.get(device) ?? Number.POSITIVE_INFINITY, capacity));
      const args = { demand: formatBitsPerSec(demand), capacity: formatBitsPerSec(capacity), ratio: (demand / capacity).toPrecision(2) };
      const [only] = devices.length === 1 ? devices : [];
      const extras = {
        entity: port,
        subjects: devices.map((device) => `${device.path} below ${port.path}`),
        related: relatedPlaces(devices, (device) =>
          related('{device} can demand {demand}', placeOfEntity(device), {
            device: device.path,
            demand: formatBitsPerSec(demands.get(device) ?? 0),
          }),
        ),
        fixes: [
          ...(only === undefined ? [] : limits(topology, only, capacity * accepted)),
          ...devices.flatMap((device) => movesTo(device, (slot) => isEnough(slot, demands.get(device) ?? 0, below))).slice(0, MOST_MOVES),
          ...accept(topology, devices, demand / capacity),
        ],
      };
      if (only === undefined) report('link', placeOfFact(port.facts.link, port), { ...args, port: port.path }, extras);
      else report('device', placeOfFact(only.facts.at, only), { ...args, device: only.path }, { ...extras, entity: only });
    }
  },
});

/** An equal share of the link for every copy of those that take its VFs; what is limited to less stays so. */
function limits(topology: Topology, device: Device, capacity: number): Fix[] {
  const users = usersOf(topology, device);
  const copies = users.reduce((sum, { guest }) => sum + guest.count, 0);
  const share = copies === 0 ? 0 : Math.floor(capacity / copies / 1e6);
  if (share < 1 || users.length > MOST_LIMITS || isUsedByHost(device)) return [];
  const rate = share >= 1000 ? `${Math.floor(share / 100) / 10} Gbit/s` : `${share} Mbit/s`;
  const free = users.filter(({ facts }) => (valueOf(facts.maxRate) ?? Number.POSITIVE_INFINITY) > share * 1e6);
  return fixOf('Limit each to {rate}', { rate }, ...free.map((user) => setting(user, ['maxRate'], rate)));
}

/** A slot with all that leads there: wide enough for what the device can demand beside what is below it already. */
function isEnough(slot: PciePort, demand: number, below: ReadonlyMap<PciePort, readonly Device[]>): boolean {
  return [slot, ...portsAbove(slot)].every((port) => {
    const capacity = capacityOf(port);
    return capacity !== undefined && capacity >= demand && !below.has(port);
  });
}

/** Writes the ratio down as meant, rounded up to one digit behind the point. */
function accept(topology: Topology, devices: readonly Device[], ratio: number): Fix[] {
  const [first] = devices;
  if (first === undefined || !Number.isFinite(ratio)) return [];
  const { oversubscription } = topology.facts.policy;
  const accepted = Math.ceil(ratio * 10) / 10;
  const at = oversubscription.state === 'known' ? oversubscription.at : placeOfEntity(first);
  return fixOf('Accept {ratio}:1 for the whole design', { ratio: accepted }, settingAtTop(at, ['policy', 'oversubscription'], accepted));
}

const MOST_LIMITS = 16;
const MOST_MOVES = 3;

/** A slot carries what port and card agree on. */
function linkOf(port: PciePort, devices: readonly Device[]): number | undefined {
  const own = valueOf(port.facts.link);
  const [only] = devices;
  const card = only === undefined || devices.length > 1 || valueOf(only.facts.at)?.target !== port ? undefined : valueOf(only.facts.link);
  return own === undefined || card === undefined ? capacityOf(port) : linkBitsPerSec(trained(card, own));
}

/** The most a device can move in one direction, as far as that is known; what nobody stated counts as nothing. */
function demandOf(topology: Topology, device: Device): number {
  const limits = limitsOf(topology, device);
  return Math.min(limits ?? Number.POSITIVE_INFINITY, ratesOf(topology, device));
}

function ratesOf(topology: Topology, device: Device): number {
  const { readBandwidth, writeBandwidth } = device.facts.storage;
  const media = 8 * Math.max(valueOf(readBandwidth) ?? 0, valueOf(writeBandwidth) ?? 0);
  const ofPorts = device.ports.length === 0 ? 0 : busyRate(topology, device);
  return Math.min(ofPorts, valueOf(device.facts.totalRate) ?? ofPorts) + media;
}

/** The sum of what the VFs of a NIC may send, where all that are in use are limited and nothing else uses the ports. */
function limitsOf(topology: Topology, device: Device): number | undefined {
  const users = usersOf(topology, device);
  if (users.length === 0 || isUsedByHost(device)) return undefined;
  let sum = 0;
  for (const user of users) {
    const limit = valueOf(user.facts.maxRate);
    if (limit === undefined) return undefined;
    sum += limit * user.guest.count;
  }
  return sum;
}

/** Virtual devices that take VFs of it. */
function usersOf(topology: Topology, device: Device): VirtualDevice[] {
  const takers = takersByFunction(topology);
  return [...new Set(device.functions.flatMap((fn) => takers.get(fn) ?? []))];
}

function isUsedByHost(device: Device): boolean {
  return device.functions.some((fn) => hostUses(device.host).has(fn));
}
