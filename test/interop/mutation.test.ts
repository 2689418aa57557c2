import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fixtures } from '../support/check.js';
import { checkText, importTexts, malformations } from '../support/imports.js';

/** Sound inputs of a format, which the tests below damage. */
function sound(format: string): string[] {
  const root = join(fixtures, 'import', format);
  return readdirSync(root).flatMap((name) =>
    readdirSync(join(root, name))
      .filter((file) => file.endsWith('.xml'))
      .map((file) => readFileSync(join(root, name, file), 'utf8')),
  );
}

/** Bits that are likely to be misread somewhere. */
const SPLINTERS = [
  ...[
    '<',
    '>',
    '"',
    "'",
    '/',
    '=',
    '&',
    '-',
    ',',
    '^',
    ' ',
    '\n',
    '0x',
    '0',
    '9'.repeat(30),
    '-1',
    '1e9',
    'NaN',
    '{',
    '}',
    '*/',
    '//',
    '\\',
  ],
  ...[
    '<domain>',
    '</devices>',
    '<disk/>',
    '<object type="PCIDev"/>',
    '<vcpu>0</vcpu>',
    'id="1"',
    'type="pci"',
    '\u2028',
    '\u{1F600}',
    '__proto__',
  ],
];

interface Damage {
  readonly kind: 'cut' | 'end' | 'put' | 'value' | 'twice';
  readonly at: number;
  readonly length: number;
  readonly text: string;
}

const damageOf = (kind: Damage['kind'], text: fc.Arbitrary<string>, max: number): fc.Arbitrary<Damage> =>
  fc.record({ kind: fc.constant(kind), at: fc.nat(), length: fc.nat({ max }), text });
const splinter = fc.constantFrom(...SPLINTERS);
const anywhere = fc.oneof(
  damageOf('cut', splinter, 60),
  damageOf('end', splinter, 0),
  damageOf('put', splinter, 0),
  damageOf('twice', splinter, 400),
);
const inValues = damageOf('value', fc.oneof(splinter, fc.string({ maxLength: 12 })), 0);

function damaged(text: string, { kind, at, length, text: put }: Damage): string {
  const place = text.length === 0 ? 0 : at % text.length;
  switch (kind) {
    case 'cut':
      return text.slice(0, place) + text.slice(place + length);
    case 'end':
      return text.slice(0, place);
    case 'put':
      return text.slice(0, place) + put + text.slice(place);
    case 'twice':
      return text.slice(0, place) + text.slice(place, place + length) + text.slice(place);
    case 'value': {
      // One attribute value or text, so that the XML stays well-formed and the damage gets past its reader.
      const values = [...text.matchAll(/=(["'])(.*?)\1|>([^<>\s][^<>]*)</g)];
      const match = values[at % Math.max(1, values.length)];
      if (match === undefined) return text;
      const safe = put.replace(/[<&>"'\p{C}]/gu, '');
      const written = match[1] === undefined ? `>${safe}<` : `=${match[1]}${safe}${match[1]}`;
      return text.slice(0, match.index) + written + text.slice(match.index + match[0].length);
    }
  }
}

/** Damages one of the inputs; how many of the runs got past the reader of XML. */
function run(format: string, damages: fc.Arbitrary<Damage[]>, numRuns: number): number {
  let imported = 0;
  fc.assert(
    fc.property(fc.constantFrom(...sound(format)), damages, (input, all) => {
      const result = importTexts(format, all.reduce(damaged, input));
      if (result.text === undefined) {
        expect(result.diagnostics.some(({ code }) => code === 'IOVT401')).toBe(true);
        return;
      }
      imported++;
      expect(malformations(checkText(result.text))).toEqual([]);
    }),
    { numRuns, seed: Number(process.env['IOVT_SEED'] ?? 7) },
  );
  return imported;
}

const runs = Number(process.env['IOVT_RUNS'] ?? 400);

describe.each(['hwloc', 'libvirt'])('%s', (format) => {
  test('a text damaged anywhere never throws', () => {
    run(format, fc.array(anywhere, { minLength: 1, maxLength: 3 }), runs);
  });

  test('whatever stands in its values, what comes of it is a design by the schema', () => {
    const imported = run(format, fc.array(inValues, { minLength: 1, maxLength: 6 }), runs);
    // A test in which nothing gets past the reader of XML would say nothing of the importer.
    expect(imported / runs).toBeGreaterThan(0.9);
  });
});
