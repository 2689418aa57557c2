import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { describe, expect, test } from 'vitest';
import { escape } from '../../src/diagram/svg/escape.js';
import { renderSvg } from '../../src/diagram/svg/render.js';
import { cut, widthOf } from '../../src/diagram/svg/text.js';
import { flaws, node, sceneOf } from './scenes.js';

interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** Elements of an XML text; throws where it is not well-formed. */
function elements(xml: string): Element[] {
  const found: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', (tag) => {
    const element = { name: tag.name, attributes: tag.attributes as Record<string, string>, text: '' };
    found.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    const element = open.at(-1);
    if (element !== undefined) element.text += text;
  });
  parser.on('closetag', () => open.pop());
  parser.write(xml).close();
  return found;
}

const allowed = new Set(['svg', 'title', 'style', 'defs', 'path', 'rect', 'circle', 'text', 'g', 'use']);

const named = (name: string) => ({
  iovt: '1',
  name,
  tenants: { t: { title: name, color: name } },
  hosts: {
    h: {
      title: name,
      numa: { n0: { cpus: '0-3' } },
      devices: { nic: { kind: 'nic', title: name, ports: { p0: { netdev: name } }, sriov: { vfs: 3 } } },
      switches: { [name]: { kind: 'linux-bridge', uplinks: ['nic/p0'] } },
      guests: {
        [name]: { tenant: 't', count: 2, devices: { [name]: { technique: 'virtio-net', connect: name }, x: { technique: name } } },
      },
    },
  },
});

describe('hostile names', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '<script>alert(1)</script>',
      '" onload="alert(1)',
      "'><img src=x>",
      ']]>',
      '&amp;',
      '\u202eevil',
      '\u0000\u0007',
      '\ud800',
      'x\udc00',
      '\uffff',
      'مرحبا',
      '--><!--',
      '__proto__',
      'constructor',
      '',
    ),
  );

  test('make no markup: the file is well-formed and has the elements of a picture only', async () => {
    await fc.assert(
      fc.asyncProperty(nasty, fc.constantFrom('mapping', 'physical', 'network', 'tenants'), async (name, view) => {
        const scene = await sceneOf(named(name), { view: view as 'mapping' });
        for (const element of elements(renderSvg(scene))) {
          expect(allowed.has(element.name), element.name).toBe(true);
          expect(
            Object.keys(element.attributes).filter(
              (attribute) => /^on|href|style/.test(attribute) && !(element.name === 'use' && attribute === 'href'),
            ),
          ).toEqual([]);
          if (element.name === 'use') expect(element.attributes['href']).toMatch(/^#iovt-[a-z]+$/);
        }
        expect(flaws(scene)).toEqual([]);
      }),
      { numRuns: 120, seed: 7 },
    );
  });

  test('arrive as they are, where they are text', async () => {
    const svg = renderSvg(await sceneOf(named('a<b>&"c\'')));
    const all = elements(svg);
    expect(all.some((element) => element.name === 'text' && element.text === 'a<b>&"c\'')).toBe(true);
    expect(all.some((element) => element.attributes['data-path'] === 'h/a<b>&"c\'')).toBe(true);
  });

  test('cannot turn the direction of a text or end it early', () => {
    expect(escape('a\u202eb\u2066c\u0000d\ud800e')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde');
    expect(escape('line\nbreak\ttab')).toBe('line break tab');
    expect(escape('emoji \ud83d\ude00 stays')).toBe('emoji \ud83d\ude00 stays');
  });
});

describe('a file of its own', () => {
  test('asks for nothing from outside and runs nothing', async () => {
    const svg = renderSvg(await sceneOf(named('web')));
    expect(svg).not.toMatch(/https?:(?!\/\/www\.w3\.org\/2000\/svg")|url\(|@import|<script|<image|<foreignObject/);
  });

  test('follows the theme of the editor, else light or dark as the reader has it', async () => {
    const svg = renderSvg(await sceneOf(named('web')));
    expect(svg).toContain('var(--vscode-editor-foreground,#1f2328)');
    expect(svg).toContain('@media (prefers-color-scheme:dark)');
    expect(svg).toContain('@media (forced-colors:active)');
  });

  test('carries no style sheet, and not one inline style, into a page', async () => {
    const svg = renderSvg(await sceneOf(named('web')), { isStandalone: false });
    expect(svg).not.toContain('<style');
    expect(svg).not.toMatch(/\sstyle="/);
  });
});

describe('for those who do not see it', () => {
  test('picture and nodes have names, and everything can be found by its path', async () => {
    const scene = await sceneOf(named('web'));
    const all = elements(renderSvg(scene));
    const root = all[0] as Element;
    // Not `img`: what is inside an image can be neither read nor focused.
    expect(root.attributes['role']).toBe('graphics-document document');
    expect(root.attributes['aria-label']).toBe('web. Device mapping. 1 host, 2 guests, 4 virtual devices, 1 vSwitch, 1 device.');
    for (const { id, path } of scene.nodes) {
      const group = all.find((element) => element.attributes['data-id'] === id);
      expect(group?.attributes['data-path']).toBe(path);
      expect(group?.attributes['role']).toBe('img');
      expect(group?.attributes['aria-label']).not.toBe('');
      expect(group?.attributes['tabindex']).toMatch(/^(0|-1)$/);
    }
    expect(node(scene, 'h/web').aria).toBe('web, guest, 2 of them, tenant t, web');
    expect(node(scene, 'h/web/web').aria).toContain('leads to vhost');
  });

  test('a tooltip has the resolved values with their units', async () => {
    const scene =
      await sceneOf(`{ "iovt": "1", "templates": { "fast": { "technique": "sriov-vf", "maxRate": "2500 Mbit/s" } }, "hosts": { "h": {
      "devices": { "nic": { "profile": "nvidia-connectx6dx-2x100g", "sriov": { "vfs": 4 } } },
      "guests": { "g": { "cpus": "0-3,8", "devices": { "eth0": { "extends": "fast", "from": "nic/p0", "vlan": 7, "limit": { "burst": "1 MiB" } } } } } } } }`);
    expect(node(scene, 'h/g/eth0').facts).toEqual(
      expect.arrayContaining(['SR-IOV virtual function', 'maxRate: 2.5 Gbit/s', 'vlan: 7', 'from: nic/p0', 'limit.burst: 1 MiB']),
    );
    expect(node(scene, 'h/g').facts).toContain('cpus: 0-3,8');
    expect(node(scene, 'h/nic').facts).toEqual(expect.arrayContaining(['profile: nvidia-connectx6dx-2x100g', 'packetRate: 215 Mpps']));
  });
});

describe('text that is too long', () => {
  test('is cut with an ellipsis and then fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 0, max: 200 }), (text, width) => {
        const result = cut(text, width, 12);
        expect(widthOf(result, 12)).toBeLessThanOrEqual(Math.max(width, 0));
        if (widthOf(text, 12) <= width) expect(result).toBe(text);
        else if (result !== '') expect(result.endsWith('…')).toBe(true);
      }),
    );
  });

  test('is not cut in the middle of a character', () => {
    expect(cut('😀😀😀', 30, 12)).toBe('😀…');
  });

  test('is estimated wide enough: wide letters are wider than narrow ones, ideographs are square', () => {
    expect(widthOf('WWW', 10)).toBeGreaterThan(2 * widthOf('iii', 10));
    expect(widthOf('網路', 10)).toBeGreaterThanOrEqual(20);
  });
});
