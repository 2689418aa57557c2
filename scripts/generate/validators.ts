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
 * there is none yet, as in a fresh clone, or one that older scripts made, something stands in for it until it is.
 */
export function standIn(): void {
  if (existsSync(file) && readFileSync(file, 'utf8').startsWith(HEADER)) return;
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
  const validate = ajv.compile(withSharedProperties(withoutAnnotations(schema) as Schema));
  const code = standaloneCode(ajv, validate).replace(/"use strict";\s*export const validate = (\w+);\s*export default \w+;/, EXPORT);
  const short = compact(code);
  const rest = /parentData|rootData|schemaPath/.exec(short);
  if (rest !== null) throw new Error(`ajv writes "${rest[0]}" in a way that is not expected here; see withPlainPaths.`);
  writeFileSync(file, HEADER + short);
}

const HEADER = `// @ts-nocheck Made by scripts/generate/validators.ts from the schema of the language.
import type { Json } from '../../text/tree.js';
import { anything, listOf, mapOf, members, objectOf, part, text, words } from '../checks.js';
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

type Schema = { [key: string]: unknown };

/**
 * Hundreds of properties are a text, a number or a rate and no more. Each such schema becomes one definition, so that ajv
 * writes one function for it and a call for every property.
 */
function withSharedProperties(schema: Schema): Schema {
  const names = new Map<string, string>();
  const shared: Schema = {};
  const visit = (node: unknown, isPropertyMap = false): unknown => {
    if (Array.isArray(node)) return node.map((item) => visit(item));
    if (typeof node !== 'object' || node === null) return node;
    return Object.fromEntries(
      Object.entries(node).map(([key, value]) => {
        const visited = visit(value, key === 'properties');
        return [key, isPropertyMap ? reference(visited as Schema) : visited];
      }),
    );
  };
  const reference = (property: Schema): Schema => {
    if (typeof property !== 'object' || '$ref' in property) return property;
    const text = JSON.stringify(property);
    const name = names.get(text) ?? `property ${names.size}`;
    names.set(text, name);
    shared[name] = property;
    return { $ref: `#/$defs/${encodeURIComponent(name)}` };
  };
  const { $defs, ...rest } = schema;
  const visited = visit(rest) as Schema;
  const defs = Object.fromEntries(Object.entries($defs as Schema).map(([name, def]) => [name, visit(def)]));
  return { ...visited, $defs: { ...defs, ...shared } };
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
  const lines = withKinds(withoutCounters(withMembers(withParts(withPlainPaths(withMarks(short)))))).split('\n');
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
    .replace(/\{instancePath,parentData(?::\w+)?,parentDataProperty,rootData\}/g, 'instancePath')
    .replace(/(validate\d+\([^{}\n]*, )\{instancePath:(.*)\}\)/g, '$1$2)')
    .replace(/ (\w+)\.replace\(\/~\/g, "~0"\)\.replace\(\/\\\/\/g, "~1"\)/g, ' escaped($1)')
    .replace(/vErrors = vErrors === null \? (validate\d+\.errors) : vErrors\.concat\(\1\);/g, 'vErrors = joined(vErrors,$1);');
}

const PART =
  /if\((data\d*(?:\.\w+|\["[^"]+"\])) !== undefined\)\{\nif\(!\((validate\d+)\(\1, (\w+)\+"\/([^"]+)"\)\)\)\{\nvErrors = joined\(vErrors,\2\.errors\);\nerrors = vErrors\.length;\n\}\n\}\n/g;
const COUNT = 'errors = vErrors === null ? 0 : vErrors.length;\n';

/** A property that is checked by a function of its own. */
function withParts(code: string): string {
  return code.replace(
    PART,
    (_match, value: string, check: string, path: string, key: string) =>
      `vErrors = part(vErrors,${check},${value},${path},"${key}");\n${COUNT}`,
  );
}

const MEMBERS =
  /for\(const (key\d+) in (data\d*)\)\{\nif\(!\((.*)\)\)\{\nvErrors = fail\(vErrors,(\w+),"additionalProperties",\1\);errors\+\+;\n\}\n\}\n((?:vErrors = part\(vErrors,validate\d+,\2[.[].*\n.*\n)*)/g;

/** An object that has some properties and no others: one table says which, and what checks each. */
function withMembers(code: string): string {
  const tables: string[] = [];
  const body = code.replace(MEMBERS, (_match, _key, data: string, condition: string, path: string, calls: string) => {
    const checks = new Map([...calls.matchAll(/part\(vErrors,(validate\d+),.*,"([^"]+)"\);/g)].map(([, check, name]) => [name, check]));
    const members = namesIn(condition, code).map((name) => `${JSON.stringify(name)}:${checks.get(name) ?? 'anything'}`);
    tables.push(`const members${tables.length} = {${members.join(',')}};`);
    return `vErrors = members(vErrors,${data},${path},members${tables.length - 1});\n${COUNT}`;
  });
  return `${body}\n${tables.join('\n')}\n`;
}

/** The names that ajv compares a key with: one by one where there are few, otherwise those of a schema. */
function namesIn(condition: string, code: string): string[] {
  const schema = /^func\d+\.call\((schema\d+)\.properties, key\d+\)$/.exec(condition)?.[1];
  if (schema === undefined) return [...condition.matchAll(/=== "([^"]+)"/g)].map(([, name]) => name as string);
  const json = new RegExp(`^const ${schema} = (\\{.*\\});$`, 'm').exec(code)?.[1] as string;
  return Object.keys((JSON.parse(json) as { properties: object }).properties);
}

/** Bodies of functions as ajv writes them, a name in angle quotes for what differs, and the check of `checks.ts` that does the same. */
const KINDS: readonly (readonly [body: string, call: (...parts: string[]) => string])[] = [
  [
    `let vErrors = null;
if(typeof data !== "string"){
vErrors = fail(vErrors,instancePath,"type");
}
if(!(‹list›)){
vErrors = fail(vErrors,instancePath,"enum");
}`,
    (list = '') => `words(${[...list.matchAll(/data === ("[^"]*")/g)].map(([, word]) => word).join(',')})`,
  ],
  [
    `let vErrors = null;
if(typeof data === "string"){
if(!(‹format›(data))){
vErrors = fail(vErrors,instancePath,"format");
}
}
else {
vErrors = fail(vErrors,instancePath,"type");
}`,
    (format = '') => `text(${format})`,
  ],
  [
    `let vErrors = null;
if(Array.isArray(data)){
const len0 = data.length;
for(let i0=0; i0<len0; i0++){
if(!(‹item›(data[i0], instancePath+"/" + i0))){
vErrors = joined(vErrors,‹item›.errors);
}
}
}
else {
vErrors = fail(vErrors,instancePath,"type");
}`,
    (item = '') => `listOf(() => ${item})`,
  ],
  [
    `let vErrors = null;
if(data && typeof data == "object" && !Array.isArray(data)){
vErrors = members(vErrors,data,instancePath,‹table›);
}
else {
vErrors = fail(vErrors,instancePath,"type");
}`,
    (table = '') => `objectOf(() => ${table})`,
  ],
  [
    `let vErrors = null;
let errors = 0;
if(data && typeof data == "object" && !Array.isArray(data)){
for(const key0 in data){
const _errs1 = errors;
if(!(‹key›(key0, instancePath))){
vErrors = joined(vErrors,‹key›.errors);
errors = vErrors.length;
}
var valid0 = _errs1 === errors;
if(!valid0){
vErrors = fail(vErrors,instancePath,"propertyNames",key0);errors++;
}
}
for(const key1 in data){
if(!(‹value›(data[key1], instancePath+"/" + escaped(key1)))){
vErrors = joined(vErrors,‹value›.errors);
errors = vErrors.length;
}
}
}
else {
vErrors = fail(vErrors,instancePath,"type");errors++;
}`,
    (key = '', value = '') => `mapOf(() => [${key},${value}])`,
  ],
];

const PATTERNS = KINDS.map(([body, call]) => {
  const named = new Set<string>();
  const source = body.split(/(‹\w+›)/).map((piece) => {
    if (!piece.startsWith('‹')) return escapedForRegExp(piece);
    const name = piece.slice(1, -1);
    if (named.has(name)) return `\\k<${name}>`;
    named.add(name);
    return `(?<${name}>.*)`;
  });
  return { pattern: new RegExp(`^${source.join('')}$`), call };
});

function withKinds(code: string): string {
  return code.replace(
    /^function (validate\d+)\(data, instancePath=""\)\{\n([\s\S]*?)\n\1\.errors = vErrors;\nreturn .*;\n\}\n/gm,
    (whole, name: string, body: string) => {
      for (const { pattern, call } of PATTERNS) {
        const found = pattern.exec(body);
        if (found !== null) return `const ${name} = ${call(...found.slice(1))};\n`;
      }
      return whole;
    },
  );
}

/** Errors are counted only to take some back; where none are, the list says it all. */
function withoutCounters(code: string): string {
  return code
    .split(/(?=^function )/m)
    .map((part) =>
      part.includes('_errs')
        ? part
        : part
            .replace(/errors\+\+;/g, '')
            .replace(/^(?:let )?errors = 0;\n/gm, '')
            .replace(/errors = vErrors\.length;\n/g, '')
            .replaceAll(COUNT, '')
            .replace(/return errors === 0;/g, 'return vErrors === null;'),
    )
    .join('');
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

function escapedForRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
