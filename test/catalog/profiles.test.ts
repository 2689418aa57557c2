import { readdirSync } from 'node:fs';
import { resolve as resolvePath } from 'node:path';
import { describe, expect, test } from 'vitest';
import { profileCatalog, profileOfUri, profileTable, profileUri } from '../../src/catalog/profiles/index.js';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { valueOf } from '../../src/core/model/fact.js';
import { factAt } from '../../src/core/model/facts.js';
import { computedVfAddress, virtualFunction } from '../../src/core/model/function.js';
import { predictGroups } from '../../src/core/model/iommu-groups.js';
import { projectOf } from '../../src/core/model/project.js';
import { type ProfileCatalog, resolve } from '../../src/core/model/topology.js';
import { definition } from '../../src/core/schema/schema.js';
import { validateDocument } from '../../src/core/schema/validate.js';
import { parse } from '../../src/core/text/parse.js';
import type { Json } from '../../src/core/text/tree.js';
import { techniques } from '../../src/techniques/index.js';
import { analyse, topologyOf } from '../support/check.js';

type ProfileJson = Record<string, Json> & { kind: string; title: string; sources: Record<string, string> };

const profiles = Object.entries(profileTable) as [string, ProfileJson][];

/** Dotted paths of everything a profile states; lists count as one fact. */
function leaves(value: Json, path: readonly string[] = []): string[] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [path.join('.')];
  return Object.entries(value).flatMap(([key, child]) => leaves(child as Json, [...path, key]));
}

function at(value: Json, path: readonly string[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, key) => (inner as Record<string, Json> | undefined)?.[key], value);
}

/** The source of a fact: of the longest prefix of its path that has one. */
function sourceOf(profile: ProfileJson, fact: string): string | undefined {
  const parts = fact.split('.');
  for (let length = parts.length; length > 0; length--) {
    const source = profile.sources[parts.slice(0, length).join('.')];
    if (source !== undefined) return source;
  }
  return profile.sources['*'];
}

const withDevice = (profile: string, device: object = {}) =>
  JSON.stringify({ iovt: '1', hosts: { h1: { devices: { dev: { profile, ...device } } } } });

async function deviceOf(profile: string, device?: object) {
  const found = (await topologyOf(withDevice(profile, device))).hosts[0]?.devices[0];
  if (found === undefined) throw new Error(profile);
  return found;
}

test('every file of the folder is registered, under its own name', () => {
  const folder = resolvePath(import.meta.dirname, '../../src/catalog/profiles');
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  expect(Object.keys(profileTable).sort()).toEqual(files.map((name) => name.replace(/\.json$/, '')).sort());
  expect(profiles.length).toBeGreaterThanOrEqual(60);
});

test('examples in the schema name profiles that exist', () => {
  const named = [definition('device').properties?.['profile'], definition('profile').properties?.['extends']];
  const examples = named.flatMap((property) => property?.examples ?? []);
  expect(examples.length).toBeGreaterThan(0);
  for (const example of examples) expect(profileCatalog.names).toContain(example);
});

test('titles tell profiles apart', () => {
  expect(new Set(profiles.map(([, { title }]) => title)).size).toBe(profiles.length);
});

describe.each(profiles)('%s', (name, profile) => {
  test('is named after vendor and model', () => {
    expect(name).toMatch(/^[a-z]+(-[a-z0-9.]+)+$/);
  });

  test('is valid as a profile of a document', () => {
    const { root } = parse({ uri: 'memory:/main.iovt', text: JSON.stringify({ iovt: '1', profiles: { [name]: profile } }) });
    if (root === undefined) throw new Error('no text');
    expect(validateDocument(root, []).map((diagnostic) => messageText(diagnostic.message))).toEqual([]);
  });

  test('has a source for every fact, and a fact for every source', () => {
    const { sources, ...facts } = profile;
    const stated = leaves(facts as Json);
    expect(stated.filter((fact) => sourceOf(profile, fact) === undefined)).toEqual([]);
    const used = Object.keys(sources).filter((prefix) => stated.some((fact) => fact === prefix || fact.startsWith(`${prefix}.`)));
    expect(used.sort()).toEqual(Object.keys(sources).sort());
    for (const source of Object.values(sources)) {
      expect(source.trim()).not.toBe('');
      if (source.includes('uncalibrated, ')) expect(source).toMatch(/uncalibrated, confidence 0\.\d/);
    }
  });

  test('stands on its own', () => {
    expect(profile['extends']).toBeUndefined();
  });

  test('gives its facts to a device that uses it, each with its place in the catalogue', async () => {
    const { topology, diagnostics } = await analyse(withDevice(name));
    expect(diagnostics.map((diagnostic) => messageText(diagnostic.message))).toEqual([]);
    const device = topology.hosts[0]?.devices[0];
    if (device === undefined) throw new Error('no device');
    expect(device.deviceKind).toBe(profile.kind);
    expect(valueOf(device.facts.title)).toBe(profile.title);
    const { sources: _, appliesTo: _range, versions: _versions, ...facts } = profile;
    for (const fact of leaves(facts as Json)) {
      const path = fact.split('.');
      // Ports, functions and types are entities of their own.
      if (['ports', 'functions', 'mediatedTypes'].includes(path[0] ?? '') || path[1] === 'migInstances' || path[0] === 'queuesByVfs')
        continue;
      const read = factAt(device.facts, path);
      expect(read?.state, fact).toBe('known');
      if (read?.state === 'known') expect(read.at.file.uri).toBe(profileUri(name));
      const stated = at(facts as Json, path);
      if (read?.state === 'known' && typeof stated === 'boolean') expect(read.value).toBe(stated);
    }
    expect(device.ports.map((port) => port.id)).toEqual(Object.keys((profile['ports'] as object | undefined) ?? {}));
  });

  test('states nothing impossible', async () => {
    const device = await deviceOf(name);
    const { ports } = device;
    const { link, sriov, gpu, storage, totalRate } = device.facts;
    expect(link.state).toBe('known');
    for (const port of ports) expect(valueOf(port.facts.rate)).toBeGreaterThan(0);
    const sum = ports.reduce((total, port) => total + (valueOf(port.facts.rate) ?? 0), 0);
    if (totalRate.state === 'known') expect(totalRate.value).toBeLessThan(sum);
    if (valueOf(sriov.supported) !== true) expect(valueOf(sriov.totalVfs) ?? 0).toBe(0);
    const perFunction = valueOf(sriov.totalVfs);
    const perDevice = valueOf(sriov.maxVfsPerDevice);
    if (perFunction !== undefined && perDevice !== undefined) expect(perFunction).toBeLessThanOrEqual(perDevice);
    if (valueOf(sriov.liveMigration) === true) expect(sriov.migrationDriver.state).toBe('known');
    if (device.deviceKind === 'nvme') {
      for (const fact of [
        storage.readIops,
        storage.writeIops,
        storage.readBandwidth,
        storage.writeBandwidth,
        storage.readLatency,
        storage.writeLatency,
      ])
        expect(fact.state).toBe('known');
      expect(valueOf(storage.readIops)).toBeGreaterThanOrEqual(valueOf(storage.writeIops) ?? 0);
    }
    if (device.deviceKind === 'gpu') expect(valueOf(gpu.memory)).toBeGreaterThan(2 ** 30);
    const slices = valueOf(gpu.migSlices);
    const types = at(profile as Json, ['gpu', 'migInstances']) as
      | Record<string, { slices: number; memoryFraction: number; max: number }>
      | undefined;
    expect(types === undefined).toBe(slices === undefined);
    for (const [type, { slices: own, memoryFraction, max }] of Object.entries(types ?? {})) {
      expect(own * max, type).toBeLessThanOrEqual(slices ?? 0);
      expect(memoryFraction * max, type).toBeLessThanOrEqual(1);
      expect(type.startsWith(`${own}g.`)).toBe(true);
      // Vendors round the memory of an instance down to whole gigabytes.
      const gigabytes = Number(/\.(\d+)gb$/.exec(type)?.[1]);
      expect(Math.abs(gigabytes * 2 ** 30 - memoryFraction * (valueOf(gpu.memory) ?? 0)) / 2 ** 30, type).toBeLessThanOrEqual(1);
    }
  });
});

describe('limits that sources contradict each other on', () => {
  test.each([
    ['intel-82599es-2x10g', { totalVfs: 63, minRate: 'unsupported', eswitchModes: ['legacy'] }],
    ['intel-x710-4x10g', { totalVfs: 32, maxVfsPerDevice: 128, minRate: 'unsupported', eswitchModes: ['legacy'] }],
    ['intel-x710-2x10g', { totalVfs: 64, maxVfsPerDevice: 128 }],
    ['intel-e810-c-2x100g', { maxVfsPerDevice: 256, minRate: 'absolute', eswitchModes: ['legacy', 'switchdev'] }],
    ['intel-i350-2x1g', { totalVfs: 7, minRate: 'unsupported', maxRate: false }],
    ['nvidia-connectx6dx-2x100g', { minRate: 'share', liveMigration: true, migrationDriver: 'mlx5_vfio_pci' }],
    ['nvidia-connectx5-2x100g', { minRate: 'share', liveMigration: false }],
    ['broadcom-bcm57414-2x25g', { maxVfsPerDevice: 128 }],
    ['realtek-rtl8111', { supported: false }],
    ['amd-sfc9250-2x25g', { maxRate: false }],
  ])('%s', async (name, expected) => {
    const { sriov } = (await deviceOf(name)).facts;
    for (const [key, value] of Object.entries(expected)) expect(valueOf(factAt(sriov, [key]) ?? { state: 'unknown' }), key).toEqual(value);
  });

  test('more VFs than a function of an X710-DA4 has are an error, as many as it has are not', async () => {
    const codes = async (vfs: number) => (await analyse(withDevice('intel-x710-4x10g', { sriov: { vfs } }))).diagnostics.map((d) => d.name);
    expect(await codes(33)).toContain('vf-count-exceeds-total');
    expect(await codes(32)).not.toContain('vf-count-exceeds-total');
  });
});

test('VFs of both ports of an XL710 appear where lspci shows them', async () => {
  const { functions } = await deviceOf('intel-xl710-2x40g', { bdf: '0000:02:00.0', sriov: { vfs: 64 } });
  const address = (fn: number, vf: number) => {
    const physical = functions[fn];
    const virtual = physical === undefined ? undefined : virtualFunction(physical, vf);
    return virtual === undefined ? undefined : valueOf(computedVfAddress(virtual));
  };
  expect(address(0, 0)).toMatchObject({ bus: 2, slot: 2, fn: 0 });
  expect(address(0, 63)).toMatchObject({ bus: 2, slot: 9, fn: 7 });
  expect(address(1, 0)).toMatchObject({ bus: 2, slot: 10, fn: 0 });
});

test('a GeForce brings its audio function along, in one IOMMU group with it; ports of an XL710 are apart', async () => {
  const text = JSON.stringify({
    iovt: '1',
    hosts: {
      h1: {
        iommu: { state: 'on' },
        pcie: { rp0: { kind: 'root-port', link: 'gen4 x16', acs: true } },
        devices: { gpu0: { profile: 'nvidia-geforce-rtx-3060', at: 'rp0' }, nic0: { profile: 'intel-xl710-2x40g', at: 'rp0' } },
      },
    },
  });
  const host = (await topologyOf(text)).hosts[0];
  const [gpu] = host?.devices ?? [];
  expect(gpu?.functions.map((fn) => [fn.id, valueOf(fn.facts.class), valueOf(fn.facts.pciId)])).toEqual([
    ['f0', '0300', undefined],
    ['f1', '0403', '10de:228e'],
  ]);
  if (host === undefined) throw new Error('no host');
  const groupOf = predictGroups(host, false);
  const groups = host.devices.map((device) => new Set(device.functions.map(groupOf)).size);
  expect(groups).toEqual([1, 2]);
});

test('a DPU has processors of its own', async () => {
  const { facts, deviceKind } = await deviceOf('nvidia-bluefield2-2x100g');
  expect(deviceKind).toBe('dpu');
  expect(valueOf(facts.cores)?.size).toBe(8);
  expect(valueOf(facts.coreClock)).toBe(2.5e9);
});

test('mediated types of a T4 can be named from a design', async () => {
  const text = JSON.stringify({
    iovt: '1',
    hosts: {
      h1: {
        devices: { gpu0: { profile: 'nvidia-t4' } },
        guests: { vm: { devices: { v: { technique: 'mdev', from: 'gpu0/nvidia-232' } } } },
      },
    },
  });
  const { topology, diagnostics } = await analyse(text);
  expect(diagnostics.filter((diagnostic) => diagnostic.severity === 'error')).toEqual([]);
  const target = valueOf(topology.virtualDevices[0]?.facts.from ?? { state: 'unknown' })?.as('mediated-type');
  expect(target === undefined ? undefined : valueOf(target.facts.framebuffer)).toBe(4 * 2 ** 30);
});

test('a design reads only the profiles that it uses', () => {
  const read: string[] = [];
  const catalog: ProfileCatalog = {
    names: profileCatalog.names,
    file: (name) => profileCatalog.file(name),
    node: (name) => {
      read.push(name);
      return profileCatalog.node(name);
    },
  };
  const file = { uri: 'memory:/main.iovt', text: withDevice('intel-i210') };
  const { topology } = resolve(projectOf(file), { techniques, profiles: catalog });
  expect(new Set(read)).toEqual(new Set(['intel-i210']));
  expect(topology.profiles.length).toBe(profiles.length);
  const [first] = topology.profiles.filter((profile) => profile.id === 'nvidia-t4');
  expect(valueOf(first?.facts.title ?? { state: 'unknown' })).toBe('NVIDIA T4, 16 GB');
});

test('a profile of the document stands before one of the catalogue, and may start from it', async () => {
  const text = JSON.stringify({
    iovt: '1',
    profiles: { mine: { extends: 'intel-e810-c-2x100g', sriov: { totalVfs: 64 } }, 'intel-i210': { title: 'my own' } },
    hosts: { h1: { devices: { a: { profile: 'mine' }, b: { profile: 'intel-i210' } } } },
  });
  const [a, b] = (await topologyOf(text)).hosts[0]?.devices ?? [];
  expect(a === undefined ? undefined : [valueOf(a.facts.sriov.totalVfs), valueOf(a.facts.sriov.maxVfsPerDevice)]).toEqual([64, 256]);
  expect(b === undefined ? undefined : valueOf(b.facts.title)).toBe('my own');
});

test('addresses of the catalogue lead back to its profiles', () => {
  expect(profileOfUri(profileUri('intel-i210'))).toBe('intel-i210');
  expect(profileOfUri('file:///intel-i210.iovt')).toBeUndefined();
  expect(profileCatalog.node('no-such-card')).toBeUndefined();
  expect(profileCatalog.node('constructor')).toBeUndefined();
});
