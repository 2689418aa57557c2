import { valueOf } from '../../core/model/fact.js';
import { namedControllers, type VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { noDeviceStates } from '../support/stated.js';
import { changing, fixOf, placeOfFact, setting } from '../support/text.js';

const disk = (more: object) => ({
  devices: { ssd0: { kind: 'nvme' } },
  guests: { a: { memory: { shared: true }, devices: { vda: { technique: 'virtio-blk', media: 'ssd0', ...more } } } },
});
const spdk = { backend: 'vhost-user', controller: 'spdk' };
const target = (more: object) => ({ ...disk({ ...spdk, ...more }), controllers: { spdk: { kind: 'vhost-user', cpus: '4' } } });

export const cacheIoModeConflict = defineRule({
  id: 'IOVT321',
  name: 'cache-io-mode-conflict',
  title: 'Settings of a disk exclude each other',
  severity: 'error',
  group: 'performance',
  messages: {
    native: '{device}: "io": "native" goes past the page cache, and "cache": "{cache}" uses it.',
    user: '{device} is served by another process (vhost-user): "{key}" is for the disk code of QEMU, which it goes past.',
  },
  docs: {
    why: 'Linux AIO needs O_DIRECT: QEMU refuses it with a cache mode that does not set it. A vhost-user disk never passes the block layer of QEMU, so libvirt refuses settings of that layer for it.',
    fix: 'Set "cache" to "none" for native I/O; set what concerns a vhost-user disk at the process that serves it.',
    sources: ['QEMU block/file-posix.c', 'libvirt src/conf/domain_validate.c, vhostuser disks'],
  },
  examples: {
    bad: [onHost(disk({ io: 'native', cache: 'writeback' })), onHost(target({ cache: 'none' })), onHost(target({ io: 'native' }))],
    good: [onHost(disk({ io: 'native', cache: 'none' })), onHost(disk({ io: 'threads', cache: 'writeback' })), onHost(target({}))],
  },
  check(topology, report) {
    if (noDeviceStates(topology, 'cache', 'io', 'backend')) return;
    for (const device of topology.virtualDevices) {
      const { io, cache } = device.facts;
      const mode = valueOf(cache);
      if (valueOf(io) === 'native' && mode !== undefined && mode !== 'none' && mode !== 'directsync') {
        report(
          'native',
          placeOfFact(cache, device),
          { device: device.path, cache: mode },
          {
            entity: device,
            fixes: [
              ...fixOf('Set "cache" to "none"', {}, changing(cache, device, ['cache'], 'none')),
              ...fixOf('Set "io" to "threads"', {}, changing(io, device, ['io'], 'threads')),
            ],
          },
        );
        continue;
      }
      if (device.technique?.name !== 'virtio-blk' || !isServedElsewhere(device)) continue;
      for (const key of ['cache', 'io', 'discard', 'serial'] as const) {
        const fact = device.facts[key];
        if (fact.state !== 'known' || fact.value === false) continue;
        const fixes = fixOf('Remove "{key}"', { key }, setting(device, [key], undefined));
        report('user', placeOfFact(fact, device), { device: device.path, key }, { entity: device, fixes });
      }
    }
  },
});

function isServedElsewhere(device: VirtualDevice): boolean {
  if (valueOf(device.facts.backend) !== 'vhost-user') return false;
  return namedControllers(device).every((reference) => reference.as('controller')?.controllerKind === 'vhost-user');
}
