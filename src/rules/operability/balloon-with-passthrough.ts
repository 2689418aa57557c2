import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { formatBytes } from '../../core/units/format.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { isVdpa, vfioDevices } from '../support/pinning.js';
import { noGuestStates } from '../support/stated.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';

const guest = (memory: object, devices: object = {}) => ({
  devices: { gpu0: { kind: 'gpu' } },
  guests: { a: { memory: { ...memory }, devices: { gpu: { technique: 'passthrough', from: 'gpu0' }, ...devices } } },
});

export const balloonWithPassthrough = defineRule({
  id: 'IOVT508',
  name: 'balloon-with-passthrough',
  title: 'Ballooning does nothing while a device is assigned',
  severity: 'warning',
  group: 'operability',
  messages: {
    balloon: '{guest} is meant to give back up to {delta} while it runs, but {device} keeps all of its memory pinned.',
  },
  docs: {
    why: 'QEMU does not discard memory of a guest with a VFIO or vDPA device: the device could still write there. The balloon inflates, and nothing is freed. A guest that has all of its memory from the start (no "max" above "size") has nothing to give back, and nothing is said.',
    fix: 'Take the balloon away; where memory has to change, virtio-mem works with assigned devices.',
    sources: ['QEMU hw/vfio/container.c and hw/virtio/virtio-balloon.c (RAM discard)', 'Cloud Hypervisor issue 5779'],
  },
  examples: {
    bad: [
      onHost(guest({ size: '8 GiB', max: '16 GiB', balloon: true })),
      onHost(guest({ size: '8 GiB', max: '9 GiB', balloon: true, locked: true })),
    ],
    good: [
      onHost(guest({ size: '8 GiB', max: '16 GiB', balloon: false })),
      onHost(guest({ size: '8 GiB', balloon: true })),
      onHost(guest({ size: '8 GiB' })),
    ],
  },
  check(topology, report) {
    if (noGuestStates(topology, 'memory')) return;
    for (const guest of topology.hosts.flatMap(({ guests }) => guests)) {
      const { balloon, size, max } = guest.memory;
      const hasBalloon = valueOf(balloon) === true || (balloon.state === 'unknown' && guest.devices.some(isBalloon));
      const device = hasBalloon ? pinnedBy(guest) : undefined;
      if (device === undefined) continue;
      const delta = (valueOf(max) ?? 0) - (valueOf(size) ?? 0);
      // A balloon that is never inflated comes with most guests and does no harm.
      if (delta <= 0) continue;
      report(
        'balloon',
        placeOfFact(balloon, guest),
        { guest: guest.path, delta: formatBytes(delta), device: device.path },
        {
          entity: guest,
          related: [related('{device}', placeOfEntity(device), { device: device.path })],
          fixes: fixOf('Take the balloon away', {}, changing(balloon, guest, ['memory', 'balloon'], false)),
        },
      );
    }
  },
});

function isBalloon({ technique }: VirtualDevice): boolean {
  return technique?.name === 'virtio-balloon';
}

function pinnedBy(guest: Guest) {
  return vfioDevices(guest)[0] ?? guest.devices.find(isVdpa);
}
