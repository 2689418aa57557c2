import { entityWords } from '../../core/model/entity-kind.js';
import type { Reference } from '../../core/model/reference.js';
import { suggestion } from '../../core/model/scopes.js';
import { defineRule, fix } from '../rule.js';

export const referenceDangling = defineRule({
  id: 'IOVT101',
  name: 'reference-dangling',
  title: 'Reference to something that does not exist',
  severity: 'error',
  group: 'references',
  messages: {
    missing: '"{name}" names nothing that can stand here: {kinds}.',
    missingSimilar: '"{name}" names nothing that can stand here: {kinds}. Did you mean "{similar}"?',
    wrongKind: '"{name}" is a {found}; here belongs {kinds}.',
    wrongKindSimilar: '"{name}" is a {found}; here belongs {kinds}. Did you mean "{similar}"?',
    ambiguous: '"{name}" exists on several hosts; write "{similar}" or another of them.',
    noSuchCopy: '"{name}": there are only {count} copies, [0] to [{last}].',
    notCounted: '"{name}": there is only one, so it has no index.',
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
      '{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "count": 2, "devices": { "r": { "technique": "virtio-rng" } } } } } }, "workloads": { "w": { "on": "a[2]/r" } } }',
    ],
    good: ['{ "iovt": "1", "tenants": { "blue": {} }, "hosts": { "h1": { "guests": { "a": { "tenant": "blue" } } } } }'],
  },
  check(topology, report) {
    const seen = new Set<string>();
    for (const { reference, scope } of topology.references) {
      const { failure } = reference;
      // A reference of a template fails in every guest that extends it, at one place of the text.
      const key = `${reference.at.file.uri} ${reference.at.start}`;
      if (failure === undefined || seen.has(key)) continue;
      seen.add(key);
      const similar = suggestion(reference);
      const args = { name: reference.text, kinds: kindsOf(reference), similar: similar ?? '' };
      const fixes =
        similar === undefined
          ? []
          : [fix('Change to "{similar}"', { similar }, { kind: 'text', at: reference.at, newText: JSON.stringify(similar) })];
      const extras = { fixes, ...(scope === undefined ? {} : { entity: scope }) };
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

function kindsOf(reference: Reference): string {
  const words = reference.kinds.map((kind) => `a ${entityWords[kind]}`.replace(/^a (?=[aeioN])/, 'an '));
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
