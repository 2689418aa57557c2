import { readdirSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { beginRecording } from '../../../src/core/schema/fail.js';
import { validate } from '../../../src/core/schema/generated/document.js';
import { parse } from '../../../src/core/text/parse.js';
import type { Json } from '../../../src/core/text/tree.js';
import { valueParsers } from '../../../src/core/units/values.js';
import { largeDesign } from '../../support/large-design.js';
import { mulberry } from '../../support/seeded.js';

/** The schema as ajv understands it at run time, where nobody has shortened its code. */
function reference() {
  const schema = JSON.parse(readFileSync('schemas/iovt.schema.json', 'utf8'));
  delete schema.$schema;
  for (const def of Object.values(schema.$defs as Record<string, Record<string, unknown>>))
    if (def['format'] !== undefined) delete def['pattern'];
  const ajv = new Ajv({ allErrors: true, strict: false, messages: false });
  for (const [name, parser] of valueParsers) ajv.addFormat(name, (text: string) => parser(text).ok);
  return ajv.compile(schema);
}

const JUNK: readonly Json[] = [null, true, 3, -1, 1.5, 1e300, 'x', '10', '4kb', '1 Gbit/s', [], [1], {}, { a: 1 }];
const ODD_KEYS = ['hasOwnProperty', 'constructor', 'a b', 'a/b~c', 'x'];
const EVERY_MAP = `{ "iovt": "1", "rules": { "duplicate-id": "off", "x": "y", "vf-needs-ari-or-buses": 3 },
  "calibration": { "costs": { "exit.light": "1 us", "foo": 3 }, "pcie": {} }, "suppress": [{ "rule": 3 }],
  "hosts": { "h": { "guests": { "g": { "memory": "4 GiB", "devices": { "d": { "controller": ["a", 3] } } } } } } }`;

describe('the compiled validator', () => {
  const examples = readdirSync('examples').filter((name) => name.endsWith('.iovt'));
  const texts = [...examples.map((name) => readFileSync(`examples/${name}`, 'utf8')), largeDesign(10_000), EVERY_MAP];
  const ajv = reference();

  test.each(texts.map((text, i) => [examples[i] ?? `design ${i}`, text]))('finds in %s what ajv finds, however it is broken', (_, text) => {
    const random = mulberry(7);
    const { root } = parse({ uri: 'memory:/a.iovt', text });
    const plain = JSON.parse(JSON.stringify(root?.value));
    let broken = 0;
    for (let round = 0; round < 150; round++) {
      const design = mutated(plain, random);
      const isValid = ajv(design);
      const wanted = (ajv.errors ?? []).map(({ instancePath, keyword, params }) =>
        [instancePath, keyword, params['additionalProperty'] ?? params['missingProperty'] ?? params['propertyName'] ?? ''].join(' '),
      );
      beginRecording();
      expect(validate(design)).toBe(isValid);
      const found = (validate.errors ?? []).map(({ instancePath, keyword, property = '' }) => [instancePath, keyword, property].join(' '));
      expect(found.sort()).toEqual(wanted.sort());
      if (!isValid) broken++;
    }
    expect(broken).toBeGreaterThan(50);
  });
});

function mutated(design: Json, random: () => number): Json {
  const copy = structuredClone(design);
  const places: [object: Record<string, Json>, key: string][] = [];
  const walk = (value: Json): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push([value as Record<string, Json>, key]);
      walk((value as Record<string, Json>)[key] as Json);
    }
  };
  walk(copy);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  for (let n = 1 + Math.floor(random() * 4); n > 0; n--) {
    const [object, key] = pick(places);
    const isList = Array.isArray(object);
    const kind = random();
    if (kind < 0.3 && !isList) delete object[key];
    else if (kind < 0.75 || isList) object[key] = pick(JUNK);
    else object[pick(ODD_KEYS)] = object[key] as Json;
  }
  return copy;
}
