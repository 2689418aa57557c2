import type { Device } from '../../core/model/device.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { keyPlace } from '../../core/text/tree.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { lacksSriov } from '../support/obstacles.js';
import { changing, fixOf, isInDocument, placeOfFact } from '../support/text.js';
import { devicesOf, nameOfSetting, placeOfVfCount, subjectOf, takersByFunction, vfSubjects } from '../support/vfs.js';
import { counted, relatedPlaces } from '../support/words.js';

export const sriovNotSupported = defineRule({
  id: 'IOVT113',
  name: 'sriov-not-supported',
  title: 'VFs on a device without SR-IOV',
  severity: 'error',
  group: 'feasibility',
  messages: {
    enabled: '{pf} has no SR-IOV, so it cannot have {numVfs}.',
    listed: '{pf} has no SR-IOV, so "{vf}" cannot exist.',
    taken: '{pf} has no SR-IOV, so there is no VF for {device}.',
  },
  docs: {
    why: 'VFs exist only where the function carries the SR-IOV capability; without it there is no `sriov_totalvfs` to write to. libvirt takes only VFs in `<interface type="hostdev">`; a plain NIC needs the generic `<hostdev>`.',
    fix: 'Connect the guest through a vSwitch or macvtap, or give it the whole device; `hardware-fallback-available` names the best way that this host has. If the card does have SR-IOV, correct `sriov.supported` or its profile.',
    sources: [
      'Linux drivers/pci/iov.c',
      'libvirt formatdomain, "PCI Network devices"',
      'Proxmox VE Administration Guide, "PCI(e) Passthrough"',
    ],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0: { kind: 'nic', sriov: { supported: false, vfs: 4 } } } }),
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { supported: false } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
      }),
      onHost({ devices: { nic0: { kind: 'nic', functions: { f0: { sriov: { supported: false }, vfs: { vf0: { vlan: 5 } } } } } } }),
    ],
    good: [
      onHost({ devices: { nic0: { kind: 'nic', sriov: { supported: true, vfs: 4 } } } }),
      onHost({ devices: { nic0: { kind: 'nic', sriov: { vfs: 4 } } } }),
      onHost({ devices: { nic0: { kind: 'nic', sriov: { supported: false, vfs: 0 } } } }),
    ],
  },
  check(topology, report) {
    const takers = takersByFunction(topology);
    for (const device of devicesOf(topology)) {
      const lacking = new Set(device.functions.filter(lacksSriov));
      const subjects = [...lacking].flatMap(vfSubjects);
      const [fnWithout] = lacking;
      if (fnWithout === undefined) continue;
      const why = [related('no SR-IOV, as stated here', placeOfFact(fnWithout.facts.sriov.supported, subjectOf(fnWithout)))];
      for (const fn of device.functions.filter((candidate) => lacking.has(candidate))) {
        const extras = { entity: subjectOf(fn), subjects, related: why };
        const range = fn.vfRanges.find(({ property }) => isInDocument(keyPlace(property)));
        if (fn.numVfs > 0)
          report(
            'enabled',
            placeOfVfCount(fn),
            { pf: nameOfSetting(fn), numVfs: counted(fn.numVfs, 'VF') },
            { ...extras, fixes: none(fn) },
          );
        else if (range !== undefined) report('listed', keyPlace(range.property), { pf: fn.path, vf: range.property.key }, extras);
      }
      // Where VFs are enabled, that is the mistake; the guests that want them are its consequence.
      const wanting = new Set([...lacking].flatMap((fn) => (fn.numVfs > 0 ? [] : (takers.get(fn) ?? []))));
      const [first, ...others] = wanting;
      if (first === undefined) continue;
      const further = relatedPlaces(others, (other) =>
        related('and for {device}', placeOfFact(other.facts.from, other), { device: other.path }),
      );
      const place = placeOfFact(first.facts.from, first);
      report(
        'taken',
        place,
        { pf: nameOfAll(device, lacking), device: first.path },
        { entity: first, subjects, related: [...why, ...further] },
      );
    }
  },
});

function nameOfAll(device: Device, lacking: ReadonlySet<PhysicalFunction>): string {
  const [only] = lacking;
  return lacking.size === 1 && only !== undefined ? nameOfSetting(only) : device.path;
}

function none(fn: PhysicalFunction) {
  return fixOf('Enable no VFs', {}, changing(fn.facts.sriov.vfs, subjectOf(fn), ['sriov', 'vfs'], 0));
}
