import type { Entity } from '../../core/model/entity.js';
import type { EntityKind } from '../../core/model/entity-kind.js';
import { valueOf } from '../../core/model/fact.js';
import type { Reference } from '../../core/model/reference.js';
import { MAX_EXTENDS } from '../../core/model/templates.js';
import type { Topology } from '../../core/model/topology.js';
import { defineRule, related } from '../rule.js';
import { push } from '../support/maps.js';
import { isInDocument } from '../support/text.js';
import { relatedPlaces } from '../support/words.js';

/** Properties that only ever lead on: following them must come to an end. */
const ACYCLIC: Partial<Record<EntityKind, string>> = {
  'pcie-port': 'at',
  device: 'at',
  switch: 'uplinks',
  volume: 'on',
  tenant: 'parent',
  template: 'extends',
  profile: 'extends',
  'virtual-device': 'failoverFor',
};

interface Edge {
  readonly from: Entity;
  readonly to: Entity;
  readonly reference: Reference;
}

export const referenceCycle = defineRule({
  id: 'IOVT102',
  name: 'reference-cycle',
  title: 'A chain that leads back to itself',
  severity: 'error',
  group: 'references',
  messages: {
    cycle: 'This closes a cycle: {chain}.',
    tooDeep: '"{name}" extends a chain of more than {limit}; what lies deeper is left out.',
  },
  docs: {
    why: 'A loop through bridges floods itself with every broadcast. Any other cycle leaves what is derived along it undefined: the way to the root of the PCIe tree, the medium below a volume, the keys of a template.',
    fix: 'Remove one of the references, most likely the one that was written last. Switches that form a loop on purpose run the spanning tree protocol: say so with `"stp": true`.',
    sources: ['Open vSwitch Documentation/faq/issues'],
  },
  examples: {
    bad: [
      '{ "iovt": "1", "hosts": { "h1": { "pcie": { "up0": { "kind": "switch-upstream", "at": "dn0" }, "dn0": { "kind": "switch-downstream", "at": "up0" } } } } }',
      '{ "iovt": "1", "hosts": { "h1": { "switches": { "br0": { "kind": "linux-bridge", "uplinks": ["br1"] }, "br1": { "kind": "linux-bridge", "uplinks": ["br0"] } } } } }',
      '{ "iovt": "1", "tenants": { "blue": { "parent": "blue" } } }',
      '{ "iovt": "1", "templates": { "a": { "extends": "b", "vcpus": 2 }, "b": { "extends": "a", "vcpus": 4 } } }',
      '{ "iovt": "1", "hosts": { "h1": { "volumes": { "md0": { "kind": "raid1", "on": ["vg0"] }, "vg0": { "kind": "lvm", "on": "md0" } } } } }',
    ],
    good: [
      '{ "iovt": "1", "hosts": { "h1": { "pcie": { "rp0": {}, "up0": { "kind": "switch-upstream", "at": "rp0" }, "dn0": { "kind": "switch-downstream", "at": "up0" } } } } }',
      '{ "iovt": "1", "hosts": { "h1": { "switches": { "br0": { "kind": "ovs-kernel", "uplinks": ["br1"], "stp": true }, "br1": { "kind": "ovs-kernel", "uplinks": ["br0"] } } } } }',
      '{ "iovt": "1", "hosts": { "h1": { "devices": { "ssd0": {} }, "volumes": { "md0": { "kind": "raid1", "on": ["ssd0"] }, "vg0": { "kind": "lvm", "on": "md0" } } } } }',
    ],
  },
  check(topology, report) {
    const edges = edgesOf(topology);
    for (const cycle of cyclesIn(edges)) {
      // Spanning tree keeps a loop of switches open; one of them that runs it is enough.
      if (cycle.some(({ from }) => from.kind === 'switch' && valueOf(from.facts.stp) === true)) continue;
      const closing = cycle.at(-1) as Edge;
      const names = [...cycle.map(({ from }) => from.path), cycle[0]?.from.path ?? ''];
      const chain = names.length > 8 ? [...names.slice(0, 4), '…', ...names.slice(-3)] : names;
      report(
        'cycle',
        closing.reference.at,
        { chain: chain.join(' → ') },
        {
          entity: closing.from,
          subjects: cycle.map(({ from }) => from.path),
          related: relatedPlaces(cycle.slice(0, -1), ({ from, to, reference }) =>
            related('{from} leads to {to}', reference.at, { from: from.path, to: to.path }),
          ),
        },
      );
    }
    for (const edge of tooDeep(edges))
      report('tooDeep', edge.reference.at, { name: edge.from.id, limit: MAX_EXTENDS }, { entity: edge.from });
  },
});

function edgesOf(topology: Topology): Map<Entity, Edge[]> {
  const edges = new Map<Entity, Edge[]>();
  const seen = new Set<string>();
  for (const { reference, scope, field } of topology.references) {
    const { target } = reference;
    if (scope === undefined || target === undefined || ACYCLIC[scope.kind] !== field || ACYCLIC[target.kind] === undefined) continue;
    // A profile hands its references on to those that extend it.
    const place = `${reference.at.file.uri} ${reference.at.start} ${scope.path}`;
    if (seen.has(place) || !isInDocument(reference.at)) continue;
    seen.add(place);
    push(edges, scope, { from: scope, to: target, reference });
  }
  return edges;
}

/** Nobody reads more; a text made to tangle has as many as it has references. */
const MAX_CYCLES = 50;

/** One cycle for every edge that leads back to where the search came from; without recursion, chains may be long. */
function cyclesIn(edges: ReadonlyMap<Entity, readonly Edge[]>): Edge[][] {
  const cycles: Edge[][] = [];
  const done = new Set<Entity>();
  for (const start of edges.keys()) {
    if (done.has(start)) continue;
    const path: Edge[] = [];
    const onPath = new Set<Entity>([start]);
    const open: { entity: Entity; next: number }[] = [{ entity: start, next: 0 }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const edge = edges.get(top.entity)?.[top.next++];
      if (edge === undefined) {
        open.pop();
        path.pop();
        onPath.delete(top.entity);
        done.add(top.entity);
      } else if (onPath.has(edge.to)) {
        if (cycles.length >= MAX_CYCLES) return cycles;
        cycles.push([...path.slice(open.findIndex(({ entity }) => entity === edge.to)), edge]);
      } else if (!done.has(edge.to)) {
        open.push({ entity: edge.to, next: 0 });
        path.push(edge);
        onPath.add(edge.to);
      }
    }
  }
  return cycles;
}

/** Templates and profiles that are the first of their chain to reach too deep. */
function tooDeep(edges: ReadonlyMap<Entity, readonly Edge[]>): Edge[] {
  return [...edges].flatMap(([entity, [edge]]) => {
    if ((entity.kind !== 'template' && entity.kind !== 'profile') || edge === undefined) return [];
    let steps = 0;
    let at: Entity | undefined = entity;
    while (at !== undefined && steps <= MAX_EXTENDS + 1) {
      at = edges.get(at)?.[0]?.to;
      if (at !== undefined) steps++;
    }
    return steps === MAX_EXTENDS + 1 ? [edge] : [];
  });
}
