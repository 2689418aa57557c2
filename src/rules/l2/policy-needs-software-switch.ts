import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { fallbackFor } from '../feasibility/fallback-ladder.js';
import { defineRule } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fabric } from '../support/l2.js';
import { noDeviceStates } from '../support/stated.js';
import { fixOf, placeOfFact } from '../support/text.js';

const nic0 = { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4 } };
const switches = { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'] } };
const guest = (device: object) => ({ a: { devices: { eth0: { ...device, requires: ['security-group'] } } } });

export const policyNeedsSoftwareSwitch = defineRule({
  id: 'IOVT227',
  name: 'policy-needs-software-switch',
  title: 'A policy is asked for that the way of attaching a device goes past',
  severity: 'error',
  group: 'l2',
  messages: { past: '{device} requires {policy}, but it is {attachment}, which goes past the switch that would do it.' },
  docs: {
    why: 'Security groups, ACLs, mirrors, flow export and the like are the work of a switch on the host. Frames of a VF in legacy mode, of a whole device and of a passthru tap never pass one: OpenStack and vSphere list these features as unavailable there.',
    fix: 'Use virtio through a vSwitch, or a VF in switchdev mode whose representor is on a switch with the policy; or enforce it outside of the host and take it out of "requires".',
    sources: ['OpenStack Neutron: SR-IOV, known limitations', 'vSphere Networking: availability of features with SR-IOV'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0 }, switches, guests: guest({ technique: 'sriov-vf', from: 'nic0/p0', vlan: 100 }) }),
      onHost({ devices: { nic0, nic1: { kind: 'nic' } }, switches, guests: guest({ technique: 'passthrough', from: 'nic1' }) }),
    ],
    good: [
      onHost({ devices: { nic0 }, switches, guests: guest({ technique: 'virtio-net', connect: 'br0', vlan: 100 }) }),
      onHost({
        devices: { nic0: { ...nic0, sriov: { vfs: 4, eswitch: 'switchdev' } } },
        switches: { br0: { kind: 'ovs-kernel', hwOffload: true, uplinks: ['nic0/p0'], representors: ['nic0/p0/vf0'] } },
        guests: guest({ technique: 'sriov-vf', from: 'nic0/p0/vf0', connect: 'br0' }),
      }),
    ],
  },
  check(topology, report) {
    if (noDeviceStates(topology, 'requires')) return;
    for (const device of topology.virtualDevices) {
      const policy = valueOf(device.facts.requires) ?? [];
      const attachment = policy.length === 0 ? undefined : goesPast(device, fabric(topology).nicOf(device)?.at.kind);
      if (attachment === undefined) continue;
      const offer = fallbackFor(device, topology, { withSwitch: true });
      report(
        'past',
        placeOfFact(device.facts.requires, device),
        { device: device.path, policy: policy.join(', '), attachment },
        { entity: device, fixes: offer === undefined ? [] : fixOf('Use {what}', { what: offer.what }, ...offer.changes) },
      );
    }
  },
});

function goesPast(device: VirtualDevice, at: 'switch' | 'port' | 'external' | 'vf' | undefined): string | undefined {
  if (at === 'vf') return 'a VF in legacy mode';
  if (device.technique?.takes === 'device-or-function' || device.technique?.takes === 'function') return 'a whole device';
  const entity = valueOf(device.facts.connect)?.as('switch');
  const mode = valueOf(device.facts.mode) ?? (entity === undefined ? undefined : valueOf(entity.facts.mode));
  const onTap = at === 'port' || entity?.switchKind === 'macvtap';
  return onTap && mode === 'passthru' ? 'a tap in passthru mode' : undefined;
}
