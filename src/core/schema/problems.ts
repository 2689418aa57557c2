import { defineProblem } from '../diagnostics/define.js';

export const unknownProperty = defineProblem({
  id: 'IOVT006',
  name: 'unknown-property',
  title: 'A property that the language does not know',
  severity: 'error',
  messages: { unknown: '"{key}" is not known here.', similar: '"{key}" is not known here. Did you mean "{similar}"?' },
  docs: {
    why: 'A mistyped property would be ignored in silence, and the design would not be what its author reads in it.',
    fix: 'Take the property that was meant; completion lists those that may stand here.',
  },
  examples: {
    bad: ['{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "vcpu": 4 } } } } }', '{ "iovt": "1", "colour": "blue" }'],
    good: ['{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "vcpus": 4 } } } } }'],
  },
});

export const wrongType = defineProblem({
  id: 'IOVT007',
  name: 'wrong-type',
  title: 'A value of the wrong JSON type',
  severity: 'error',
  messages: {
    wrongType: 'This is {actual}; {expected} belongs here.',
    bareNumber: 'A number alone cannot stand here; write a text such as "{suggestion}".',
    nothing: 'null says nothing here; leave the property out instead.',
  },
  docs: {
    why: 'The value cannot be read, so the property counts as not stated.',
    fix: 'Write the type that belongs there. Quantities are texts with a unit, counts are numbers.',
  },
  examples: {
    bad: [
      '{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "vcpus": "4" } } } } }',
      '{ "iovt": "1", "networks": { "tor": { "latency": 1 } } }',
    ],
    good: ['{ "iovt": "1", "networks": { "tor": { "latency": "1 us" } } }'],
  },
});

export const invalidValue = defineProblem({
  id: 'IOVT008',
  name: 'invalid-value',
  title: 'A value that is not allowed',
  severity: 'error',
  messages: {
    notOneOf: '"{value}" is not one of {allowed}.',
    notOneOfSimilar: '"{value}" is not one of {allowed}. Did you mean "{similar}"?',
    tooSmall: '{value} is less than {limit}, the least that is allowed.',
    tooLarge: '{value} is more than {limit}, the most that is allowed.',
    tooFew: 'At least {limit} entries belong here.',
    pattern: '"{value}" does not have the form that belongs here, such as "{example}".',
  },
  docs: {
    why: 'The value cannot be read, so the property counts as not stated.',
    fix: 'Take one of the values that the message or completion names.',
  },
  examples: {
    bad: ['{ "iovt": "1", "tenants": { "a": { "trust": "untrustworthy" } } }', '{ "iovt": "2" }'],
    good: ['{ "iovt": "1", "tenants": { "a": { "trust": "untrusted" } } }'],
  },
});

export const missingProperty = defineProblem({
  id: 'IOVT009',
  name: 'missing-property',
  title: 'A property that must be stated is not',
  severity: 'error',
  messages: { missing: '"{key}" is missing.' },
  docs: { why: 'Without it the rest has no meaning.', fix: 'Add the property.' },
  examples: { bad: ['{ "name": "x" }', '{ "iovt": "1", "suppress": [{ "rule": "duplicate-id" }] }'], good: ['{ "iovt": "1" }'] },
});

export const invalidQuantity = defineProblem({
  id: 'IOVT010',
  name: 'invalid-quantity',
  title: 'A quantity, CPU set, link or address that cannot be read',
  severity: 'error',
  messages: { invalid: '{problem}' },
  docs: {
    why: 'A unit that is guessed is a design that is wrong by a factor of 8, 1000 or 1024.',
    fix: 'Quantities are texts with a unit: "25 Gbit/s", "4 KiB", "80 us", "600k IOPS", "8 Mpps". SI prefixes are powers of ten, IEC prefixes powers of two; b is a bit and B a byte.',
  },
  examples: {
    bad: [
      '{ "iovt": "1", "hosts": { "h1": { "numa": { "n0": { "memoryBandwidth": "25 Gb/s" } } } } }',
      '{ "iovt": "1", "networks": { "tor": { "latency": "10" } } }',
      '{ "iovt": "1", "hosts": { "h1": { "pcie": { "rp0": { "link": "gen9 x7" } } } } }',
    ],
    good: ['{ "iovt": "1", "hosts": { "h1": { "numa": { "n0": { "memoryBandwidth": "25 GB/s" } } } } }'],
  },
});

export const invalidId = defineProblem({
  id: 'IOVT011',
  name: 'invalid-id',
  title: 'A name that cannot be an id',
  severity: 'error',
  messages: {
    invalidId: '"{id}" cannot be an id: an id is a letter or _, then letters, digits, _ . and -.',
    invalidKey: '"{id}" cannot stand here; write for example "{example}".',
  },
  docs: {
    why: 'References are paths of ids, so an id has no spaces, slashes, brackets or letters outside ASCII.',
    fix: 'Take a plain id, and put the name for people into `title`.',
  },
  examples: {
    bad: ['{ "iovt": "1", "tenants": { "Müller GmbH": {} } }', '{ "iovt": "1", "hosts": { "1": {} } }'],
    good: ['{ "iovt": "1", "tenants": { "mueller": { "title": "Müller GmbH" } } }'],
  },
});

export const duplicateKey = defineProblem({
  id: 'IOVT012',
  name: 'duplicate-key',
  title: 'A property is stated twice',
  severity: 'error',
  messages: { duplicate: '"{key}" is stated twice; only the last one counts.', first: 'first stated here' },
  docs: { why: 'JSON keeps the last of two properties with one name; the first is lost without a word.', fix: 'Remove one of the two.' },
  examples: { bad: ['{ "iovt": "1", "name": "a", "name": "b" }', '{ "iovt": "1", "iovt": "1" }'], good: ['{ "iovt": "1", "name": "a" }'] },
});

export const tooManyProblems = defineProblem({
  id: 'IOVT013',
  name: 'too-many-problems',
  title: 'More problems than are worth listing',
  severity: 'info',
  messages: { more: 'There are more problems of this kind; {shown} are listed.' },
  docs: {
    why: 'A document that is wrong everywhere is not the document that was meant.',
    fix: 'Solve the first ones; the rest often goes with them.',
  },
  examples: { bad: [], good: ['{ "iovt": "1" }'] },
});
