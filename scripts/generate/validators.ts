import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv } from 'ajv';
import { _ } from 'ajv/dist/compile/codegen/index.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { valueParsers } from '../../src/core/units/values.js';
import { root } from './write.js';

const directory = resolve(root, 'src/core/schema/generated');
const file = resolve(directory, 'document.ts');

/**
 * The words of the schema come from registries whose modules refer to the validator, which is made from that schema: where
 * there is none yet, as in a fresh clone, something stands in for it until it is.
 */
export function standIn(): void {
  if (existsSync(file)) return;
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, 'export const validate = Object.assign(() => true, { errors: null });\n');
}

/** Compiles the schema ahead of time: no code is made at run time, as web hosts and strict content policies demand. */
export async function writeValidators(): Promise<void> {
  const schema = JSON.parse(readFileSync(resolve(root, 'schemas/iovt.schema.json'), 'utf8'));
  delete schema.$schema; // the keywords in use mean the same to the smaller dialect that ajv compiles by default
  const ajv = new Ajv({
    allErrors: true,
    strict: true,
    strictTypes: false,
    strictRequired: false,
    allowUnionTypes: true,
    inlineRefs: false,
    ownProperties: false,
    messages: false,
    code: { source: true, esm: true, lines: true, formats: _`formats` },
  });
  ajv.addVocabulary(['x-ref', 'x-source', 'enumDescriptions']);
  for (const [name, parse] of valueParsers) ajv.addFormat(name, (text: string) => parse(text).ok);
  // The parsers say more than the patterns, which are there for tools that do not have them.
  for (const def of Object.values(schema.$defs as Record<string, Record<string, unknown>>))
    if (def['format'] !== undefined) delete def['pattern'];
  const validate = ajv.compile(withoutAnnotations(schema) as object);
  const code = standaloneCode(ajv, validate).replace(/"use strict";\s*export const validate = (\w+);\s*export default \w+;/, EXPORT);
  writeFileSync(file, HEADER + compact(code));
}

const HEADER = `// @ts-nocheck Made by scripts/generate/validators.ts from the schema of the language.
import type { Json } from '../../text/tree.js';
import { escaped, fail, forget, joined, mark, type SchemaError } from '../fail.js';
import { formats } from '../formats.js';
`;
const EXPORT = 'export const validate: { (document: Json): boolean; errors: readonly SchemaError[] | null } = $1;';

const ANNOTATIONS = new Set(['description', 'examples', 'default', 'title', 'enumDescriptions', 'x-source']);

/** The words of the schema are for people; compiled in, they would make up most of the validator. */
function withoutAnnotations(schema: unknown, isPropertyMap = false): unknown {
  if (Array.isArray(schema)) return schema.map((item) => withoutAnnotations(item));
  if (typeof schema !== 'object' || schema === null) return schema;
  const entries = Object.entries(schema).filter(([key]) => isPropertyMap || !ANNOTATIONS.has(key));
  return Object.fromEntries(entries.map(([key, value]) => [key, withoutAnnotations(value, key === 'properties' || key === '$defs')]));
}

const ERROR =
  /const (err\d+) = \{instancePath(:.*?)?,schemaPath:".*?",keyword:"(\w+)",params:\{(.*?)\}(?:,propertyName:\w+)?\};\s*if\(vErrors === null\)\{\s*vErrors = \[\1\];\s*\}\s*else \{\s*vErrors\.push\(\1\);\s*\}\s*errors\+\+;/g;

/**
 * ajv writes an object literal and a branch for every way a value can be wrong; a call in their place makes the validator
 * less than half as long. What the schema says at a path is looked up when an error is put into words, so only the names
 * that are not in the schema are kept.
 */
function compact(code: string): string {
  const short = code.replace(ERROR, (_match, _name, path: string | undefined, keyword: string, params: string) => {
    const name = /^(?:additionalProperty|missingProperty|propertyName): (.+)$/.exec(params)?.[1];
    const where = path === undefined ? 'instancePath' : path.slice(1);
    return `vErrors = fail(vErrors,${where},"${keyword}"${name === undefined ? '' : `,${name}`});errors++;`;
  });
  const lines = withPlainPaths(withMarks(short)).split('\n');
  return lines
    .map((line) =>
      line.replace(/^const (schema\d+) = (\{.*\});$/, (match, name: string, json: string) =>
        onlyAskedForKeys(short, name) ? keysOnly(name, json) : match,
      ),
    )
    .join('\n');
}

/** Of all that ajv hands on from one function to the next, only the path is used. */
function withPlainPaths(code: string): string {
  return code
    .replace(/,parentData:[^,]+,parentDataProperty:[^,]+,rootData/g, '')
    .replace(/\{instancePath="", parentData, parentDataProperty, rootData=data\}=\{\}/g, 'instancePath=""')
    .replace(/\{instancePath,parentData,parentDataProperty,rootData\}/g, 'instancePath')
    .replace(/(validate\d+\([^{}\n]*, )\{instancePath:(.*)\}\)/g, '$1$2)')
    .replace(/ (\w+)\.replace\(\/~\/g, "~0"\)\.replace\(\/\\\/\/g, "~1"\)/g, ' escaped($1)')
    .replace(/vErrors = vErrors === null \? (validate\d+\.errors) : vErrors\.concat\(\1\);/g, 'vErrors = joined(vErrors,$1);');
}

/** Where ajv takes back the errors of forms that were tried and did not fit, our record of them is taken back as well. */
function withMarks(code: string): string {
  return code
    .split(/(?=^function )/m)
    .map((part) => {
      const taken = new Set([...part.matchAll(/^errors = (_errs\d+);$/gm)].map(([, name]) => name as string));
      return part
        .replace(/^const (_errs\d+) = errors;$/gm, (line, name: string) => (taken.has(name) ? `${line}const mark${name} = mark();` : line))
        .replace(/^errors = (_errs\d+);$/gm, (line, name: string) => `${line}forget(mark${name});`);
    })
    .join('');
}

/** The validator keeps whole schemas only to ask which properties an object has. */
function onlyAskedForKeys(code: string, name: string): boolean {
  return [...code.matchAll(new RegExp(`\\b${name}\\b(.{0,12})`, 'g'))].every(([, behind]) => /^( = |\.properties,)/.test(behind ?? ''));
}

function keysOnly(name: string, json: string): string {
  const { properties = {} } = JSON.parse(json) as { properties?: object };
  return `const ${name} = ${JSON.stringify({ properties: Object.fromEntries(Object.keys(properties).map((key) => [key, 1])) })};`;
}
