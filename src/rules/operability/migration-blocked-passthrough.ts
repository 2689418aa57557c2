import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { fallbackFor } from '../feasibility/fallback-ladder.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { canMigrate, isVfioDevice, standbyFor } from '../support/pinning.js';
import { isOnSameNetwork, keepingVlan } from '../support/same-network.js';
import { noGuestStates } from '../support/stated.js';
import { changing, fixOf, placeOfEntity, placeOfFact, setting } from '../support/text.js';
import { listed, relatedPlaces } from '../support/words.js';

const nic0 = { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4 } };
const switches = { br0: { kind: 'linux-bridge', vlanFiltering: true, uplinks: ['nic0/p0'] } };
const guest = (more: object = {}, migration = 'live') => ({
  a: { migration, devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100, mac: '52:54:00:00:00:01' }, ...more } },
});

export const migrationBlockedPassthrough = defineRule({
  id: 'IOVT501',
  name: 'migration-blocked-passthrough',
  title: 'A guest that is to migrate has a device that does not',
  severity: 'error',
  group: 'operability',
  messages: { blocked: '{guest} is meant to migrate while it runs, but the state of {devices} cannot be taken along.' },
  docs: {
    why: 'The state of an assigned device is in the hardware. Without a driver that reads it out, or a virtio device that takes over while the function is unplugged, the hypervisor refuses to migrate, and says so only when it is asked to.',
    fix: 'Add a virtio device with "failoverFor", use a VF whose driver can migrate, use virtio, or write "migration": "cold".',
    sources: ['libvirt src/qemu/qemu_migration.c', 'QEMU docs/devel/migration/vfio.rst', 'KubeVirt user guide: live migration'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0 }, switches, guests: guest() }),
      onHost({
        devices: { gpu0: { kind: 'gpu' } },
        guests: { a: { migration: 'live', devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } } },
      }),
    ],
    good: [
      onHost({
        devices: { nic0 },
        switches,
        guests: guest({ eth1: { technique: 'virtio-net', connect: 'br0', vlan: 100, mac: '52:54:00:00:00:01', failoverFor: 'eth0' } }),
      }),
      onHost({ devices: { nic0 }, guests: guest({}, 'cold') }),
      onHost({ devices: { nic0: { ...nic0, sriov: { vfs: 4, liveMigration: true } } }, guests: guest() }),
    ],
  },
  check(topology, report) {
    if (noGuestStates(topology, 'migration')) return;
    for (const guest of topology.hosts.flatMap(({ guests }) => guests)) {
      const { migration } = guest.facts;
      if (valueOf(migration) !== 'live') continue;
      const blocking = guest.devices.filter((device) => isVfioDevice(device) && !canMigrate(device) && standbyFor(device) === undefined);
      if (blocking.length === 0) continue;
      report(
        'blocked',
        placeOfFact(migration, guest),
        { guest: guest.path, devices: listed(blocking.map(({ path }) => path)) },
        {
          entity: guest,
          subjects: [guest.path, ...blocking.map(({ path }) => path)],
          related: relatedPlaces(blocking, (device) => related('{device}', placeOfEntity(device), { device: device.path })),
          fixes: [
            ...(blocking.length === 1 ? [...standby(blocking[0] as VirtualDevice), ...virtioInstead(blocking[0] as VirtualDevice)] : []),
            ...fixOf('Migrate it only while it is off', {}, changing(migration, guest, ['migration'], 'cold')),
          ],
        },
      );
    }

    /** A virtio device on a switch that leads to the same network, with the MAC and the VLAN of the function. */
    function standby(device: VirtualDevice) {
      const keeping = (entity: Switch) => keepingVlan(device, entity);
      const entity = device.guest.host.switches.find(
        (candidate) =>
          (candidate.switchKind === 'linux-bridge' || candidate.switchKind === 'ovs-kernel') &&
          isOnSameNetwork(device, candidate, topology) &&
          keeping(candidate) !== undefined,
      );
      const { mac, vlan } = device.facts;
      if (entity === undefined || mac.state !== 'known' || device.technique?.takes !== 'vf') return [];
      const ids = new Set(device.guest.devices.map(({ id }) => id));
      let id = `${device.id}-standby`;
      for (let n = 2; ids.has(id); n++) id = `${device.id}-standby-${n}`;
      const value = { technique: 'virtio-net', connect: entity.id, mac: mac.value, failoverFor: device.id };
      const withVlan = vlan.state === 'known' ? { ...value, vlan: vlan.value } : value;
      return fixOf(
        'Add a virtio device on {switch} that stands by',
        { switch: entity.id },
        setting(device.guest, ['devices', id], withVlan),
        ...(keeping(entity) ?? []),
      );
    }

    function virtioInstead(device: VirtualDevice) {
      const offer = fallbackFor(device, topology, { withSwitch: true });
      return offer === undefined ? [] : fixOf('Use {what} instead', { what: offer.what }, ...offer.changes);
    }
  },
});
