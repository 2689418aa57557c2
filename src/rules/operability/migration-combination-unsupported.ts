import type { RelatedPlace } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { canMigrate, isVdpa, standbyFor, vfioDevices } from '../support/pinning.js';
import { noGuestStates } from '../support/stated.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';

const nic0 = { kind: 'nic', sriov: { vfs: 4, liveMigration: true } };
const vf = { technique: 'sriov-vf', from: 'nic0', vlan: 100, migratable: true };
const guest = (more: object, devices: object, migration = 'live') => ({ a: { migration, ...more, devices: { ...devices } } });

export const migrationCombinationUnsupported = defineRule({
  id: 'IOVT503',
  name: 'migration-combination-unsupported',
  title: 'A combination that QEMU does not migrate',
  severity: 'error',
  group: 'operability',
  mutedBy: ['migration-blocked-passthrough'],
  messages: { not: '{guest} is meant to migrate while it runs, but cannot: {combination}.' },
  docs: {
    why: 'Each of these is refused by QEMU or libvirt when the migration starts: an assigned device together with a virtual IOMMU; virtio-gpu with 3D (virgl); a virtio-fs share before virtiofsd 1.11, which is a warning; vDPA devices, where the platform does not carry their state.',
    fix: 'Take one element of the combination away, or write "migration": "cold".',
    sources: [
      'QEMU docs/devel/migration/vfio.rst',
      'QEMU hw/display/virtio-gpu-base.c',
      'libvirt docs/kbase/virtiofs.rst',
      'OpenStack Nova: using ports vnic_type vdpa',
    ],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0 }, guests: guest({ viommu: 'intel' }, { eth0: vf }) }),
      onHost({ guests: guest({}, { gpu: { technique: 'virtio-gpu', model: 'virtio-vga-gl' } }) }),
      onHost({ guests: guest({ memory: { shared: true } }, { fs: { technique: 'virtio-fs', path: '/srv/a' } }) }),
    ],
    good: [
      onHost({ devices: { nic0 }, guests: guest({}, { eth0: vf }) }),
      onHost({ devices: { nic0 }, guests: guest({ viommu: 'intel' }, { eth0: vf }, 'cold') }),
    ],
  },
  check(topology, report) {
    if (noGuestStates(topology, 'migration')) return;
    for (const guest of topology.hosts.flatMap(({ guests }) => guests)) {
      const { migration } = guest.facts;
      if (valueOf(migration) !== 'live') continue;
      const found = combinationOf(guest);
      if (found === undefined) continue;
      report(
        'not',
        placeOfFact(migration, guest),
        { guest: guest.path, combination: found.words },
        {
          entity: guest,
          severity: found.isLikely ? 'warning' : 'error',
          related: found.places,
          fixes: fixOf('Migrate it only while it is off', {}, changing(migration, guest, ['migration'], 'cold')),
        },
      );
    }
  },
});

interface Combination {
  readonly words: string;
  readonly places: readonly RelatedPlace[];
  /** It depends on a version that nobody states. */
  readonly isLikely?: boolean;
}

function combinationOf(guest: Guest): Combination | undefined {
  const at = (device: VirtualDevice) => related('{device}', placeOfEntity(device), { device: device.path });
  const assigned = vfioDevices(guest).filter((device) => canMigrate(device) && standbyFor(device) === undefined);
  const [first] = assigned;
  const { viommu } = guest.facts;
  if (first !== undefined && (valueOf(viommu) ?? 'none') !== 'none')
    return {
      words: `${first.path} is assigned, and the guest has a virtual IOMMU`,
      places: [related('the virtual IOMMU', placeOfFact(viommu, guest)), at(first)],
    };
  const gl = guest.devices.find(({ technique, facts }) => technique?.name === 'virtio-gpu' && /gl|virgl/.test(valueOf(facts.model) ?? ''));
  if (gl !== undefined) return { words: `${gl.path} renders 3D on the host (virgl)`, places: [at(gl)] };
  const vdpa = guest.devices.find((device) => isVdpa(device) && !canMigrate(device) && valueOf(device.facts.migratable) === false);
  if (vdpa !== undefined) return { words: `${vdpa.path} is a vDPA device whose state is not carried`, places: [at(vdpa)] };
  const share = guest.devices.find(({ technique }) => technique?.name === 'virtio-fs');
  if (share !== undefined)
    return {
      words: `${share.path} is a virtio-fs share, which migrates only with virtiofsd 1.11 or later`,
      places: [at(share)],
      isLikely: true,
    };
  return undefined;
}
