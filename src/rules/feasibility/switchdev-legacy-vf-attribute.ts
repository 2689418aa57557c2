import { poolOf } from '../../core/model/assign.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Switch } from '../../core/model/switch.js';
import { uplinksOf } from '../../core/model/switch.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { child, keyPlace, type Property, type SyntaxNode } from '../../core/text/tree.js';
import { defineRule, type Report, related } from '../rule.js';
import { onHost } from '../support/examples.js';
import { functionsBehind } from '../support/host-uses.js';
import { changing, fixOf, isInDocument, placeOfFact, removing, setting } from '../support/text.js';
import { devicesOf, nameOfSetting, subjectOf } from '../support/vfs.js';

/** What only the legacy e-switch enforces. */
const LEGACY_ONLY: ReadonlySet<string> = new Set(['vlan', 'vlanMode', 'spoofCheck', 'trust']);

const messages = {
  listed: '"{key}" of {vf} has no effect: {pf} runs its e-switch in switchdev mode.',
  device: '"{key}" of {vf} has no effect: {pf} runs its e-switch in switchdev mode, where policy sits on the representor.',
  vepa: '"embeddedSwitch" has no effect: {pf} runs its e-switch in switchdev mode.',
} as const;

export const switchdevLegacyVfAttribute = defineRule({
  id: 'IOVT126',
  name: 'switchdev-legacy-vf-attribute',
  title: 'A VF attribute of the legacy e-switch on a switchdev PF',
  severity: 'error',
  group: 'feasibility',
  mutedBy: ['eswitch-mode-unsupported', 'sriov-not-supported'],
  messages,
  docs: {
    why: 'In switchdev mode the driver refuses VLAN, spoof check and trust of a VF (mlx5 answers "operation not supported"): policy belongs to the switch port that the representor is. Whoever reads the attribute believes in a protection that does not exist. A VLAN is no mistake where the VF is connected to a switch, whose port then has it. Where the design has no vSwitch for the PF, something outside of it may program the representor: then this is a warning.',
    fix: 'Connect the virtual device to the vSwitch that has the representor (`connect`), or list the VF under `representors`; or run the e-switch in legacy mode. Delete what neither enforces.',
    sources: [
      'Linux drivers/net/ethernet/mellanox/mlx5/core/eswitch.c',
      'Linux Documentation/networking/representors',
      'Linux Documentation/networking/switchdev',
    ],
  },
  examples: {
    bad: [
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 4, eswitch: 'switchdev' } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 100, spoofCheck: true } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', functions: { f0: { sriov: { vfs: 4, eswitch: 'switchdev' }, vfs: { vf0: { trust: true } } } } } },
      }),
      onHost({ devices: { nic0: { kind: 'nic', sriov: { vfs: 4, eswitch: 'switchdev', embeddedSwitch: 'vepa' } } } }),
    ],
    good: [
      onHost({
        devices: { nic0: { kind: 'nic', sriov: { vfs: 4, eswitch: 'legacy' } } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 100, spoofCheck: true } } } },
      }),
      onHost({
        devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 4, eswitch: 'switchdev' } } },
        switches: { br0: { kind: 'ovs-kernel', uplinks: ['nic0/p0'], hwOffload: true } },
        guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', connect: 'br0', vlan: 100 } } } },
      }),
    ],
  },
  check(topology, report) {
    for (const fn of devicesOf(topology).flatMap((device) => device.functions)) {
      if (isSwitchdev(fn))
        for (const range of fn.vfRanges) speak(report, 'listed', range.property.value, fn, fn, range.property.key, LEGACY_ONLY);
    }
    for (const fn of devicesOf(topology)
      .flatMap((device) => device.functions)
      .filter(isSwitchdev)) {
      const fact = fn.facts.sriov.embeddedSwitch;
      if (fact.state !== 'known' || fact.value !== 'vepa' || !isInDocument(fact.at)) continue;
      const fixes = fixOf('Remove it', {}, setting(subjectOf(fn), ['sriov', 'embeddedSwitch'], undefined));
      report('vepa', fact.at, { pf: nameOfSetting(fn) }, { entity: subjectOf(fn), subjects: [`e-switch of ${fn.path}`], fixes });
    }
    for (const device of topology.virtualDevices) {
      const fn = device.technique?.takes === 'vf' ? poolOf(device).find(isSwitchdev) : undefined;
      if (fn === undefined) continue;
      const isUnseen = !device.guest.host.switches.some((entity) => servesPort(entity, fn));
      const isOnSwitch = valueOf(device.facts.connect)?.target?.kind === 'switch' || representorSwitch(device, fn) !== undefined;
      const keys = isOnSwitch ? new Set(['spoofCheck', 'trust']) : LEGACY_ONLY;
      speak(report, 'device', device.node, fn, device, device.path, keys, isUnseen ? 'warning' : 'error');
    }
  },
});

function isSwitchdev(fn: PhysicalFunction): boolean {
  return valueOf(fn.facts.sriov.eswitch) === 'switchdev';
}

/** One report for each object: its attributes share one cause. */
function speak(
  report: Report<typeof messages>,
  message: 'listed' | 'device',
  node: SyntaxNode | undefined,
  fn: PhysicalFunction,
  entity: Entity,
  vf: string,
  keys: ReadonlySet<string>,
  severity: 'error' | 'warning' = 'error',
): void {
  const props = node?.type === 'object' ? node.properties.filter(({ key, value }) => keys.has(key) && asksForSomething(key, value)) : [];
  const [first, ...others] = props.filter((prop) => isInDocument(keyPlace(prop)));
  if (first === undefined) return;
  const eswitch = fn.facts.sriov.eswitch;
  const toSwitch = entity.kind === 'virtual-device' ? connectionTo(entity, fn) : [];
  const legacy = hasVdpa(fn)
    ? []
    : fixOf(
        'Run the e-switch of {pf} in legacy mode',
        { pf: nameOfSetting(fn) },
        changing(eswitch, subjectOf(fn), ['sriov', 'eswitch'], 'legacy'),
      );
  const remove = others.length === 0 ? fixOf('Remove "{key}"', { key: first.key }, removing(first)) : [];
  report(
    message,
    keyPlace(first),
    { key: first.key, vf, pf: nameOfSetting(fn) },
    {
      entity,
      severity,
      subjects: [`e-switch of ${fn.path}`, `VFs of ${fn.path}`],
      related: [
        ...others.map((prop) => related('"{key}" as well', keyPlace(prop), { key: prop.key })),
        related('switchdev mode', placeOfFact(eswitch, subjectOf(fn))),
      ],
      fixes: [...(others.length === 0 ? toSwitch : []), ...remove, ...legacy],
    },
  );
}

/** vDPA in hardware works in switchdev mode only, so that legacy is no way out. Source: Linux drivers/vdpa/mlx5. */
function hasVdpa(fn: PhysicalFunction): boolean {
  return fn.device.host.guests.some(({ devices }) =>
    devices.some((device) => device.technique?.name === 'vdpa-hw' && poolOf(device).includes(fn)),
  );
}

/** `"trust": false` and untagged frames are what switchdev does anyway. */
function asksForSomething(key: Property['key'], value: SyntaxNode | undefined): boolean {
  if (value === undefined) return false;
  if (key === 'trust' || key === 'spoofCheck') return value.value === true;
  return key === 'vlanMode' ? value.value !== 'none' : true;
}

/** The switch on which a representor of the VF is listed, or which has the port of its PF as uplink. */
function representorSwitch(device: VirtualDevice, fn: PhysicalFunction): Switch | undefined {
  return device.guest.host.switches.find((entity) =>
    (valueOf(entity.facts.representors) ?? []).some(({ target }) => target === device || (target?.kind === 'vf' && target.fn === fn)),
  );
}

function connectionTo(device: VirtualDevice, fn: PhysicalFunction) {
  if (valueOf(device.facts.connect) !== undefined || child(device.node, 'vlan') === undefined) return [];
  const entity = device.guest.host.switches.find((candidate) => servesPort(candidate, fn));
  return entity === undefined ? [] : fixOf('Connect it to {switch}', { switch: entity.id }, setting(device, ['connect'], entity.id));
}

function servesPort(entity: Switch, fn: PhysicalFunction): boolean {
  return uplinksOf(entity).some(({ target }) => target !== undefined && functionsBehind(target).includes(fn));
}
