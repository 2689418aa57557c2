import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import { defineRule, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { changing, fixOf, placeOfFact } from '../support/text.js';
import { devicesOf, nameOfSetting, subjectOf } from '../support/vfs.js';

export const eswitchModeUnsupported = defineRule({
  id: 'IOVT125',
  name: 'eswitch-mode-unsupported',
  title: 'The NIC does not have this e-switch mode',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['sriov-not-supported'],
  messages: {
    mode: '{pf} cannot run its e-switch in {mode} mode; it has {modes} only.',
    none: '{pf} has no e-switch that could run in {mode} mode.',
  },
  docs: {
    why: 'Representors and offloaded flows exist in switchdev mode only, and not every NIC and driver has it: i40e has none by design, ice implements it in Linux 6.12, while some support matrices do not list it. That is why it is a fact of the device profile, with the versions it holds for.',
    fix: 'Use a mode that the NIC has, or another NIC. If your driver does have the mode, state `eswitchModes`.',
    sources: [
      'OpenShift SR-IOV network operator, supported hardware',
      'Linux Documentation/networking/representors',
      'Linux drivers/net/ethernet/intel/ice/ice_eswitch.c',
    ],
  },
  examples: {
    bad: [
      onHost({ devices: { nic0: { kind: 'nic', sriov: { vfs: 4, eswitch: 'switchdev', eswitchModes: ['legacy'] } } } }),
      onHost({ devices: { nic0: { kind: 'nic', functions: { f0: { sriov: { eswitch: 'switchdev', eswitchModes: [] } } } } } }),
    ],
    good: [
      onHost({ devices: { nic0: { kind: 'nic', sriov: { vfs: 4, eswitch: 'switchdev', eswitchModes: ['legacy', 'switchdev'] } } } }),
      onHost({ devices: { nic0: { kind: 'nic', sriov: { vfs: 4, eswitch: 'switchdev' } } } }),
    ],
  },
  check(topology, report) {
    for (const fn of devicesOf(topology).flatMap((device) => device.functions)) {
      const mode = valueOf(fn.facts.sriov.eswitch);
      const modes = valueOf(fn.facts.sriov.eswitchModes);
      if (mode === undefined || modes === undefined || modes.includes(mode)) continue;
      const args = { pf: withModel(fn), mode, modes: modes.join(' and ') };
      const [other] = modes;
      report(other === undefined ? 'none' : 'mode', placeOfFact(fn.facts.sriov.eswitch, subjectOf(fn)), args, {
        entity: subjectOf(fn),
        subjects: [`e-switch of ${fn.path}`, `VFs of ${fn.path}`],
        related: [related('the modes it has', placeOfFact(fn.facts.sriov.eswitchModes, subjectOf(fn)))],
        fixes:
          other === undefined
            ? []
            : fixOf('Run it in {other} mode', { other }, changing(fn.facts.sriov.eswitch, subjectOf(fn), ['sriov', 'eswitch'], other)),
      });
    }
  },
});

/** Which NIC it is decides what it can do. */
function withModel(fn: PhysicalFunction): string {
  const model = valueOf(fn.device.facts.title) ?? valueOf(fn.device.facts.profile)?.text;
  return model === undefined ? nameOfSetting(fn) : `${nameOfSetting(fn)} (${model})`;
}
