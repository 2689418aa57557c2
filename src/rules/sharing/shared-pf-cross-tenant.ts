import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Tenant } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Topology } from '../../core/model/topology.js';
import { defineRule, related } from '../rule.js';
import { moveElsewhere } from '../support/elsewhere.js';
import { onHost } from '../support/examples.js';
import { fabric, type Nic, nicSetting } from '../support/l2.js';
import { promised, tenantNames, tenantsOf } from '../support/tenants.js';
import { placeOfEntity } from '../support/text.js';
import { nameOf, subjectOf } from '../support/vfs.js';
import { mutingWithoutIommu } from '../support/without-iommu.js';
import { relatedPlaces } from '../support/words.js';

const vf = (tenant: string, vlan: number, more: object = {}) => ({
  tenant,
  devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan, ...more } },
});
const nic0 = { kind: 'nic', sriov: { vfs: 4 } };
const two = { tenants: { blue: {}, red: {} } };

export const sharedPfCrossTenant = defineRule({
  id: 'IOVT232',
  name: 'shared-pf-cross-tenant',
  title: 'Tenants share a physical function',
  severity: 'info',
  group: 'sharing',
  mutedBy: ['assignment-needs-iommu'],
  messages: {
    firmware: '{tenants} have VFs of {pf}: one driver and one firmware serve all of them, and keep them apart (S2).',
    weakened:
      '{tenants} have VFs of {pf}: one driver and one firmware serve all of them, and settings of {device} weaken what keeps them apart (S4).',
  },
  docs: {
    why: 'There is always some trust between a PF and its VFs: the PF can reset them, deny them service, and often read their data. Reloading its driver interrupts all of them. The grade is S2 where the NIC tags and checks what each VF sends, S4 where a setting opens part of that. It is a warning where an objective asks to isolate the tenants.',
    fix: 'Spread tenants over functions or cards where that matters; otherwise take note.',
    sources: ['Linux drivers/vfio/pci/vfio_pci_core.c (VF token)', 'Linux Documentation/networking/device_drivers/ethernet/intel/ice.rst'],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0, nic1: nic0 }, guests: { a: vf('blue', 100), b: vf('red', 200) } }, two),
      onHost({ devices: { nic0 }, guests: { a: vf('blue', 100, { trust: true }), b: vf('red', 200) } }, two),
    ],
    good: [
      onHost({ devices: { nic0 }, guests: { a: vf('blue', 100), b: vf('blue', 200) } }, two),
      onHost(
        {
          devices: { nic0, nic1: nic0 },
          guests: { a: vf('blue', 100), b: { tenant: 'red', devices: { eth0: { technique: 'sriov-vf', from: 'nic1', vlan: 200 } } } },
        },
        two,
      ),
    ],
  },
  check(topology, report) {
    for (const [fn, nics] of fabric(topology).onFunction) {
      const tenants = tenantsOf(nics);
      if (tenants.length < 2) continue;
      const weak = nics.find(isWeak);
      const args = { tenants: tenantNames(tenants), pf: nameOf(fn), device: weak?.device.path ?? '' };
      report(weak === undefined ? 'firmware' : 'weakened', placeOfEntity(subjectOf(fn)), args, {
        entity: fn,
        subjects: [fn.path, ...mutingWithoutIommu(nics, (left) => tenantsOf(left).length > 1)],
        severity: promised('info', topology, tenants),
        fixes: others(topology, nics, tenants),
        related: relatedPlaces(nics, ({ device, tenant }) =>
          related('{device} ({tenant})', placeOfEntity(device), { device: device.path, tenant: tenant?.id ?? 'no tenant' }),
        ),
      });
    }
  },
});

/** The tenants after the first to another card, one at a time. */
function others(topology: Topology, nics: readonly Nic[], tenants: readonly Tenant[]): Fix[] {
  const last = tenants.at(-1);
  const own = nics.filter(({ tenant }) => tenant === last);
  return tenants.length === 2 && own.length === 1 && own[0] !== undefined
    ? moveElsewhere(own[0].device, topology, (fn) => isFreeOfOthers(topology, fn, last))
    : [];
}

/** No other tenant has a VF of the function, or stands on the switch that has its port. */
function isFreeOfOthers(topology: Topology, fn: PhysicalFunction, tenant: Tenant | undefined): boolean {
  const { onFunction, onSwitch, onPort, switchesOn } = fabric(topology);
  const beside = [
    ...(onFunction.get(fn) ?? []),
    ...(fn.port === undefined ? [] : (onPort.get(fn.port) ?? [])),
    ...(switchesOn.get(fn) ?? []).flatMap((entity) => onSwitch.get(entity) ?? []),
  ];
  return beside.every((other) => other.tenant === tenant);
}

/** A setting that lets a guest past the filters of the NIC. */
function isWeak({ device, tagged }: Nic): boolean {
  return (
    valueOf(nicSetting(device, 'spoofCheck')) === false ||
    valueOf(nicSetting(device, 'trust')) === true ||
    valueOf(nicSetting(device, 'promisc')) === true ||
    tagged === 'all'
  );
}
