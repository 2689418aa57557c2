import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { techniques } from '../../techniques/index.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fixOf, placeOfFact, rewriting } from '../support/text.js';

const nic = (device: object, guest: object = {}) => ({
  switches: { br0: { kind: 'linux-bridge' } },
  guests: { a: { ...guest, devices: { eth0: { ...device, connect: 'br0' } } } },
});
const e1000 = { technique: 'emulated-nic', model: 'e1000' };
const ide = (guest: object, second: object = {}) => ({
  devices: { ssd0: { kind: 'nvme' } },
  guests: { a: { ...guest, devices: { hda: { technique: 'emulated-disk', bus: 'ide', media: 'ssd0', ...second } } } },
});

export const emulatedDeviceFastPath = defineRule({
  id: 'IOVT318',
  name: 'emulated-device-fast-path',
  title: 'An emulated device where virtio works',
  severity: 'warning',
  group: 'performance',
  messages: {
    drivers: '{device} is an emulated {model}, though {guest} has virtio drivers: {technique} is several times faster.',
    promise: '{device} is an emulated {model}, but {objective} promises something of it: {technique} is several times faster.',
  },
  docs: {
    why: 'Every access of an emulated device leaves the guest and is worked out in software. Proxmox names up to three times the throughput for a virtio NIC over e1000, and twice the write rate for a virtio disk over IDE. A guest is known to have the drivers if it says so ("virtioDrivers") or if it has a virtio device already; of others nothing is said. Where an objective depends on the device it is an error.',
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
    good: [onHost(nic({ technique: 'virtio-net' })), onHost(nic(e1000)), onHost(ide({ virtioDrivers: true }, { presentedAs: 'cdrom' }))],
  },
  check(topology, report) {
    for (const device of topology.virtualDevices) {
      const technique = REPLACEMENT[device.technique?.name ?? ''];
      if (technique === undefined || isRemovable(device) || !runsKvm(device)) continue;
      const { guest } = device;
      const witness = witnessOf(guest);
      const objective = witness === false ? undefined : promiseOn(topology, device);
      if (witness === undefined || witness === false) continue;
      const model = valueOf(device.facts.model) ?? valueOf(device.facts.bus) ?? 'device';
      const args = { device: device.path, model, guest: guest.path, technique };
      const extras = {
        entity: device,
        related:
          witness === true
            ? [related('virtio drivers', placeOfFact(guest.facts.virtioDrivers, guest))]
            : [related('a virtio device', witness.at)],
        fixes: fixOf('Use {technique}', { technique }, rewriting(device, { technique, ...withoutForeign(device, technique) })),
      };
      const place = placeOfFact(device.facts.technique, device);
      if (objective === undefined) report('drivers', place, args, extras);
      else report('promise', place, { ...args, objective }, { ...extras, severity: 'error' });
    }
  },
});

const REPLACEMENT: Readonly<Record<string, string>> = { 'emulated-nic': 'virtio-net', 'emulated-disk': 'virtio-blk' };

function isRemovable({ facts }: VirtualDevice): boolean {
  const presented = valueOf(facts.presentedAs);
  return presented === 'cdrom' || presented === 'floppy' || ['fdc', 'usb'].includes(valueOf(facts.bus) ?? '');
}

function runsKvm(device: VirtualDevice): boolean {
  return ['kvm', 'qemu'].includes(valueOf(device.guest.host.facts.hypervisor) ?? 'kvm');
}

const SAYS_MUCH: ReadonlySet<string> = new Set(['virtio-net', 'virtio-blk', 'virtio-scsi']);

/** What shows that a guest has virtio drivers; false where it says that it has none. */
function witnessOf(guest: Guest): VirtualDevice | true | false | undefined {
  const stated = valueOf(guest.facts.virtioDrivers);
  return stated ?? guest.devices.find(({ technique }) => SAYS_MUCH.has(technique?.name ?? ''));
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
