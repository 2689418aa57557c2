import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type Diagnostic, messageText } from '../../src/core/diagnostics/diagnostic.js';
import type { SyntaxNode } from '../../src/core/text/tree.js';
import { type Analysis, check } from '../../src/language/check.js';
import { newErrors, verifiedFixes, withEdits } from '../../src/language/fixes.js';
import { rules } from '../../src/rules/index.js';
import { onHost } from '../../src/rules/support/examples.js';
import { analyse } from '../support/check.js';
import { cataloguedFixes } from './catalogued-fixes.js';

/** A remark behind every line, so that a fix that loses one is found out. */
function remarked(text: string): string {
  return text
    .split('\n')
    .map((line, i) => (line.trim() === '' ? line : `${line} // remark ${i}.`))
    .join('\n');
}

function remarks(text: string): Set<string> {
  return new Set(text.match(/\/\/ remark \d+\./g) ?? []);
}

/** Stretches of multi-line values by the way to them. */
function values(node: SyntaxNode | undefined, path = ''): Map<string, SyntaxNode> {
  const found = new Map<string, SyntaxNode>();
  if (node?.type !== 'object') return found;
  for (const { key, value } of node.properties) {
    if (value === undefined) continue;
    found.set(`${path}/${key}`, value);
    for (const [inner, at] of values(value, `${path}/${key}`)) found.set(inner, at);
  }
  return found;
}

/** Remarks that a change lost, but for those inside of what it took away. */
function lostRemarks(before: Analysis, after: Analysis): string[] {
  const { text } = before.project.main.file;
  const left = remarks(after.project.main.file.text);
  const kept = values(after.project.main.root);
  const gone = [...values(before.project.main.root)].filter(([path]) => !kept.has(path)).map(([, node]) => node);
  return [...remarks(text)].filter((remark) => {
    const at = text.indexOf(remark);
    return !left.has(remark) && !gone.some((node) => node.start < at && at < node.end);
  });
}

function ofRule(analysis: Analysis, id: string): Diagnostic[] {
  return analysis.diagnostics.filter(({ code }) => code === id);
}

/** Rules whose way out is for people to find: their pages say why. Whoever adds a rule without a fix adds it here with a reason. */
const withoutFixes = new Set([
  // What the hardware has only somebody who looks can say; a fix that states it would make a wrong claim one click away.
  'slo-unprovable',
  'iommu-group-host-critical',
  'reference-cycle',
  // Needs are many and each is met in another way.
  'technique-needs',
]);

test('rules of the catalogue that promise a fix are rules, and have one', () => {
  const names = new Set(rules.map(({ name }) => name));
  const promised = Object.entries(cataloguedFixes).filter(([, kind]) => kind !== 'none');
  expect(Object.keys(cataloguedFixes).filter((name) => !names.has(name))).toEqual([]);
  expect(promised.map(([name]) => name).filter((name) => withoutFixes.has(name))).toEqual(['slo-unprovable']);
  const told = rules.filter(({ name }) => name in cataloguedFixes && withoutFixes.has(name) && cataloguedFixes[name] !== 'none');
  for (const { name, docs } of told) expect(docs.fix, name).toContain('There is no quick fix');
});

describe.each(rules.filter(({ name }) => !withoutFixes.has(name)).map((rule) => [rule.name, rule] as const))('fixes of %s', (_, rule) => {
  test('at least one is offered for its bad examples', async () => {
    const analyses = await Promise.all(rule.examples.bad.map((text) => analyse(text)));
    const offered = analyses.flatMap((analysis) => ofRule(analysis, rule.id).flatMap((diagnostic) => verifiedFixes(diagnostic, analysis)));
    expect(offered.length).toBeGreaterThan(0);
  });

  test.each(rule.examples.bad.map((text, i) => [i, text] as const))('bad example %i', async (_i, text) => {
    const analysis = await analyse(remarked(text));
    for (const diagnostic of ofRule(analysis, rule.id)) {
      for (const { fix, edits } of verifiedFixes(diagnostic, analysis)) {
        const title = messageText(fix.title);
        const after = check(withEdits(analysis.project, edits));
        expect(ofRule(after, rule.id).length, title).toBeLessThan(ofRule(analysis, rule.id).length);
        expect(newErrors(analysis, after), title).toEqual([]);
        expect(lostRemarks(analysis, after), title).toEqual([]);
      }
    }
  });
});

test('rules without mechanical fixes offer none for their bad examples, or belong on the list above', async () => {
  const surprising: string[] = [];
  for (const rule of rules.filter(({ name }) => withoutFixes.has(name))) {
    for (const text of rule.examples.bad) {
      const analysis = await analyse(text);
      if (ofRule(analysis, rule.id).some((diagnostic) => verifiedFixes(diagnostic, analysis).length > 0)) surprising.push(rule.name);
    }
  }
  expect([...new Set(surprising)]).toEqual([]);
});

const fixtureFolder = new URL('../fixtures/rules/', import.meta.url);

test.each(readdirSync(fixtureFolder))('every fix of fixture %s leaves the rest of the text alone', async (name) => {
  const analysis = await analyse(readFileSync(new URL(`${name}/main.iovt`, fixtureFolder), 'utf8'));
  const own = comments(analysis.project.main.file.text);
  let applied = 0;
  for (const diagnostic of analysis.diagnostics) {
    for (const { fix, edits } of verifiedFixes(diagnostic, analysis)) {
      const title = `${diagnostic.code}: ${messageText(fix.title)}`;
      const after = check(withEdits(analysis.project, edits));
      expect(newErrors(analysis, after), title).toEqual([]);
      // Comments inside of what a fix takes away go with it; all others stay, each on a line that is otherwise as it was.
      const gone = edits.flatMap(({ start, end }) => comments(analysis.project.main.file.text.slice(start, end)));
      expect(
        own.filter((comment) => !gone.includes(comment) && !after.project.main.file.text.includes(comment)),
        title,
      ).toEqual([]);
      applied++;
    }
  }
  expect(applied).toBeGreaterThanOrEqual(FIXTURES_WITHOUT_FIXES.has(name) ? 0 : 1);
});

/** What they are about has no mechanical way out. */
const FIXTURES_WITHOUT_FIXES: ReadonlySet<string> = new Set(['reference-cycle']);

function comments(text: string): string[] {
  return text.match(/\/\/.*$/gm) ?? [];
}

/** One fix by its title, applied. */
async function fixed(text: string, id: string, title: string): Promise<string> {
  const analysis = await analyse(text);
  for (const diagnostic of ofRule(analysis, id)) {
    const found = verifiedFixes(diagnostic, analysis).find(({ fix }) => messageText(fix.title) === title);
    if (found !== undefined) return withEdits(analysis.project, found.edits).main.file.text;
  }
  const offered = ofRule(analysis, id).flatMap((diagnostic) =>
    verifiedFixes(diagnostic, analysis).map(({ fix }) => messageText(fix.title)),
  );
  throw new Error(`offered: ${offered.join(' | ') || 'nothing'}`);
}

test('renaming takes the references along', async () => {
  const text = `{ "iovt": "1", "hosts": { "h1": {
  "devices": { "nic0": { "kind": "nic", "ports": { "p0": {} }, "sriov": { "vfs": 2 } } },
  "switches": { "br0": { "kind": "linux-bridge", "uplinks": ["nic0/p0"] } },
  "guests": { "nic0": { "count": 2, "devices": { "eth0": { "technique": "sriov-vf", "from": "nic0/p0", "failoverFor": "eth1" } } } }
} },
"workloads": { "w": { "from": "nic0[1]/eth0", "to": "h1/nic0[0]/eth0" } } }`;
  expect(await fixed(text, 'IOVT103', 'Rename the guest to "nic0-2"')).toBe(
    text
      .replace('"nic0": { "count"', '"nic0-2": { "count"')
      .replace('"nic0[1]/eth0"', '"nic0-2[1]/eth0"')
      .replace('"h1/nic0[0]/eth0"', '"h1/nic0-2[0]/eth0"'),
  );
});

test('a fallback keeps what translates and drops the rest', async () => {
  const text = `{ "iovt": "1", "hosts": { "h1": {
  "devices": { "nic0": { "kind": "nic", "sriov": { "supported": false } } },
  "switches": { "br0": { "kind": "linux-bridge", "uplinks": ["nic0"] } },
  "guests": { "a": { "devices": {
    "eth0": {
      // front end
      "technique": "sriov-vf",
      "from": "nic0",
      "mac": "52:54:00:00:00:01",
      "vlan": 100, // of blue
      "spoofCheck": true,
      "maxRate": "1 Gbit/s"
    }
  } } }
} } }`;
  expect(await fixed(text, 'IOVT132', 'Use virtio-net on br0')).toContain(`"eth0": {
      // front end
      "technique": "virtio-net",
      "mac": "52:54:00:00:00:01",
      "vlan": 100, // of blue
      "connect": "br0",
      "limit": { "rate": "1 Gbit/s" },
      "protected": true
    }`);
});

test('what a profile states is changed on the device, not in the profile', async () => {
  const text = `{ "iovt": "1",
  "profiles": { "old-nic": { "kind": "nic", "sriov": { "vfs": 8, "totalVfs": 4 } } },
  "hosts": { "h1": { "devices": { "nic0": { "profile": "nvidia-connectx6dx-2x100g", "sriov": { "vfs": 500 } } } } }
}`;
  expect(await fixed(text, 'IOVT110', 'Enable 127 VFs')).toContain('"sriov": { "vfs": 127 }');
});

test('a card is offered the free slots that will do, those on its NUMA node first', async () => {
  const text = `{ "iovt": "1", "hosts": { "h1": {
  "numa": { "n0": {}, "n1": {} },
  "pcie": {
    "rp0": { "numa": "n1", "link": "gen3 x4" },
    "rp1": { "numa": "n0", "link": "gen4 x4" },
    "rp2": { "numa": "n1", "link": "gen4 x8" },
    "rp3": { "numa": "n1", "link": "gen3 x8" }
  },
  "devices": { "ssd0": { "kind": "nvme", "at": "rp0", "link": "gen4 x4" } }
} } }`;
  const analysis = await analyse(text);
  const titles = ofRule(analysis, 'IOVT118').flatMap((d) => verifiedFixes(d, analysis).map(({ fix }) => messageText(fix.title)));
  expect(titles).toEqual(['Move ssd0 to rp2', 'Move ssd0 to rp1']);
});

test('a limit of the host becomes one that the NIC enforces, in the same number of bits', async () => {
  const text = `{ "iovt": "1", "hosts": { "h1": {
  "devices": { "nic0": { "kind": "nic", "sriov": { "vfs": 4 } } },
  "guests": { "a": { "devices": { "eth0": { "technique": "sriov-vf", "from": "nic0", "limit": { "rate": "250 MB/s", "by": "tc" } } } } }
} } }`;
  expect(await fixed(text, 'IOVT128', 'Write "maxRate": "2 Gbit/s" instead')).toContain(
    '"eth0": { "technique": "sriov-vf", "from": "nic0", "maxRate": "2 Gbit/s" }',
  );
});

test('the file that states it is the one that is changed', async () => {
  const files = {
    'main.iovt': '{ "iovt": "1", "include": ["host.iovt"], "hosts": { "h1": { "devices": { "nic0": { "sriov": { "vfs": 9 } } } } } }',
    'host.iovt': '{ "iovt": "1", "hosts": { "h1": { "firmware": { "sriov": false }, "devices": { "nic0": { "kind": "nic" } } } } }',
  };
  const analysis = await analyse(files);
  const [diagnostic] = ofRule(analysis, 'IOVT114');
  expect(diagnostic?.at.file.uri).toBe('memory:/host.iovt');
  const [fix] = verifiedFixes(diagnostic!, analysis);
  expect(fix?.edits.map(({ file, newText }) => [file.uri, newText])).toEqual([['memory:/host.iovt', 'true']]);
});

test('a fallback says what it costs, by the fluid estimate of both designs', async () => {
  const text = onHost(
    {
      iommu: { state: 'off' },
      numa: { n0: { cpus: '0-7' } },
      devices: { nic0: { kind: 'nic', ports: { p0: { rate: '10 Gbit/s' } }, sriov: { vfs: 4 } } },
      switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0/p0'] } },
      guests: { a: { vcpus: 2, devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0' } } } },
    },
    {
      networks: { tor: { uplinks: ['h1/nic0/p0'] } },
      workloads: { w: { from: 'a/eth0', to: 'tor', size: '1500 B', rate: '1 Gbit/s' } },
    },
  );
  const analysis = await analyse(text);
  const [title] = ofRule(analysis, 'IOVT132').flatMap((d) => verifiedFixes(d, analysis).map(({ fix }) => messageText(fix.title)));
  expect(title).toMatch(/^Use virtio-net on br0 \(rate 1 Gbit\/s as before, latency .+ to .+, CPUs for I\/O 0 to 0\.\d+\)$/);
});

/** One guest on a host whose NIC has no VFs, with a workload to measure what stands in for them. */
function ladderDesign(host: { devices?: object; guest?: object; switches?: object } = {}): string {
  return onHost(
    {
      iommu: { state: 'on', mode: 'translated' },
      numa: { n0: { cpus: '0-15' } },
      devices: { nic0: { kind: 'nic', ports: { p0: { rate: '25 Gbit/s' } }, sriov: { supported: false } }, ...host.devices },
      switches: { br0: { kind: 'linux-bridge', uplinks: ['nic0/p0'] }, ...host.switches },
      guests: { a: { vcpus: 2, ...host.guest, devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0', vlan: 100 } } } },
    },
    {
      networks: { tor: { uplinks: ['h1/nic0/p0'] } },
      workloads: { w: { from: 'a/eth0', to: 'tor', size: '1500 B', rate: '1 Gbit/s' } },
    },
  );
}

async function fallbacks(text: string): Promise<string[]> {
  const analysis = await analyse(text);
  return ofRule(analysis, 'IOVT132').flatMap((d) => verifiedFixes(d, analysis).map(({ fix }) => messageText(fix.title)));
}

test('a guest that must migrate is offered vDPA before a switch, where a card in switchdev mode speaks virtio', async () => {
  const card = (more: object) => ({
    nic1: { kind: 'nic', ports: { p0: { rate: '100 Gbit/s' } }, sriov: { vfs: 4, eswitch: 'switchdev' }, ...more },
  });
  const guest = { migration: 'live' };
  const switches = { ovs: { kind: 'ovs-kernel', uplinks: ['nic1/p0'] } };
  expect(await fallbacks(ladderDesign({ devices: card({ vdpa: true }), guest, switches }))).toEqual([
    expect.stringMatching(/^Use vDPA on nic1\/p0/),
  ]);
  // Nothing says that the card can do it.
  expect(await fallbacks(ladderDesign({ devices: card({}), guest, switches }))).toEqual([expect.stringMatching(/^Use virtio-net on br0/)]);
  const legacy = card({ vdpa: true, sriov: { vfs: 4, eswitch: 'legacy' } });
  expect(await fallbacks(ladderDesign({ devices: legacy, guest }))).toEqual([expect.stringMatching(/^Use virtio-net on br0/)]);
});

test('a guest without virtio drivers is offered an emulated NIC, with what it costs', async () => {
  const [slow] = await fallbacks(ladderDesign({ guest: { virtioDrivers: false } }));
  const [fast] = await fallbacks(ladderDesign());
  const cpus = (title: string | undefined) => Number(/CPUs for I\/O (?:.* to )?([\d.]+)/.exec(title ?? '')?.[1]);
  expect(slow).toMatch(/^Use an emulated e1000 on br0 \(rate .+, latency .+, CPUs for I\/O [\d.]+\)$/);
  expect(fast).toMatch(/^Use virtio-net on br0/);
  expect(cpus(slow)).toBeGreaterThan(cpus(fast));
});

test('an emulated NIC behind the stack of QEMU is left where the host has nothing else', async () => {
  const text = onHost({
    devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { supported: false } } },
    switches: { dpdk: { kind: 'ovs-dpdk', uplinks: ['nic0/p0'], cpus: '2' } },
    guests: { a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic0/p0' } } } },
  });
  expect(await fallbacks(text)).toEqual(['Use an emulated e1000 behind the stack of QEMU']);
});

test('a process is divided with CPUs and a VF of its own for the second tenant', async () => {
  const nic = (tenant: string, vlan: number) => ({
    tenant,
    memory: { shared: true },
    devices: { eth0: { technique: 'virtio-net', backend: 'vhost-user', connect: 'br0', vlan } },
  });
  const text = onHost(
    {
      numa: { n0: { cpus: '0-15' } },
      devices: { nic0: { kind: 'nic', ports: { p0: {} }, sriov: { vfs: 2 } } },
      switches: { br0: { kind: 'ovs-dpdk', cpus: '2-3', uplinks: ['nic0/p0/vf0'] } },
      guests: { a: nic('blue', 100), b: nic('red', 200) },
    },
    { tenants: { blue: {}, red: {} } },
  );
  const after = JSON.parse(await fixed(text, 'IOVT234', 'Divide h1/br0: br0-red for red')).hosts.h1;
  expect(after.switches['br0-red']).toEqual({ kind: 'ovs-dpdk', cpus: '4-5', uplinks: ['nic0/p0/vf1'] });
  expect([after.guests.a.devices.eth0.connect, after.guests.b.devices.eth0.connect]).toEqual(['br0', 'br0-red']);
});

test('with three tenants each of the others gets a process, CPUs and a port', async () => {
  const nic = (tenant: string, vlan: number) => ({
    tenant,
    memory: { shared: true },
    devices: { eth0: { technique: 'virtio-net', backend: 'vhost-user', connect: 'br0', vlan } },
  });
  const text = onHost(
    {
      numa: { n0: { cpus: '0-7' } },
      devices: { nic0: { kind: 'nic', ports: { p0: {}, p1: {}, p2: {}, p3: {} } } },
      switches: { br0: { kind: 'ovs-dpdk', cpus: '6', uplinks: ['nic0/p0'] } },
      guests: {
        a: nic('blue', 100),
        b: nic('red', 200),
        c: nic('green', 300),
        d: { devices: { pt: { technique: 'passthrough', from: 'nic0/p1' } } },
      },
    },
    { tenants: { blue: {}, red: {}, green: {} } },
  );
  const { switches } = JSON.parse(await fixed(text, 'IOVT234', 'Divide h1/br0: br0-red and br0-green for red and green')).hosts.h1;
  expect(switches['br0-red']).toEqual({ kind: 'ovs-dpdk', cpus: '7', uplinks: ['nic0/p2'] });
  expect(switches['br0-green']).toEqual({ kind: 'ovs-dpdk', cpus: '1', uplinks: ['nic0/p3'] });
});

test('a device moves to the other guest with its own text, under a name that is free there', async () => {
  const text = onHost({
    devices: { nic0: { kind: 'nic', acs: false, functions: { f0: { group: 14 }, f1: { group: 15 } } } },
    guests: {
      a: { devices: { eth0: { technique: 'passthrough', from: 'nic0/f0' } } },
      b: { devices: { eth0: { technique: 'passthrough', from: 'nic0/f1', title: 'second' } } },
    },
  });
  const { guests } = JSON.parse(await fixed(text, 'IOVT208', 'Give h1/b/eth0 to h1/a')).hosts.h1;
  expect(guests.a.devices['eth0-2']).toEqual({ technique: 'passthrough', from: 'nic0/f1', title: 'second' });
  expect(guests.b.devices).toEqual({});
});
