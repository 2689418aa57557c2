import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import { defineRule, related } from '../rule.js';
import { assignments } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { isDenied } from '../support/obstacles.js';
import { placeOfFact } from '../support/text.js';
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
        devices: { qat0: { kind: 'accelerator', vfioDenied: true, sriov: { vfs: 4 } } },
        guests: { a: { devices: { qat: { technique: 'sriov-vf', from: 'qat0' } } } },
      }),
      onHost({
        devices: { sw0: { kind: 'other', functions: { f0: { class: '0604' } } } },
        guests: { a: { devices: { dev: { technique: 'passthrough', from: 'sw0' } } } },
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
        report('denied', place, args, { entity: device, related: why });
      } else if (bridgeClass !== undefined) {
        report('bridge', place, { ...args, class: bridgeClass }, { entity: device });
      } else if (adapter !== undefined) {
        report('behind', place, { ...args, adapter: adapter.path }, { entity: device });
      } else continue;
      spoken.add(device);
    }
  },
});

/** PCI base class 06 is that of bridges. */
function classOfBridge(member: PhysicalFunction | VirtualFunction): string | undefined {
  const pciClass = member.kind === 'function' ? valueOf(member.facts.class) : undefined;
  return pciClass?.startsWith('06') ? pciClass : undefined;
}
