import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { valueOf } from '../../src/core/model/fact.js';
import { vfAddress } from '../../src/core/model/function.js';
import { type GroupMember, iommuGroups } from '../../src/core/model/iommu-groups.js';
import { formatPciAddress } from '../../src/core/units/pci-address.js';
import { topologyOf } from '../support/check.js';
import { corpus } from '../support/corpus.js';
import { hostFromLspci } from '../support/lspci-tree.js';

/** Predicted groups of a host, each as the sorted addresses of its members that the kernel put into a group. */
async function predicted(host: object, known: ReadonlyMap<string, string>): Promise<string[]> {
  const topology = await topologyOf(JSON.stringify({ iovt: '1', hosts: { h1: host } }));
  const [h1] = topology.hosts;
  if (h1 === undefined) throw new Error('no host');
  const groups = iommuGroups(h1);
  const byKey = new Map<string, Set<string>>();
  for (const member of new Set<GroupMember>([...h1.ports, ...groups.all.flatMap(({ members }) => members)])) {
    const bdf = member.kind === 'pcie-port' ? member.facts.bdf : member.kind === 'vf' ? vfAddress(member) : member.address;
    const address = valueOf(bdf);
    if (address === undefined || !known.has(formatPciAddress(address))) continue;
    const key = groups.predictedKeyOf(member);
    byKey.set(key, (byKey.get(key) ?? new Set()).add(formatPciAddress(address)));
  }
  return [...byKey.values()].map((set) => [...set].sort().join(' ')).sort();
}

function real(known: ReadonlyMap<string, string>): string[] {
  const byGroup = new Map<string, string[]>();
  for (const [bdf, group] of known) byGroup.set(group, [...(byGroup.get(group) ?? []), bdf]);
  return [...byGroup.values()].map((list) => list.sort().join(' ')).sort();
}

/** Complete `lspci -vvv` listings with the groups of the kernel in them. */
function listings(): { name: string; text: string }[] {
  const found: { name: string; text: string }[] = [];
  for (const folder of ['lspci', 'lspci-derived', 'generated-qemu-guest/two-node-switch-no-acs']) {
    const path = corpus(folder);
    if (path === undefined) continue;
    for (const name of readdirSync(path).filter((file) => file.endsWith('.txt'))) {
      const text = readFileSync(join(path, name), 'utf8');
      if (/^\tIOMMU group: \d+$/m.test(text)) found.push({ name: `${folder}/${name}`, text });
    }
  }
  return found;
}

/** Groups in a recorded /sys: `iommu_groups/5/devices/0000:81:00.0`. */
function groupsInArchive(path: string): Map<string, string> {
  const { stdout } = spawnSync('tar', ['-tf', path], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const entries = (stdout ?? '').matchAll(/iommu_groups\/(\d+)\/devices\/([0-9a-f:.]+)$/gm);
  return new Map([...entries].map(([, group, bdf]) => [bdf as string, group as string]));
}

const complete = listings();
const guest = corpus('generated-qemu-guest/two-node-switch-no-acs');

describe.skipIf(complete.length === 0)('groups of real kernels', () => {
  let compared = 0;

  test.each(complete)('are predicted from $name', async ({ name, text }) => {
    const { host, groups } = hostFromLspci(text);
    expect(await predicted(host, groups)).toEqual(real(groups));
    compared += groups.size;
    process.stdout.write(`${name}: ${groups.size} functions in ${real(groups).length} IOMMU groups, as predicted\n`);
  });

  test.skipIf(guest === undefined)('are those that the recorded /sys of the same machine has', () => {
    const folder = guest as string;
    const { groups } = hostFromLspci(readFileSync(join(folder, 'lspci-D-nn-vvv.txt'), 'utf8'));
    const recorded = groupsInArchive(join(folder, 'sysfs.tar.gz'));
    expect(recorded.size).toBeGreaterThan(0);
    expect(new Map([...recorded].sort())).toEqual(new Map([...groups].sort()));
  });

  test('are known of enough functions for that to mean something', () => {
    const trees = corpus('sysfs-tree');
    const archives = trees === undefined ? [] : readdirSync(trees).filter((name) => /\.tar\.\w+$/.test(name));
    const withGroups = archives.filter((name) => groupsInArchive(join(trees as string, name)).size > 0);
    process.stdout.write(`compared ${compared} functions; of ${archives.length} recorded /sys trees ${withGroups.length} state groups\n`);
    expect(compared).toBeGreaterThanOrEqual(20);
  });
});
