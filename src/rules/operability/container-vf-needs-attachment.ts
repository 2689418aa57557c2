import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fixOf, placeOfEntity, placeOfFact, rewriting } from '../support/text.js';

const pod = (more: object, orchestrator = 'kubernetes', guest: object = {}) => ({
  orchestrator,
  devices: { nic0: { kind: 'nic', sriov: { vfs: 4 } } },
  guests: { pod: { kind: 'container', ...guest, devices: { net1: { technique: 'sriov-vf', from: 'nic0', vlan: 100, ...more } } } },
});

export const containerVfNeedsAttachment = defineRule({
  id: 'IOVT510',
  name: 'container-vf-needs-attachment',
  title: 'A pod names a VF, but nothing hands it over',
  severity: 'error',
  group: 'operability',
  messages: {
    missing: '{device} is a VF of a pod, but has no {missing}: Kubernetes would not know how to hand it over.',
    hugepages: '{device} is driven by a poll-mode driver, but {guest} has no huge pages.',
  },
  docs: {
    why: 'In Kubernetes a device plugin offers VFs as a resource pool, and a network attachment of type sriov puts the VF that the pod was given into its namespace. Without both the pod starts without the interface. LXD and Incus attach devices themselves.',
    fix: 'Write the "pool" that the device plugin offers and the "attachment" type. A DPDK workload needs huge pages too.',
    sources: ['SR-IOV CNI README', 'SR-IOV Network Device Plugin README', 'KubeVirt user guide: interfaces and networks'],
  },
  examples: {
    bad: [
      onHost(pod({})),
      onHost(pod({ pool: 'sriov_a' })),
      onHost(
        pod({ pool: 'sriov_a', attachment: 'sriov', driver: 'poll-mode', hostDriver: 'vfio-pci' }, 'kubernetes', {
          memory: { size: '4 GiB' },
        }),
      ),
    ],
    good: [onHost(pod({ pool: 'sriov_a', attachment: 'sriov' })), onHost(pod({}, 'lxd'))],
  },
  check(topology, report) {
    for (const host of topology.hosts) {
      if (valueOf(host.facts.orchestrator) !== 'kubernetes') continue;
      for (const guest of host.guests) {
        if (valueOf(guest.facts.kind) !== 'container') continue;
        for (const device of guest.devices) {
          if (device.technique?.takes !== 'vf') continue;
          const missing = [...(hasPool(device) ? [] : ['pool']), ...(device.facts.attachment.state === 'known' ? [] : ['attachment'])];
          const isDpdk = valueOf(device.facts.driver) === 'poll-mode';
          if (missing.length > 0) {
            const values = {
              ...(hasPool(device) ? {} : { pool: poolName(device) }),
              ...(missing.includes('attachment') ? { attachment: 'sriov' } : {}),
            };
            report(
              'missing',
              placeOfEntity(device),
              { device: device.path, missing: missing.map((key) => `"${key}"`).join(' and no ') },
              {
                entity: device,
                related: [related('Kubernetes', placeOfFact(host.facts.orchestrator, host))],
                fixes: fixOf('Name pool and attachment', {}, rewriting(device, values)),
              },
            );
          } else if (isDpdk && guest.facts.memory.state === 'known' && guest.memory.hugepages.state === 'unknown') {
            report('hugepages', placeOfFact(device.facts.driver, device), { device: device.path, guest: guest.path }, { entity: device });
          }
        }
      }
    }
  },
});

/** Stated here, or at the VFs that it may draw from. */
function hasPool(device: VirtualDevice): boolean {
  if (device.facts.pool.state === 'known') return true;
  const vf = valueOf(device.facts.from)?.as('vf');
  return vf !== undefined && vf.facts.pool.state === 'known';
}

function poolName(device: VirtualDevice): string {
  const source = valueOf(device.facts.from)?.text ?? 'vfs';
  return `sriov_${source.replace(/\W+/g, '_')}`;
}
