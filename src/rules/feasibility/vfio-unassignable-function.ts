import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { assignments } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { isDenied } from '../support/obstacles.js';
import { spareFor } from '../support/spare.js';
import { fixOf, placeOfFact, rewriting, setting } from '../support/text.js';
import { nameOf } from '../support/vfs.js';

export const vfioUnassignableFunction = defineRule({
  id: 'IOVT131',
  name: 'vfio-unassignable-function',
  title: 'A function that VFIO does not assign',
  severity: 'error',
  group: 'feasibility',
  messages: {
    denied: '{fn} cannot be given to {guest}: vfio-pci refuses {device} because of errata that a guest could exploit.',
    bridge: '{fn} cannot be given to {guest}: it is a bridge (class {class}), and only endpoints are assigned.',
    behind: '{device} cannot be given to {guest} through PCI: it hangs on {adapter}, which is the PCI device.',
  },
  docs: {
    why: 'libvirt refuses what is not an endpoint. vfio-pci refuses parts whose errata a hostile guest can use against the host (QAT C3xxx, C62x and DH895xCC, DSA and IAX of Sapphire Rapids) unless `disable_denylist` is set.',
    fix: 'Give the guest the endpoint below the bridge, or the whole adapter. For denied parts use the host driver with a mediated or software path.',
    sources: ['Linux drivers/vfio/pci/vfio_pci.c, vfio_pci_dev_in_denylist', 'libvirt virpci.c', 'Linux Documentation/driver-api/vfio'],
  },
  examples: {
    bad: [
      onHost({
        devices: {
          qat0: { kind: 'accelerator', vfioDenied: true, sriov: { vfs: 4 } },
          qat1: { kind: 'accelerator', sriov: { vfs: 4 } },
        },
        guests: { a: { devices: { qat: { technique: 'sriov-vf', from: 'qat0' } } } },
      }),
      onHost({
        devices: { sw0: { kind: 'other', functions: { f0: { class: '0604' } } } },
        guests: { a: { devices: { dev: { technique: 'passthrough', from: 'sw0' } } } },
      }),
      onHost({
        devices: { hba0: { kind: 'hba' }, sda: { kind: 'disk', at: 'hba0' } },
        guests: { a: { devices: { disk: { technique: 'passthrough', from: 'sda' } } } },
      }),
    ],
    good: [
      onHost({
        vfio: { disableDenylist: true },
        devices: { qat0: { kind: 'accelerator', vfioDenied: true, sriov: { vfs: 4 } } },
        guests: { a: { devices: { qat: { technique: 'sriov-vf', from: 'qat0' } } } },
      }),
      onHost({
        devices: { qat0: { kind: 'accelerator', sriov: { vfs: 4 } } },
        guests: { a: { devices: { qat: { technique: 'sriov-vf', from: 'qat0' } } } },
      }),
    ],
  },
  check(topology, report) {
    const spoken = new Set<unknown>();
    for (const { member, device } of assignments(topology).vfio) {
      if (spoken.has(device)) continue;
      const place = placeOfFact(device.facts.from, device);
      const args = { fn: nameOf(member), device: member.device.path, guest: device.guest.path };
      const adapter = valueOf(member.device.facts.at)?.as('device');
      const bridgeClass = classOfBridge(member);
      if (isDenied(member.device)) {
        const why = [
          related('as stated for {device}', placeOfFact(member.device.facts.vfioDenied, member.device), { device: member.device.path }),
        ];
        report('denied', place, args, { entity: device, related: why, fixes: takeSpare(topology, member.device, device) });
      } else if (bridgeClass !== undefined) {
        report('bridge', place, { ...args, class: bridgeClass }, { entity: device });
      } else if (adapter !== undefined) {
        report(
          'behind',
          place,
          { ...args, adapter: adapter.path },
          { entity: device, fixes: throughAdapter(member.device, adapter, device) },
        );
      } else continue;
      spoken.add(device);
    }
  },
});

/** Another card of the kind, one that VFIO does assign; the wish for a VF needs one that has some. */
function takeSpare(topology: Topology, denied: Device, device: VirtualDevice): Fix[] {
  const wantsVf = device.technique?.takes === 'vf';
  const spare = spareFor(denied, topology).find(
    (other) => !isDenied(other) && (!wantsVf || other.functions.some(({ numVfs }) => numVfs >= device.guest.count)),
  );
  return spare === undefined ? [] : takes(device, spare);
}

/** A disk behind an adapter comes to the guest as a virtual disk, or with its adapter. */
function throughAdapter(disk: Device, adapter: Device, device: VirtualDevice): Fix[] {
  if (valueOf(device.guest.facts.kind) === 'container') return [];
  const values = { technique: 'virtio-scsi', media: disk.id, from: undefined };
  return [...fixOf('Attach {disk} by virtio-scsi', { disk: disk.path }, rewriting(device, values)), ...takes(device, adapter)];
}

function takes(device: VirtualDevice, other: Device): Fix[] {
  return fixOf('Take {other} for {device}', { other: other.path, device: device.path }, setting(device, ['from'], other.id));
}

/** PCI base class 06 is that of bridges. */
function classOfBridge(member: PhysicalFunction | VirtualFunction): string | undefined {
  const pciClass = member.kind === 'function' ? valueOf(member.facts.class) : undefined;
  return pciClass?.startsWith('06') ? pciClass : undefined;
}
