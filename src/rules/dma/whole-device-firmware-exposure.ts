import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { Topology } from '../../core/model/topology.js';
import { defineRule, related } from '../rule.js';
import { type Assignment, assignments, takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { groupSubject } from '../support/groups.js';
import { getOrMake } from '../support/maps.js';
import { areDifferent, isUntrusted } from '../support/tenants.js';
import { changing, fixOf, setting } from '../support/text.js';
import { nameOf } from '../support/vfs.js';

const host = (gpu: object) => ({
  devices: { gpu0: { kind: 'gpu', ...gpu } },
  guests: { a: { tenant: 'blue', devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } } },
});
const untrusted = { tenants: { blue: { trust: 'untrusted' } } };

export const wholeDeviceFirmwareExposure = defineRule({
  id: 'IOVT214',
  name: 'whole-device-firmware-exposure',
  title: 'A whole device is handed to an untrusted tenant',
  severity: 'warning',
  group: 'dma',
  mutedBy: ['iommu-group-host-critical'],
  messages: {
    next: '{device} goes to {tenant} as a whole: its firmware and settings are in the hands of {tenant}, and then of whoever has it next.',
    shared:
      '{device} goes to {tenant} as a whole: its firmware and settings are in the hands of {tenant}, while {other} uses another part of the card.',
  },
  docs: {
    why: 'Who drives a PF may write its firmware and configuration; what is left there outlives the guest and any reset. A VF cannot do that.',
    fix: 'Give the tenant a VF or a MIG instance; or keep the device with one tenant (`"reassignable": false`) and flash it anew before it moves.',
    sources: ['Kata Containers threat model', 'DPDK doc/guides/nics/bnxt.rst, trusted VF', 'QEMU docs/system/security'],
  },
  examples: {
    bad: [
      onHost(host({}), untrusted),
      onHost(
        {
          devices: { nic0: { kind: 'nic', acs: true, reassignable: false, ports: { p0: {}, p1: {} } } },
          guests: {
            a: { tenant: 'blue', devices: { eth0: { technique: 'passthrough', from: 'nic0/f0' } } },
            b: { tenant: 'red', devices: { eth0: { technique: 'passthrough', from: 'nic0/f1' } } },
          },
        },
        { tenants: { blue: { trust: 'untrusted' }, red: { trust: 'trusted' } } },
      ),
    ],
    good: [
      onHost(host({ reassignable: false }), untrusted),
      onHost(host({}), { tenants: { blue: { trust: 'trusted' } } }),
      onHost(
        {
          devices: { nic0: { kind: 'nic', sriov: { vfs: 2 } } },
          guests: { a: { tenant: 'blue', devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
        },
        untrusted,
      ),
    ],
  },
  check(topology, report) {
    const spoken = new Set<string>();
    const byCard = sharers(topology);
    for (const { member, tenant, device } of assignments(topology).vfio) {
      const card = member.device;
      if (member.kind === 'vf' || tenant === undefined || !isUntrusted(topology, tenant) || spoken.has(`${card.path} ${tenant.path}`))
        continue;
      const others = byCard.get(card)?.filter((candidate) => areDifferent(candidate.tenant, tenant)) ?? [];
      const other = others.find((candidate) => candidate.member !== member);
      // That two tenants have one and the same function, other rules say.
      if (other === undefined && others.length > 0) continue;
      const stays = valueOf(card.facts.reassignable) === false;
      if (stays && other === undefined) continue;
      spoken.add(`${card.path} ${tenant.path}`);
      const args = {
        device: member.device.functions.length === 1 ? card.path : nameOf(member),
        tenant: tenant.id,
        other: other?.tenant?.id ?? '',
      };
      report(other === undefined ? 'next' : 'shared', takenAt(device), args, {
        entity: device,
        subjects: [groupSubject(member)],
        related: other === undefined ? [] : [related('{other} uses another part', takenAt(other.device), args)],
        fixes: other === undefined ? [...vfInstead(card, device), ...stay(card)] : [],
      });
    }
  },
});

/** One use of each function of a card by each tenant. */
function sharers(topology: Topology): Map<Device, Assignment[]> {
  const byCard = new Map<Device, Assignment[]>();
  for (const assignment of assignments(topology).all) {
    const list = getOrMake(byCard, assignment.member.device, (): Assignment[] => []);
    if (!list.some(({ tenant, member }) => tenant === assignment.tenant && member === assignment.member)) list.push(assignment);
  }
  return byCard;
}

function vfInstead(card: Device, device: Assignment['device']): Fix[] {
  if (card.functions.every((fn) => fn.numVfs === 0)) return [];
  return fixOf('Give {device} a VF instead', { device: device.id }, changing(device.facts.technique, device, ['technique'], 'sriov-vf'));
}

function stay(card: Device): Fix[] {
  return fixOf('State that {device} stays with its tenant', { device: card.id }, setting(card, ['reassignable'], false));
}
