import { describe, expect, test } from 'vitest';
import { importTexts, lossSchemaErrors } from '../support/imports.js';

/** Losses of a domain as `line why place: what (count)`. */
function lossesOf(body: string): string[] {
  const { losses } = importTexts('libvirt', `<domain type="kvm">\n<name>a</name><vcpu>1</vcpu>\n${body}\n</domain>`);
  expect(lossSchemaErrors(losses)).toEqual([]);
  return losses.entries.map(({ line, why, place, what, count }) => `${line} ${why} ${place}: ${what}${count > 1 ? ` (${count})` : ''}`);
}

describe('everything that is not used is listed', () => {
  test('nothing is lost of a domain that is read whole', () => {
    expect(lossesOf('<memory unit="GiB">1</memory>')).toEqual([]);
  });

  test('an element that is unknown, with all that is in it, once', () => {
    expect(lossesOf('<warp drive="9"><core/><core/></warp>')).toEqual(['3 unknown /domain/warp: <warp>']);
  });

  test('an attribute that is unknown, of an element that is read', () => {
    expect(lossesOf('<memory unit="GiB" color="red">1</memory>')).toEqual(['3 unknown /domain/memory/@color: color="red"']);
  });

  test('text where none is expected', () => {
    expect(lossesOf('<devices>stray <disk type="file"><target dev="vda" bus="virtio"/></disk></devices>')).toEqual([
      '3 unknown /domain/devices: text "stray"',
    ]);
  });

  test('known things that have no place', () => {
    expect(lossesOf('<devices>\n<graphics type="vnc" port="-1"/>\n<sound model="ich9"/>\n</devices>')).toEqual([
      '4 not modelled /domain/devices/graphics: <graphics type="vnc">',
      '5 not modelled /domain/devices/sound: <sound model="ich9">',
    ]);
  });

  test('places that are alike are one entry with a count', () => {
    const disk = (n: number) =>
      `<disk type="file"><alias name="d${n}"/><target dev="vd${n}x" bus="virtio"/><address type="pci" slot="0x0${n}"/></disk>`;
    expect(lossesOf(`<devices>\n${[1, 2, 3, 4, 5].map(disk).join('\n')}\n</devices>`)).toEqual([
      '4 not modelled /domain/devices/disk[1]/address: <address type="pci"> (5)',
    ]);
  });

  test('what was assumed', () => {
    expect(lossesOf('<devices><interface type="bridge"><source bridge="b"/></interface></devices>')).toEqual([
      '3 assumed /domain/devices/interface: h1/a/eth0 has no model; libvirt fills in rtl8139.',
    ]);
  });

  test('values that are none', () => {
    expect(
      lossesOf(
        '<devices><interface type="bridge"><source bridge="b"/><model type="virtio"/><mac address="nonsense"/></interface></devices>',
      ),
    ).toEqual(['3 unknown /domain/devices/interface/mac/@address: "nonsense" is not a MAC address']);
  });
});

test('the report names its inputs and their hashes', () => {
  const { losses } = importTexts('libvirt', { 'a.xml': '<domain><name>a</name></domain>', 'b.xml': '<domain><name>b</name></domain>' });
  expect(losses.format).toBe('iovt-losses/1');
  expect(losses.from).toBe('libvirt');
  expect(losses.sources.map(({ file }) => file)).toEqual(['a.xml', 'b.xml']);
  expect(new Set([losses.inputHash, ...losses.sources.map(({ inputHash }) => inputHash)]).size).toBe(3);
});

test('of a refused input there is a report as well', () => {
  expect(lossSchemaErrors(importTexts('hwloc', '<').losses)).toEqual([]);
});

test('unknown places are named one by one up to a limit', () => {
  const body = Array.from({ length: 50 }, (_, i) => `<x${i}/>`).join('');
  const { diagnostics, losses } = importTexts('libvirt', `<domain><name>a</name>${body}</domain>`);
  expect(diagnostics.filter(({ code }) => code === 'IOVT402')).toHaveLength(21);
  expect(losses.entries.filter(({ why }) => why === 'unknown')).toHaveLength(50);
});
