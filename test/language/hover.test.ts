import { describe, expect, test } from 'vitest';
import type { Estimates } from '../../src/language/document.js';
import { explain } from '../../src/language/help.js';
import { hover } from '../../src/language/hover.js';
import { at, marked, sample } from '../support/marked.js';

async function hovered(text: string, before = 2, document = sample, estimates?: Estimates): Promise<string> {
  const found = await at(text, before, document);
  const contents = hover(found, found.offset, estimates)?.contents;
  return (contents as { value: string } | undefined)?.value ?? '';
}

describe('an entity', () => {
  test('shows what holds and where it comes from', async () => {
    const text = await hovered('"eth0": { "ext');
    expect(text).toContain('| `vlan` | 100 | stated here |');
    expect(text).toContain('| `technique` | virtio-net | template fast-nic |');
    expect(text).toContain('| `queues` | 4 | template fast-nic |');
    expect(text).toContain('`queueSize` 256');
  });

  test('a device with the facts of its profile and their sources', async () => {
    const text = await hovered('"nic0": {');
    expect(text).toMatch(/\| `link` \| gen4 x16 \| profile nvidia-connectx6dx-2x100g \(.+\) \|/);
    expect(text).toContain('| `sriov.vfs` | 16 | stated here |');
  });

  test('a virtual device with the way down to the hardware', async () => {
    expect(await hovered('"eth0": { "ext')).toContain(
      [
        'h1/web[0]/eth0  virtio-net, vhost-user',
        '└ br-int  ovs-dpdk, CPUs 2-3',
        '  └ nic0/p0  100 Gbit/s',
        '    └ nic0  NVIDIA ConnectX-6 Dx, 2x100G',
        '      └ rp0  gen4 x16',
        '        └ n0  NUMA node',
      ].join('\n'),
    );
  });

  test('shows the estimate it is given, by the path of the entity', async () => {
    const estimates: Estimates = {
      estimateFor: (path) => (path === 'h1/br-int' ? '12 of 24 Mpps, 50 % busy' : undefined),
      notableFor: () => undefined,
    };
    expect(await hovered('"br-int", "vlan"', 2, sample, estimates)).toContain('**12 of 24 Mpps, 50 % busy**');
  });

  test('comes from the file that is included', async () => {
    const document = await marked({
      'main.iovt': '{ "iovt": "1", "include": ["h.iovt"], "hosts": { "h|1": { "hypervisor": "xen" } } }',
      'h.iovt': '{ "iovt": "1", "hosts": { "h1": { "arch": "aarch64", "hypervisor": "kvm" } } }',
    });
    const text = JSON.stringify(hover(document, document.offset)?.contents);
    expect(text).toContain('| `arch` | aarch64 | file h.iovt |');
    expect(text).toContain('| `hypervisor` | xen | stated here |');
  });

  test('a template with what it hands on', async () => {
    const text = await hovered('"fast-nic": {', 3);
    expect(text).toContain('"technique": "virtio-net"');
    expect(text).toContain('Extended by `h1/web/eth0`.');
  });

  test('texts of the design cannot become links or pictures', async () => {
    const document = sample.replace('"trust": "untrusted"', '"title": "![x](http://example.org/a.png) <b>"');
    expect(await hovered('"blue": {', 3, document)).toContain('!\\[x\\](http://example.org/a.png) \\<b\\>');
  });
});

describe('a property', () => {
  test('shows its help, the value here in other words, and what it replaces', async () => {
    const text = await hovered(
      '"memoryBandwidth"',
      3,
      sample.replace('"memory": "256 GiB"', '"memory": "256 GiB", "memoryBandwidth": "170 GB/s"'),
    );
    expect(text).toContain('Memory bandwidth of the node.');
    expect(text).toContain('Here: `170 GB/s` (= 1.36 Tbit/s), stated for `h1/n0`.');
    expect(await hovered('"clock"', 3)).toContain('Left out, it would be the default `"3.0 GHz"`.');
  });

  test('of a profile that is overridden names the profile and its source', async () => {
    const text = await hovered('"link": "gen3 x8"', 3, sample.replace('"at": "rp0",', '"at": "rp0", "link": "gen3 x8",'));
    expect(text).toMatch(/Left out, it would be `gen4 x16` of profile `nvidia-connectx6dx-2x100g` \(.+\)\./);
  });

  test('that the technique does not use says so', async () => {
    expect(await hovered('"cache"', 3, sample.replace('"vlan": 100', '"cache": "none"'))).toContain(
      'The technique `virtio-net` does not use it.',
    );
  });
});

describe('a value', () => {
  test('a technique with needs, told for this device', async () => {
    const text = await hovered('"sriov-vf", "from"', 3);
    expect(text).toContain('live migration');
    expect(text).toContain('For `h1/hpc/eth0`:');
    expect(text).toContain('a function to take a VF from (`from`): ✓ met');
  });

  test('is the same text that `iovt explain` prints', async () => {
    const text = await hovered('"ovs-dpdk"', 3);
    expect(text).not.toBe('');
    expect(explain('ovs-dpdk')).toContain(text);
  });

  test.each([
    ['a word', '"untrusted"', 3, '`untrusted`: Its guests may be hostile.'],
    ['a set of CPUs', '"2-3"', 2, '2 CPUs: 2-3 on n0'],
    ['a link', '"gen4 x16"', 3, '31.5 GB/s (252 Gbit/s) in each direction'],
    ['a size', '"256 GiB"', 3, '= 274 877 906 944 bytes'],
    ['a rate', '"100 Gbit/s"', 3, '= 12.5 GB/s'],
    ['a clock', '"2.9 GHz"', 3, 'one cycle takes 0.345 ns'],
    ['a profile', '"nvidia-connectx6dx', 3, 'NVIDIA ConnectX-6 Dx, 2x100G'],
  ])('%s', async (_, text, before, expected) => {
    expect(await hovered(text, before)).toContain(expected);
  });
});

describe('names of rules and costs', () => {
  const document = `{ "iovt": "1", "rules": { "reference-dangling": "warning" },
  "suppress": [{ "rule": "vf-count-exceeds-total", "reason": "x" }],
  "calibration": { "costs": { "vhost-net.tx-packet": "550 ns" } } }`;

  test.each([
    ['"reference-dangling"', 'Reference to something that does not exist'],
    ['"vf-count-exceeds-total"', 'More VFs enabled'],
    ['"vhost-net.tx-packet"', 'Linux 1cfc0753df06'],
  ])('%s', async (text, expected) => {
    expect(await hovered(text, 3, document)).toContain(expected);
  });
});

test('nothing is said of comments, brackets and text that cannot be read', async () => {
  for (const text of ['// a |comment\n{}', '{|}', '|', '{ "nonsense|": 1 }', '[|]']) {
    const document = await marked(text);
    expect(hover(document, document.offset)).toBeUndefined();
  }
});
