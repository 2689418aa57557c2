import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { techniques } from '../../techniques/index.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fixOf, placeOfEntity, placeOfFact, rewriting } from '../support/text.js';
import { listed, relatedPlaces } from '../support/words.js';

const nic = (device: object, guest: object = {}) => ({
  switches: { br0: { kind: 'linux-bridge' } },
  guests: { a: { ...guest, devices: { eth0: { ...device, connect: 'br0' } } } },
});
const e1000 = { technique: 'emulated-nic', model: 'e1000' };
const ide = (guest: object, second: object = {}) => ({
  devices: { ssd0: { kind: 'nvme' } },
  guests: { a: { ...guest, devices: { hda: { technique: 'emulated-disk', bus: 'ide', media: 'ssd0', ...second } } } },
});

/** A virtio NIC says nothing about drivers for disks. */
const netOnly = {
  devices: { ssd0: { kind: 'nvme' } },
  switches: { br0: { kind: 'linux-bridge' } },
  guests: {
    a: {
      os: 'Windows 10',
      devices: { hda: { technique: 'emulated-disk', bus: 'sata', media: 'ssd0' }, eth0: { technique: 'virtio-net', connect: 'br0' } },
    },
  },
};

export const emulatedDeviceFastPath = defineRule({
  id: 'IOVT318',
  name: 'emulated-device-fast-path',
  title: 'An emulated device where virtio works',
  severity: 'warning',
  group: 'performance',
  messages: {
    drivers: '{guest} has virtio drivers, but {devices} ({model}) {is} emulated: {technique} is several times faster.',
    elsewhere: '{guest} uses {witness}, but {devices} ({model}) {is} emulated: {technique} is several times faster.',
    promise: '{objective} promises something of {devices}, which {is} emulated ({model}): {technique} is several times faster.',
  },
  docs: {
    why: 'Every access of an emulated device leaves the guest and is worked out in software. Proxmox names up to three times the throughput for a virtio NIC over e1000, and twice the write rate for a virtio disk over IDE. A guest is known to have the drivers if it says so ("virtioDrivers"), or if it has a virtio device of the same kind already: drivers for NICs and for disks are installed apart on Windows. Of others nothing is said. Where an objective depends on the device it is an error.',
    fix: 'Use virtio. A guest that boots from the disk needs the driver in its boot image first.',
    sources: ['Proxmox VE Administration Guide, Network Device and Hard Disk', 'KubeVirt user guide: virtio'],
  },
  examples: {
    bad: [
      onHost(nic(e1000, { virtioDrivers: true })),
      onHost(ide({ virtioDrivers: true })),
      onHost(nic(e1000, { virtioDrivers: true }), {
        workloads: { w: { from: 'a/eth0', to: 'h1', size: '1500 B', rate: '1 Gbit/s' } },
        objectives: { o: { metric: 'throughput', of: 'w', min: '900 Mbit/s' } },
      }),
    ],
    good: [
      onHost(nic({ technique: 'virtio-net' })),
      onHost(nic(e1000)),
      onHost(ide({ virtioDrivers: true }, { presentedAs: 'cdrom' })),
      onHost(netOnly),
    ],
  },
  check(topology, report) {
    for (const guest of topology.hosts.flatMap(({ guests }) => guests)) {
      if (!guest.devices.some(({ technique }) => technique !== undefined && technique.name in REPLACEMENT) || !runsKvm(guest)) continue;
      for (const [name, technique] of Object.entries(REPLACEMENT)) {
        const witness = witnessOf(guest, technique);
        if (witness === undefined || witness === false) continue;
        const emulated = guest.devices.filter((device) => device.technique?.name === name && !isRemovable(device));
        const promised = emulated.flatMap((device) => {
          const objective = promiseOn(topology, device);
          return objective === undefined ? [] : [{ device, objective }];
        });
        const [first] = promised.map(({ device }) => device).concat(emulated);
        if (first === undefined) continue;
        const objective = promised[0]?.objective;
        const shown = objective === undefined ? emulated : [first];
        const model = listed(shown.map(({ facts }) => valueOf(facts.model) ?? valueOf(facts.bus) ?? name));
        const devices = listed(shown.map(({ path }) => path));
        const extras = {
          entity: first,
          related: [
            witness === true
              ? related('virtio drivers', placeOfFact(guest.facts.virtioDrivers, guest))
              : related('a virtio device', placeOfEntity(witness)),
            ...relatedPlaces(emulated.slice(1), (device) => related('{device}', placeOfEntity(device), { device: device.path })),
          ],
          fixes:
            emulated.length > MOST ? [] : fixOf('Use {technique}', { technique }, ...emulated.map((device) => toVirtio(device, technique))),
        };
        const is = shown.length > 1 ? 'are' : 'is';
        const args = { devices, model, guest: guest.path, technique, is };
        const place = placeOfFact(first.facts.technique, first);
        if (objective !== undefined) report('promise', place, { ...args, objective }, { ...extras, severity: 'error' });
        else if (witness === true) report('drivers', place, args, extras);
        else report('elsewhere', place, { ...args, witness: `virtio for ${witness.id}` }, extras);
      }
    }
  },
});

/** More devices than this make a new guest, not a fix. */
const MOST = 8;

function toVirtio(device: VirtualDevice, technique: string) {
  return rewriting(device, { technique, ...withoutForeign(device, technique) });
}

const REPLACEMENT: Readonly<Record<string, string>> = { 'emulated-nic': 'virtio-net', 'emulated-disk': 'virtio-blk' };

function isRemovable({ facts }: VirtualDevice): boolean {
  const presented = valueOf(facts.presentedAs);
  return (
    presented === 'cdrom' || presented === 'floppy' || ['fdc', 'usb'].includes(valueOf(facts.bus) ?? '') || valueOf(facts.model) === 'sd'
  );
}

function runsKvm({ host }: Guest): boolean {
  return ['kvm', 'qemu'].includes(valueOf(host.facts.hypervisor) ?? 'kvm');
}

/** Devices that show that a guest has the driver for another one. */
const SHOWN_BY: Readonly<Record<string, readonly string[]>> = {
  'virtio-net': ['virtio-net'],
  'virtio-blk': ['virtio-blk', 'virtio-scsi'],
};

/** What shows that a guest has the driver for a virtio device; false where it says that it has none. */
function witnessOf(guest: Guest, technique: string): VirtualDevice | true | false | undefined {
  const stated = valueOf(guest.facts.virtioDrivers);
  return stated ?? guest.devices.find((device) => SHOWN_BY[technique]?.includes(device.technique?.name ?? ''));
}

function promiseOn(topology: Topology, device: VirtualDevice): string | undefined {
  for (const objective of topology.objectives) {
    const target = valueOf(objective.facts.of)?.as('workload', 'virtual-device');
    if (target === device) return objective.path;
    if (target?.kind !== 'workload') continue;
    const { from, to, on } = target.facts;
    if ([from, to, on].some((end) => valueOf(end)?.target === device)) return objective.path;
  }
  return undefined;
}

/** What the other technique has no use for. */
function withoutForeign(device: VirtualDevice, technique: string): Record<string, undefined> {
  const keys: ReadonlySet<string> = new Set(techniques.get(technique)?.keys ?? []);
  const own = device.node?.type === 'object' ? device.node.properties.map(({ key }) => key) : [];
  // A model of the emulated device is none of the other.
  return Object.fromEntries(own.filter((key) => !keys.has(key) || key === 'model').map((key) => [key, undefined]));
}
