import { expect, test } from 'vitest';
import { messageText } from '../../../src/core/diagnostics/diagnostic.js';
import { changeOf } from '../../../src/core/model/scenario.js';
import { analyse, lineOf } from '../../support/check.js';

const design = (set: string) => `{ "iovt": "1",
  "hosts": { "h1": {
    "devices": { "ssd0": { "kind": "nvme" } },
    "guests": { "g": { "vcpus": 1, "devices": { "d": { "technique": "virtio-blk", "media": "ssd0" } } } } } },
  "workloads": { "w": { "on": "g/d", "size": "4 KiB", "depth": 1 } },
  "scenarios": { "s": { "set": { ${set} } } } }`;

/** What a scenario puts into the design is checked like the design, and in the text of the scenario. */
test.each([
  ['a property that there is not', '"h1/g/d.quues": 4', ['6:34-6:48 error IOVT006 "quues" is not known here. Did you mean "queues"?']],
  ['a value of another type', '"h1/g/d.queues": "abc"', ['6:51-6:56 error IOVT007 This is a text in quotes; a whole number belongs here.']],
  ['a value that is too small', '"w.depth": -4', ['6:45-6:47 error IOVT008 -4 is less than 1, the least that is allowed.']],
  [
    'a key inside a whole entity',
    '"h1.controllers.io1": { "kind": "iothread", "x": 1 }',
    ['6:78-6:81 error IOVT006 "x" is not known here.'],
  ],
  [
    'a property of the document',
    '"simulation.durtion": "5 s"',
    ['6:34-6:54 error IOVT006 "durtion" is not known here. Did you mean "duration"?'],
  ],
  ['a change that is one', '"h1/g/d.queues": 4, "w.depth": 8, "h1/g/d.limit": { "iops": "5k IOPS" }, "simulation.duration": "5 s"', []],
  ['a removal', '"h1/g/d.media": null', []],
])('%s', async (_, set, expected) => {
  const { diagnostics } = await analyse(design(set));
  expect(diagnostics.map(lineOf)).toEqual(expected);
});

test.each([
  ['h1/g/d.quues', '4', '"quues" is not known here. Did you mean "queues"?'],
  ['h1/g/d.media', 'nope', 'There is no NVMe namespace, volume or device called "nope" here.'],
  ['h1/g/d.limit.rate', '12', 'A number alone cannot stand here; write a text such as "12 Gbit/s".'],
])('a change from outside that is none: %s=%s', async (path, value, message) => {
  const { diagnostics } = await analyse(design(''), { changes: [changeOf(path, value)] });
  expect(diagnostics.map((diagnostic) => messageText(diagnostic.message))).toEqual([message]);
});

test('a number from outside stands as text where a text belongs', async () => {
  const { diagnostics, topology } = await analyse(design(''), { changes: [changeOf('h1/g.cpus', '5'), changeOf('h1/g.title', '7')] });
  expect(diagnostics).toEqual([]);
  expect(topology.hosts[0]?.guests[0]?.facts.title).toMatchObject({ state: 'known', value: '7' });
});
