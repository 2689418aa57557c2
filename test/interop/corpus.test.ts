import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { coresOf } from '../../src/core/model/cores.js';
import { valueOf } from '../../src/core/model/fact.js';
import { instances } from '../../src/core/model/guest.js';
import { type Host, hostCpus } from '../../src/core/model/host.js';
import type { Topology } from '../../src/core/model/topology.js';
import { formatCpuSet } from '../../src/core/units/cpu-set.js';
import type { ImportResult } from '../../src/interop/import.js';
import { type CorpusFile, corpusFiles, hasCorpus } from '../support/corpus-files.js';
import { checkText, importTexts, lossSchemaErrors, malformations } from '../support/imports.js';

/** Real inputs, counted twice: in the design that the importer makes, and straight from the text with patterns. */
const totals = new Map<string, number>();
function tally(name: string, n: number): void {
  totals.set(name, (totals.get(name) ?? 0) + n);
}
afterAll(() => {
  if (hasCorpus) process.stdout.write(`corpus: ${[...totals].map(([name, n]) => `${n} ${name}`).join(', ')}\n`);
});

/** Errors that are those of the input: one socket for two disks, two disks of one drive that QEMU drives itself. */
const UNSOUND = new Map([
  ['disk-vhostuser.xml', ['IOVT109']],
  ['disk-vhostuser.expanded.xml', ['IOVT109']],
  ['disk-nvme.xml', ['IOVT136']],
  // Two disks with boot order 10; three interfaces with one MAC on one port.
  ['virt-manager.change-devices-bootorder-in.xml', ['IOVT513']],
  ['virt-manager.change-devices-bootorder-out.xml', ['IOVT513']],
  ['virt-manager.virt-install-many-devices.xml', ['IOVT514']],
]);

/** Imports a file of the corpus; the result must be a design without errors, its losses by their schema. */
function imported(format: string, { name, text }: CorpusFile): { result: ImportResult; topology: Topology } {
  const result = importTexts(format, { [name]: text });
  expect(result.diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => messageText(message))).toEqual([]);
  const analysis = checkText(result.text ?? '');
  const errors = analysis.diagnostics.filter(({ severity, code }) => severity === 'error' && UNSOUND.get(name)?.includes(code) !== true);
  expect(errors.map(({ code, message }) => `${code} ${messageText(message)}`)).toEqual([]);
  expect(lossSchemaErrors(result.losses)).toEqual([]);
  tally(`${format} files`, 1);
  return { result, topology: analysis.topology };
}

function count(text: string, pattern: RegExp): number {
  return [...text.replace(/<!--[\s\S]*?-->/g, '').matchAll(pattern)].length;
}

const machines = [...corpusFiles('hwloc-xml'), ...corpusFiles('generated-qemu-guest/two-node-switch-no-acs')];

describe.skipIf(machines.length === 0)('hosts from hwloc', () => {
  test.each(machines)('$name', (file) => {
    const [host] = imported('hwloc', file).topology.hosts as [Host];
    const nodes = Math.max(1, count(file.text, /<object type="NUMANode"/g));
    const cards = host.devices.filter(({ facts }) => facts.pciId.state === 'known' || facts.profile.state === 'known');
    // Functions that the text has; a profile may know of more than hwloc shows.
    const onPci = cards.flatMap(({ functions }) => {
      const seen = functions.filter(({ address, isDeclared }) => isDeclared || address.state === 'known');
      return seen.length > 0 ? seen : functions.slice(0, 1);
    });
    const vfs = onPci.reduce((sum, fn) => sum + fn.numVfs, 0);
    expect(host.numaNodes.length).toBe(nodes);
    expect(hostCpus(host).size).toBe(count(file.text, /<object type="PU"/g));
    expect(onPci.length + vfs).toBe(count(file.text, /<object type="PCIDev"/g));
    expect(host.ports.filter(({ facts }) => facts.bdf.state === 'known').length).toBe(count(file.text, /bridge_type="1-1"/g));
    // Threads of a core: every machine numbers them in one of the two ways that the language has words for.
    const cores = count(file.text, /<object type="Core"/g);
    const named = new Set([...coresOf(host).values()]);
    const alone = host.numaNodes.reduce(
      (sum, { facts }) => sum + (valueOf(facts.threadsPerCore) === 1 ? (valueOf(facts.cpus)?.size ?? 0) : 0),
      0,
    );
    if (cores > 0) expect(named.size + alone).toBe(cores);
    tally('cores', cores);
    tally('NUMA nodes', nodes);
    tally('CPUs', hostCpus(host).size);
    tally('PCI functions', onPci.length);
    tally('PCIe ports', host.ports.length);
  });

  const generated = machines.find(({ path }) => path.includes('generated-qemu-guest'));
  test.skipIf(generated === undefined)('the same machine by lscpu and lspci', () => {
    const { path } = generated as CorpusFile;
    const other = (name: string) => readFileSync(join(dirname(path), name), 'utf8');
    const [host] = imported('hwloc', generated as CorpusFile).topology.hosts as [Host];
    const byNode = new Map<string, string[]>();
    for (const line of other('lscpu-p.txt').split('\n')) {
      const [cpu, node] = line.split(',');
      if (/^\d+$/.test(cpu ?? '')) byNode.set(`n${node}`, [...(byNode.get(`n${node}`) ?? []), cpu as string]);
    }
    const ours = host.numaNodes.map(({ id, facts }) => [id, formatCpuSet(valueOf(facts.cpus) ?? { ranges: [], size: 0 })]);
    expect(ours).toEqual([...byNode].map(([id, cpus]) => [id, `${cpus[0]}-${cpus.at(-1)}`]));
    // lstopo leaves out host bridges and chipset functions unless told otherwise; every port and endpoint it has is in lspci.
    const lspci = new Set(
      other('lspci-D-mm-nn-k.txt')
        .split('\n')
        .map((line) => line.split(' ')[0]),
    );
    const text = importTexts('hwloc', (generated as CorpusFile).text).text ?? '';
    for (const [, bdf] of text.matchAll(/"bdf": "([^"]+)"/g)) expect(lspci.has(bdf as string), bdf).toBe(true);
    const numa = Object.fromEntries(
      host.ports.flatMap((port) => (valueOf(port.facts.numa) === undefined ? [] : [[port.id, valueOf(port.facts.numa)?.text]])),
    );
    expect(numa).toMatchObject({ rp0: 'n0', rp1: 'n0', rp2: 'n1', rp3: 'n1' });
  });
});

const UNITS: Record<string, number> = {
  b: 1,
  KB: 1e3,
  KiB: 2 ** 10,
  k: 2 ** 10,
  MB: 1e6,
  MiB: 2 ** 20,
  M: 2 ** 20,
  GB: 1e9,
  GiB: 2 ** 30,
  G: 2 ** 30,
  TiB: 2 ** 40,
};

/** Bytes of `<name unit="…">…</name>`. */
function sizeIn(text: string, name: string): number | undefined {
  const match = new RegExp(`<${name}(?: unit=["'](\\w+)["'])?[^>]*>(\\d+)</${name}>`).exec(text);
  return match === null ? undefined : Number(match[2]) * (UNITS[match[1] ?? 'KiB'] as number);
}

/** Virtual devices that come from neither a disk nor an interface nor a host device. */
const OTHERS = new Set([
  'virtio-rng',
  'virtio-vsock',
  'virtio-fs',
  'virtio-gpu',
  'emulated-gpu',
  'virtio-console',
  'shmem',
  'virtio-balloon',
]);

function ioDevices(topology: Topology): number {
  const guest = topology.hosts[0]?.guests[0];
  const devices = guest?.devices.filter(({ technique }) => !OTHERS.has(technique?.name ?? '')).length ?? 0;
  const kept = (valueOf(guest?.facts.notModelled ?? { state: 'unknown' }) ?? []) as readonly string[];
  return (
    devices + kept.filter((name) => name.startsWith('hostdev ')).reduce((sum, name) => sum + Number(/ x(\d+)$/.exec(name)?.[1] ?? 1), 0)
  );
}

const domains = corpusFiles('libvirt-domain');

describe.skipIf(domains.length === 0)('guests from libvirt', () => {
  test.each(domains)('$name', (file) => {
    const { topology } = imported('libvirt', file);
    const guests = topology.hosts.flatMap((host) => host.guests);
    expect(guests).toHaveLength(1);
    const [guest] = guests as [(typeof guests)[number]];
    const text = file.text.replace(/<!--[\s\S]*?-->/g, '');
    const vcpu = /<vcpu\b([^>]*)>(\d+)<\/vcpu>/.exec(text);
    const current = /current=["'](\d+)["']/.exec(vcpu?.[1] ?? '')?.[1];
    expect(valueOf(guest.facts.vcpus)).toBe(Number(current ?? vcpu?.[2] ?? 1));
    const total = sizeIn(text, 'memory');
    const now = sizeIn(text, 'currentMemory');
    expect(valueOf(guest.memory.size)).toBe(now !== undefined && total !== undefined && now > 0 && now < total ? now : total);
    const disks = count(text, /<disk\s+[^>]*(type|device)=/g);
    const nics = count(text, /<interface\s+[^>]*type=/g);
    const hostdevs = count(text, /<hostdev\s/g);
    expect(ioDevices(topology)).toBe(disks + nics + hostdevs);
    tally('disks', disks);
    tally('interfaces', nics);
    tally('host devices', hostdevs);
    tally('guests', guests.length);
  });

  const pairs = domains.flatMap((file) => {
    const expanded = domains.find(({ name }) => name === file.name.replace('.xml', '.expanded.xml'));
    return expanded === undefined || expanded === file ? [] : [{ name: file.name, file, expanded }];
  });
  test.each(pairs)('$name and what libvirt writes back have the same devices', ({ file, expanded }) => {
    const devicesOf = (one: CorpusFile) => {
      const guest = imported('libvirt', one).topology.hosts[0]?.guests[0];
      return guest === undefined
        ? []
        : instances(guest).flatMap(({ devices }) =>
            devices.map(({ decl }) => `${decl.id} ${decl.technique?.name} ${valueOf(decl.facts.model) ?? ''}`),
          );
    };
    expect(devicesOf(expanded).sort()).toEqual(devicesOf(file).sort());
  });
});

const refusedByLibvirt = corpusFiles('libvirt-domain-invalid');

describe.skipIf(refusedByLibvirt.length === 0)('guests that libvirt itself refuses', () => {
  test.each(refusedByLibvirt)('$name', (file) => {
    // The rules may well agree with libvirt; a design by the schema comes of it all the same.
    const { text = '' } = importTexts('libvirt', { [file.name]: file.text });
    const analysis = checkText(text);
    expect(malformations(analysis)).toEqual([]);
    expect(analysis.topology.hosts.flatMap((host) => host.guests)).toHaveLength(1);
    tally('domains that libvirt refuses', 1);
  });
});

const networks = corpusFiles('libvirt-network');

describe.skipIf(networks.length === 0)('networks from libvirt', () => {
  test.each(networks)('$name', (file) => {
    const [host] = imported('libvirt', file).topology.hosts as [Host];
    // A pool of VFs is a device; a macvtap stacks on each of its devices; everything else is one switch.
    const isPool = /mode=["']hostdev["']/.test(file.text);
    const devices = new Set([...file.text.matchAll(/<interface dev=["'](\w+)["']/g)].map(([, dev]) => dev)).size;
    const bridges = host.switches.filter(({ switchKind }) => switchKind !== 'linux-router');
    expect(bridges.length).toBe(isPool ? 0 : Math.max(1, devices));
    if (isPool) expect(host.devices.length).toBe(1);
    tally('networks', 1);
  });
});

test.skipIf(!hasCorpus)('the corpus is whole', () => {
  expect([machines.length >= 27, domains.length, refusedByLibvirt.length, networks.length].every(Boolean)).toBe(true);
  expect(existsSync((machines[0] as CorpusFile).path)).toBe(true);
});
