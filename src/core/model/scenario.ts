import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { validateDocument } from '../schema/validate.js';
import { parse } from '../text/parse.js';
import { closest } from '../text/similar.js';
import type { Place } from '../text/source.js';
import { child, keyPlace, property, type SyntaxNode } from '../text/tree.js';
import { objectOf, withValue } from './merge.js';
import { scenarioPath } from './problems.js';

/**
 * One change: a path such as `h1/web/eth0.technique`, and the value that is put there; `null` removes it. A path that ends at
 * an entity puts a whole one in its place; `h1.controllers.spdk0` adds one.
 */
export interface PropertyChange {
  readonly path: string;
  readonly value: SyntaxNode;
  /** What to put there if the schema refuses the value: a shell cannot tell `5` from `"5"`. */
  readonly asText?: SyntaxNode;
  /** Where the path was written. */
  readonly at: Place;
}

/** Maps of entities, by what contains them. */
const TOP_MAPS = ['hosts', 'networks', 'workloads', 'tenants', 'objectives', 'templates', 'profiles', 'scenarios'];
const MAPS_INSIDE: ReadonlyMap<string, readonly string[]> = new Map([
  ['hosts', ['guests', 'devices', 'switches', 'controllers', 'volumes', 'pcie', 'numa']],
  ['guests', ['devices']],
  ['devices', ['ports', 'functions', 'namespaces', 'partitions', 'mediatedTypes']],
]);

/** The changes that a scenario lists. */
export function scenarioChanges(root: SyntaxNode, name: string): PropertyChange[] | undefined {
  const scenario = child(root, 'scenarios', name);
  if (scenario === undefined) return undefined;
  const set = child(scenario, 'set');
  if (set?.type !== 'object') return [];
  return set.properties.flatMap((prop) => (prop.value === undefined ? [] : [{ path: prop.key, value: prop.value, at: keyPlace(prop) }]));
}

const CHANGE_URI = 'iovt:change:';

/** The path and the text of the change that a place lies in, if it lies in one that `changeOf` made. */
export function changeAt({ file }: Place): { readonly path: string; readonly text: string } | undefined {
  return file.uri.startsWith(CHANGE_URI) ? { path: file.uri.slice(CHANGE_URI.length), text: file.text } : undefined;
}

/** A change given as text, as on a command line: JSON if it is JSON, else a string. */
export function changeOf(path: string, text: string): PropertyChange {
  const file = { uri: `${CHANGE_URI}${path}`, text };
  const json = parse(file);
  const isJson = json.root !== undefined && json.diagnostics.length === 0;
  const asText: SyntaxNode = { type: 'string', file, start: 0, end: text.length, value: text };
  const at = { file, start: 0, end: text.length };
  return isJson ? { path, value: json.root as SyntaxNode, asText, at } : { path, value: asText, at };
}

/** The tree with changes made. What cannot be changed is reported and left as it is; values that the schema refuses are reported. */
export function applyChanges(root: SyntaxNode, changes: readonly PropertyChange[]): { root: SyntaxNode; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = [];
  const made: { readonly change: PropertyChange; readonly keys: readonly string[] }[] = [];
  let changed = root;
  for (const change of changes) {
    const keys = targetOf(changed, change);
    if (typeof keys === 'string') {
      diagnostics.push(unknownPath(changed, change, keys));
      continue;
    }
    const put = (value: SyntaxNode) => withValue(changed, keys, value.type === 'null' ? undefined : value, change.at);
    const { asText = change.value } = change;
    const isText = refused(put(change.value), keys, change).length > 0 && refused(put(asText), keys, change).length === 0;
    changed = put(isText ? asText : change.value);
    made.push({ change, keys });
  }
  for (const { change, keys } of made) diagnostics.push(...refused(changed, keys, change));
  return { root: changed, diagnostics };
}

function unknownPath(root: SyntaxNode, { path, at }: PropertyChange, failure: 'noEntity' | 'noProperty'): Diagnostic {
  if (failure === 'noProperty') return scenarioPath.at('noProperty', at, { path, example: `${path}.title` });
  const plain = withoutMaps(root, path);
  if (plain !== undefined) return scenarioPath.at('withMaps', at, { path, example: plain });
  const similar = similarPath(root, path);
  return similar === undefined ? scenarioPath.at('noEntity', at, { path }) : scenarioPath.at('similar', at, { path, example: similar });
}

/** The path that is meant by one which names the maps of the text as well, such as `workloads.w.depth` or `hosts/h1/guests/web.vcpus`. */
function withoutMaps(root: SyntaxNode, path: string): string | undefined {
  const keys = path.split(/[./]/);
  const ids: string[] = [];
  let maps: readonly string[] = TOP_MAPS;
  let i = 0;
  for (; i + 1 < keys.length && maps.includes(keys[i] as string); i += 2) {
    ids.push(keys[i + 1] as string);
    maps = MAPS_INSIDE.get(keys[i] as string) ?? [];
  }
  const plain = [ids.join('/'), ...keys.slice(i)].join('.');
  return ids.length > 0 && typeof keysOf(root, plain) !== 'string' ? plain : undefined;
}

/** The same path with its first id exchanged for one that reads like it and leads somewhere. */
function similarPath(root: SyntaxNode, path: string): string | undefined {
  const [first = ''] = path.split(/[./]/);
  const hosts = child(root, 'hosts');
  const maps = [
    ...TOP_MAPS.map((map) => child(root, map)),
    ...(hosts?.type === 'object' ? hosts.properties : []).flatMap(({ value }) =>
      (MAPS_INSIDE.get('hosts') ?? []).map((map) => child(value, map)),
    ),
  ];
  const ids = maps.flatMap((map) => (map?.type === 'object' ? map.properties.map(({ key }) => key) : []));
  const id = closest(first, ids);
  const similar = id === undefined ? undefined : id + path.slice(first.length);
  return similar !== undefined && typeof keysOf(root, similar) !== 'string' ? similar : undefined;
}

/** What the schema says against the value that a change has put into a tree. */
function refused(root: SyntaxNode, keys: readonly string[], { at, value }: PropertyChange): Diagnostic[] {
  const around = alone(root, keys, depthOfEntity(keys));
  if (around === undefined) return [];
  const isPart = ({ at: place }: Diagnostic) =>
    [at, value].some(({ file, start, end }) => place.file === file && start <= place.start && place.end <= end);
  return validateDocument(around, []).filter(isPart);
}

/** The tree with nothing beside the path to one value: a change breaks no other entity than the one it is made in. */
function alone(node: SyntaxNode | undefined, keys: readonly string[], depth: number): SyntaxNode | undefined {
  const [first, ...rest] = keys;
  const prop = first === undefined ? undefined : property(node, first);
  if (depth === 0 || node === undefined || first === undefined) return node;
  const value = alone(prop?.value, rest, depth - 1);
  return prop === undefined || value === undefined ? undefined : objectOf([{ ...prop, value }], node);
}

/** How many of the keys lead to the innermost entity; of a property of the document, its first. */
function depthOfEntity(keys: readonly string[]): number {
  for (let n = keys.length; n > 0; n--) if (namesEntity(keys.slice(0, n))) return n;
  return 1;
}

/** The keys up to the innermost entity that keys lead to; none of those of a property of the document. */
export function entityKeysOf(keys: readonly string[]): readonly string[] {
  const own = keys.slice(0, depthOfEntity(keys));
  return namesEntity(own) ? own : [];
}

/** Problems of the scenarios of a document, without applying them. */
export function checkScenarios(root: SyntaxNode): Diagnostic[] {
  const scenarios = child(root, 'scenarios');
  if (scenarios?.type !== 'object') return [];
  return scenarios.properties.flatMap((prop) => applyChanges(root, scenarioChanges(root, prop.key) ?? []).diagnostics);
}

function targetOf(root: SyntaxNode, { path, value }: PropertyChange): ReturnType<typeof keysOf> {
  const keys = keysOf(root, path);
  return typeof keys !== 'string' && namesEntity(keys) && !isEntity(value) ? 'noProperty' : keys;
}

/** Keys from the root to the property, or the entity, that a path names. */
export function keysOf(root: SyntaxNode, path: string): string[] | 'noEntity' | 'noProperty' {
  const slash = path.lastIndexOf('/');
  const head = slash < 0 ? [] : path.slice(0, slash).split('/');
  const tail = path.slice(slash + 1).split('.');
  // Ids may contain dots, so the longest id that exists is taken.
  for (let n = tail.length; n >= 1; n--) {
    const entity = findEntity(root, [...head, tail.slice(0, n).join('.')]);
    if (entity === undefined) continue;
    const rest = tail.slice(n);
    return rest.includes('') ? 'noProperty' : [...entity, ...rest];
  }
  const first = tail[0] as string;
  const isDocumentProperty = head.length === 0 && tail.length > 1 && ['simulation', 'calibration', 'policy', 'rules'].includes(first);
  return isDocumentProperty ? documentProperty(tail) : 'noEntity';
}

/** Whether keys lead to an entity, or to where one would be, and not to a property of it. */
function namesEntity(keys: readonly string[]): boolean {
  const map = keys.at(-2) ?? '';
  return keys.length === 2 ? TOP_MAPS.includes(map) : (MAPS_INSIDE.get(keys.at(-4) ?? '')?.includes(map) ?? false);
}

function isEntity(value: SyntaxNode): boolean {
  return value.type === 'object' || value.type === 'null';
}

/** Ids of costs contain dots: `calibration.costs.vhost-net.tx-packet`. */
function documentProperty(tail: readonly string[]): string[] {
  return tail[0] === 'calibration' && tail[1] === 'costs' ? ['calibration', 'costs', tail.slice(2).join('.')] : [...tail];
}

function findEntity(root: SyntaxNode, ids: readonly string[]): string[] | undefined {
  for (const map of TOP_MAPS) {
    const found = descend(root, [], map, ids);
    if (found !== undefined) return found;
  }
  const hosts = child(root, 'hosts');
  if (hosts?.type !== 'object') return undefined;
  for (const host of hosts.properties) {
    for (const map of MAPS_INSIDE.get('hosts') ?? []) {
      const found = host.value === undefined ? undefined : descend(host.value, ['hosts', host.key], map, ids);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function descend(node: SyntaxNode, path: readonly string[], map: string, ids: readonly string[]): string[] | undefined {
  const [id, ...rest] = ids;
  const found = id === undefined ? undefined : property(child(node, map), id);
  if (found?.value === undefined || id === undefined) return undefined;
  const here = [...path, map, id];
  if (rest.length === 0) return here;
  for (const inner of MAPS_INSIDE.get(map) ?? []) {
    const below = descend(found.value, here, inner, rest);
    if (below !== undefined) return below;
  }
  return undefined;
}
