import { poolOf } from '../../core/model/assign.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { Reference } from '../../core/model/reference.js';
import { type Switch, uplinksOf } from '../../core/model/switch.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Place } from '../../core/text/source.js';
import { defineRule, type Report, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { functionsBehind } from '../support/host-uses.js';
import { changing, fixOf, placeOfFact, setting } from '../support/text.js';
import { nameOfSetting, subjectOf, takersByFunction } from '../support/vfs.js';
import { listed, relatedPlaces } from '../support/words.js';

const messages = {
  representor: '{switch} has a representor of {vf} as a port, but {pf} runs its e-switch in legacy mode, which has none.',
  offload: '{switch} offloads flows to {pf}, but {pf} runs its e-switch in legacy mode, which takes none.',
  kind: '{switch} is a switchdev e-switch, but {pf} runs in legacy mode.',
  noPort: '{switch} offloads flows to {pf}, but {devices} has no port on any switch, so no flow reaches it.',
} as const;

export const representorWithoutSwitchdev = defineRule({
  id: 'IOVT127',
  name: 'representor-without-switchdev',
  title: 'Representors or hardware offload without switchdev mode',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['eswitch-mode-unsupported', 'sriov-not-supported'],
  messages,
  docs: {
    why: 'Representors exist in switchdev mode only, and Open vSwitch offloads a flow only between representors and their uplink. A VF whose representor is on no switch is reached by no frame that the switch forwards.',
    fix: 'Set `"eswitch": "switchdev"` where the NIC has it, connect every VF in use to the switch (`connect`, or `representors` of the switch), or give up `hwOffload`.',
    sources: [
      'Linux Documentation/networking/representors',
      'Open vSwitch Documentation/howto/tc-offload',
      'OpenShift SR-IOV network operator, hardware offload',
    ],
  },
  examples: {
    bad: [
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4, eswitch: 'legacy' } } },
        switches: { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'], hwOffload: true } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4, eswitch: 'legacy' } } },
        switches: { br0: { kind: 'ovs-kernel', representors: ['nic0/p0/vf1'] } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4, eswitch: 'switchdev' } } },
        switches: { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'], hwOffload: true } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0' } } } },
      }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4, eswitch: 'switchdev' } } },
        switches: { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'], hwOffload: true, representors: ['nic0/p0/vf1'] } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0/vf1' } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4, eswitch: 'switchdev' } } },
        switches: { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'], hwOffload: true } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', connect: 'br0' } } } },
      }),
    ],
  },
  check(topology, report) {
    const takers = takersByFunction(topology);
    for (const host of topology.hosts) {
      const onSwitch = portsOf(host.switches);
      for (const entity of host.switches) {
        for (const { target, at } of valueOf(entity.facts.representors) ?? []) {
          const fn = target?.kind === 'vf' ? target.fn : target?.kind === 'virtual-device' ? poolOf(target)[0] : undefined;
          if (fn !== undefined && isLegacy(fn)) speak(report, 'representor', entity, fn, at, target?.path ?? '');
        }
        const offloads = valueOf(entity.facts.hwOffload) === true;
        if (!offloads && entity.switchKind !== 'eswitch-switchdev') continue;
        const functions = uplinkFunctions(entity);
        const [legacy] = functions.filter(([fn]) => isLegacy(fn));
        if (legacy !== undefined) {
          const [fn, uplink] = legacy;
          speak(report, offloads ? 'offload' : 'kind', entity, fn, offloads ? placeOfFact(entity.facts.hwOffload, entity) : uplink.at, '');
          continue;
        }
        for (const [fn] of offloads ? functions : []) {
          const without = (takers.get(fn) ?? []).filter((device) => !hasPort(device, onSwitch));
          if (without.length > 0 && valueOf(fn.facts.sriov.eswitch) === 'switchdev') missingPorts(report, entity, fn, without);
        }
      }
    }
  },
});

function isLegacy(fn: PhysicalFunction): boolean {
  return valueOf(fn.facts.sriov.eswitch) === 'legacy';
}

function uplinkFunctions(entity: Switch): [PhysicalFunction, Reference][] {
  return uplinksOf(entity).flatMap((uplink) =>
    (uplink.target === undefined ? [] : functionsBehind(uplink.target)).flatMap((member): [PhysicalFunction, Reference][] =>
      member.kind === 'function' ? [[member, uplink]] : [],
    ),
  );
}

/** VFs and virtual devices that some switch has a representor of. */
function portsOf(switches: readonly Switch[]): ReadonlySet<unknown> {
  return new Set(switches.flatMap((entity) => (valueOf(entity.facts.representors) ?? []).map(({ target }) => target)));
}

function hasPort(device: VirtualDevice, onSwitch: ReadonlySet<unknown>): boolean {
  const named: VirtualFunction | undefined = valueOf(device.facts.from)?.as('vf');
  return device.facts.connect.state !== 'unknown' || onSwitch.has(device) || (named !== undefined && onSwitch.has(named));
}

function speak(
  report: Report<typeof messages>,
  id: 'representor' | 'offload' | 'kind',
  entity: Switch,
  fn: PhysicalFunction,
  at: Place,
  vf: string,
): void {
  const eswitch = fn.facts.sriov.eswitch;
  const modes = valueOf(fn.facts.sriov.eswitchModes);
  const fixes =
    modes !== undefined && !modes.includes('switchdev')
      ? []
      : fixOf('Run {pf} in switchdev mode', { pf: nameOfSetting(fn) }, changing(eswitch, subjectOf(fn), ['sriov', 'eswitch'], 'switchdev'));
  report(
    id,
    at,
    { switch: entity.path, pf: nameOfSetting(fn), vf },
    {
      entity,
      subjects: [`e-switch of ${fn.path}`, `VFs of ${fn.path}`],
      related: [related('legacy mode', placeOfFact(eswitch, subjectOf(fn)))],
      fixes,
    },
  );
}

function missingPorts(report: Report<typeof messages>, entity: Switch, fn: PhysicalFunction, devices: readonly VirtualDevice[]): void {
  const args = { switch: entity.path, pf: nameOfSetting(fn), devices: listed(devices.map(({ path }) => path)) };
  report('noPort', placeOfFact(entity.facts.hwOffload, entity), args, {
    entity,
    subjects: [`e-switch of ${fn.path}`],
    related: relatedPlaces(devices, (device) => related('{device}', placeOfFact(device.facts.from, device), { device: device.path })),
    fixes: fixOf(
      devices.length === 1 ? 'Connect it to {switch}' : 'Connect them to {switch}',
      { switch: entity.id },
      ...devices.map((device) => setting(device, ['connect'], entity.id)),
    ),
  });
}
