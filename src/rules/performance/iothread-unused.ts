import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import { namedControllers, type VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { servedByControllers } from '../support/served.js';
import { fixOf, placeOfEntity, rewriting, setting } from '../support/text.js';
import { listed } from '../support/words.js';

const host = (disk: object) => ({
  devices: { ssd0: { kind: 'nvme' } },
  controllers: { io1: { kind: 'iothread' } },
  guests: { a: { devices: { vda: { technique: 'virtio-blk', media: 'ssd0', ...disk } } } },
});

export const iothreadUnused = defineRule({
  id: 'IOVT324',
  name: 'iothread-unused',
  title: 'An iothread that no disk uses',
  severity: 'info',
  group: 'performance',
  messages: {
    disks: '{thread} serves nothing, and the main loop of the guest serves {disks}.',
    nothing: '{thread} serves nothing.',
  },
  docs: {
    why: 'Declaring iothreads does not make disks use them: each disk has to name one. Until then all disks are served by the main loop of the device model, which also does everything else. Most real configurations that declare iothreads forget this.',
    fix: 'Name it as "controller" of a disk, or remove it.',
    sources: ['libvirt formatdomain, IOThreads Allocation and disk driver attribute iothread', 'QEMU docs/devel/multiple-iothreads.rst'],
  },
  examples: {
    bad: [onHost(host({})), onHost({ controllers: { io1: { kind: 'iothread' }, io2: { kind: 'iothread' } } })],
    good: [onHost(host({ controller: 'io1' })), onHost({ controllers: { spdk: { kind: 'vhost-user' } } })],
  },
  check(topology, report) {
    const served = servedByControllers(topology);
    for (const owner of topology.hosts) {
      const idle = owner.controllers.filter((controller) => controller.controllerKind === 'iothread' && !served.has(controller));
      if (idle.length === 0) continue;
      const waiting = onMainLoop(owner);
      idle.forEach((thread, i) => {
        // An importer names the threads of a guest after it; elsewhere one disk is as good as another.
        const own = waiting.filter(({ guest }) => thread.id.startsWith(`${guest.id}-`));
        const disks = own.length > 0 ? own : waiting;
        const disk = disks[i] ?? disks[0];
        if (disk === undefined) {
          report(
            'nothing',
            placeOfEntity(thread),
            { thread: thread.path },
            { entity: thread, fixes: fixOf('Remove it', {}, setting(owner, ['controllers', thread.id], undefined)) },
          );
          return;
        }
        report(
          'disks',
          placeOfEntity(thread),
          { thread: thread.path, disks: listed(disks.map(({ path }) => path)) },
          {
            entity: thread,
            fixes: fixOf('Let it serve {disk}', { disk: disk.path }, rewriting(disk, { controller: thread.id })),
          },
        );
      });
    }
  },
});

/** Virtio disks for which nobody names a controller. */
function onMainLoop(host: Host): VirtualDevice[] {
  return host.guests.flatMap(({ devices }) =>
    devices.filter((device) => {
      const name = device.technique?.name;
      const backend = valueOf(device.facts.backend);
      const isQemu = backend === undefined || backend === 'qemu';
      return (name === 'virtio-blk' || name === 'virtio-scsi') && isQemu && namedControllers(device).length === 0;
    }),
  );
}
