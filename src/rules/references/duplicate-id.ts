import type { Entity } from '../../core/model/entity.js';
import type { EntityKind } from '../../core/model/entity-kind.js';
import { entityWords } from '../../core/model/entity-kind.js';
import { parseOnce } from '../../core/model/project.js';
import type { Topology } from '../../core/model/topology.js';
import { schemaAt } from '../../core/schema/schema.js';
import { pathTo } from '../../core/text/edits.js';
import { keyPlace, type ObjectNode, property, type SyntaxNode } from '../../core/text/tree.js';
import { defineRule, type Report, related } from '../rule.js';
import { getOrMake } from '../support/maps.js';
import { renaming } from '../support/rename.js';
import { fixOf, isInDocument, placeOfEntity } from '../support/text.js';

const messages = {
  twice: '"{id}" is declared twice here; only the last one counts.',
  twoKinds: '"{id}" is a {first} and a {second}; one name in one scope should mean one thing.',
  nearlySame: '"{id}" and "{other}" differ only in upper and lower case.',
  either: '"{id}" may mean the {taken} or the {other}; it is taken for the {taken}.',
} as const;

export const duplicateId = defineRule({
  id: 'IOVT103',
  name: 'duplicate-id',
  title: 'Identifier used twice',
  severity: 'error',
  group: 'references',
  messages,
  docs: {
    why: 'A reference cannot tell the two apart. Of two entries of one map only the last is read, so the first is silently missing from the design. At the top of a document entities of different kinds may share a name; a reference that could mean either of them is reported. Names that differ only in case are one name to some tools (Neutron makes one placement trait of them), and to most readers.',
    fix: 'Rename one of them; the quick fix renames its references as well.',
    sources: ['OpenStack Neutron, quality of service guaranteed minimum bandwidth', 'libvirt domain_validate.c'],
  },
  examples: {
    bad: [
      '{ "iovt": "1", "hosts": { "h1": { "guests": { "web": { "vcpus": 2 }, "web": { "vcpus": 4 } } } } }',
      '{ "iovt": "1", "hosts": { "h1": { "devices": { "nic0": { "kind": "nic" } }, "guests": { "nic0": { "vcpus": 1 } } } } }',
      '{ "iovt": "1", "tenants": { "blue": {}, "Blue": {} } }',
      '{ "iovt": "1", "tenants": { "web": {} }, "workloads": { "web": { "rate": "1 Gbit/s" } }, "objectives": { "o": { "of": "web" } } }',
    ],
    good: [
      '{ "iovt": "1", "tenants": { "web": {} }, "workloads": { "web": { "rate": "1 Gbit/s" } } }',
      '{ "iovt": "1", "hosts": { "h1": { "guests": { "web": {} } }, "h2": { "guests": { "web": {} } } } }',
      '{ "iovt": "1", "hosts": { "h1": { "devices": { "nic0": { "kind": "nic", "ports": { "p0": {} } }, "nic1": { "kind": "nic", "ports": { "p0": {} } } } } } }',
      '{ "iovt": "1", "workloads": { "web-io": { "rate": "1 Gbit/s" } }, "objectives": { "web-io": { "metric": "throughput", "of": "web-io", "min": "1 Gbit/s" } } }',
    ],
  },
  check(topology, report) {
    sameMap(topology, report);
    sameScope(topology, report);
    eitherOfTwo(topology, report);
  },
});

/** Entries of one map under one key, in each file as it was written. */
function sameMap(topology: Topology, report: Report<typeof messages>): void {
  for (const file of topology.files) {
    const { root, withDuplicates } = parseOnce(file);
    for (const node of root === undefined ? [] : withDuplicates) {
      if (root === undefined || !holdsEntities(root, node)) continue;
      for (const { first, again } of node.duplicates ?? []) {
        const newKey = freeName(again.key, (name) => property(node, name) !== undefined);
        const fixes = fixOf('Rename to "{newKey}"', { newKey }, { kind: 'text', at: keyPlace(again), newText: JSON.stringify(newKey) });
        report('twice', keyPlace(again), { id: again.key }, { fixes, related: [related('first declared here', keyPlace(first))] });
      }
    }
  }
}

/** The schema reports properties that are stated twice; this rule what has an id. */
function holdsEntities(root: SyntaxNode, node: ObjectNode): boolean {
  const path = pathTo(root, node);
  const schema = path === undefined ? undefined : schemaAt(path, root.value);
  const values = schema?.additionalProperties;
  return schema?.propertyNames !== undefined && typeof values === 'object' && values.$ref !== undefined;
}

/** Entities of one scope, through all of its maps. */
function sameScope(topology: Topology, report: Report<typeof messages>): void {
  // By name first: there are as many scopes as guests, but few names.
  const named = new Map<string, Map<Entity | EntityKind, Entity>>();
  for (const entity of topology.entities) {
    if (entity.parent === undefined && entity.kind === 'profile' && entity.isBuiltIn) continue;
    if (entity.kind === 'function' && !entity.isDeclared) continue;
    const firsts = getOrMake(named, entity.id.toLowerCase(), () => new Map<Entity | EntityKind, Entity>());
    // At the top of a document a tenant and its workload may well have one name; see below.
    const scope = entity.parent ?? entity.kind;
    const clash = firsts.get(scope);
    if (clash === undefined) firsts.set(scope, entity);
    else speak(topology, report, clash, entity);
  }
}

/** References to entities at the top of a document where another one of that name could stand as well. */
function eitherOfTwo(topology: Topology, report: Report<typeof messages>): void {
  const seen = new Set<string>();
  for (const { reference, scope } of topology.references) {
    const { target, at, kinds } = reference;
    if (target === undefined || target.parent !== undefined || kinds.length < 2 || !isInDocument(at)) continue;
    const other = topology.scopes.named(target.id, undefined).find((entity) => entity !== target && kinds.includes(entity.kind));
    if (other === undefined) continue;
    const place = `${at.file.uri} ${at.start}`;
    if (seen.has(place)) continue;
    seen.add(place);
    const newId = freeName(other.id, (name) => topology.scopes.named(name, undefined).length > 0);
    report(
      'either',
      at,
      { id: target.id, taken: entityWords[target.kind], other: entityWords[other.kind] },
      {
        severity: 'warning',
        subjects: [],
        ...(scope && { entity: scope }),
        related: [target, other].map((entity) => related('the {kind}', placeOfEntity(entity), { kind: entityWords[entity.kind] })),
        fixes: fixOf('Rename the {kind} to "{newId}"', { kind: entityWords[other.kind], newId }, ...renaming(topology, other, newId)),
      },
    );
  }
}

function speak(topology: Topology, report: Report<typeof messages>, a: Entity, b: Entity): void {
  const isSame = a.id === b.id;
  // What stands later in the text is what its author may not have noticed; names of a profile are not the author's.
  const isLater = a.at.file === b.at.file ? a.at.start > b.at.start : !isInDocument(b.at);
  const [first, second] = isLater ? [b, a] : [a, b];
  if (!isInDocument(second.at)) return;
  const newId = freeName(second.id, (name) => topology.scopes.named(name, second.parent).length > 0);
  const extras = {
    entity: second,
    subjects: isSame ? [second.path] : [],
    related: [related('{kind} "{id}"', placeOfEntity(first), { kind: entityWords[first.kind], id: first.id })],
    fixes: fixOf('Rename the {kind} to "{newId}"', { kind: entityWords[second.kind], newId }, ...renaming(topology, second, newId)),
  };
  if (isSame) report('twoKinds', second.at, { id: second.id, first: entityWords[first.kind], second: entityWords[second.kind] }, extras);
  else report('nearlySame', second.at, { id: second.id, other: first.id }, { ...extras, severity: 'warning' });
}

/** `web` to `web-2`, and on. */
function freeName(name: string, isTaken: (candidate: string) => boolean): string {
  for (let n = 2; ; n++) if (!isTaken(`${name}-${n}`)) return `${name}-${n}`;
}
