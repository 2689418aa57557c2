import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Host } from '../../core/model/host.js';
import { iommuGroups } from '../../core/model/iommu-groups.js';
import { portsAbove } from '../../core/model/pcie.js';
import type { Place } from '../../core/text/source.js';
import { defineRule, related } from '../rule.js';
import { type Assignment, assignments, isStandby, takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { fixOf, placeOfFact, setting } from '../support/text.js';
import { nameOf } from '../support/vfs.js';
import { relatedPlaces } from '../support/words.js';

const twoTenants = { tenants: { blue: {}, red: {} } };
const guests = {
  a: { tenant: 'blue', devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 100 } } },
  b: { tenant: 'red', devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 200 } } },
};

export const acsIsolationOverridden = defineRule({
  id: 'IOVT206',
  name: 'acs-isolation-overridden',
  title: 'Isolation by ACS is faked or switched off',
  severity: 'error',
  group: 'dma',
  messages: {
    faked: '{host} boots with {param}: groups look separate, but {a} and {b} can reach each other by DMA.',
    cleared: '{host} boots with {param}: {a} and {b} can reach each other by DMA that bypasses the IOMMU.',
    oneOwner: '{host} boots with {param}: what it shows of IOMMU groups is not what the hardware keeps apart.',
  },
  docs: {
    why: '`pcie_acs_override=` (an out-of-tree patch that some distributions carry) pretends isolation where the kernel cannot prove it; `pci=disable_acs_redir=` takes it away where it exists. Many guides recommend them to split groups. Between guests of one owner it may be a choice, between tenants it is a hole. Group numbers that were read under an override count for nothing here; the prediction is used.',
    fix: 'Remove the parameter, then follow what the other rules say about the groups that appear.',
    sources: ['Linux Documentation/admin-guide/kernel-parameters, disable_acs_redir', 'Linux drivers/iommu/iommu.c', 'EVE OS issue 5488'],
  },
  examples: {
    bad: [
      onHost(
        {
          kernel: { acsOverride: 'downstream,multifunction' },
          pcie: { rp0: { kind: 'root-port', acs: false } },
          devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 4 } } },
          guests,
        },
        twoTenants,
      ),
      onHost({
        kernel: { disableAcsRedir: ['rp0'] },
        pcie: { rp0: { kind: 'root-port', acs: true } },
        devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 4 } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
    ],
    good: [
      onHost(
        {
          kernel: { acsOverride: 'none' },
          pcie: { rp0: { kind: 'root-port', acs: true } },
          devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 4 } } },
          guests,
        },
        twoTenants,
      ),
      onHost({ kernel: { acsOverride: 'downstream' }, devices: { nic0: { kind: 'nic' } } }),
    ],
  },
  check(topology, report) {
    for (const host of topology.hosts) {
      const affected = assignments(topology).vfio.filter((assignment) => assignment.member.device.host === host && !isStandby(assignment));
      if (affected.length === 0) continue;
      const override = host.facts.kernel.acsOverride;
      if (override.state === 'known' && override.value !== 'none') {
        const param = `pcie_acs_override=${override.value}`;
        const fixes = fixOf('Remove the override', {}, setting(host, ['kernel', 'acsOverride'], undefined));
        speak('faked', host, param, placeOfFact(override, host), strangers(affected), fixes);
      }
      const cleared = host.facts.kernel.disableAcsRedir;
      const below = cleared.state === 'known' ? affected.filter(({ member }) => isBelow(member.device, cleared.value)) : [];
      if (cleared.state !== 'known' || below.length === 0) continue;
      const fixes = fixOf('Remove the parameter', {}, setting(host, ['kernel', 'disableAcsRedir'], undefined));
      speak('cleared', host, 'pci=disable_acs_redir', placeOfFact(cleared, host), strangers(below), fixes);
    }

    function speak(
      message: 'faked' | 'cleared',
      host: Host,
      param: string,
      at: Place,
      pair: Pair | undefined,
      fixes: readonly Fix[],
    ): void {
      const extras = { entity: host, subjects: [`groups of ${host.path}`], fixes };
      if (pair === undefined) {
        report('oneOwner', at, { host: host.path, param }, { ...extras, severity: 'warning' });
        return;
      }
      const places = relatedPlaces(pair, ({ device, member, tenant }) =>
        related('{member} belongs to {tenant}', takenAt(device), { member: nameOf(member), tenant: tenant?.id ?? '' }),
      );
      report(message, at, { host: host.path, param, a: nameOf(pair[0].member), b: nameOf(pair[1].member) }, { ...extras, related: places });
    }
  },
});

type Pair = readonly [Assignment, Assignment];

/** Functions of two tenants that are known to share a group, or to be below one port that was opened. */
function strangers(list: readonly Assignment[]): Pair | undefined {
  const firsts = new Map<string, Assignment>();
  for (const assignment of list) {
    if (assignment.tenant === undefined) continue;
    const key = iommuGroups(assignment.member.device.host).predictedKeyOf(assignment.member);
    const first = firsts.get(key);
    if (first === undefined) firsts.set(key, assignment);
    else if (first.tenant !== assignment.tenant) return [first, assignment];
  }
  return undefined;
}

function isBelow(device: Assignment['member']['device'], ports: readonly { readonly target: unknown }[]): boolean {
  const above: readonly unknown[] = portsAbove(device);
  return ports.some(({ target }) => above.includes(target));
}
