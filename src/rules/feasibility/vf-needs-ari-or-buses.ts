import type { Fix } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { type PciePort, upstream } from '../../core/model/pcie.js';
import { addressFromRoutingId, formatPciAddress, routingId } from '../../core/units/pci-address.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { movesTo } from '../support/slots.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { devicesOf, nameOfSetting, placeOfVfCount, subjectOf, vfSubjects } from '../support/vfs.js';
import { counted } from '../support/words.js';

/** Functions that one device number has room for without Alternative Routing-IDs. */
const FUNCTIONS_OF_A_SLOT = 8;

export const vfNeedsAriOrBuses = defineRule({
  id: 'IOVT116',
  name: 'vf-needs-ari-or-buses',
  title: 'VFs have no room among the bus numbers below their port',
  severity: 'warning',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported', 'sriov-disabled-in-firmware', 'vf-count-exceeds-total'],
  messages: {
    buses: '{vfs} of {pf} reach up to {last}, but {port} has buses {range} only.',
    ari: '{vfs} of {pf} need more than 8 functions on one device number, but {port} does not forward ARI and has one bus.',
  },
  docs: {
    why: 'A VF has the routing id of its PF plus First VF Offset plus stride times index. Where that leads past the buses of the port, the kernel fails with "can\'t enable VFs (bus out of range)". More than 8 functions on one device number need Alternative Routing-ID Interpretation in the device and in the port right above it.',
    fix: 'Enable fewer VFs, plug the card into a port with ARI, or give the port more buses (`pci=hpbussize` for hot-plug bridges, firmware settings elsewhere).',
    sources: [
      'Linux drivers/pci/iov.c',
      'Linux Documentation/admin-guide/kernel-parameters',
      'Red Hat Virtualization, Hardware Considerations for Implementing SR-IOV',
    ],
  },
  examples: {
    bad: [
      onHost({
        pcie: { rp0: { kind: 'root-port', busRange: '3b-3b' } },
        devices: { nic0: { kind: 'nic', at: 'rp0', bdf: '0000:3b:00.0', sriov: { vfs: 64, offset: 384, stride: 1 } } },
      }),
      onHost({
        pcie: { rp0: { kind: 'root-port', busRange: '3b-3b', ari: false } },
        devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 16 } } },
      }),
    ],
    good: [
      onHost({
        pcie: { rp0: { kind: 'root-port', busRange: '3b-3c' } },
        devices: { nic0: { kind: 'nic', at: 'rp0', bdf: '0000:3b:00.0', sriov: { vfs: 64, offset: 256, stride: 1 } } },
      }),
      onHost({
        pcie: { rp0: { kind: 'root-port', busRange: '3b-3b', ari: true } },
        devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 16 } } },
      }),
    ],
  },
  check(topology, report) {
    for (const device of devicesOf(topology)) {
      const port = upstream(device);
      const buses = port === undefined ? undefined : valueOf(port.facts.busRange);
      if (port === undefined || buses === undefined) continue;
      const vfs = device.functions.reduce((sum, fn) => sum + fn.numVfs, 0);
      for (const fn of device.functions.filter(({ numVfs }) => numVfs > 0)) {
        const extras = { entity: subjectOf(fn), subjects: vfSubjects(fn) };
        const common = { vfs: counted(fn.numVfs, 'VF'), pf: nameOfSetting(fn), port: port.path };
        const last = lastRoutingId(fn);
        if (last !== undefined) {
          if (last >> 8 <= buses.last) continue;
          const range = buses.first === buses.last ? hex(buses.first) : `${hex(buses.first)} to ${hex(buses.last)}`;
          const args = { ...common, last: bdf(fn, last), range };
          const why = [related('the buses of the port', placeOfFact(port.facts.busRange, port))];
          report('buses', placeOfVfCount(fn), args, { ...extras, related: why, fixes: fewer(fn, mostWithin(fn, buses.last)) });
        } else if (valueOf(port.facts.ari) === false && buses.first === buses.last && device.functions.length + vfs > FUNCTIONS_OF_A_SLOT) {
          const each = Math.floor((FUNCTIONS_OF_A_SLOT - device.functions.length) / device.functions.length);
          const why = [related('no ARI here', placeOfFact(port.facts.ari, port))];
          const fixes = [...fewer(fn, Math.max(0, each)), ...movesTo(device, forwardsAri)];
          report('ari', placeOfVfCount(fn), common, { ...extras, related: why, fixes });
        }
      }
    }
  },
});

function forwardsAri(port: PciePort): boolean {
  return valueOf(port.facts.ari) === true;
}

/** Source: Linux drivers/pci/iov.c, pci_iov_virtfn_bus. */
function lastRoutingId(fn: PhysicalFunction): number | undefined {
  const address = valueOf(fn.address);
  const offset = valueOf(fn.facts.sriov.offset);
  const stride = valueOf(fn.facts.sriov.stride);
  if (address === undefined || offset === undefined || stride === undefined) return undefined;
  return routingId(address) + offset + stride * (fn.numVfs - 1);
}

/** VFs whose routing ids do not lead past a bus. */
function mostWithin(fn: PhysicalFunction, lastBus: number): number {
  const stride = valueOf(fn.facts.sriov.stride) ?? 1;
  const first = (lastRoutingId(fn) ?? 0) - stride * (fn.numVfs - 1);
  return Math.max(0, Math.floor(((lastBus << 8) + 0xff - first) / stride) + 1);
}

function fewer(fn: PhysicalFunction, n: number): Fix[] {
  if (n === 0) return [];
  return fixOf('Enable {n}', { n: counted(n, 'VF') }, changing(fn.facts.sriov.vfs, subjectOf(fn), ['sriov', 'vfs'], n));
}

function bdf(fn: PhysicalFunction, rid: number): string {
  const address = addressFromRoutingId(valueOf(fn.address)?.domain ?? 0, rid);
  return address === undefined ? 'beyond bus ff' : formatPciAddress(address);
}

function hex(bus: number): string {
  return bus.toString(16).padStart(2, '0');
}
