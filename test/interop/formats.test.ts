import { describe, expect, test } from 'vitest';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { cpusOf, formatCpuSet } from '../../src/core/units/cpu-set.js';
import { formatPcieLink } from '../../src/core/units/pcie-link.js';
import { parseQuantity } from '../../src/core/units/quantity.js';
import { cpuSetOfMask, parseMask, sizeOfMask } from '../../src/interop/hwloc/cpuset.js';
import { linksOf } from '../../src/interop/hwloc/link-speed.js';
import { meaningOf } from '../../src/interop/hwloc/pci-class.js';
import { shortVendor } from '../../src/interop/hwloc/pci-object.js';
import { IdPool, idFrom, isId } from '../../src/interop/ids.js';
import { parseBlockPath } from '../../src/interop/libvirt/block-path.js';
import { parseCpus, parseNumber } from '../../src/interop/libvirt/values.js';
import { aboutBytes, bitsPerSec, bytes, bytesPerSec, capacity, iops } from '../../src/interop/quantities.js';
import { codesOf, importTexts } from '../support/imports.js';

describe('values of hwloc', () => {
  test.each([
    ['0x00000001', '0'],
    ['0x000000ff', '0-7'],
    ['0x3fff0000,,,0x00003fff', '0-13,112-125'],
    ['0xffffffff,,0xffffffff,0x0', '32-63,96-127'],
    ['0x0', ''],
    ['0x80000000', '31'],
  ])('mask %s is %s', (mask, expected) => {
    const cpus = cpuSetOfMask(parseMask(mask) as bigint);
    expect(formatCpuSet(cpus)).toBe(expected);
    expect(sizeOfMask(parseMask(mask) as bigint)).toBe(cpus.size);
  });

  test.each(['', 'ff', '0xf...f', '0xf...f,0xffffffff', '0x1ffffffff', '0-3', `${',0x1'.repeat(300)}`])('mask %s is none', (mask) => {
    expect(parseMask(mask) ?? 0n).toBe(0n);
  });

  test.each([
    [0.25, 'gen1 x1'],
    [0.615385, 'gen2 x1'],
    [4, 'gen1 x16, gen2 x8'],
    [7.876923, 'gen3 x8, gen4 x4, gen5 x2, gen6 x1'],
    [31.507692, 'gen4 x16, gen5 x8, gen6 x4'],
    [0, ''],
    [0.2, ''],
    [Number.NaN, ''],
  ])('%f GB/s may be %s', (speed, expected) => {
    expect(linksOf(speed).map(formatPcieLink).join(', ')).toBe(expected);
  });

  test('what the card can do leaves one link', () => {
    expect(linksOf(7.876923, { generation: 3, lanes: 8 }).map(formatPcieLink)).toEqual(['gen3 x8']);
  });

  test('kinds by class, consoles of management controllers apart', () => {
    expect(meaningOf('0200', '8086:1572').kind).toBe('nic');
    expect(meaningOf('0108', undefined).kind).toBe('nvme');
    expect(meaningOf('0302', '10de:2330').kind).toBe('gpu');
    expect(meaningOf('0300', '1a03:2000').kind).toBe('other');
    expect(meaningOf('ffff', undefined).kind).toBe('other');
  });

  test('vendors without their legal form', () => {
    expect(shortVendor('Intel Corporation I210 Gigabit Network Connection')).toBe('Intel I210 Gigabit Network Connection');
    expect(shortVendor('Red Hat, Inc. QEMU PCIe Root port')).toBe('Red Hat QEMU PCIe Root port');
  });
});

describe('values of libvirt', () => {
  test.each([
    ['0x1f', 31],
    ['31', 31],
    ['037', 31],
    ['1f', 31],
    ['0', 0],
    ['08', 8],
    ['', undefined],
    ['-1', undefined],
    ['0x', undefined],
    ['12 apples', undefined],
  ])('number %s is %s', (text, expected) => {
    expect(parseNumber(text)).toBe(expected);
  });

  test.each([
    ['0-3,8', [0, 1, 2, 3, 8]],
    ['0-7,^3,^5', [0, 1, 2, 4, 6, 7]],
    [' 1 , 2 ', [1, 2]],
    ['3-1', undefined],
    ['0-99999', undefined],
    ['a', undefined],
    ['', undefined],
  ])('CPUs %s', (text, expected) => {
    const set = parseCpus(text);
    expect(set && cpusOf(set)).toEqual(expected);
  });

  test.each([
    ['/dev/nvme0n1', { kind: 'namespace', controller: 'nvme0', nsid: 1, partition: undefined }],
    ['/dev/nvme1c2n3p4', { kind: 'namespace', controller: 'nvme1', nsid: 3, partition: 'nvme1c2n3p4' }],
    ['/dev/sdb', { kind: 'disk', name: 'sdb', partition: undefined }],
    ['/dev/sdb12', { kind: 'disk', name: 'sdb', partition: 'sdb12' }],
    ['/dev/disk/by-id/ata-X-part1', { kind: 'disk', name: 'ata-X', partition: 'ata-X-part1' }],
    ['/dev/vg/lv', { kind: 'lvm', group: 'vg', volume: 'lv' }],
    ['/dev/mapper/my--vg-my--lv', { kind: 'lvm', group: 'my-vg', volume: 'my-lv' }],
    ['/dev/mapper/luks0815', { kind: 'mapped', name: 'luks0815' }],
    ['/dev/zvol/rpool/data/vm-1', { kind: 'zfs', pool: 'rpool', volume: 'data/vm-1' }],
    ['/rhev/data-center/x/y', { kind: 'image', folder: '/rhev/data-center/x' }],
  ])('block device %s', (path, expected) => {
    expect(parseBlockPath(path)).toEqual(expected);
  });
});

describe('quantities lose nothing', () => {
  test.each([
    [bytes(8 * 2 ** 30), '8 GiB'],
    [bytes(8e9), '8 GB'],
    [bytes(219136 * 1024), '214 MiB'],
    [bytes(1), '1 B'],
    [bytes(0), '0 B'],
    [bytes(123456789), '123456789 B'],
    [bytesPerSec(104857600), '100 MiB/s'],
    [bytesPerSec(10_000_000), '10 MB/s'],
    [bitsPerSec(1_024_000), '1024 kbit/s'],
    [bitsPerSec(25e9), '25 Gbit/s'],
    [iops(20_000), '20k IOPS'],
    [iops(1500), '1.5k IOPS'],
    [iops(7), '7 IOPS'],
    [aboutBytes(540245127168), '503.14 GiB'],
    [aboutBytes(68719476736), '64 GiB'],
    [capacity(3840755982336), '3.84 TB'],
  ])('%s is written %s', (written, expected) => {
    expect(written).toBe(expected);
  });

  test('what is written reads back as the same number', () => {
    for (const value of [1, 999, 1024, 1500, 4096, 65536, 1e6, 2 ** 20 + 1, 123_456_789_000, 2 ** 40]) {
      for (const [text, dimension] of [
        [bytes(value), 'size'],
        [bytesPerSec(value), 'byte-rate'],
        [bitsPerSec(value), 'bit-rate'],
        [iops(value), 'io-rate'],
      ] as const) {
        const parsed = parseQuantity(text, dimension);
        expect(parsed.ok && parsed.value.value, text).toBe(value);
      }
    }
  });
});

describe('ids', () => {
  test.each([
    ['web', 'web'],
    ['Web Server (prod)', 'Web-Server-prod'],
    ['0815', '_0815'],
    ['Grün', 'Grun'],
    ['a/b;c', 'a-b-c'],
    ['名前', 'guest'],
    ['', 'guest'],
    ['--', 'guest'],
    ['.hidden', 'hidden'],
    ['x'.repeat(100), 'x'.repeat(60)],
  ])('%s becomes %s', (name, expected) => {
    const id = idFrom(name, 'guest');
    expect(id).toBe(expected);
    expect(isId(id)).toBe(true);
  });

  test('a name that is taken is numbered, in steady time', () => {
    const pool = new IdPool(['web', 'web-3']);
    expect([pool.take('web'), pool.take('web'), pool.take('db'), pool.next('eth'), pool.next('eth')]).toEqual([
      'web-2',
      'web-4',
      'db',
      'eth0',
      'eth1',
    ]);
    for (let i = 0; i < 100_000; i++) pool.take('many');
    expect(pool.take('many')).toBe('many-100001');
  });
});

describe('the wrong format is refused with a way out', () => {
  test.each([
    ['hwloc', '<domain type="kvm"/>', 'This is not hwloc XML: the root element is <domain>, not <topology>. Try `iovt import libvirt`.'],
    ['hwloc', '<topology version="2.0"/>', 'There is no <object type="Machine"> in this input.'],
    [
      'libvirt',
      '<topology><object type="Machine"/></topology>',
      'This is not libvirt XML: the root element is <topology>, not <domain> or <network>. Try `iovt import hwloc`.',
    ],
    ['libvirt', '<domainsnapshot/>', 'There is no <domain> or <network> in this input.'],
    ['libvirt', '<html/>', 'This is not libvirt XML: the root element is <html>, not <domain> or <network>.'],
  ])('%s: %s', (format, text, expected) => {
    const result = importTexts(format, text);
    expect(result.text).toBeUndefined();
    expect(codesOf(result)).toEqual(['IOVT401']);
    expect(messageText((result.diagnostics[0] as (typeof result.diagnostics)[number]).message)).toBe(expected);
  });

  test('one bad input among good ones refuses them all: half an import would look whole', () => {
    const result = importTexts('libvirt', { 'a.xml': '<domain><name>a</name></domain>', 'b.xml': '<domain>' });
    expect(result.text).toBeUndefined();
  });
});
