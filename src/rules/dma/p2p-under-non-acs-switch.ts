import type { Fix } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import { missingAcs } from '../../core/model/iommu-groups.js';
import { type PciePort, portsAbove } from '../../core/model/pcie.js';
import type { Topology } from '../../core/model/topology.js';
import { formatPciAddress } from '../../core/units/pci-address.js';
import { defineRule, related } from '../rule.js';
import { type Assignment, assignments, isStandby, takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { sharedGroup } from '../support/groups.js';
import { toOneGuest } from '../support/hand-over.js';
import { getOrMake, push } from '../support/maps.js';
import { movesTo } from '../support/slots.js';
import { changing, fixOf, placeOfFact, setting } from '../support/text.js';
import { nameOf } from '../support/vfs.js';
import { listed } from '../support/words.js';

const switchWith = (acs: boolean) => ({
  pcie: {
    rp0: { kind: 'root-port', acs: true },
    up0: { kind: 'switch-upstream', at: 'rp0' },
    dn0: { kind: 'switch-downstream', at: 'up0', acs },
    dn1: { kind: 'switch-downstream', at: 'up0', acs },
  },
  devices: { gpu0: { kind: 'gpu', at: 'dn0' }, gpu1: { kind: 'gpu', at: 'dn1' } },
});
const guestsOf = (a: string, b: string) => ({
  a: { tenant: a, devices: { gpu: { technique: 'passthrough', from: 'gpu0' } } },
  b: { tenant: b, devices: { gpu: { technique: 'passthrough', from: 'gpu1' } } },
});
const tenants = { tenants: { blue: {}, red: {} } };

export const p2pUnderNonAcsSwitch = defineRule({
  id: 'IOVT207',
  name: 'p2p-under-non-acs-switch',
  title: 'Devices of two tenants reach each other below a switch',
  severity: 'error',
  group: 'dma',
  mutedBy: ['iommu-group-split', 'iommu-group-incomplete'],
  messages: {
    meet: '{a} ({tenantA}) and {b} ({tenantB}) meet at {switch}, and {port} lacks ACS {missing}: DMA between them bypasses the IOMMU.',
  },
  docs: {
    why: 'A switch sends a request straight to the port whose window it hits, unless ACS tells it to send everything up. Linux (6.12) does not see this in IOMMU groups: it puts devices below different downstream ports into groups of their own even where those ports have no ACS, because the upstream port passes. So nothing else warns.',
    fix: 'Move one of the devices to another root port, enable ACS on the downstream ports (firmware, or `pci=config_acs=` of Linux 6.11; a port that has no ACS capability cannot), or give both devices to one guest.',
    sources: [
      'Linux Documentation/driver-api/vfio',
      'Linux drivers/pci/pci.c, pci_acs_enabled',
      'Xen, pci-passthrough and ACS',
      'libvirt virpci.c, virPCIDeviceIsBehindSwitchLackingACS',
    ],
  },
  examples: {
    bad: [
      onHost({ ...switchWith(false), guests: guestsOf('blue', 'red') }, tenants),
      onHost(
        {
          pcie: {
            rp0: { kind: 'root-port', acs: true },
            up0: { kind: 'switch-upstream', at: 'rp0' },
            dn0: { kind: 'switch-downstream', at: 'up0', acs: { sourceValidation: true, requestRedirect: false } },
            dn1: { kind: 'switch-downstream', at: 'up0', acs: true },
          },
          devices: { nic0: { kind: 'nic', at: 'dn0', sriov: { vfs: 2 } }, nic1: { kind: 'nic', at: 'dn1', sriov: { vfs: 2 } } },
          guests: {
            a: { tenant: 'blue', devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } },
            b: { tenant: 'red', devices: { eth0: { technique: 'sriov-vf', from: 'nic1' } } },
          },
        },
        tenants,
      ),
    ],
    good: [
      onHost({ ...switchWith(true), guests: guestsOf('blue', 'red') }, tenants),
      onHost({ ...switchWith(false), guests: guestsOf('blue', 'blue') }, tenants),
    ],
  },
  check(topology, report) {
    for (const host of topology.hosts) {
      const cleared = new Set((valueOf(host.facts.kernel.disableAcsRedir) ?? []).map(({ target }) => target));
      for (const [meeting, ports] of meetings(topology, host)) {
        for (const port of ports.keys()) {
          const missing = cleared.has(port) ? ['RR', 'CR'] : missingAcs(port);
          const pair = missing.length === 0 ? undefined : strangers(ports, port);
          if (pair === undefined) continue;
          const [a, b] = pair;
          const args = {
            a: nameOf(a.member),
            tenantA: a.tenant?.id ?? '',
            b: nameOf(b.member),
            tenantB: b.tenant?.id ?? '',
            switch: meeting,
            port: port.path,
            missing: missing.join(', '),
          };
          report('meet', placeOfFact(port.facts.acs, port), args, {
            entity: port,
            subjects: [port.path, ...sharedGroup(a.member, b.member)],
            related: pair.map(({ device, member }) => related('{member}', takenAt(device), { member: nameOf(member) })),
            fixes: [
              ...pair.flatMap(({ member }) =>
                movesTo(member.device, (slot) => !portsAbove(slot).some((above) => portsAbove(port).includes(above))),
              ),
              ...(cleared.size > 0 ? [] : enableAcs([...ports.keys()])),
              ...toOneGuest(a.device, b.device),
            ],
          });
          break;
        }
      }
    }
  },
});

/** On all ports of a switch: one that lacks it is enough for the way round. */
function enableAcs(ports: readonly PciePort[]): Fix[] {
  const lacking = ports.filter((port) => missingAcs(port).length > 0);
  return fixOf(
    'Enable ACS on {ports}',
    { ports: listed(lacking.map(({ path }) => path)) },
    ...lacking.flatMap((port) =>
      typeof valueOf(port.facts.acs) === 'object'
        ? missingAcs(port).map((control) => setting(port, ['acs', CONTROL[control] ?? ''], true))
        : [changing(port.facts.acs, port, ['acs'], true)],
    ),
  );
}

/** Controls by the letters of the specification. */
const CONTROL: Readonly<Record<string, string>> = {
  SV: 'sourceValidation',
  RR: 'requestRedirect',
  CR: 'completionRedirect',
  UF: 'upstreamForwarding',
};

type PortsInUse = Map<PciePort, Assignment[]>;

/** Where traffic between ports can turn around: switches, and slots with several root ports. Below each port one use of every tenant. */
function meetings(topology: Topology, host: Host): Map<string, PortsInUse> {
  const found = new Map<string, PortsInUse>();
  const seen = new Set<string>();
  for (const assignment of assignments(topology).vfio) {
    const { member, tenant } = assignment;
    if (tenant === undefined || member.device.host !== host || isStandby(assignment)) continue;
    if (seen.has(`${member.device.path} ${tenant.path}`)) continue;
    seen.add(`${member.device.path} ${tenant.path}`);
    const above = portsAbove(member.device);
    for (const [i, port] of above.entries()) {
      const meeting = meetingOf(port, above[i + 1]);
      if (meeting === undefined) continue;
      push(
        getOrMake(found, meeting, (): PortsInUse => new Map()),
        port,
        assignment,
      );
    }
  }
  return found;
}

function meetingOf(port: PciePort, above: PciePort | undefined): string | undefined {
  const kind = valueOf(port.facts.kind);
  if (kind === 'switch-downstream') return above?.path;
  const bdf = valueOf(port.facts.bdf);
  if (kind !== 'root-port' || bdf === undefined) return undefined;
  return `slot ${formatPciAddress({ ...bdf, fn: 0 }).slice(0, -2)} of ${port.host.path}`;
}

/** A use below a port and one below another port of the same meeting that belongs to another tenant. */
function strangers(ports: PortsInUse, port: PciePort): readonly [Assignment, Assignment] | undefined {
  for (const a of ports.get(port) ?? []) {
    for (const [other, uses] of ports) {
      const b = other === port ? undefined : uses.find(({ tenant }) => tenant !== a.tenant);
      if (b !== undefined) return [a, b];
    }
  }
  return undefined;
}
