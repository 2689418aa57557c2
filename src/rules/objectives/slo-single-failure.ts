import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { Device, Namespace } from '../../core/model/device.js';
import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import { firstInstance } from '../../core/model/guest.js';
import { type MappingNode, mappingOf } from '../../core/model/mapping.js';
import { uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { mediaOf } from '../../core/model/volume.js';
import { child } from '../../core/text/tree.js';
import { defineRule, related } from '../rule.js';
import { functionsElsewhere, referenceTo } from '../support/elsewhere.js';
import { onHost } from '../support/examples.js';
import { freePorts, freshId, nameOfPort } from '../support/free.js';
import { devicesOfObjective } from '../support/objectives.js';
import { changing, fixOf, isInDocument, placeOfEntity, placeOfFact, setting } from '../support/text.js';

const host = (...uplinks: string[]) => ({
  devices: { nic0: { kind: 'nic', ports: { p0: {}, p1: {} } }, nic1: { kind: 'nic', ports: { p0: {} } } },
  switches: { br0: { kind: 'ovs-kernel', uplinks, bond: { mode: 'active-backup' } } },
  guests: { a: { devices: { eth0: { technique: 'virtio-net', connect: 'br0' } } } },
});
const objective = (...survives: string[]) => ({ objectives: { up: { of: 'a/eth0', survives } } });

export const sloSingleFailure = defineRule({
  id: 'IOVT604',
  name: 'slo-single-failure',
  title: 'One failure cuts off what must survive it',
  severity: 'error',
  group: 'objectives',
  messages: { cut: '"{objective}": if {component} fails, {device} is cut off: every one of its paths passes it.' },
  docs: {
    why: 'Redundancy counts units that fail by themselves, not links: two ports of one card fail with the card, and a bond on one switch process with the process. Paths fork at bonds, at mirrors and at multipath volumes, and at devices that stand by or are bonded inside of the guest.',
    fix: 'Add a path that does not pass the component: an uplink on another card, a second adapter, a mirror.',
    sources: ['Linux Documentation/networking/bonding.rst, section 11', 'VMware vSphere Storage: Host-Based Failover with Fibre Channel'],
  },
  examples: {
    bad: [onHost(host('nic0/p0', 'nic0/p1'), objective('h1/nic0')), onHost(host('nic0/p0'), objective('h1/nic0/p0'))],
    good: [onHost(host('nic0/p0', 'nic1/p0'), objective('h1/nic0')), onHost(host('nic0/p0', 'nic0/p1'), objective('h1/nic0/p0'))],
  },
  check(topology, report) {
    for (const objective of topology.objectives) {
      const components = valueOf(objective.facts.survives) ?? [];
      if (components.length === 0) continue;
      for (const { target } of components) {
        if (target === undefined) continue;
        const cut = devicesOfObjective(objective).find((device) => alternatives(device).every((each) => !reaches(each, target)));
        if (cut === undefined) continue;
        report(
          'cut',
          placeOfFact(objective.facts.survives, objective),
          { objective: objective.path, component: target.path, device: cut.path },
          {
            entity: objective,
            related: [related('{component}', placeOfEntity(target), { component: target.path })],
            fixes: [...secondUplink(cut, target, topology), ...secondVf(cut, topology), ...mirror(cut, topology)],
          },
        );
      }
    }
  },
});

const MOST_OFFERS = 3;

/** Another port for the switch behind the device: of another card before another of the same. */
function secondUplink(device: VirtualDevice, lost: Entity, topology: Topology): Fix[] {
  const entity = valueOf(device.facts.connect)?.as('switch');
  const list = entity === undefined ? undefined : child(entity.node, 'uplinks');
  if (entity === undefined || entity === lost || entity.switchKind === 'macvtap' || list?.type !== 'array' || !isInDocument(list))
    return [];
  const ports = freePorts(topology, entity.host);
  const ofCard = (path: string) => (port: (typeof ports)[number]) => path === port.device.path || path.startsWith(`${port.device.path}/`);
  const isSame = ofCard(lost.path);
  const sorted = [...ports.filter((port) => !isSame(port)), ...ports.filter(isSame)];
  const hasBond = child(entity.node, 'bond') !== undefined;
  return sorted.slice(0, MOST_OFFERS).flatMap((port) => {
    const next = nameOfPort(port);
    const bond = hasBond || uplinksOf(entity).length === 0 ? [] : [setting(entity, ['bond', 'mode'], 'active-backup')];
    return fixOf('Add {next} to {switch}, as a bond', { next, switch: entity.path }, { kind: 'append', to: list, value: next }, ...bond);
  });
}

/** A VF of another card, bonded with the one that the guest has. */
function secondVf(device: VirtualDevice, topology: Topology): Fix[] {
  return functionsElsewhere(device, topology)
    .slice(0, MOST_OFFERS)
    .flatMap((fn) => {
      const from = referenceTo(fn);
      const ids = new Set(device.guest.devices.map(({ id }) => id));
      let id = `${device.id}-2`;
      for (let n = 3; ids.has(id); n++) id = `${device.id}-${n}`;
      const second = { technique: device.technique?.name ?? 'sriov-vf', from, bondedWith: device.id, bondMode: 'active-backup' };
      return fixOf(
        'Bond {device} with a VF of {from} in the guest',
        { device: device.path, from },
        setting(device.guest, ['devices', id], second),
      );
    });
}

/** A mirror of what the disk lies on, onto a namespace or drive that nothing uses. */
function mirror(device: VirtualDevice, topology: Topology): Fix[] {
  const media = valueOf(device.facts.media);
  const medium = media?.as('namespace', 'device');
  if (media === undefined || medium === undefined || device.technique?.takes !== undefined) return [];
  const drive = medium.kind === 'device' ? medium : medium.device;
  const disks = topology.virtualDevices.flatMap(({ facts }) => valueOf(facts.media)?.as('namespace', 'device', 'volume') ?? []);
  const used = new Set([...disks, ...topology.hosts.flatMap(({ volumes }) => volumes)].flatMap((each) => mediaOf(each)));
  const others = drive.host.devices.filter((other) => other !== drive && other.deviceKind === drive.deviceKind && !used.has(other));
  const spare = others.flatMap((other): readonly (Device | Namespace)[] =>
    other.namespaces.length > 0 ? other.namespaces.filter((each) => !used.has(each)) : [other],
  );
  const id = freshId(drive.host, `mirror-${device.guest.id}-${device.id}`);
  return spare.slice(0, MOST_OFFERS).flatMap((other) => {
    const next = other.kind === 'device' ? other.id : `${other.device.id}/${other.id}`;
    return fixOf(
      'Mirror {media} onto {next}',
      { media: media.text, next },
      setting(drive.host, ['volumes', id], { kind: 'raid1', on: [media.text, next] }),
      changing(device.facts.media, device, ['media'], id),
    );
  });
}

/** The device, and those of its guest that take over from it. */
function alternatives(device: VirtualDevice): VirtualDevice[] {
  const others = device.guest.devices.filter((other) => {
    const names = (x: VirtualDevice, y: VirtualDevice) =>
      [x.facts.bondedWith, x.facts.failoverFor].some((fact) => valueOf(fact)?.target === y);
    return other !== device && (names(device, other) || names(other, device));
  });
  return [device, ...others];
}

/** Whether a device still reaches its hardware when a component is gone. */
function reaches(device: VirtualDevice, without: Entity): boolean {
  const instance = firstInstance(device.guest).devices[device.guest.devices.indexOf(device)];
  if (instance === undefined) return true;
  const next = new Map<MappingNode | undefined, MappingNode[]>();
  for (const { from, to } of mappingOf(instance)) {
    const list = next.get(from);
    if (list === undefined) next.set(from, [to]);
    else list.push(to);
  }
  // A device that nobody connected to anything has no path to lose.
  if (next.size === 0) return true;
  const seen = new Set<MappingNode>();
  const alive = (node: MappingNode): boolean => {
    if (node === without || seen.has(node)) return false;
    seen.add(node);
    const below = next.get(node) ?? [];
    const ok = below.length === 0 || (needsAll(node) ? below.every(alive) : below.some(alive));
    seen.delete(node);
    return ok;
  };
  return (next.get(undefined) ?? []).every(alive);
}

/** Stripes need all of their members; ports of a bond, mirrors and paths to a LUN stand in for each other. */
function needsAll(node: MappingNode): boolean {
  if (node.kind === 'volume') return !['raid1', 'multipath'].includes(valueOf(node.facts.kind) ?? '');
  return node.kind !== 'switch';
}
