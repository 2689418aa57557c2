import type { Entity } from '../../core/model/entity.js';
import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import { uplinksOf } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { definition } from '../../core/schema/schema.js';
import { closest } from '../../core/text/similar.js';
import type { Place } from '../../core/text/source.js';
import { child, keyPlace, type SyntaxNode } from '../../core/text/tree.js';
import { defineRule, type Report } from '../rule.js';
import { document, onHost } from '../support/examples.js';
import { migTypes } from '../support/gpu.js';
import { fixOf, isInDocument } from '../support/text.js';

const messages = {
  missing: 'There is no {kind} called "{name}" {where}.',
  similar: 'There is no {kind} called "{name}" {where}. Did you mean "{similar}"?',
} as const;

export const nameDangling = defineRule({
  id: 'IOVT138',
  name: 'name-dangling',
  title: 'A name inside a setting that leads nowhere',
  severity: 'error',
  group: 'references',
  messages,
  docs: {
    why: 'Some settings name things without being references: the port that a function drives, the NUMA nodes of a distance table, the type of a GPU instance, the rule that a suppression accepts. A name that leads nowhere makes the setting empty, and nothing else would say so.',
    fix: 'Take the name that was meant.',
  },
  examples: {
    bad: [
      onHost({ devices: { nic0: { kind: 'nic', ports: { p0: {} }, functions: { f0: { port: 'p1' } } } } }),
      onHost({ numa: { n0: { distances: { n0: 10, n2: 21 } }, n1: {} } }),
      onHost({
        devices: { gpu0: { kind: 'gpu', gpu: { migInstances: { '1g.5gb': { slices: 1 } } }, partitions: { g0: { type: '1g.6gb' } } } },
      }),
      document({ suppress: [{ rule: 'vf-count-exceeds-totl', reason: 'accepted' }] }),
    ],
    good: [
      onHost({ devices: { nic0: { kind: 'nic', ports: { p0: {}, p1: {} }, functions: { f0: { port: 'p1' } } } } }),
      onHost({ numa: { n0: { distances: { n0: 10, n1: 21 } }, n1: {} } }),
      document({
        suppress: [
          { rule: 'vf-count-exceeds-total', reason: 'accepted' },
          { rule: 'IOVT110', reason: 'accepted' },
        ],
      }),
    ],
  },
  check(topology, report) {
    for (const host of topology.hosts) {
      numaNames(host, report);
      portNames(host, report);
    }
    for (const device of topology.virtualDevices) typeNames(device, report);
    ruleNames(topology, report);
  },
});

type Say = Report<typeof messages>;

function say(
  report: Say,
  at: Place,
  kind: string,
  name: string,
  names: readonly string[],
  where: string,
  entity: Entity | undefined,
): void {
  if (names.includes(name) || !isInDocument(at)) return;
  const similar = closest(name, names);
  const fixes =
    similar === undefined ? [] : fixOf('Change to "{similar}"', { similar }, { kind: 'text', at, newText: JSON.stringify(similar) });
  const extras = { fixes, ...(entity && { entity }) };
  if (similar === undefined) report('missing', at, { kind, name, where }, extras);
  else report('similar', at, { kind, name, where, similar }, extras);
}

/** Keys of a map that must be names of something. */
function keys(node: SyntaxNode | undefined): { name: string; at: Place }[] {
  return node?.type === 'object' ? node.properties.map((prop) => ({ name: prop.key, at: keyPlace(prop) })) : [];
}

function numaNames(host: Host, report: Say): void {
  const nodes = host.numaNodes.map(({ id }) => id);
  const check = (node: SyntaxNode | undefined, entity: Entity) => {
    for (const { name, at } of keys(node)) say(report, at, 'NUMA node', name, nodes, `on ${host.path}`, entity);
  };
  for (const node of host.numaNodes) check(child(node.node, 'distances'), node);
  for (const entity of host.switches) {
    check(child(entity.node, 'socketMem'), entity);
    const pinned = keys(child(entity.node, 'rxqAffinity'));
    if (pinned.length === 0) continue;
    // Ports of guests are polled like uplinks: `web/eth0:0`.
    const guests = host.guests.flatMap(({ devices }) => devices).filter(({ facts }) => valueOf(facts.connect)?.target === entity);
    const ports = [...uplinksOf(entity).map(({ text }) => text), ...guests.flatMap(({ guest, id, path }) => [`${guest.id}/${id}`, path])];
    for (const { name, at } of pinned) {
      const port = name.replace(/:\d+$/, '');
      if (!ports.includes(port))
        say(
          report,
          at,
          'port with queues',
          name,
          ports.map((text) => `${text}:0`),
          `of ${entity.path}`,
          entity,
        );
    }
  }
}

function portNames(host: Host, report: Say): void {
  for (const device of host.devices) {
    const ports = device.ports.map(({ id }) => id);
    for (const fn of device.functions) {
      const { port } = fn.facts;
      if (port.state === 'known') say(report, port.at, 'port', port.value, ports, `of ${device.path}`, fn);
    }
    const types = migTypes(device);
    for (const partition of types.length === 0 ? [] : device.partitions) {
      const { type } = partition.facts;
      if (type.state === 'known') say(report, type.at, 'instance type', type.value, types, `of ${device.path}`, partition);
    }
  }
}

/** The type of a mediated device or GPU instance, where the device lists those it has. */
function typeNames(device: VirtualDevice, report: Say): void {
  const { type, from } = device.facts;
  const target = type.state === 'known' ? valueOf(from)?.as('device') : undefined;
  if (type.state !== 'known' || target === undefined) return;
  const takes = device.technique?.takes;
  const names = takes === 'partition' ? migTypes(target) : takes === 'mediated-type' ? target.mediatedTypes.map(({ id }) => id) : [];
  if (names.length > 0)
    say(report, type.at, takes === 'partition' ? 'instance type' : 'mediated type', type.value, names, `of ${target.path}`, device);
}

function ruleNames(topology: Topology, report: Say): void {
  const names = Object.keys(definition('rules').properties ?? {});
  for (const { rule } of valueOf(topology.facts.suppress) ?? []) {
    if (rule.state === 'known' && !/^IOVT\d{3}$/.test(rule.value)) say(report, rule.at, 'rule', rule.value, names, 'to accept', undefined);
  }
}
