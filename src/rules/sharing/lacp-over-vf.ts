import { valueOf } from '../../core/model/fact.js';
import { uplinksOf } from '../../core/model/switch.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { uplinksBehind } from '../support/cards.js';
import { onHost } from '../support/examples.js';
import { fabric } from '../support/l2.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';

const nic = { kind: 'nic', ports: { p0: {}, p1: {} }, sriov: { vfs: 4 } };
const guest = (bondMode: string) => ({
  a: {
    devices: {
      eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100, bondedWith: 'eth1', bondMode },
      eth1: { technique: 'sriov-vf', from: 'nic0/p1', vlan: 100 },
    },
  },
});
const lag = (mode: string) => ({ br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0', 'nic0/p1'], bond: { mode } } });
const single = { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100 } } } };

export const lacpOverVf = defineRule({
  id: 'IOVT242',
  name: 'lacp-over-vf',
  title: 'LACP does not work over VFs, nor VFs over LACP',
  severity: 'error',
  group: 'sharing',
  messages: {
    bond: '{device} and {other} are VFs, and a bond of VFs cannot speak LACP: the physical switch sees one partner for each port, not for each VF.',
    lag: '{device} has a VF of {port}, which {switch} has in a LACP bond: the switch sends half of its frames to the other port.',
  },
  docs: {
    why: 'LACP is spoken between two ports; a VF shares its port with the PF and with other VFs, whose frames the switch would send to either member of the group. Field reports: half of the requests fail, or attaching is refused.',
    fix: 'Use active-backup for the bond of VFs; take the ports out of the LACP bond, or bond VFs of all its ports in the guest.',
    sources: ['StarlingX: SR-IOV Ethernet interfaces, limitations', 'Kubernetes bond CNI, issues 22 and 31'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0: nic }, guests: guest('lacp') }),
      onHost({ devices: { nic0: nic }, switches: lag('lacp'), guests: single }),
    ],
    good: [
      onHost({ devices: { nic0: nic }, guests: guest('active-backup') }),
      onHost({ devices: { nic0: nic }, switches: lag('active-backup'), guests: single }),
    ],
  },
  check(topology, report) {
    for (const device of topology.virtualDevices) {
      const other = valueOf(device.facts.bondedWith)?.as('virtual-device');
      const { bondMode } = device.facts;
      if (other === undefined || valueOf(bondMode) !== 'lacp' || !isVf(device) || !isVf(other)) continue;
      report(
        'bond',
        placeOfFact(bondMode, device),
        { device: device.path, other: other.path },
        { entity: device, fixes: fixOf('Use active-backup', {}, changing(bondMode, device, ['bondMode'], 'active-backup')) },
      );
    }
    const { onFunction } = fabric(topology);
    for (const entity of topology.hosts.flatMap(({ switches }) => switches)) {
      const { mode } = entity.facts.bond;
      if (valueOf(mode) !== 'lacp') continue;
      for (const uplink of new Set(uplinksOf(entity).flatMap(({ target }) => (target === undefined ? [] : uplinksBehind(target))))) {
        const fn = uplink.kind === 'nic-port' ? uplink.fn : uplink;
        const user = (fn === undefined ? [] : (onFunction.get(fn) ?? [])).find(({ device }) => !isBonded(device));
        if (user === undefined) continue;
        report(
          'lag',
          placeOfEntity(user.device),
          { device: user.device.path, port: uplink.path, switch: entity.path },
          {
            entity: user.device,
            related: [related('the bond', placeOfFact(mode, entity))],
            fixes: fixOf(
              'Use active-backup for {switch}',
              { switch: entity.id },
              changing(mode, entity, ['bond', 'mode'], 'active-backup'),
            ),
          },
        );
      }
    }
  },
});

function isVf(device: VirtualDevice): boolean {
  return device.technique?.takes === 'vf';
}

/** Either side of a bond may name the other. */
function isBonded(device: VirtualDevice): boolean {
  return device.guest.devices.some(
    (each) =>
      (each === device && each.facts.bondedWith.state === 'known') ||
      (each !== device && valueOf(each.facts.bondedWith)?.target === device),
  );
}
