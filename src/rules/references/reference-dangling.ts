import type { Fix } from '../../core/diagnostics/diagnostic.js';
import type { ScopedReference } from '../../core/model/build.js';
import type { Template } from '../../core/model/document.js';
import type { Entity } from '../../core/model/entity.js';
import { type EntityKind, entityWords } from '../../core/model/entity-kind.js';
import type { Reference } from '../../core/model/reference.js';
import { changeAt } from '../../core/model/scenario.js';
import { suggestion } from '../../core/model/scopes.js';
import { definition } from '../../core/schema/schema.js';
import type { Place } from '../../core/text/source.js';
import type { Json } from '../../core/text/tree.js';
import { defineRule } from '../rule.js';
import { fixOf, isInDocument, setting, settingAtTop } from '../support/text.js';

export const referenceDangling = defineRule({
  id: 'IOVT101',
  name: 'reference-dangling',
  title: 'Reference to something that does not exist',
  severity: 'error',
  group: 'references',
  messages: {
    missing: 'There is no {kinds} called "{name}" here.',
    missingSimilar: 'There is no {kinds} called "{name}" here. Did you mean "{similar}"?',
    wrongKind: '"{name}" is a {found}; this needs a {kinds}.',
    wrongKindSimilar: '"{name}" is a {found}; this needs a {kinds}. Did you mean "{similar}"?',
    ambiguous: '"{name}" exists on several hosts; write "{similar}" or another of them.',
    noSuchCopy: '"{name}": there are only {count} copies, [0] to [{last}].',
    notCounted: '"{name}": there is only one, so it has no index.',
    otherTemplate: 'Template "{name}" has "{key}", which has no place in a {kind}.',
  },
  docs: {
    why: 'Tools check their own names; nothing else checks a whole topology. What a dangling reference should have led to is missing from every check, picture and simulation.',
    fix: 'Take the name that was meant; completion lists everything that can stand at a place. A reference is looked up from the nearest enclosing scope outwards.',
    sources: ['KubeVirt admission webhooks', 'libvirt qemu_validate.c', 'OpenStack Nova pci/request.py'],
  },
  examples: {
    bad: [
      '{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "tenant": "blue" } } } } }',
      '{ "iovt": "1", "tenants": { "blue": {} }, "hosts": { "h1": { "switches": { "br0": { "kind": "linux-bridge", "uplinks": ["blue"] } } } } }',
      '{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "count": 2, "devices": { "r": { "technique": "virtio-net" } } } } } }, "workloads": { "w": { "on": "a[2]/r" } } }',
      '{ "iovt": "1", "templates": { "small": { "extends": "tiny", "vcpus": 1 } } }',
      '{ "iovt": "1", "profiles": { "my-nic": { "extends": "intel-x999" } } }',
      '{ "iovt": "1", "templates": { "nic": { "technique": "virtio-net" } }, "hosts": { "h1": { "guests": { "a": { "extends": "nic" } } } } }',
      '{ "iovt": "1", "hosts": { "h1": { "guests": { "a": {} } } }, "scenarios": { "s": { "set": { "a.tenant": "blue" } } } }',
    ],
    good: [
      '{ "iovt": "1", "tenants": { "blue": {} }, "hosts": { "h1": { "guests": { "a": {} } } }, "scenarios": { "s": { "set": { "a.tenant": "blue", "h1.controllers.io0": { "kind": "iothread" } } } } }',
      '{ "iovt": "1", "tenants": { "blue": {} }, "hosts": { "h1": { "guests": { "a": { "tenant": "blue" } } } } }',
      '{ "iovt": "1", "templates": { "small": { "vcpus": 1 }, "same": { "extends": "small" } }, "hosts": { "h1": { "guests": { "a": { "extends": "same" } } } } }',
      '{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "count": 2, "devices": { "r": { "technique": "virtio-net" } } } } } }, "workloads": { "w": { "on": "a[1]/r" } } }',
    ],
  },
  check(topology, report) {
    const seen = new Set<string>();
    for (const scoped of [...topology.references, ...topology.scenarioReferences]) {
      const { reference, scope } = scoped;
      const { failure, target } = reference;
      if (target?.kind === 'template') {
        const [kind, key] = misplaced(target as Template, scope);
        if (key !== undefined) report('otherTemplate', reference.at, { name: target.id, key, kind }, scope && { entity: scope });
      }
      // A reference of a template fails in every guest that extends it, at one place of the text.
      const key = `${reference.at.file.uri} ${reference.at.start}`;
      if (failure === undefined || seen.has(key) || !isStated(reference.at)) continue;
      seen.add(key);
      const similar = suggestion(reference);
      const args = { name: reference.text, kinds: kindsOf(reference), similar: similar ?? '' };
      const replacement: Fix[] =
        similar === undefined || !isInDocument(reference.at)
          ? []
          : fixOf('Change to "{similar}"', { similar }, { kind: 'text', at: reference.at, newText: JSON.stringify(similar) });
      const extras = { fixes: [...replacement, ...(failure.kind === 'missing' ? declare(scoped) : [])], ...(scope && { entity: scope }) };
      switch (failure.kind) {
        case 'missing':
          report(similar === undefined ? 'missing' : 'missingSimilar', reference.at, args, extras);
          break;
        case 'wrong-kind':
          report(
            similar === undefined ? 'wrongKind' : 'wrongKindSimilar',
            reference.at,
            { ...args, found: entityWords[failure.found.kind] },
            extras,
          );
          break;
        case 'ambiguous':
          report('ambiguous', reference.at, args, extras);
          break;
        case 'no-such-copy':
          if (failure.count > 1) report('noSuchCopy', reference.at, { ...args, count: failure.count, last: failure.count - 1 }, extras);
          else report('notCounted', reference.at, args, extras);
      }
    }
  },
});

/** In a text of the author's or on the command line; what the catalogue refers to is not theirs to change. */
function isStated(at: Place): boolean {
  return isInDocument(at) || changeAt(at) !== undefined;
}

/** What extends a template, and the first key of the template that it cannot have: a guest takes nothing from a template of NICs. */
function misplaced(template: Template, scope: Entity | undefined): [kind: string, key: string | undefined] {
  const kind = scope?.kind; // a template that says little may be of either kind
  if ((kind !== 'guest' && kind !== 'virtual-device') || template.node?.type !== 'object') return ['', undefined];
  const own = definition(kind).properties ?? {};
  const other = definition(kind === 'guest' ? 'virtual-device' : 'guest').properties ?? {}; // a key of neither is a typing error
  return [entityWords[kind], template.node.properties.find(({ key }) => !Object.hasOwn(own, key) && Object.hasOwn(other, key))?.key];
}

function kindsOf(reference: Reference): string {
  const words = reference.kinds.map((kind) => entityWords[kind]);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}

/** What can be declared with one line, and where: kinds whose every property may be left out or has one usual value. */
const STUBS: Partial<Record<EntityKind, { readonly map: string; readonly inHost: boolean; readonly value: Json }>> = {
  tenant: { map: 'tenants', inHost: false, value: {} },
  network: { map: 'networks', inHost: false, value: {} },
  'numa-node': { map: 'numa', inHost: true, value: {} },
  'pcie-port': { map: 'pcie', inHost: true, value: { kind: 'root-port' } },
  switch: { map: 'switches', inHost: true, value: { kind: 'linux-bridge' } },
  controller: { map: 'controllers', inHost: true, value: { kind: 'iothread' } },
};

/** Declares what is missing, where one name alone is missing. */
function declare({ reference, scope }: ScopedReference): Fix[] {
  const kind = reference.kinds.find((candidate) => STUBS[candidate] !== undefined);
  const stub = kind === undefined ? undefined : STUBS[kind];
  const [segment] = reference.segments;
  if (stub === undefined || kind === undefined || segment === undefined) return [];
  if (reference.segments.length > 1 || segment.index !== undefined) return [];
  const keys = [stub.map, segment.id];
  const host = hostOf(scope);
  const change = stub.inHost ? host && setting(host, keys, stub.value) : settingAtTop(reference.at, keys, stub.value);
  return fixOf('Declare the {kind} "{name}"', { kind: entityWords[kind], name: segment.id }, change);
}

function hostOf(scope: Entity | undefined): Entity | undefined {
  let at = scope;
  while (at !== undefined && at.kind !== 'host') at = at.parent;
  return at;
}
