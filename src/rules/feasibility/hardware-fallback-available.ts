import { poolOf } from '../../core/model/assign.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { assignedTarget } from '../../core/model/mapping.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule } from '../rule.js';
import { wantsVfio } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { hasSriovOffInFirmware, isDenied, lacksIommu, lacksSriov } from '../support/obstacles.js';
import { fixOf, placeOfFact } from '../support/text.js';
import { fallbackFor } from './fallback-ladder.js';

export const hardwareFallbackAvailable = defineRule({
  id: 'IOVT132',
  name: 'hardware-fallback-available',
  title: 'This host has another way that works',
  severity: 'hint',
  group: 'feasibility',
  messages: { fallback: '{device} cannot have {wanted}: {why}. The best this host has for it is {fallback}.' },
  docs: {
    why: 'Old and small machines lack SR-IOV, an IOMMU or VFs, and still run guests well by another path. For a NIC, the first of these that the host has is offered: a VF of another card, vDPA, vhost-user on a polling switch, a kernel switch, macvtap, a new bridge, an emulated e1000. For a disk: a vhost-user process, an iothread. For a GPU: a MIG instance, a mediated device, virtio-gpu. The order is engineering judgement: what loses least comes first.',
    fix: 'The quick fix rewrites the virtual device; MAC, VLAN and rate limits are kept where the other path has them. Where a workload uses the device, the title says what rate, latency and CPUs become, by the fluid estimate of both designs. A guest without virtio drivers (`"virtioDrivers": false`) is offered an emulated device.',
    sources: [
      'Linux Documentation/driver-api/vfio-mediated-device',
      'Proxmox VE Administration Guide',
      'libvirt formatdomain, "Network interfaces"',
    ],
  },
  examples: {
    bad: [
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { supported: false } } },
        switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0'] } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 100, maxRate: '1 Gbit/s' } } } },
      }),
      onHost({
        iommu: { state: 'absent' },
        devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 2 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0' } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { supported: false } } },
        switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0'] } },
        guests: { a: { os: 'Windows 2000', virtioDrivers: false, devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { supported: false } }, nic1: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 2 } } },
        switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0'] } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
      onHost({
        devices: { usb0: { kind: 'usb' } },
        iommu: { state: 'absent' },
        guests: { a: { devices: { eth0: { technique: 'virtio-net' } } } },
      }),
    ],
  },
  check(topology, report) {
    // Where more VFs can be enabled, that is what to do.
    const short = new Set(topology.shortages.flatMap(({ device, functions }) => (functions.every(isFull) ? [device] : [])));
    for (const device of topology.virtualDevices) {
      const why = obstacle(device, short);
      const offer = why === undefined ? undefined : fallbackFor(device, topology);
      if (why === undefined || offer === undefined) continue;
      const args = { device: device.path, wanted: wanted(device), why, fallback: offer.what };
      report('fallback', placeOfFact(device.facts.technique, device), args, {
        entity: device,
        fixes: fixOf('Use {fallback}', { fallback: offer.what }, ...offer.changes),
      });
    }
  },
});

/** Why a device cannot have the function it asks for, where another rule says that it is an error. */
function obstacle(device: VirtualDevice, short: ReadonlySet<Topology['virtualDevices'][number]>): string | undefined {
  const { host } = device.guest;
  const functions = device.technique?.takes === 'vf' ? poolOf(device) : [];
  const [fn] = functions;
  if (fn !== undefined && functions.every(lacksSriov)) return `${fn.device.path} has no SR-IOV`;
  if (fn !== undefined && hasSriovOffInFirmware(host) && functions.some(({ numVfs }) => numVfs > 0)) return 'SR-IOV is off in firmware';
  if (wantsVfio(device)) {
    const target = assignedTarget(device);
    const physical = target?.kind === 'device' ? target : target?.device;
    if (lacksIommu(host)) return valueOf(host.facts.iommu.state) === 'off' ? 'the IOMMU is off' : 'there is no IOMMU';
    if (physical !== undefined && isDenied(physical)) return `VFIO does not assign ${physical.path}`;
  }
  return short.has(device) ? 'no VF is left' : undefined;
}

function isFull(fn: PhysicalFunction): boolean {
  return fn.numVfs >= (valueOf(fn.facts.sriov.totalVfs) ?? Number.POSITIVE_INFINITY);
}

function wanted(device: VirtualDevice): string {
  return device.technique?.takes === 'vf' ? 'a VF' : 'a device of its own';
}
