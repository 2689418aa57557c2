import { describe, expect, test } from 'vitest';
import { projectOf } from '../../src/core/model/project.js';
import { applyEdits } from '../../src/core/text/edits.js';
import { check } from '../../src/language/check.js';
import { prepareRename, RenameRefused, rename } from '../../src/language/rename.js';
import { at, marked, sample } from '../support/marked.js';

async function renamed(text: string, newId: string, before = 2, document = sample): Promise<string> {
  const found = await at(text, before, document);
  const edits = rename(found, found.offset, newId);
  return edits === undefined ? 'nothing here' : applyEdits(document, edits);
}

function lines(before: string, after: string): string[] {
  const old = before.split('\n');
  return after.split('\n').filter((line, i) => line !== old[i]);
}

describe('an id is renamed everywhere', () => {
  test('a switch', async () => {
    const after = await renamed('"br-int": {', 'br-ex');
    expect(lines(sample, after).map((line) => line.trim())).toEqual([
      '"switches": { "br-ex": { "kind": "ovs-dpdk", "uplinks": ["nic0/p0"], "cpus": "2-3" } },',
      '"eth0": { "extends": "fast-nic", "connect": "br-ex", "vlan": 100 },',
    ]);
  });

  test.each([
    ['a guest, from a path of a scenario', '"h1/web/eth0.technique"', 5],
    ['a host', '"h1": {', 2],
    ['a device, from the middle of a path', '"h1/nic0/p0"', 6],
    ['a namespace', '"ssd0/ns1"', 7],
    ['a template', '"fast-nic": {', 3],
    ['a tenant', '"blue": {', 3],
    ['a workload', '"web-io": {', 3],
    ['an objective', '"tail": {', 3],
    ['a network', '"tor", "rate"', 3],
    ['a virtual device', '"eth0": { "ext', 3],
    ['a NUMA node', '"n0": {', 2],
  ])('%s: nothing of the old name is left and nothing new is wrong', async (_, text, before) => {
    const after = await renamed(text, 'fresh-name', before);
    expect(after).not.toBe(sample);
    const wrong = (design: string) => check(projectOf({ uri: 'memory:/main.iovt', text: design })).diagnostics.map(({ code }) => code);
    expect(wrong(after)).toEqual(wrong(sample));
  });

  test('a device that guests take from a template is renamed in the template and in all of them', async () => {
    const text = `{ "iovt": "1",
  "templates": { "vm": { "vcpus": 2, "devices": { "eth0": { "technique": "veth" } } } },
  "hosts": { "h1": { "guests": {
    "a": { "extends": "vm", "devices": { "eth0": { "vlan": 5 } } },
    "b": { "extends": "vm" } } } },
  "networks": { "tor": {} },
  "workloads": { "w": { "from": "a/eth0", "to": "b/eth0" } } }`;
    const after = await renamed('"eth0": { "vlan"', 'net0', 3, text);
    expect(after).toBe(text.replace(/eth0/g, 'net0'));
  });

  test('in included files and in the designs that share them', async () => {
    const host = '{ "iovt": "1", "hosts": { "h1": { "switches": { "br0": { "kind": "linux-bridge" } } } } }';
    const design = (mark: string) =>
      `{ "iovt": "1", "include": ["host.iovt"], "hosts": { "h1": { "guests": { "a": { "devices": { "eth0": { "technique": "veth", "connect": "br0${mark}" } } } } } } }`;
    const one = await marked({ 'main.iovt': design('|'), 'host.iovt': host });
    const sharedHost = one.analysis.project.files.find(({ file }) => file.uri.endsWith('host.iovt'));
    const alone = check({ main: sharedHost as never, files: [sharedHost as never], diagnostics: [] });
    const edits = rename(one, one.offset, 'lan', [alone]) ?? [];
    expect(edits.map(({ file, newText }) => `${file.uri} ${newText}`)).toEqual(['memory:/host.iovt lan', 'memory:/main.iovt lan']);
  });
});

describe('is refused', () => {
  test.each([
    ['what is no id', '"br-int": {', 2, 'my switch', '"my switch" cannot be an id'],
    ['what is taken', '"rp0": {', 2, 'rp1', '"h1" has a PCIe port "rp1" already.'],
    ['what is taken by another kind', '"rp0": {', 2, 'nic0', '"h1" has a device "nic0" already.'],
    ['a port of a catalogue profile', '"nic0/p0"], "cpus"', 7, 'p9', 'comes from a device profile of the catalogue'],
    ['a profile of the catalogue', '"nvidia-connectx6dx', 5, 'mine', 'is a device profile of the catalogue'],
  ])('%s', async (_, text, before, newId, message) => {
    await expect(renamed(text, newId, before)).rejects.toThrow(message);
    await expect(renamed(text, newId, before)).rejects.toBeInstanceOf(RenameRefused);
  });

  test('a name that would hide another', async () => {
    const text =
      '{ "iovt": "1", "hosts": { "h1": { "guests": { "a": {} } } }, "networks": { "tor": {} }, "workloads": { "w": { "from": "a", "to": "tor" } } }';
    await expect(renamed('"a": {', 'tor', 2, text)).rejects.toThrow('With the name "tor", the reference "a" would lead elsewhere.');
  });
});

test('what stands under the cursor is offered for change', async () => {
  const document = await at('"web[*]/eth0"', 3);
  expect(prepareRename(document, document.offset)?.placeholder).toBe('web');
  const nothing = await at('"vlan": 100', 3);
  expect(prepareRename(nothing, nothing.offset)).toBeUndefined();
  expect(rename(nothing, nothing.offset, 'x')).toBeUndefined();
});
