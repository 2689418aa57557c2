import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { type PciePort, portsAbove } from '../../core/model/pcie.js';
import { formatBytes } from '../../core/units/format.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { push } from '../support/maps.js';
import { movesTo } from '../support/slots.js';
import { changing, fixOf, placeOfEntity, placeOfFact } from '../support/text.js';
import { devicesOf, nameOfSetting, vfSubjects } from '../support/vfs.js';
import { listed, relatedPlaces } from '../support/words.js';

const FOUR_GIB = 2 ** 32;

export const vfBarMmioInsufficient = defineRule({
  id: 'IOVT117',
  name: 'vf-bar-mmio-insufficient',
  title: 'Memory of the VFs does not fit the window of the port',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported', 'sriov-disabled-in-firmware'],
  messages: {
    window: 'The VFs of {devices} need {need} of device memory, but the window of {port} is {have}.',
    below4G: 'The VFs of {pf} need {need} of device memory, which does not fit below 4 GiB, and {host} does not place windows above.',
  },
  docs: {
    why: 'Linux sizes the memory of VFs for TotalVFs when it finds the device, not for the VFs that are enabled later, and then refuses with "not enough MMIO resources for SR-IOV". Enabling fewer VFs does not help.',
    fix: 'Enable "Above 4G Decoding" and a larger MMIO window in firmware, boot with `pci=realloc`, lower TotalVFs in the configuration of the device, or take another slot.',
    sources: ['Linux drivers/pci/iov.c', 'Linux Documentation/admin-guide/kernel-parameters'],
  },
  examples: {
    bad: [
      onHost({
        pcie: { rp0: { kind: 'root-port', mmioWindow: '32 MiB' } },
        devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 4, totalVfs: 64, vfBarSize: '1 MiB' } } },
      }),
      onHost({
        firmware: { above4G: false },
        devices: { gpu0: { kind: 'gpu', sriov: { vfs: 4, totalVfs: 16, vfBarSize: '1 GiB' } } },
      }),
    ],
    good: [
      onHost({
        pcie: { rp0: { kind: 'root-port', mmioWindow: '128 MiB' } },
        devices: { nic0: { kind: 'nic', at: 'rp0', sriov: { vfs: 4, totalVfs: 64, vfBarSize: '1 MiB' } } },
      }),
      onHost({
        firmware: { above4G: true },
        devices: { gpu0: { kind: 'gpu', sriov: { vfs: 4, totalVfs: 16, vfBarSize: '1 GiB' } } },
      }),
    ],
  },
  check(topology, report) {
    const below = new Map<PciePort, PhysicalFunction[]>();
    for (const device of devicesOf(topology)) {
      const functions = device.functions.filter((fn) => aperture(fn) > 0);
      for (const port of functions.length === 0 ? [] : portsAbove(device)) push(below, port, ...functions);
      const { above4G } = device.host.facts.firmware;
      const [large] = valueOf(above4G) === false ? functions.filter((fn) => aperture(fn) >= FOUR_GIB) : [];
      if (large === undefined) continue;
      const args = { pf: nameOfSetting(large), need: formatBytes(aperture(large)), host: device.host.path };
      const why = [related('switched off here', placeOfFact(above4G, device.host))];
      const fixes = fixOf('State that windows lie above 4 GiB', {}, changing(above4G, device.host, ['firmware', 'above4G'], true));
      report('below4G', placeOfFact(large.facts.sriov.vfBarSize, device), args, {
        entity: device,
        subjects: vfSubjects(large),
        related: why,
        fixes,
      });
    }
    for (const [port, functions] of below) {
      const window = valueOf(port.facts.mmioWindow);
      const need = functions.reduce((sum, fn) => sum + aperture(fn), 0);
      if (window === undefined || need <= window) continue;
      const devices = [...new Set(functions.map(({ device }) => device))];
      report(
        'window',
        placeOfFact(port.facts.mmioWindow, port),
        { devices: listed(devices.map(({ path }) => path)), need: formatBytes(need), port: port.path, have: formatBytes(window) },
        {
          entity: port,
          subjects: functions.flatMap(vfSubjects),
          related: relatedPlaces(devices, (device) => related('{device}', placeOfEntity(device), { device: device.path })),
          fixes: devices.length === 1 ? movesTo(devices[0] as Device, (slot) => (valueOf(slot.facts.mmioWindow) ?? 0) >= need) : [],
        },
      );
    }
  },
});

/** What the VFs of a function take whether or not they are enabled; 0 where that is unknown. */
function aperture(fn: PhysicalFunction): number {
  return (valueOf(fn.facts.sriov.vfBarSize) ?? 0) * (valueOf(fn.facts.sriov.totalVfs) ?? 0);
}
