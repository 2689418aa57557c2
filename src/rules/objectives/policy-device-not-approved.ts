import { instancesOf } from '../../core/model/assign.js';
import type { Entity } from '../../core/model/entity.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Place } from '../../core/text/source.js';
import { child } from '../../core/text/tree.js';
import { defineRule, related } from '../rule.js';
import { assignments, takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { fixOf, isInDocument, placeOfFact } from '../support/text.js';
import { sriovFunctions, subjectOf } from '../support/vfs.js';
import { listed } from '../support/words.js';

const host = {
  devices: { nic0: { kind: 'nic', pciId: '15b3:101d', vfPciId: '15b3:101e', sriov: { vfs: 4, eswitch: 'legacy' } } },
  guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 100, hostDriver: 'vfio-pci' } } } },
};
const policy = (more: object) => ({ policy: { ...more } });

export const policyDeviceNotApproved = defineRule({
  id: 'IOVT606',
  name: 'policy-device-not-approved',
  title: 'Something is used that the policy does not allow',
  severity: 'error',
  group: 'objectives',
  messages: {
    device: '{user} has {device} ({value}), which is not among the approved devices: {approved}.',
    driver: '{user} is bound to {value}, which is not among the approved drivers: {approved}.',
    technique: '{user} is {value}, which is not among the approved techniques: {approved}.',
    eswitch: '{user} runs its switch in {value} mode, which is not approved: {approved}.',
  },
  docs: {
    why: 'Platforms allow what they have tested: KubeVirt lists permitted host devices, Nova the devices it may hand out. What is not on the list is refused when the guest is placed.',
    fix: 'Use what is approved, or have it approved and add it to `policy`.',
    sources: [
      'KubeVirt user guide: host devices',
      'OpenStack Nova: Attaching physical PCI devices to guests',
      'SR-IOV Network Operator doc/supported-hardware.md',
    ],
  },
  examples: {
    bad: [
      onHost(host, policy({ approvedDevices: ['8086:*'] })),
      onHost(host, policy({ approvedDrivers: ['mlx5_vfio_pci'] })),
      onHost(host, policy({ approvedTechniques: ['virtio-net'] })),
      onHost(host, policy({ approvedEswitchModes: ['switchdev'] })),
    ],
    good: [
      onHost(host, policy({ approvedDevices: ['15b3:*'], approvedDrivers: ['vfio-pci'] })),
      onHost(host, policy({ approvedTechniques: ['sriov-vf'] })),
    ],
  },
  check(topology, report) {
    const { approvedDevices, approvedDrivers, approvedTechniques, approvedEswitchModes } = topology.facts.policy;
    const say = (
      id: 'device' | 'driver' | 'technique' | 'eswitch',
      at: Place,
      entity: Entity,
      value: string,
      list: Fact<readonly string[]>,
      device = '',
    ) => {
      const approved = valueOf(list) ?? [];
      if (approved.some((each) => matches(each, value))) return;
      const where = list.state === 'known' ? [related('the approved ones', list.at)] : [];
      const own = child(topology.root, 'policy', LISTS[id]);
      const fixes =
        own?.type === 'array' && isInDocument(own) ? fixOf('Approve {value}', { value }, { kind: 'append', to: own, value }) : [];
      report(id, at, { user: entity.path, value, approved: listed(approved), device }, { entity, related: where, fixes });
    };
    if (approvedTechniques.state === 'known') {
      for (const device of topology.virtualDevices)
        if (device.technique !== undefined)
          say('technique', placeOfFact(device.facts.technique, device), device, device.technique.name, approvedTechniques);
    }
    if (approvedDrivers.state === 'known') {
      for (const device of topology.virtualDevices) {
        const driver = driverOf(device);
        const value = valueOf(driver);
        if (value !== undefined) say('driver', placeOfFact(driver, device), device, value, approvedDrivers);
      }
    }
    if (approvedEswitchModes.state === 'known') {
      for (const fn of topology.hosts.flatMap(sriovFunctions)) {
        const mode = valueOf(fn.facts.sriov.eswitch);
        if (mode !== undefined) say('eswitch', placeOfFact(fn.facts.sriov.eswitch, subjectOf(fn)), fn, mode, approvedEswitchModes);
      }
    }
    if (approvedDevices.state === 'known') {
      const spoken = new Set<VirtualDevice>();
      for (const { device, member } of assignments(topology).all) {
        const ids = [
          member.kind === 'vf' ? valueOf(member.device.facts.vfPciId) : valueOf(member.facts.pciId),
          valueOf(member.device.facts.pciId),
        ];
        const known = ids.filter((id) => id !== undefined);
        const [own] = known;
        if (
          own === undefined ||
          spoken.has(device) ||
          known.some((id) => (valueOf(approvedDevices) ?? []).some((each) => matches(each, id)))
        )
          continue;
        spoken.add(device);
        say('device', takenAt(device), device, own, approvedDevices, member.device.path);
      }
    }
  },
});

const LISTS = {
  device: 'approvedDevices',
  driver: 'approvedDrivers',
  technique: 'approvedTechniques',
  eswitch: 'approvedEswitchModes',
} as const;

/** `8086:*` stands for all devices of a vendor. */
function matches(pattern: string, value: string): boolean {
  return pattern === value || (pattern.endsWith(':*') && value.startsWith(pattern.slice(0, -1)));
}

function driverOf(device: VirtualDevice): Fact<string> {
  if (device.facts.hostDriver.state !== 'unknown' || device.technique?.takes !== 'vf') return device.facts.hostDriver;
  return instancesOf(device)[0]?.vf?.facts.driver ?? device.facts.hostDriver;
}
