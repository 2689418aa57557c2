import { describe, expect, test } from 'vitest';
import type { CompletionItem, TextEdit } from 'vscode-languageserver-types';
import { projectOf } from '../../src/core/model/project.js';
import { parse } from '../../src/core/text/parse.js';
import { offsetAt } from '../../src/core/text/source.js';
import { check } from '../../src/language/check.js';
import { plainText } from '../../src/language/completion/snippet.js';
import { completion } from '../../src/language/completion.js';
import { type Document, documentOf } from '../../src/language/document.js';
import { newErrors } from '../../src/language/fixes.js';
import { at, marked, sample } from '../support/marked.js';

const editors = { snippets: true };

async function labels(text: string): Promise<string[]> {
  const document = await marked(text);
  return sorted(completion(document, document.offset, editors)).map((item) => item.label);
}

function sorted(items: readonly CompletionItem[]): CompletionItem[] {
  return [...items].sort((a, b) => ((a.sortText ?? '') < (b.sortText ?? '') ? -1 : 1));
}

/** The text after an item was taken, places filled in with their defaults. */
function taken(document: Document, item: CompletionItem): string {
  const edits = [item.textEdit as TextEdit, ...(item.additionalTextEdits ?? [])].map(({ range, newText }) => ({
    start: offsetAt(document.file, range.start),
    end: offsetAt(document.file, range.end),
    newText,
  }));
  let { text } = document.file;
  for (const edit of edits.sort((a, b) => b.start - a.start)) text = text.slice(0, edit.start) + edit.newText + text.slice(edit.end);
  return text;
}

function item(document: Document & { offset: number }, label: string): CompletionItem {
  const found = completion(document, document.offset, { snippets: false }).find((each) => each.label === label);
  if (found === undefined) throw new Error(`"${label}" is not offered`);
  return found;
}

describe('keys', () => {
  test('those of the object, without those that stand there', async () => {
    const found = await labels('{ "iovt": "1", "tenants": { "blue": { "title": "x", | } } }');
    expect(found).toContain('trust');
    expect(found).not.toContain('title');
    expect(found).not.toContain('hosts');
  });

  test('what must be stated comes first', async () => {
    expect((await labels('{ | }'))[0]).toBe('iovt');
  });

  test('for a virtual device the technique, then what it needs, then what it reads, then the rest', async () => {
    const inGuest = (device: string) => `{ "hosts": { "h1": { "guests": { "a": { "devices": { "eth0": { ${device} } } } } } } }`;
    expect((await labels(inGuest('|')))[0]).toBe('technique');
    const found = await labels(inGuest('"technique": "virtio-blk", |'));
    expect(found.slice(0, 2).sort()).toEqual(['backend', 'media']);
    expect(found.indexOf('iothread')).toBe(-1);
    expect(found.indexOf('cache')).toBeLessThan(found.indexOf('vlan'));
  });

  test('a technique that comes from a template counts as well', async () => {
    const document = await at('"connect": "br-int", "vlan"', 0);
    const found = sorted(completion(document, document.offset, editors)).map(({ label }) => label);
    expect(found.indexOf('mac')).toBeLessThan(found.indexOf('media'));
  });

  test('a key that has its colon is replaced alone', async () => {
    const document = await marked('{ "tenants": { "blue": { "tru|": "untrusted" } } }');
    expect(taken(document, item(document, 'trust'))).toBe('{ "tenants": { "blue": { "trust": "untrusted" } } }');
  });

  test('a comma that is missing before or behind is written', async () => {
    const document = await marked('{ "tenants": { "blue": { "title": "x"\n  |\n "color": "#000000" } } }');
    expect(taken(document, item(document, 'trust'))).toBe(
      '{ "tenants": { "blue": { "title": "x",\n  "trust": "untrusted",\n "color": "#000000" } } }',
    );
  });

  test('costs with their defaults and rules by name', async () => {
    expect(await labels('{ "calibration": { "costs": { | } } }')).toContain('vhost-net.tx-packet');
    expect(await labels('{ "rules": { | } }')).toContain('reference-dangling');
  });

  test('sizes of huge pages, and NUMA nodes of the host', async () => {
    expect(await labels('{ "hosts": { "h1": { "numa": { "n0": { "hugepages": { | } } } } } }')).toContain('2 MiB');
    expect(await labels('{ "hosts": { "h1": { "numa": { "n0": { "distances": { | } }, "n1": {} } } } }')).toEqual(['n1']);
  });
});

describe('values', () => {
  const host = (device: string) =>
    `{ "hosts": { "h1": { "devices": { "nic0": { "kind": "nic", "ports": { "p0": {} } }, "ssd0": { "kind": "nvme" } }, "switches": { "br0": { "kind": "linux-bridge" } }, "controllers": { "io1": { "kind": "iothread" } }, "guests": { "a": { "devices": { "d": { ${device} } } } } } } }`;

  test('words with their meaning', async () => {
    const document = await marked('{ "tenants": { "blue": { "trust": "|" } } }');
    const items = completion(document, document.offset, editors);
    expect(items.map(({ label }) => label)).toEqual(['untrusted', 'trusted', 'platform']);
    expect(items[0]?.documentation).toEqual({ kind: 'markdown', value: 'Its guests may be hostile.' });
  });

  test('techniques with all that is known of them, those of containers last in a virtual machine', async () => {
    const document = await marked(host('"technique": "|"'));
    const items = sorted(completion(document, document.offset, editors));
    expect(items.at(-1)?.label).toBe('veth');
    expect(JSON.stringify(items.find(({ label }) => label === 'sriov-vf')?.documentation)).toContain('live migration');
  });

  test('only what can be referred to', async () => {
    expect(await labels(host('"technique": "virtio-net", "connect": "|"'))).toEqual(['br0', 'nic0', 'nic0/p0', 'ssd0']);
    expect(await labels(host('"technique": "virtio-blk", "controller": |'))).toEqual(['io1', '[ ]']);
    expect(await labels(host('"technique": "sriov-vf", "from": "|"'))).toContain('nic0/p0');
    expect(await labels('{ "tenants": { "blue": {} }, "hosts": { "h1": { "guests": { "a": { "tenant": | } } } } }')).toEqual(['blue']);
  });

  test('in a list without what stands there', async () => {
    const text = '{ "tenants": { "blue": {}, "red": {} }, "objectives": { "o": { "isolate": ["blue", |] } } }';
    expect(await labels(text)).toEqual(['red']);
  });

  test('profiles, with their cards', async () => {
    const document = await marked('{ "hosts": { "h1": { "devices": { "nic0": { "profile": "nv|" } } } } }');
    const found = completion(document, document.offset, editors).find(({ label }) => label === 'nvidia-connectx6dx-2x100g');
    expect(JSON.stringify(found?.documentation)).toContain('gen4 x16');
  });

  test('templates that fit, but never in a circle', async () => {
    const text = (mark: string) =>
      `{ "templates": { "a": { "technique": "veth" }, "b": { "extends": "a" }, "vm": { "vcpus": 2 } }, "hosts": { "h1": { "guests": { "g": { ${mark} } } } } }`;
    expect(await labels(text('"extends": "|"'))).toEqual(['vm']);
    expect(await labels(text('"devices": { "eth0": { "extends": "|" } }'))).toEqual(['a', 'b']);
    expect(await labels('{ "templates": { "a": { "technique": "veth", "extends": "|" }, "b": { "extends": "a" } } }')).toEqual([]);
  });

  test('units behind a number', async () => {
    expect((await labels(host('"limit": { "rate": "25|" }'))).slice(0, 2)).toEqual(['25 Gbit/s', '25 MB/s']);
    expect((await labels(host('"limit": { "rate": 25| }'))).slice(0, 2)).toEqual(['25 Gbit/s', '25 MB/s']);
    expect((await labels(host('"limit": { "iops": "600 |" }'))).slice(0, 2)).toEqual(['600k IOPS', '600 IOPS']);
    expect(await labels('{ "networks": { "tor": { "latency": "1.5u|" } } }')).toContain('1.5 us');
    const document = await marked(host('"limit": { "rate": "25 g|" }'));
    expect(taken(document, item(document, '25 Gbit/s'))).toContain('"rate": "25 Gbit/s"');
  });

  test('CPUs of the host, links, booleans', async () => {
    expect(await labels('{ "hosts": { "h1": { "numa": { "n0": { "cpus": "0-31" } }, "hostCpus": "|" } } }')).toContain('0-31');
    expect(await labels('{ "hosts": { "h1": { "pcie": { "rp0": { "link": "|" } } } } }')).toContain('gen4 x16');
    expect(await labels(host('"technique": "virtio-net", "packed": |'))).toEqual(['true', 'false']);
  });

  test('rules to suppress, those that are reported first, and where', async () => {
    const text = (rule: string, where: string) =>
      `{ "iovt": "1", "hosts": { "h1": { "devices": { "nic0": { "kind": "nic", "sriov": { "vfs": 10, "totalVfs": 8 } } } } }, "suppress": [{ "rule": "${rule}", "at": "${where}" }] }`;
    expect((await labels(text('|', '')))[0]).toBe('vf-count-exceeds-total');
    expect(await labels(text('vf-count-exceeds-total', '|'))).toEqual(['h1/nic0/f0']);
  });
});

describe('scenarios', () => {
  const set = (changes: string) => sample.replace(/"set": \{.*\} \} \}/, `"set": { ${changes} } } }`);

  test('paths of entities, then their properties, then the values that these can have', async () => {
    expect(await labels(set('"|"'))).toContain('h1/web/eth0');
    const properties = await labels(set('"h1/web/eth0.|"'));
    expect(properties).toContain('h1/web/eth0.technique');
    expect(properties).not.toContain('h1/web');
    expect(await labels(set('"h1/web/eth0.technique": "|"'))).toContain('sriov-vf');
    expect(await labels(set('"h1/web/eth0.connect": "|"'))).toContain('br-int');
    expect(await labels(set('"h1.iommu.state": "|"'))).toEqual(['on', 'off', 'absent']);
  });
});

describe('an empty file', () => {
  test.each(['|', '\n|\n', 'io|', '// a comment\n|'])('%j offers whole documents', async (text) => {
    expect(await labels(text)).toContain('iovt: host with a bridge');
  });

  test('that are clean', async () => {
    const document = await marked('|');
    for (const each of completion(document, 0, { snippets: false })) {
      const { diagnostics } = check(projectOf({ uri: 'memory:/new.iovt', text: taken(document, each) }));
      expect([each.label, diagnostics.filter(({ severity }) => severity === 'error')]).toEqual([each.label, []]);
    }
  });
});

test('nothing is offered in comments', async () => {
  expect(await labels('{ // a comment |\n }')).toEqual([]);
  expect(await labels('{ /* | */ }')).toEqual([]);
  expect(await labels('{} |')).toEqual([]);
  expect(await labels('{ "iovt" | }')).toEqual([]);
});

test('whole entities fit the design they are inserted into', async () => {
  const text = sample
    .replace('"web": {', '"web":  {')
    .replace('"switches": {', '"switches": { "br0": { "kind": "linux-bridge", "uplinks": ["nic0/p0"] },');
  const before = check(projectOf({ uri: 'memory:/main.iovt', text }));
  const maps = [
    '"tenants": {',
    '"hosts": {',
    '"pcie": {',
    '"devices": {',
    '"switches": {',
    '"controllers": {',
    '"guests": {',
    '"networks": {',
    '"workloads": {',
    '"objectives": {',
    '"scenarios": {',
    '"numa": {',
    '"templates": {',
  ];
  let count = 0;
  for (const map of maps) {
    for (let found = text.indexOf(map); found >= 0; found = text.indexOf(map, found + 1)) {
      const document = await marked(`${text.slice(0, found + map.length)}/*here*/${text.slice(found + map.length)}`);
      for (const each of completion(document, document.offset, { snippets: false }).filter(({ kind }) => kind === 15)) {
        const after = check(projectOf({ uri: 'memory:/main.iovt', text: taken(document, each) }));
        // What is missing for lack of a place to name is said by a rule; nothing may be wrong with the form.
        expect([map, each.label, newErrors(before, after).filter((code) => code < 'IOVT100')]).toEqual([map, each.label, []]);
        count++;
      }
    }
  }
  expect(count).toBeGreaterThan(30);
});

describe('every item leaves the text JSON', () => {
  const broken: Record<string, string> = {
    whole: sample,
    'without commas': sample.replace(/,\n/g, '\n'),
    'half typed': sample.replace('"connect": "br-int"', '"connect": "br-'),
    'key without value': sample.replace('"vlan": 100', '"vlan"'),
    'on one line': sample.replace(/\n\s*/g, ''),
  };

  test.each(Object.entries(broken))('%s', (_, text) => {
    const analysis = check(projectOf({ uri: 'memory:/main.iovt', text }));
    const document = documentOf(analysis);
    const errors = parse(document.file).diagnostics.length;
    const worse: string[] = [];
    for (let offset = 0; offset <= text.length; offset += 5) {
      const items = completion(document, offset, { snippets: false });
      // Items of one list differ in their text alone; a few of each are enough.
      for (const each of [...items.slice(0, 3), ...items.slice(-2)]) {
        const after = parse({ uri: 'memory:/x.iovt', text: taken(document, each) }).diagnostics.length;
        if (after > errors) worse.push(`${offset} ${each.label}`);
      }
    }
    expect(worse).toEqual([]);
  });
});

test('snippets and the texts that stand for them in plain editors', () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: the syntax of snippets
  expect(plainText('"${1:web}": { $2 }$0')).toBe('"web": {  }');
  expect(plainText('${1|a,b\\,c|}')).toBe('a');
  expect(plainText('${1:a\\}b} \\$x')).toBe('a}b $x');
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: the syntax of snippets
});
