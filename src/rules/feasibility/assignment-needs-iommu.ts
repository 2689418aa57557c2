import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { techniques } from '../../techniques/index.js';
import { defineRule, related } from '../rule.js';
import { takenAt, wantsVfio } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { lacksIommu } from '../support/obstacles.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { listed, relatedPlaces } from '../support/words.js';

export const assignmentNeedsIommu = defineRule({
  id: 'IOVT115',
  name: 'assignment-needs-iommu',
  title: 'Device assignment without an IOMMU',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['vfio-noiommu-mode'],
  messages: {
    off: 'The IOMMU of {host} is off, and {devices} cannot do without it.',
    absent: '{host} has no IOMMU, and {devices} cannot do without it.',
  },
  docs: {
    why: 'Nothing would translate the DMA of the device: it speaks in guest addresses, and would write over whatever lies there in the host. VFIO refuses virtual machines in no-IOMMU mode for that reason.',
    fix: 'Enable VT-d or AMD-Vi in firmware (and `intel_iommu=on` where the kernel does not by itself), or connect the guest through virtio.',
    sources: [
      'Linux drivers/vfio/Kconfig, VFIO_NOIOMMU',
      'libvirt virt-host-validate-common.c',
      'Proxmox VE Administration Guide, "PCI(e) Passthrough"',
    ],
  },
  examples: {
    bad: [
      onHost({
        iommu: { state: 'off' },
        devices: { nic0: { kind: 'nic', sriov: { vfs: 4 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
      onHost({
        iommu: { state: 'absent' },
        devices: { gpu0: { kind: 'gpu' } },
        guests: { a: { devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } } },
      }),
      onHost({
        iommu: { state: 'off' },
        devices: { gpu0: { kind: 'gpu', partitions: { g0: { type: '3g.20gb' } } } },
        guests: { a: { devices: { gpu: { technique: 'mig', from: 'gpu0/g0' } } } },
      }),
      onHost({
        iommu: { state: 'off' },
        devices: { dpu0: { kind: 'dpu', ports: { p0: {} } } },
        guests: { a: { devices: { eth0: { technique: 'dpu-virtio', from: 'dpu0' } } } },
      }),
      onHost({
        iommu: { state: 'off' },
        devices: { ssd0: { kind: 'nvme', namespaces: { ns1: {} } } },
        guests: { a: { devices: { vda: { technique: 'nvme-namespace', media: 'ssd0/ns1' } } } },
      }),
    ],
    good: [
      onHost({
        iommu: { state: 'off' },
        devices: { ssd0: { kind: 'nvme', namespaces: { ns1: {} } } },
        guests: {
          a: { memory: { shared: true }, devices: { vda: { technique: 'nvme-namespace', media: 'ssd0/ns1', backend: 'vhost-user' } } },
        },
      }),
      onHost({
        iommu: { state: 'on' },
        devices: { nic0: { kind: 'nic', sriov: { vfs: 4 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
      onHost({
        iommu: { state: 'off' },
        devices: { nic0: { kind: 'nic', sriov: { vfs: 4 } } },
        guests: { a: { kind: 'container', devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
    ],
  },
  check(topology, report) {
    for (const host of topology.hosts.filter(lacksIommu)) {
      const devices = needingIommu(host);
      if (devices.length === 0) continue;
      const fact = host.facts.iommu.state;
      report(
        valueOf(fact) === 'off' ? 'off' : 'absent',
        placeOfFact(fact, host),
        { host: host.path, devices: listed(devices.map((device) => device.path)) },
        {
          entity: host,
          subjects: [...devices.map((device) => device.path), `IOMMU of ${host.path}`],
          related: relatedPlaces(devices, (device) => related('{device}', takenAt(device), { device: device.path })),
          fixes: valueOf(fact) === 'off' ? fixOf('State that the IOMMU is on', {}, changing(fact, host, ['iommu', 'state'], 'on')) : [],
        },
      );
    }
  },
});

/** Devices whose DMA goes by guest addresses: functions through VFIO, and mediated devices that the IOMMU keeps apart. */
function needingIommu(host: Host): VirtualDevice[] {
  return host.guests
    .flatMap((guest) => guest.devices)
    .filter((device) => {
      const isMediated = device.technique?.takes === 'mediated-type' && valueOf(device.facts.isolation) === 'iommu';
      return isMediated || wantsVfio(device) || isGivenWithoutFunction(device);
    });
}

/** What a virtual machine gets through VFIO without naming a function: GPU instances, functions of a DPU, drives for QEMU. */
function isGivenWithoutFunction(device: VirtualDevice): boolean {
  const name = device.technique?.name ?? '';
  if (valueOf(device.guest.facts.kind) === 'container' || !needsIt(name)) return false;
  const { from, media, controller, backend } = device.facts;
  switch (name) {
    case 'mig':
      return valueOf(from)?.target !== undefined;
    case 'dpu-virtio':
      return from.state !== 'unknown' || controller.state !== 'unknown';
    case 'nvme-namespace':
      return valueOf(media)?.target !== undefined && valueOf(backend) !== 'vhost-user';
    default:
      return false;
  }
}

function needsIt(name: string): boolean {
  return techniques.get(name)?.needs.some(({ rule }) => rule === 'assignment-needs-iommu') ?? false;
}
