import { describe, expect, test } from 'vitest';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { rules } from '../../src/rules/index.js';
import { matchesPath } from '../../src/rules/run.js';
import { document, onHost } from '../../src/rules/support/examples.js';
import { analyse } from '../support/check.js';

async function names(text: string): Promise<string[]> {
  const { diagnostics } = await analyse(text);
  return [...new Set(diagnostics.map(({ name }) => name))].sort();
}

async function relatedOf(text: string, name: string): Promise<string[]> {
  const { diagnostics } = await analyse(text);
  return diagnostics.filter((d) => d.name === name).flatMap(({ related = [] }) => related.map(({ message }) => messageText(message)));
}

describe('who mutes whom', () => {
  test('every rule that mutes exists', () => {
    const known = new Set(rules.map(({ name }) => name));
    expect(rules.flatMap(({ mutedBy }) => mutedBy).filter((name) => !known.has(name))).toEqual([]);
  });

  test('no rules mute each other in a circle', () => {
    const byName = new Map(rules.map((rule) => [rule.name, rule]));
    const reaches = (from: string, to: string, seen: Set<string>): boolean =>
      (byName.get(from)?.mutedBy ?? []).some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
    expect(rules.filter(({ name }) => reaches(name, name, new Set())).map(({ name }) => name)).toEqual([]);
  });
});

describe('one cause, one report', () => {
  test('a NIC without SR-IOV: not a word about the number, index or pool of its VFs', async () => {
    const text = onHost({
      devices: { nic0: { kind: 'nic', sriov: { supported: false, vfs: 4, totalVfs: 2 } } },
      guests: { a: { count: 9, devices: { eth0: { technique: 'sriov-vf', from: 'nic0', vlan: 1 } } } },
    });
    expect(await names(text)).toEqual(['hardware-fallback-available', 'sriov-not-supported']);
    expect(await relatedOf(text, 'sriov-not-supported')).toContain('h1/nic0 enables 4 VFs, but it offers 2.');
  });

  test('what is muted speaks again when the louder rule is switched off', async () => {
    const host = { devices: { nic0: { kind: 'nic', sriov: { supported: false, vfs: 4, totalVfs: 2 } } } };
    expect(await names(onHost(host))).toEqual(['sriov-not-supported']);
    expect(await names(onHost(host, { rules: { 'sriov-not-supported': 'off' } }))).toEqual(['vf-count-exceeds-total']);
  });

  test('what is muted stays so when the louder finding is accepted', async () => {
    const host = { devices: { nic0: { kind: 'nic', sriov: { supported: false, vfs: 4, totalVfs: 2 } } } };
    expect(await names(onHost(host, { suppress: [{ rule: 'IOVT113', reason: 'being replaced' }] }))).toEqual([]);
  });

  const gpu = (group: object) => ({
    devices: { gpu0: { kind: 'gpu', acs: false, functions: { f0: {}, f1: {} }, ...group } },
    guests: {
      a: { devices: { gpu: { technique: 'passthrough', from: 'gpu0/f0' } } },
      b: { devices: { snd: { technique: 'passthrough', from: 'gpu0/f1' } } },
    },
  });

  test('a split group explains itself by the functions without ACS', async () => {
    expect(await names(onHost(gpu({})))).toEqual(['iommu-group-split']);
    expect((await relatedOf(onHost(gpu({})), 'iommu-group-split')).join('\n')).toMatch(/functions of one card without ACS/);
  });

  test('a host-critical member silences the advice to give it away as well', async () => {
    const text = onHost({
      devices: { nic0: { kind: 'nic', acs: false, functions: { f0: { role: 'management-nic', driver: 'igb' }, f1: {} } } },
      guests: { a: { devices: { eth0: { technique: 'passthrough', from: 'nic0/f1' } } } },
    });
    expect(await names(text)).toEqual(['iommu-group-host-critical']);
  });

  test('a container in no-IOMMU mode is reported as that, not as a missing IOMMU', async () => {
    const text = onHost({
      iommu: { state: 'off' },
      vfio: { noiommu: true },
      devices: { nic0: { kind: 'nic', driver: 'igb', sriov: { vfs: 2 } } },
      guests: { fw: { kind: 'container', devices: { eth0: { technique: 'sriov-vf', from: 'nic0', hostDriver: 'vfio-pci' } } } },
    });
    expect((await names(text)).filter((name) => name !== 'hardware-fallback-available')).toEqual(['vfio-noiommu-mode']);
  });

  test('an ACS override silences the remark that groups are finer than the tree', async () => {
    const text = onHost({
      kernel: { acsOverride: 'multifunction' },
      devices: { nic0: { kind: 'nic', acs: false, functions: { f0: { group: 1 }, f1: { group: 2, driver: 'vfio-pci' } } } },
      guests: { a: { devices: { eth0: { technique: 'passthrough', from: 'nic0/f0' } } } },
    });
    expect(await names(text)).toEqual(['acs-isolation-overridden']);
  });

  test('two devices at one address: not that one of them is where a VF should be', async () => {
    const vfs = { vf0: { bdf: '0000:3b:00.0' } };
    const nic0 = { kind: 'nic', functions: { f0: { bdf: '0000:3b:00.0', sriov: { vfs: 2, offset: 1, stride: 1 }, vfs } } };
    expect(await names(onHost({ devices: { nic0 } }))).toEqual(['bdf-conflict']);
  });

  test('a port in a cycle: nothing that would follow from where it is', async () => {
    const text = onHost({
      pcie: {
        up0: { kind: 'switch-upstream', at: 'dn0' },
        dn0: { kind: 'switch-downstream', at: 'up0', bdf: '0000:02:00.0', busRange: '03-04' },
      },
    });
    expect(await names(text)).toEqual(['reference-cycle']);
  });

  test('a dangling reference: nothing that would follow from what it should name', async () => {
    const text = onHost({
      devices: { nic0: { kind: 'nic', at: 'rp9', link: 'gen4 x8' } },
      guests: {
        a: { devices: { eth0: { technique: 'sriov-vf', from: 'nic9', queues: 64 }, vda: { technique: 'virtio-blk', media: 'ssd9' } } },
      },
    });
    expect(await names(text)).toEqual(['reference-dangling']);
  });

  test('an oversubscribed slot: not that the slot is narrow as well', async () => {
    const text = onHost({
      pcie: { rp0: { link: 'gen3 x8' } },
      devices: { nic0: { kind: 'nic', at: 'rp0', link: 'gen4 x16', ports: { p0: { rate: '100 Gbit/s' } } } },
    });
    expect(await names(text)).toEqual(['pcie-bandwidth-oversubscribed']);
    expect((await relatedOf(text, 'pcie-bandwidth-oversubscribed')).join('\n')).toMatch(/its slot h1\/rp0 leaves it/);
  });
});

describe('once for what is written once', () => {
  test('a template that 300 guests extend', async () => {
    const guests = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`g${i}`, { extends: 'disk' }]));
    const text = onHost(
      { devices: { ssd0: { kind: 'nvme' } }, guests },
      { templates: { disk: { kind: 'vm', devices: { vda: { technique: 'virtio-blk', media: 'ssd0', vlan: 5 } } } } },
    );
    const { diagnostics } = await analyse(text);
    expect(diagnostics.map(({ name }) => name)).toEqual(['property-without-effect']);
  });

  test('2000 copies', async () => {
    const text = onHost({
      iommu: { state: 'off' },
      pcie: { rp0: { acs: false } },
      devices: { nic0: { kind: 'nic', at: 'rp0', ports: { p0: {}, p1: {} }, sriov: { vfs: 900 } } },
      guests: { a: { count: 2000, devices: { eth0: { technique: 'sriov-vf', from: 'nic0', isolated: true } } } },
    });
    const { diagnostics } = await analyse(text);
    const counts = new Map<string, number>();
    for (const { name } of diagnostics) counts.set(name, (counts.get(name) ?? 0) + 1);
    expect(Math.max(...counts.values())).toBe(1);
    expect([...counts.keys()]).toContain('iommu-group-split');
  });
});

describe('severities', () => {
  const pair = (tenants: object, objectives: object = {}) =>
    document({
      tenants: { ...tenants } as never,
      objectives: { ...objectives } as never,
      hosts: {
        h1: {
          devices: { gpu0: { kind: 'gpu', mediatedTypes: { t4: {} } } },
          guests: {
            a: { tenant: 'blue', devices: { gpu: { technique: 'mdev', from: 'gpu0/t4' } } },
            b: { tenant: 'red', devices: { gpu: { technique: 'mdev', from: 'gpu0/t4' } } },
          },
        },
      },
    });
  const severity = async (text: string) => (await analyse(text)).diagnostics.find(({ name }) => name === 'mdev-vendor-isolation')?.severity;

  test('tenants of whom nothing is said are strangers', async () => {
    expect(await severity(pair({ blue: {}, red: {} }))).toBe('error');
  });

  test('one step less where one of them is trusted', async () => {
    expect(await severity(pair({ blue: {}, red: { trust: 'trusted' } }))).toBe('warning');
  });

  test('one step more where an objective asks to isolate them', async () => {
    const trusted = { blue: { trust: 'trusted' }, red: { trust: 'trusted' } };
    expect(await severity(pair(trusted))).toBe('warning');
    expect(await severity(pair(trusted, { apart: { isolate: ['blue', 'red'], from: 'dma' } }))).toBe('error');
  });

  test('a single tenant is not a stranger to itself', async () => {
    const host = {
      iommu: { state: 'on', interruptRemapping: false },
      devices: { nic0: { kind: 'nic', driver: 'igb', sriov: { vfs: 1 } } },
      guests: { a: { tenant: 'me', devices: { eth0: { technique: 'sriov-vf', from: 'nic0' } } } },
    };
    const { diagnostics } = await analyse(onHost(host, { tenants: { me: {} } }));
    expect(diagnostics.map(({ name, severity: s }) => `${s} ${name}`)).toEqual(['warning interrupt-isolation-missing']);
  });
});

test.each([
  ['h1/web', 'h1/web', true],
  ['h1/web', 'h1/web/eth0', true],
  ['h1/web/eth0', 'h1/web', false],
  ['h1/web[*]/eth0', 'h1/web[3]/eth0', true],
  ['h1/web[*]/eth0', 'h1/web/eth0', true],
  ['h1/web[3]/eth0', 'h1/web[4]/eth0', false],
  ['h1/*', 'h1/gpu0', true],
  ['h1/gpu*', 'h1/gpu12', true],
  ['h1/gpu*', 'h1/nic0', false],
  ['*/nic0', 'h2/nic0', true],
  ['h1/a*b*c', 'h1/a-b-b-c', true],
  ['h1/a*b*c', 'h1/a-c', false],
  ['h1/web.1', 'h1/webx1', false],
  ['h1/web', undefined, false],
])('%s stands for %s: %s', (pattern, path, expected) => {
  expect(matchesPath(pattern, path)).toBe(expected);
});

test('a pattern of many stars ends at once', () => {
  expect(matchesPath('*a'.repeat(50), `${'a'.repeat(5000)}b`)).toBe(false);
});
