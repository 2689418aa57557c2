import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { formatBytes } from '../../core/units/format.js';
import { defineRule, related } from '../rule.js';
import { isVhostUser } from '../support/claims.js';
import { onHost } from '../support/examples.js';
import { changing, fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';

const host = (memory: string | { size: string; shared?: boolean } | undefined, kind = 'ovs-dpdk') => ({
  switches: { br0: { kind, cpus: '2' } },
  guests: {
    a: {
      ...(memory === undefined ? {} : { memory }),
      devices: { eth0: { technique: 'virtio-net', backend: 'vhost-user', connect: 'br0' } },
    },
  },
});

export const vhostUserMemoryNotShared = defineRule({
  id: 'IOVT319',
  name: 'vhost-user-memory-not-shared',
  title: 'vhost-user needs guest memory that is shared',
  severity: 'error',
  group: 'performance',
  messages: {
    not: '{device} is served by another process (vhost-user), but the memory of {guest} is not shared with it.',
    unstated:
      '{device} is served by another process (vhost-user), and nothing says that the memory of {guest} is shared: by default it is not.',
  },
  docs: {
    why: 'The back end reads the rings and the buffers of the guest directly: the memory has to come from a file descriptor that both map. Where memory is stated without "shared" it is a warning, because hypervisors do not share it by default; huge pages alone do not share it, but usually come with it, so nothing is said of those.',
    fix: 'Write "shared": true under "memory".',
    sources: ['Open vSwitch Documentation/topics/dpdk/vhost-user.rst', 'libvirt docs/kbase/virtiofs.rst', 'SPDK doc/vhost.md'],
  },
  examples: {
    bad: [onHost(host({ size: '4 GiB', shared: false })), onHost(host('4 GiB')), onHost(host({ size: '4 GiB' }, 'vpp'))],
    good: [onHost(host({ size: '4 GiB', shared: true })), onHost(host(undefined))],
  },
  check(topology, report) {
    const spoken = new Set<Guest>();
    for (const device of topology.virtualDevices) {
      const { guest } = device;
      if (spoken.has(guest) || valueOf(guest.facts.kind) === 'container' || !needsSharing(device)) continue;
      const { shared, hugepages } = guest.memory;
      const isStated = guest.facts.memory.state === 'known';
      const isOff = valueOf(shared) === false;
      if (!isOff && (shared.state !== 'unknown' || !isStated || hugepages.state !== 'unknown')) continue;
      spoken.add(guest);
      const place = isOff ? placeOfFact(shared, guest) : placeOfFact(guest.facts.memory, guest);
      report(
        isOff ? 'not' : 'unstated',
        place,
        { device: device.path, guest: guest.path },
        {
          entity: guest,
          severity: isOff ? 'error' : 'warning',
          related: [related('{device}', placeOfEntity(device), { device: device.path })],
          fixes: share(guest),
        },
      );
    }
  },
});

function needsSharing(device: VirtualDevice): boolean {
  const name = device.technique?.name ?? '';
  const backend = valueOf(device.facts.backend);
  // virtiofsd speaks vhost-user, be it said or not.
  if (name === 'virtio-fs') return backend === undefined || backend === 'vhost-user' || backend === 'virtiofsd';
  return (name.startsWith('virtio-') || name === 'nvme-namespace') && backend === 'vhost-user' && isVhostUser(device);
}

function share(guest: Guest) {
  const { memory } = guest.facts;
  if (memory.state === 'known' && typeof memory.value === 'number') {
    const size = formatBytes(memory.value);
    const exact = Number.isInteger(memory.value / 1024 ** 2) ? `${memory.value / 1024 ** 2} MiB` : size;
    return fixOf('Share its memory', {}, changing(memory, guest, ['memory'], { size: exact, shared: true }));
  }
  return fixOf('Share its memory', {}, setting(guest, ['memory', 'shared'], true));
}
