import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fixOf, isInDocument, rewriting, setting } from '../support/text.js';
import { rows, type Unsupported } from './attachment-attributes.js';

export const attachmentAttributeUnsupported = defineRule({
  id: 'IOVT128',
  name: 'attachment-attribute-unsupported',
  title: 'An attribute that this way of attaching cannot enforce',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported'],
  messages: { unsupported: '"{key}" of {device} is not enforced: {why}. {instead}.' },
  docs: {
    why: 'Each of these is refused or silently ignored by a real component: libvirt has no bandwidth and no port isolation for a host device, neutron no burst and no packet rate for SR-IOV, i40e, ixgbe and igb return EINVAL for a minimum rate, ice while DCB is active. The limit or isolation that the design counts on does not exist.',
    fix: 'Write the attribute that is enforced there, or attach the device in another way.',
    sources: [
      'libvirt formatdomain, "Quality of service" and "Isolating guests\' network traffic from each other"',
      'OpenStack Neutron, quality of service',
      'Linux drivers/net/ethernet/intel, ndo_set_vf_rate',
    ],
  },
  examples: {
    bad: [
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 4 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0', limit: { rate: '5 Gbit/s', by: 'tc' } } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', driver: 'i40e', sriov: { vfs: 4 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0', minRate: '1 Gbit/s' } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} } } },
        switches: { tap0: { kind: 'macvtap', uplinks: ['nic0/p0'] } },
        guests: { a: { devices: { eth0: { technique: 'virtio-net', connect: 'tap0', vlan: 5 } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} } } },
        switches: { tap0: { kind: 'macvtap', uplinks: ['nic0/p0'] } },
        guests: { a: { devices: { eth0: { technique: 'virtio-net', connect: 'tap0', isolated: true } } } },
      }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} } } },
        guests: { a: { kind: 'container', devices: { eth0: { technique: 'macvlan', connect: 'nic0/p0', vlan: 10 } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 4 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0', maxRate: '5 Gbit/s' } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} } } },
        switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0/p0'] } },
        guests: {
          a: { devices: { eth0: { technique: 'virtio-net', connect: 'br0', vlan: 5, isolated: true, limit: { rate: '1 Gbit/s' } } } },
        },
      }),
    ],
  },
  check(topology, report) {
    for (const device of topology.virtualDevices) {
      for (const row of rows) {
        const found = row(device);
        if (found === undefined || found.fact.state !== 'known' || !isInDocument(found.fact.at)) continue;
        const { key, why } = found;
        report(
          'unsupported',
          found.fact.at,
          { key, device: device.path, why, instead: capitalised(found.instead) },
          {
            entity: device,
            subjects: [`${device.path}.${key.split('.')[0]}`],
            severity: found.isOnlyLikely === true ? 'warning' : 'error',
            fixes: instead(device, found),
          },
        );
      }
    }
  },
});

function instead(device: VirtualDevice, { key, replacement }: Unsupported): Fix[] {
  const remove = fixOf('Remove "{key}"', { key }, setting(device, key.split('.'), undefined));
  if (replacement === undefined) return remove;
  const change = rewriting(device, { limit: undefined, [replacement.key]: replacement.value });
  return [...fixOf('Write "{key}": "{value}" instead', { key: replacement.key, value: replacement.value }, change), ...remove];
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
