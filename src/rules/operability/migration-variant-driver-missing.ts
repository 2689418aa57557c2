import { poolOf } from '../../core/model/assign.js';
import { valueOf } from '../../core/model/fact.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { nicSetting } from '../support/l2.js';
import { noGuestStates } from '../support/stated.js';
import { fixOf, placeOfEntity, rewriting } from '../support/text.js';

const nic0 = { kind: 'nic', sriov: { vfs: 4, liveMigration: true, migrationDriver: 'mlx5_vfio_pci' } };
const guest = (more: object, migration = 'live') => ({
  a: { migration, devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 100, ...more } } },
});

export const migrationVariantDriverMissing = defineRule({
  id: 'IOVT502',
  name: 'migration-variant-driver-missing',
  title: 'A VF could migrate, but is not set up for it',
  severity: 'warning',
  group: 'operability',
  messages: { missing: '{device}: VFs of {nic} can migrate, but this one is not set up for it. Write {what}.' },
  docs: {
    why: 'The VF needs the devlink attribute "migratable" before it is given away, and a VFIO driver that knows its state. With plain vfio-pci the migration is refused.',
    fix: 'Write "migratable": true and the driver of the profile as "hostDriver".',
    sources: [
      'Linux Documentation/networking/devlink/devlink-port.rst',
      'Linux drivers/vfio/pci/mlx5',
      'OpenStack Nova: Attaching physical PCI devices to guests',
    ],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0 }, guests: guest({}) }),
      onHost({ devices: { nic0 }, guests: guest({ migratable: true, hostDriver: 'vfio-pci' }) }),
    ],
    good: [
      onHost({ devices: { nic0 }, guests: guest({ migratable: true, hostDriver: 'mlx5_vfio_pci' }) }),
      onHost({ devices: { nic0 }, guests: guest({}, 'cold') }),
    ],
  },
  check(topology, report) {
    if (noGuestStates(topology, 'migration')) return;
    for (const device of topology.virtualDevices) {
      if (device.technique?.name !== 'sriov-vf' || valueOf(device.guest.facts.migration) !== 'live') continue;
      const [fn] = poolOf(device);
      if (fn === undefined || valueOf(fn.facts.sriov.liveMigration) !== true) continue;
      const driver = valueOf(fn.facts.sriov.migrationDriver);
      const own = valueOf(device.facts.hostDriver);
      const isSet = valueOf(nicSetting(device, 'migratable')) === true;
      const wrongDriver = own === 'vfio-pci' || (own === undefined && driver !== undefined && !isSet);
      if (isSet && !wrongDriver) continue;
      const values = { ...(isSet ? {} : { migratable: true }), ...(wrongDriver && driver !== undefined ? { hostDriver: driver } : {}) };
      if (Object.keys(values).length === 0) continue;
      const what = Object.entries(values)
        .map(([key, value]) => `"${key}": ${JSON.stringify(value)}`)
        .join(' and ');
      report(
        'missing',
        placeOfEntity(device),
        { device: device.path, nic: fn.device.path, what },
        {
          entity: device,
          fixes: fixOf('Set it up for migration', {}, rewriting(device, values)),
        },
      );
    }
  },
});
