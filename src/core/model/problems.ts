import { defineProblem } from '../diagnostics/define.js';

export const includeFailed = defineProblem({
  id: 'IOVT105',
  name: 'include-failed',
  title: 'An included file cannot be taken in',
  severity: 'error',
  messages: {
    notFound: 'There is no readable file "{path}" beside this one.',
    outside: '"{path}" leads out of the workspace; only files of the workspace are included.',
    cycle: '"{path}" includes this file again: {chain}.',
    tooMany: 'More than {limit} files are included; the rest is left out.',
  },
  docs: {
    why: 'What the file states is missing from the design.',
    fix: 'Write a path relative to this file. Files include each other in one direction only.',
  },
  examples: { bad: ['{ "iovt": "1", "include": ["no-such-file.iovt"] }'], good: ['{ "iovt": "1", "include": [] }'] },
});

export const countTooLarge = defineProblem({
  id: 'IOVT106',
  name: 'count-too-large',
  title: 'More copies than can be laid out',
  severity: 'error',
  messages: { tooMany: '{count} copies are more than the {limit} that one design can hold; it is checked with {used}.' },
  docs: {
    why: 'Every copy has virtual devices, VFs and flows of its own. A host runs at most a few thousand guests.',
    fix: 'Lower `count`. A design of several hosts is better described host by host.',
  },
  examples: {
    bad: ['{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "count": 1000000000 } } } } }'],
    good: ['{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "count": 2000 } } } } }'],
  },
});

export const techniqueMissing = defineProblem({
  id: 'IOVT107',
  name: 'technique-missing',
  title: 'A virtual device does not say how it is realised',
  severity: 'error',
  messages: { missing: '"{device}" has no technique, so nothing serves it.' },
  docs: {
    why: 'The technique decides what the device needs, which path its traffic takes and what it shares. Without it the device is left out of checks and simulation.',
    fix: 'Add `technique`, or extend a template that has one.',
  },
  examples: {
    bad: ['{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "devices": { "eth0": { "vlan": 5 } } } } } } }'],
    good: ['{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "devices": { "rng": { "technique": "virtio-rng" } } } } } } }'],
  },
});

export const scenarioPath = defineProblem({
  id: 'IOVT108',
  name: 'scenario-path',
  title: 'A scenario changes something that does not exist',
  severity: 'error',
  messages: {
    noEntity: '"{path}" names nothing in this design.',
    withMaps: '"{path}" names nothing in this design: a path has ids alone, without the maps that they stand in. Write "{example}".',
    similar: '"{path}" names nothing in this design. Did you mean "{example}"?',
    noProperty:
      '"{path}" ends at an entity; write a dot and the property to change, such as "{example}", or an object to put in its place.',
  },
  docs: {
    why: 'The scenario would be compared with the base design as if the change had been made.',
    fix: 'Write the path of an entity, a dot, and the property: `h1/web/eth0.technique`.',
  },
  examples: {
    bad: [
      '{ "iovt": "1", "scenarios": { "s": { "set": { "h1/web/eth0.technique": "sriov-vf" } } } }',
      '{ "iovt": "1", "hosts": { "h1": {} }, "scenarios": { "s": { "set": { "hosts.h1.hypervisor": "xen" } } } }',
    ],
    good: ['{ "iovt": "1", "hosts": { "h1": {} }, "scenarios": { "s": { "set": { "h1.hypervisor": "xen" } } } }'],
  },
});
