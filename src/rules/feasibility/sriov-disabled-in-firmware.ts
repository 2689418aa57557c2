import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { hasSriovOffInFirmware } from '../support/obstacles.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { placeOfVfCount, sriovFunctions, vfSubjects } from '../support/vfs.js';
import { counted, listed, relatedPlaces } from '../support/words.js';

export const sriovDisabledInFirmware = defineRule({
  id: 'IOVT114',
  name: 'sriov-disabled-in-firmware',
  title: 'SR-IOV is switched off in firmware',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported'],
  messages: { off: '{host} has SR-IOV off in firmware, so {functions} cannot enable VFs.' },
  docs: {
    why: 'Firmware assigns bus numbers and memory windows for VFs. With SR-IOV off the kernel answers "cannot allocate memory" to `sriov_numvfs`, or shows no `sriov_totalvfs` at all.',
    fix: 'Switch SR-IOV on in BIOS or UEFI, for the slot as well where it can be set there, and state `"sriov": true`.',
    sources: [
      'Red Hat Virtualization, Hardware Considerations for Implementing SR-IOV',
      'OpenStack Neutron, SR-IOV guide',
      'Microsoft, Deploy SR-IOV network adapters',
    ],
  },
  examples: {
    bad: [
      onHost({ firmware: { sriov: false }, devices: { nic0: { kind: 'nic', sriov: { vfs: 8 } } } }),
      onHost({ firmware: { sriov: false }, devices: { ssd0: { kind: 'nvme', functions: { f0: { sriov: { vfs: 2 } } } } } }),
    ],
    good: [
      onHost({ firmware: { sriov: true }, devices: { nic0: { kind: 'nic', sriov: { vfs: 8 } } } }),
      onHost({ firmware: { sriov: false }, devices: { nic0: { kind: 'nic', sriov: { vfs: 0 } } } }),
    ],
  },
  check(topology, report) {
    for (const host of topology.hosts.filter(hasSriovOffInFirmware)) {
      const functions = sriovFunctions(host);
      if (functions.length === 0) continue;
      const fact = host.facts.firmware.sriov;
      report(
        'off',
        placeOfFact(fact, host),
        { host: host.path, functions: listed(functions.map((fn) => fn.device.path)) },
        {
          entity: host,
          subjects: functions.flatMap(vfSubjects),
          related: relatedPlaces(functions, (fn) => related('{n} enabled here', placeOfVfCount(fn), { n: counted(fn.numVfs, 'VF') })),
          fixes: fixOf('State that SR-IOV is on', {}, changing(fact, host, ['firmware', 'sriov'], true)),
        },
      );
    }
  },
});
