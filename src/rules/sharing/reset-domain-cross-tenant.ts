import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Host } from '../../core/model/host.js';
import { type PciePort, upstream } from '../../core/model/pcie.js';
import type { Topology } from '../../core/model/topology.js';
import { defineRule, pairOf, related } from '../rule.js';
import { type Assignment, assignments, isStandby, takenAt } from '../support/assignments.js';
import { onHost } from '../support/examples.js';
import { groupSubject } from '../support/groups.js';
import { toOneGuest } from '../support/hand-over.js';
import { push } from '../support/maps.js';
import { movesTo } from '../support/slots.js';
import { spareFor } from '../support/spare.js';
import { areDifferent } from '../support/tenants.js';
import { fixOf, placeOfFact, setting } from '../support/text.js';
import { nameOf, subjectOf } from '../support/vfs.js';

const gpu = (reset: readonly string[]) => ({
  pcie: { rp0: { kind: 'root-port', acs: true } },
  devices: { gpu0: { kind: 'gpu', at: 'rp0', acs: true, functions: { f0: { reset }, f1: { reset } } } },
  guests: {
    a: { tenant: 'blue', devices: { gpu: { technique: 'passthrough', from: 'gpu0/f0' } } },
    b: { tenant: 'red', devices: { gpu: { technique: 'passthrough', from: 'gpu0/f1' } } },
  },
});
const bus = (second: string) => ({
  pcie: { br0: { kind: 'root-port', acs: true }, br1: { kind: 'root-port', acs: true } },
  devices: { hba0: { kind: 'hba', at: 'br0', reset: ['bus'], acs: true }, hba1: { kind: 'hba', at: second, reset: ['flr'], acs: true } },
  guests: {
    a: { tenant: 'blue', devices: { d: { technique: 'passthrough', from: 'hba0' } } },
    b: { tenant: 'red', devices: { d: { technique: 'passthrough', from: 'hba1' } } },
  },
});
const two = { tenants: { blue: {}, red: {} } };

export const resetDomainCrossTenant = defineRule({
  id: 'IOVT233',
  name: 'reset-domain-cross-tenant',
  title: 'Resetting the device of one tenant resets that of another',
  severity: 'error',
  group: 'sharing',
  mutedBy: ['iommu-group-split'],
  messages: {
    bus: 'Resetting {a} ({tenantA}) also resets {b} ({tenantB}): it has no reset of its own, and both are on the bus below {scope}.',
    slot: 'Resetting {a} ({tenantA}) also resets {b} ({tenantB}): it has no reset of its own, and both are functions of {scope}.',
  },
  docs: {
    why: 'Without function-level reset only the bus or the slot can be reset, with all that is on it. VFIO allows that only to a user who owns all of it, so the guest cannot reset its device at all; where it is forced, the other tenant loses its device.',
    fix: 'Take a device with function-level reset, or give everything on the bus to one owner.',
    sources: ['Linux include/uapi/linux/vfio.h, VFIO_DEVICE_PCI_HOT_RESET', 'Linux drivers/vfio/pci/vfio_pci_core.c'],
  },
  examples: {
    bad: [onHost(gpu(['bus']), two), onHost(bus('br0'), two)],
    good: [onHost(gpu(['flr']), two), onHost(bus('br1'), two)],
  },
  check(topology, report) {
    const given = assignments(topology);
    const spoken = new Set<string>();
    for (const a of given.vfio) {
      if (a.member.kind === 'vf' || a.tenant === undefined || isStandby(a) || hasOwnReset(a.member)) continue;
      for (const fn of resetAlong(a.member)) {
        const b = given.of(fn).find((other) => areDifferent(other.tenant, a.tenant));
        if (b === undefined || spoken.has(pairOf(a.member, fn))) continue;
        spoken.add(pairOf(a.member, fn));
        const isSlot = fn.device === a.member.device;
        const scope = isSlot ? fn.device.path : (upstream(fn.device)?.path ?? '');
        const args = { a: nameOf(a.member), tenantA: a.tenant.id, b: nameOf(fn), tenantB: b.tenant?.id ?? '', scope };
        report(isSlot ? 'slot' : 'bus', takenAt(a.device), args, {
          entity: a.device,
          subjects: sharedSubjects(a, b),
          related: [
            related('its ways to be reset', placeOfFact(a.member.facts.reset, subjectOf(a.member))),
            related('{b}', takenAt(b.device), { b: b.device.path }),
          ],
          fixes: [...takeSpare(topology, a), ...(isSlot ? [] : movesTo(a.member.device, () => true)), ...toOneGuest(a.device, b.device)],
        });
      }
    }
  },
});

/** A card of the same kind that nobody uses and that can be reset by itself. */
function takeSpare(topology: Topology, { device, member }: Assignment): Fix[] {
  if (device.guest.count > 1) return [];
  const spare = spareFor(member.device, topology).find(({ functions }) => functions.length > 0 && functions.every(statesOwnReset));
  return spare === undefined
    ? []
    : fixOf('Take {spare} for {device}', { spare: spare.path, device: device.path }, setting(device, ['from'], spare.id));
}

function statesOwnReset(fn: PhysicalFunction): boolean {
  return valueOf(fn.facts.reset) !== undefined && hasOwnReset(fn);
}

function sharedSubjects(a: Assignment, b: Assignment): string[] {
  return groupSubject(a.member) === groupSubject(b.member) ? [groupSubject(a.member)] : [];
}

/** Unknown counts as having one: only what is stated can be wrong. */
function hasOwnReset(fn: PhysicalFunction): boolean {
  const methods = valueOf(fn.facts.reset);
  return methods === undefined || methods.some((method) => method !== 'bus' && method !== 'slot');
}

/** Functions of the same card, and of cards on the same bus. */
function resetAlong(fn: PhysicalFunction): PhysicalFunction[] {
  const { device } = fn;
  const byPort = devicesByPort(device.host);
  const port = upstream(device);
  const devices = port === undefined ? [device] : (byPort.get(port) ?? [device]);
  return devices.flatMap(({ functions }) => functions).filter((other) => other !== fn);
}

function devicesByPort(host: Host): Map<PciePort, Device[]> {
  const map = new Map<PciePort, Device[]>();
  for (const device of host.devices) {
    const port = upstream(device);
    // A disk behind an HBA is not on the bus of the HBA.
    if (port !== undefined && device.deviceKind !== 'disk') push(map, port, device);
  }
  return map;
}
