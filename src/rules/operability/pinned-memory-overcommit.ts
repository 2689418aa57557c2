import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import { formatBytes } from '../../core/units/format.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { isVdpa, vfioDevices } from '../support/pinning.js';
import { noGuestStates } from '../support/stated.js';
import { changing, fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';
import { relatedPlaces } from '../support/words.js';

const guest = (memory: object | string, more: object = {}) => ({
  numa: { n0: { cpus: '0-7', memory: '64 GiB' } },
  devices: { nic0: { kind: 'nic', sriov: { vfs: 8 } } },
  guests: {
    a: { ...more, memory: typeof memory === 'string' ? memory : { ...memory }, devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } },
  },
});

const GiB = 1024 ** 3;

export const pinnedMemoryOvercommit = defineRule({
  id: 'IOVT507',
  name: 'pinned-memory-overcommit',
  title: 'Assigned devices pin memory that was promised twice',
  severity: 'error',
  group: 'operability',
  messages: {
    host: 'Guests with assigned devices pin {pinned} on {host}, which has {have}.',
    request: '{guest} pins all of its {size}, because {device} is assigned, but the scheduler reserves {requested}.',
    lock: '{guest} may lock {limit}, but {device} and what else it has need {need}.',
  },
  docs: {
    why: 'An assigned device can reach any page of its guest at any time, so all of them are pinned when it starts: nothing of it can be overcommitted. QEMU may lock as much as libvirt allows: the memory once, with a virtual IOMMU once for each assigned device, once more for each vDPA device and NVMe drive, and 1 GiB. Too little ends the guest at start.',
    fix: 'Reserve all of its memory, place fewer such guests on the host, or raise the lock limit.',
    sources: [
      'libvirt src/qemu/qemu_domain.c, qemuDomainGetMemLockLimitBytes',
      'KubeVirt issues 10379, 10672',
      'Cloud Hypervisor issue 165',
    ],
  },
  examples: {
    bad: [
      onHost(guest('16 GiB', { count: 5 })),
      onHost(guest({ size: '16 GiB', requested: '8 GiB' })),
      onHost(guest({ size: '16 GiB', lockLimit: '16 GiB' })),
    ],
    good: [onHost(guest('16 GiB', { count: 3 })), onHost(guest({ size: '16 GiB', requested: '16 GiB', lockLimit: '18 GiB' }))],
  },
  check(topology, report) {
    if (noGuestStates(topology, 'memory')) return;
    for (const host of topology.hosts) {
      const pinning = host.guests.filter((guest) => pinnedBy(guest) !== undefined && valueOf(guest.facts.standby) !== true);
      const pinned = pinning.reduce((sum, guest) => sum + (valueOf(guest.memory.size) ?? 0) * guest.count, 0);
      const memories = host.numaNodes.map(({ facts }) => valueOf(facts.memory));
      const total = memories.some((each) => each === undefined) ? undefined : memories.reduce<number>((sum, each) => sum + (each ?? 0), 0);
      const have = total === undefined ? undefined : total - (valueOf(host.facts.reservedMemory) ?? 0);
      const largest = [...pinning].sort((a, b) => (valueOf(b.memory.size) ?? 0) * b.count - (valueOf(a.memory.size) ?? 0) * a.count)[0];
      if (have !== undefined && host.numaNodes.length > 0 && pinned > have && largest !== undefined) {
        report(
          'host',
          placeOfFact(largest.facts.memory, largest),
          { pinned: formatBytes(pinned), host: host.path, have: formatBytes(have) },
          {
            entity: host,
            related: relatedPlaces(pinning, (guest) =>
              related('{size} for {guest}', placeOfFact(guest.facts.memory, guest), {
                size: formatBytes((valueOf(guest.memory.size) ?? 0) * guest.count),
                guest: guest.path,
              }),
            ),
          },
        );
      }
      for (const guest of pinning) {
        const device = pinnedBy(guest);
        const { size, requested, lockLimit } = guest.memory;
        const bytes = valueOf(size);
        if (device === undefined || bytes === undefined) continue;
        const extras = { entity: guest, related: [related('{device}', placeOfEntity(device), { device: device.path })] };
        const reserved = valueOf(requested);
        if (reserved !== undefined && reserved < bytes) {
          const args = { guest: guest.path, size: formatBytes(bytes), device: device.path, requested: formatBytes(reserved) };
          const fixes = fixOf('Reserve all of it', {}, setting(guest, ['memory', 'requested'], mib(bytes)));
          report('request', placeOfFact(requested, guest), args, { ...extras, fixes });
        }
        const need = lockedBytes(guest, bytes);
        const limit = valueOf(lockLimit);
        if (limit !== undefined && limit < need) {
          const args = { guest: guest.path, limit: formatBytes(limit), device: device.path, need: formatBytes(need) };
          const fixes = fixOf('Allow {need}', { need: formatBytes(need) }, changing(lockLimit, guest, ['memory', 'lockLimit'], mib(need)));
          report('lock', placeOfFact(lockLimit, guest), args, { ...extras, fixes });
        }
      }
    }
  },
});

function pinnedBy(guest: Guest) {
  return vfioDevices(guest)[0] ?? guest.devices.find(isVdpa);
}

/** Source: libvirt qemuDomainGetMemLockLimitBytes. */
function lockedBytes(guest: Guest, bytes: number): number {
  const assigned = vfioDevices(guest);
  const drives = assigned.filter(({ technique }) => technique?.name === 'nvme-namespace').length;
  const others = assigned.length - drives;
  const hasIommu = (valueOf(guest.facts.viommu) ?? 'none') !== 'none';
  const factor = guest.devices.filter(isVdpa).length + drives + (hasIommu ? others : Math.min(1, others));
  return factor * bytes + GiB;
}

function mib(bytes: number): string {
  return bytes % GiB === 0 ? `${bytes / GiB} GiB` : `${Math.ceil(bytes / 1024 ** 2)} MiB`;
}
