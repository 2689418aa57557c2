import type { Entity } from '../../core/model/entity.js';
import type { Fact } from '../../core/model/fact.js';
import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { formatBytes } from '../../core/units/format.js';
import type { Quantity } from '../../core/units/quantity.js';
import { defineRule, type Report } from '../rule.js';
import { onHost } from '../support/examples.js';
import { fixOf, isInDocument } from '../support/text.js';

const disk = (limit: object) => ({
  devices: { ssd0: { kind: 'nvme' } },
  guests: { a: { devices: { vda: { technique: 'virtio-blk', media: 'ssd0', limit: { ...limit } } } } },
});
const messages = { bits: '{what} of {entity} is given in bits: {text} are {bytes}/s. Disks are measured in bytes.' } as const;

export const diskRateInBits = defineRule({
  id: 'IOVT327',
  name: 'disk-rate-in-bits',
  title: 'The rate of a disk is given in bits',
  severity: 'hint',
  group: 'performance',
  messages,
  docs: {
    why: 'Networks count bits, disks count bytes, and the two differ by 8: "500 Mbit/s" lets a disk read 62.5 MB in a second. Tools for disks (fio, iostat, libvirt, QEMU) all speak of bytes.',
    fix: 'Write bytes: "MB/s" or "MiB/s".',
    sources: ['libvirt formatdomain, "iotune"', 'fio documentation, rate'],
  },
  examples: {
    bad: [
      onHost(disk({ rate: '500 Mbit/s' })),
      onHost(disk({}), { workloads: { w: { on: 'a/vda', read: 1, size: '1 MiB', rate: '2 Gbit/s' } } }),
    ],
    good: [
      onHost(disk({ rate: '500 MB/s' })),
      onHost(disk({}), { workloads: { w: { on: 'a/vda', read: 1, size: '4 KiB', rate: '2k IOPS' } } }),
      onHost({
        switches: { br0: { kind: 'linux-bridge' } },
        guests: { a: { devices: { eth0: { technique: 'virtio-net', connect: 'br0', limit: { rate: '500 Mbit/s' } } } } },
      }),
    ],
  },
  check(topology, report) {
    for (const device of topology.virtualDevices) if (isDisk(device)) say(report, 'The limit', device, device.facts.limit.rate);
    for (const workload of topology.workloads) {
      const on = valueOf(workload.facts.on)?.as('virtual-device');
      if (on !== undefined && isDisk(on)) say(report, 'The rate', workload, workload.facts.rate);
    }
  },
});

function isDisk({ technique }: VirtualDevice): boolean {
  return technique?.carries.includes('storage') === true && !technique.carries.includes('network');
}

function say(report: Report<typeof messages>, what: string, entity: Entity, fact: Fact<unknown>): void {
  if (fact.state !== 'known' || !isInDocument(fact.at)) return;
  const { at } = fact;
  const { base, value } = fact.value as Partial<Quantity>;
  const text = at.file.text.slice(at.start, at.end).replaceAll('"', '');
  if (base !== 'bit/s' || value === undefined) return;
  const meant = text.replace(/bits?\/s|bps|b\/s/, 'B/s');
  const same = inBytes(value / 8);
  const to = (next: string) => fixOf('Write "{next}"', { next }, { kind: 'text', at, newText: JSON.stringify(next) });
  report(
    'bits',
    at,
    { what, entity: entity.path, text, bytes: formatBytes(value / 8) },
    { entity, fixes: [...(meant === text ? [] : to(meant)), ...to(same)] },
  );
}

/** The same rate in bytes, exactly. */
function inBytes(bytes: number): string {
  for (const [unit, size] of [
    ['GB/s', 1e9],
    ['MB/s', 1e6],
    ['kB/s', 1e3],
  ] as const)
    if (bytes >= size) return `${bytes / size} ${unit}`;
  return `${bytes} B/s`;
}
