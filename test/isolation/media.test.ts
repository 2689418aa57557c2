import { describe, expect, test } from 'vitest';
import { design, graded, guests, pairOf } from '../support/isolation.js';

/** Who has which bytes of what is stored. */

const devices = {
  s: { kind: 'nvme', at: 'rp0', ats: false, size: '2 TB', namespaces: { ns1: { size: '1 TB' }, ns2: { size: '1 TB' } }, sriov: { vfs: 4 } },
};
const disk = (media: string, more: object = {}) => ({ d: { technique: 'virtio-blk', media, ...more } });
const volumes = {
  vg: { kind: 'lvm', on: 's' },
  fs: { kind: 'filesystem', on: 's/ns1' },
  md: { kind: 'raid1', on: ['s/ns1', 't/ns1'] },
  vgA: { kind: 'lvm', on: 'md' },
  vgB: { kind: 'lvm', on: 'md' },
};
const more = { t: { kind: 'nvme', at: 'rp1', ats: false, namespaces: { ns1: {} } } };
const pair = (blue: object, red: object, rest: object = {}, of: object = {}) =>
  pairOf(design({ devices: { ...devices, ...more }, volumes, guests: guests(blue, red, of), ...rest }));

describe('a raw disk', () => {
  test.each<[string, object, object, string, string]>([
    ['has every volume that stands on it', disk('s'), disk('vg'), 's#data', 'S5 F2 P0'],
    ['has the namespaces of the drive', disk('s'), disk('s/ns2'), 's#data', 'S5 F2 P0'],
    ['that is a namespace has the file system on it', disk('s/ns1'), disk('fs'), 's/ns1', 'S5 F2 P0'],
    ['that is a namespace has images on it', disk('s/ns1'), disk('s/ns1', { size: '1 GiB' }), 's/ns1', 'S5 F2 P0'],
    ['that is another namespace has nothing of it', disk('s/ns2'), disk('fs'), 's/ns1', 'not shared'],
    ['that is smaller than the drive has a part of it', disk('s', { size: '1 GiB' }), disk('s', { size: '1 GiB' }), 's#data', 'S3k F2 P0'],
    ['that all read and nobody writes', disk('s', { readonly: true }), disk('vg', { readonly: true }), 's#data', 'S2 F2 P0'],
  ])('%s', async (_, blue, red, id, expected) => {
    expect(graded(await pair(blue, red), id)).toBe(expected);
  });

  test('of a size, on a medium of which nobody states it, may be all of it', async () => {
    const of = { size: '100 GiB' };
    expect(graded(await pair(disk('t/ns1', of), disk('t/ns1', of)), 't/ns1')).toBe('S3k..S5 F2 P0');
  });
});

test('volumes cut from one array are apart', async () => {
  expect(graded(await pair(disk('vgA'), disk('vgB')), 'md')).toBe('S3k F2 P0');
});

describe('virtual functions of a drive', () => {
  const vf = (media: string) => ({ d: { technique: 'sriov-vf', from: 's', media } });
  test('with one shared namespace have the same data', async () => {
    expect(graded(await pair(vf('s/ns1'), vf('s/ns1')), 's/ns1')).toBe('S5 F2 P0');
  });
  test('with namespaces of their own are kept apart by the drive', async () => {
    const found = await pair(vf('s/ns1'), vf('s/ns2'));
    expect([graded(found, 's/ns1'), graded(found, 's'), found.grades.security.worst]).toEqual(['not shared', 'S2 F2 P4', 2]);
  });
  test('meet a disk of the host in the namespace', async () => {
    expect(graded(await pair(vf('s/ns1'), disk('s/ns1')), 's/ns1')).toBe('S5 F2 P0');
  });
});

describe('a directory of the host', () => {
  const container = { kind: 'container' };
  const volume = (path: string, rest: object = {}) => ({ d: { technique: 'block-volume', media: 'fs', path, ...rest } });
  const share = (path: string) => ({ f: { technique: 'virtio-fs', path, media: 'fs' } });
  test.each<[string, object, object, object, string]>([
    ['that two containers mount', volume('/srv/a'), volume('/srv/a'), { blue: container, red: container }, 'S5 F2 P4'],
    ['of which one lies in the other', volume('/srv/a'), volume('/srv/a/b'), { blue: container, red: container }, 'S5 F2 P4'],
    ['of a container and a machine', volume('/srv/a'), share('/srv/a'), { blue: container }, 'S5 F2 P4'],
    ['that is another one', volume('/srv/a'), volume('/srv/b'), { blue: container, red: container }, 'not shared'],
  ])('%s', async (_, blue, red, of, expected) => {
    const found = await pair(blue, red, {}, of);
    expect(graded(found, '#dir:/srv/a')).toBe(expected);
    expect(graded(found, 'fs').split(' ')[0]).toBe(expected === 'not shared' ? 'S3k' : 'S5');
  });
});

test('a CD-ROM is read by all and written by nobody', async () => {
  const cdrom = disk('fs', { image: 'install.iso', presentedAs: 'cdrom' });
  expect(
    graded(await pair({ d: { ...cdrom.d, technique: 'emulated-disk' } }, { d: { ...cdrom.d, technique: 'emulated-disk' } }), 'fs'),
  ).toBe('S2 F2 P0');
});
