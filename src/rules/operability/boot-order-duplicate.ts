import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { noDeviceStates } from '../support/stated.js';
import { changing, fixOf, placeOfFact, setting } from '../support/text.js';

const host = (a: object, b: object) => ({
  devices: { ssd0: { kind: 'nvme', namespaces: { ns1: {}, ns2: {} } } },
  guests: {
    a: {
      devices: {
        vda: { technique: 'virtio-blk', media: 'ssd0/ns1', ...a },
        vdb: { technique: 'virtio-scsi', media: 'ssd0/ns2', ...b },
      },
    },
  },
});

export const bootOrderDuplicate = defineRule({
  id: 'IOVT513',
  name: 'boot-order-duplicate',
  title: 'Two devices with one place in the boot order',
  severity: 'error',
  group: 'operability',
  messages: {
    twice: 'Place {n} in the boot order of {guest} is taken by {a} and by {b}.',
    cannot: '{device} is in the boot order, but firmware cannot boot from vhost-scsi.',
  },
  docs: {
    why: 'libvirt and KubeVirt refuse a guest in which two devices have the same place, and a boot device that its back end cannot boot from.',
    fix: 'Number the devices anew.',
    sources: ['libvirt src/conf/domain_postparse.c', 'KubeVirt API validation'],
  },
  examples: {
    bad: [onHost(host({ bootOrder: 1 }, { bootOrder: 1 })), onHost(host({}, { bootOrder: 1, backend: 'vhost-kernel' }))],
    good: [onHost(host({ bootOrder: 1 }, { bootOrder: 2 })), onHost(host({ bootOrder: 1 }, {}))],
  },
  check(topology, report) {
    if (noDeviceStates(topology, 'bootOrder')) return;
    for (const guest of topology.hosts.flatMap(({ guests }) => guests)) {
      const taken = new Map<number, VirtualDevice>();
      const used = new Set(guest.devices.flatMap(({ facts }) => valueOf(facts.bootOrder) ?? []));
      for (const device of guest.devices) {
        const { bootOrder } = device.facts;
        const n = valueOf(bootOrder);
        if (n === undefined) continue;
        if (device.technique?.name === 'virtio-scsi' && valueOf(device.facts.backend) === 'vhost-kernel') {
          const fixes = fixOf('Take it out of the boot order', {}, setting(device, ['bootOrder'], undefined));
          report('cannot', placeOfFact(bootOrder, device), { device: device.path }, { entity: device, fixes });
        }
        const first = taken.get(n);
        if (first === undefined) {
          taken.set(n, device);
          continue;
        }
        let next = n + 1;
        while (used.has(next)) next++;
        used.add(next);
        report(
          'twice',
          placeOfFact(bootOrder, device),
          { n, guest: guest.path, a: first.path, b: device.path },
          {
            entity: device,
            related: [related('{a}', placeOfFact(first.facts.bootOrder, first), { a: first.path })],
            fixes: fixOf('Make it number {next}', { next }, changing(bootOrder, device, ['bootOrder'], next)),
          },
        );
      }
    }
  },
});
