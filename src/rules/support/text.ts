import type { Change, Fix } from '../../core/diagnostics/diagnostic.js';
import type { Entity } from '../../core/model/entity.js';
import type { Fact } from '../../core/model/fact.js';
import { parseOnce } from '../../core/model/project.js';
import type { Place } from '../../core/text/source.js';
import { type Json, keyPlace, nodeAt, type ObjectNode, type Property } from '../../core/text/tree.js';

/** Whether a place lies in a text of the author's: not in the catalogue, not in a change given on a command line. */
export function isInDocument(at: Place): boolean {
  return !/^iovt(-catalog)?:/.test(at.file.uri);
}

/** Where an entity is declared; for one that a profile brings along, where the device names it. */
export function placeOfEntity(entity: Entity): Place {
  let at: Entity = entity;
  while (!isInDocument(at.at) && at.parent !== undefined) at = at.parent;
  return at.at;
}

/** Where a fact is stated, if its author can change it there; else where the entity is declared. */
export function placeOfFact(fact: Fact<unknown>, entity: Entity): Place {
  return fact.state === 'known' && isInDocument(fact.at) ? fact.at : placeOfEntity(entity);
}

/** The object of an entity as its text has it, and the keys from there to the entity. `entity.node` may be merged of several. */
function ownObject(entity: Entity): { within: ObjectNode; keys: readonly string[] } | undefined {
  const isStated = entity.kind !== 'function' || (entity.isDeclared && isInDocument(entity.at));
  if (isStated && entity.kind !== 'vf' && isInDocument(entity.at)) {
    const object = objectBehind(entity.at, entity.id);
    return object === undefined ? undefined : { within: object, keys: [] };
  }
  const outer = entity.parent === undefined || entity.kind === 'vf' ? undefined : ownObject(entity.parent);
  if (outer === undefined) return undefined;
  // A function that the text does not list has what the device says for all of them.
  if (!isStated) return outer;
  const map = MAP_OF[entity.kind];
  return map === undefined ? undefined : { within: outer.within, keys: [...outer.keys, map, entity.id] };
}

/** Maps of a device whose entries a profile may bring along. */
const MAP_OF: Partial<Record<Entity['kind'], string>> = { 'nic-port': 'ports', 'mediated-type': 'mediatedTypes' };

/** The value of the property whose key stands at a place. */
function objectBehind(at: Place, key: string): ObjectNode | undefined {
  const { root } = parseOnce(at.file);
  const found = root === undefined ? undefined : nodeAt(root, at.start);
  const value = found?.property?.key === key ? found.property.value : undefined;
  return value?.type === 'object' ? value : undefined;
}

/** The object of an entity as its author wrote it, without what templates add; undefined where it has no text of its own. */
export function ownText(entity: Entity): ObjectNode | undefined {
  const own = ownObject(entity);
  return own === undefined || own.keys.length > 0 ? undefined : own.within;
}

/** The change that sets a property of an entity, or removes it; undefined where the entity has no text to edit. */
export function setting(entity: Entity, keys: readonly string[], value: Json | undefined): Change | undefined {
  const own = ownObject(entity);
  return own === undefined ? undefined : { kind: 'set', within: own.within, keys: [...own.keys, ...keys], value };
}

/** Several properties of an entity at once. */
export function rewriting(entity: Entity, values: Readonly<Record<string, Json | undefined>>): Change | undefined {
  const own = ownObject(entity);
  return own === undefined || own.keys.length > 0 ? undefined : { kind: 'rewrite', within: own.within, values };
}

/** A change of the document itself, such as a new tenant. */
export function settingAtTop(at: Place, keys: readonly string[], value: Json): Change | undefined {
  const { root } = parseOnce(at.file);
  return root?.type === 'object' && isInDocument(at) ? { kind: 'set', within: root, keys, value } : undefined;
}

/** The object of the text in which a property stands. */
export function objectWith(prop: Property): ObjectNode | undefined {
  const { root } = parseOnce(prop.file);
  const found = root === undefined ? undefined : nodeAt(root, prop.keyStart);
  return found?.property?.key === prop.key && found.node.type === 'object' ? found.node : undefined;
}

/** Takes a property out of the object it stands in. */
export function removing(prop: Property): Change | undefined {
  const within = isInDocument(keyPlace(prop)) ? objectWith(prop) : undefined;
  return within === undefined ? undefined : { kind: 'set', within, keys: [prop.key], value: undefined };
}

/** Puts a JSON value in place of a stated fact; where it is stated elsewhere (a profile), sets it on the entity. */
export function changing(fact: Fact<unknown>, entity: Entity, keys: readonly string[], value: Json): Change | undefined {
  if (fact.state === 'known' && isInDocument(fact.at)) return { kind: 'text', at: fact.at, newText: JSON.stringify(value) };
  return setting(entity, keys, value);
}

/** A fix of those changes; none if one of them cannot be made. */
export function fixOf(template: string, args: Fix['title']['args'], ...changes: readonly (Change | undefined)[]): Fix[] {
  const made = changes.filter((change) => change !== undefined);
  return made.length < changes.length || made.length === 0 ? [] : [{ title: { template, args }, changes: made }];
}
