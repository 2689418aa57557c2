import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { vfioDevices } from '../support/pinning.js';
import { noGuestStates } from '../support/stated.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';
import { listed, relatedPlaces } from '../support/words.js';

const guest = (more: object, devices: object = { gpu: { technique: 'passthrough', from: 'gpu0' } }) => ({
  devices: { gpu0: { kind: 'gpu' } },
  guests: { a: { ...more, devices: { ...devices } } },
});

export const snapshotWithPassthrough = defineRule({
  id: 'IOVT506',
  name: 'snapshot-with-passthrough',
  title: 'A memory snapshot of a guest with an assigned device',
  severity: 'warning',
  group: 'operability',
  messages: {
    snapshot: 'Snapshots with memory are intended for {guest}, but {devices} cannot be saved along.',
    feature: '{guest} relies on "{feature}", which {devices} prevents.',
  },
  docs: {
    why: 'The state of an assigned device cannot be written into a snapshot: vSphere lists snapshots, suspend, fault tolerance and hot-add as unavailable with SR-IOV, QEMU refuses snapshots with VFIO, and Proxmox lists the same for virtio-fs.',
    fix: 'Take snapshots of disks only, or use virtio.',
    sources: [
      'vSphere Networking: availability of features with SR-IOV',
      'QEMU docs/devel/migration/vfio.rst',
      'Proxmox VE Administration Guide, virtiofs',
    ],
  },
  examples: {
    bad: [
      onHost(guest({ snapshot: true })),
      onHost(guest({ features: ['suspend'] })),
      onHost(guest({ snapshot: true, memory: { shared: true } }, { fs: { technique: 'virtio-fs', path: '/srv' } })),
    ],
    good: [onHost(guest({ snapshot: false })), onHost(guest({ features: ['dpdk'] })), onHost(guest({ snapshot: true }, {}))],
  },
  check(topology, report) {
    if (noGuestStates(topology, 'snapshot', 'features')) return;
    for (const guest of topology.hosts.flatMap(({ guests }) => guests)) {
      const preventing = [...vfioDevices(guest), ...guest.devices.filter(({ technique }) => technique?.name === 'virtio-fs')];
      if (preventing.length === 0) continue;
      const devices = listed(preventing.map(({ path }) => path));
      const where = relatedPlaces(preventing, (device) => related('{device}', placeOfEntity(device), { device: device.path }));
      const { snapshot, features } = guest.facts;
      if (valueOf(snapshot) === true) {
        const fixes = fixOf('Intend no snapshots with memory', {}, changing(snapshot, guest, ['snapshot'], false));
        report('snapshot', placeOfFact(snapshot, guest), { guest: guest.path, devices }, { entity: guest, related: where, fixes });
      }
      const feature = featureOf(guest);
      if (feature !== undefined)
        report('feature', placeOfFact(features, guest), { guest: guest.path, feature, devices }, { entity: guest, related: where });
    }
  },
});

function featureOf(guest: Guest): string | undefined {
  return (valueOf(guest.facts.features) ?? []).find((feature) =>
    /^(memory-snapshot|suspend|hibernate|checkpoint|fault-tolerance|hot-add|memory-hotplug)$/.test(feature),
  );
}
