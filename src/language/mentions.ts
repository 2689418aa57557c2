import { type Entity, entries } from '../core/model/entity.js';
import { valueOf } from '../core/model/fact.js';
import { Reference } from '../core/model/reference.js';
import { keysOf } from '../core/model/scenario.js';
import type { Topology } from '../core/model/topology.js';
import { formOf, resolveSchema, type SchemaNode, schemaAt } from '../core/schema/schema.js';
import type { Place, SourceFile } from '../core/text/source.js';
import { child, keyPlace, type ObjectNode, type Property, property, type SyntaxNode } from '../core/text/tree.js';
import { parseReference, type ReferenceSegment } from '../core/units/reference.js';
import type { Analysis } from './check.js';
import { entityOfKeys, isWritten, keysOfEntity, MAP_OF } from './entity-keys.js';
import { layersBelow } from './layers.js';

/** A stretch of text that is the id of an entity: where it is declared, or where a path leads to it or through it. */
export interface Mention {
  readonly entity: Entity;
  /** The id alone, without quotes and index. */
  readonly at: Place;
  readonly isDeclaration: boolean;
}

export interface MentionIndex {
  readonly all: readonly Mention[];
  of(entity: Entity): readonly Mention[];
  /** Those that cover an offset; a path of a template leads to several entities at once. */
  at(file: SourceFile, offset: number): readonly Mention[];
  in(file: SourceFile): readonly Mention[];
}

const indexes = new WeakMap<Analysis, MentionIndex>();

/** Every place of a design that says the id of an entity; made when first asked for. */
export function mentionsOf(analysis: Analysis): MentionIndex {
  let index = indexes.get(analysis);
  if (index === undefined) {
    index = makeIndex(new Collector(analysis).collect());
    indexes.set(analysis, index);
  }
  return index;
}

function makeIndex(all: readonly Mention[]): MentionIndex {
  const byEntity = new Map<Entity, Mention[]>();
  const byFile = new Map<SourceFile, Mention[]>();
  const put = <K>(map: Map<K, Mention[]>, key: K, mention: Mention) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [mention]);
    else list.push(mention);
  };
  for (const mention of all) {
    put(byEntity, mention.entity, mention);
    put(byFile, mention.at.file, mention);
  }
  for (const list of byFile.values()) list.sort((a, b) => a.at.start - b.at.start || a.at.end - b.at.end);
  return {
    all,
    of: (entity) => byEntity.get(entity) ?? [],
    in: (file) => byFile.get(file) ?? [],
    at: (file, offset) => (byFile.get(file) ?? []).filter(({ at }) => at.start <= offset && offset <= at.end),
  };
}

class Collector {
  readonly #mentions: Mention[] = [];
  readonly #seen = new Map<Entity, Set<string>>();
  readonly #topology;
  readonly #root;

  constructor(private readonly analysis: Analysis) {
    this.#topology = analysis.topology;
    this.#root = analysis.topology.root;
  }

  collect(): Mention[] {
    for (const entity of this.#topology.entities) if (isWritten(entity)) this.#declarations(entity);
    for (const { reference } of this.#topology.references) this.#path(reference);
    this.#extensions();
    this.#scenarios();
    this.#suppressions();
    for (const host of this.#topology.hosts) {
      for (const node of host.numaNodes) this.#keys(child(node.node, 'distances'), (key) => host.numaNodes.find(({ id }) => id === key));
      for (const device of host.devices) {
        for (const fn of device.functions)
          this.#text(
            child(fn.node, 'port'),
            device.ports.find(({ id }) => id === valueOf(fn.facts.port)),
          );
      }
      for (const vswitch of host.switches) this.#queueKeys(child(vswitch.node, 'rxqAffinity'), vswitch);
    }
    return this.#mentions;
  }

  #add(entity: Entity, at: Place, isDeclaration = false): void {
    // A template is read once for each entity that extends it, always at the same place.
    const key = `${at.file.uri} ${at.start}`;
    const seen = this.#seen.get(entity) ?? new Set();
    if (seen.has(key)) return;
    this.#seen.set(entity, seen.add(key));
    this.#mentions.push({ entity, at, isDeclaration });
  }

  /** An entity may be declared in several files, in a template and in what extends it, in a profile and in the device. */
  #declarations(entity: Entity): void {
    for (const { root } of this.analysis.project.files) {
      for (const keys of [keysOfEntity(entity), ...inheritedKeys(entity, this.#topology)]) {
        const declared = property(child(root, ...keys.slice(0, -1)), keys.at(-1) as string);
        if (declared !== undefined) this.#add(entity, insideQuotes(keyPlace(declared)), true);
      }
    }
  }

  #path({ target, segments, at }: Pick<Reference, 'target' | 'segments' | 'at'>): void {
    if (target === undefined || isEscaped(at)) return;
    let entity: Entity | undefined = target;
    for (const segment of [...segments].reverse()) {
      // A VF may be named through its device although it belongs to a port.
      while (entity !== undefined && entity.id !== segment.id) entity = entity.parent;
      if (entity === undefined) return;
      this.#add(entity, segmentPlace(at, segment));
      entity = entity.parent;
    }
  }

  /** Templates and profiles that extend another of their kind; everything else that extends is read as a reference. */
  #extensions(): void {
    for (const { root } of this.analysis.project.files) {
      for (const [map, known] of [
        ['templates', this.#topology.templates],
        ['profiles', this.#topology.profiles],
      ] as const) {
        for (const { value } of entries(child(root, map))) {
          const name = child(value, 'extends');
          this.#text(
            name,
            known.find(({ id }) => id === name?.value),
          );
        }
      }
    }
  }

  #scenarios(): void {
    for (const { root } of this.analysis.project.files) {
      for (const scenario of entries(child(root, 'scenarios'))) {
        const set = child(scenario.value, 'set');
        if (set?.type !== 'object') continue;
        for (const change of set.properties) this.#change(change);
      }
    }
  }

  /** The path of a change names entities, and so may the value that is put there. */
  #change(change: Property): void {
    const keys = this.#root === undefined ? 'noEntity' : keysOf(this.#root, change.key);
    if (typeof keys === 'string') return;
    const { entity, inside } = entityOfKeys(this.#topology, keys);
    if (entity === undefined) return;
    const path = change.key.slice(0, change.key.length - inside.join('.').length - 1);
    this.#absolute(path, entity, keyPlace(change));
    const schema = schemaAt(keys, this.#root?.value);
    if (schema !== undefined && change.value !== undefined) this.#valueReferences(schema, change.value, entity);
  }

  #valueReferences(schema: SchemaNode, node: SyntaxNode, scope: Entity): void {
    const form = formOf(schema, node.value);
    if (node.type === 'array') {
      for (const item of node.items) if (form.items !== undefined) this.#valueReferences(form.items, item, scope);
      return;
    }
    const kinds = resolveSchema(form)['x-ref'];
    if (kinds === undefined || node.type !== 'string') return;
    const parsed = parseReference(node.value as string);
    if (!parsed.ok) return;
    const reference = new Reference(node.value as string, node, kinds, parsed.value);
    this.#topology.scopes.bind(reference, scope);
    this.#path(reference);
  }

  /** Ids of a path from an entity upwards, for as long as they are those of the entities above it. */
  #absolute(path: string, last: Entity, at: Place): void {
    const parsed = parseReference(path);
    if (!parsed.ok) return;
    this.#path({ target: last, segments: parsed.value, at });
  }

  #suppressions(): void {
    for (const { root } of this.analysis.project.files) {
      const list = child(root, 'suppress');
      for (const item of list?.type === 'array' ? list.items : []) {
        const at = child(item, 'at');
        if (at?.type === 'string') this.#pattern(at.value as string, at);
      }
    }
  }

  /** `h1/web[*]/eth0`: ids are followed from the top down to the first that is a pattern. */
  #pattern(text: string, at: Place): void {
    let level: Entity | undefined;
    let start = 0;
    for (const part of text.split('/')) {
      const id = part.replace(/\[.*$/, '');
      const found: Entity | undefined = this.#topology.scopes.named(id, level)[0];
      if (found === undefined) return;
      this.#add(found, segmentPlace(at, { id, start }));
      start += part.length + 1;
      level = found;
    }
  }

  #text(node: SyntaxNode | undefined, entity: Entity | undefined): void {
    if (node?.type === 'string' && entity !== undefined) this.#add(entity, insideQuotes(node));
  }

  #keys(node: SyntaxNode | undefined, find: (key: string) => Entity | undefined): void {
    for (const prop of node?.type === 'object' ? node.properties : []) {
      const entity = find(prop.key);
      if (entity !== undefined) this.#add(entity, insideQuotes(keyPlace(prop)));
    }
  }

  /** `"nic0/p0:3"`: a queue of a port. */
  #queueKeys(node: SyntaxNode | undefined, scope: Entity): void {
    for (const prop of node?.type === 'object' ? (node as ObjectNode).properties : []) {
      const text = prop.key.replace(/:\d+$/, '');
      const parsed = parseReference(text);
      if (!parsed.ok) continue;
      const reference = new Reference(text, keyPlace(prop), ['nic-port', 'device', 'function', 'vf'], parsed.value);
      this.#topology.scopes.bind(reference, scope);
      this.#path(reference);
    }
  }
}

/** Where else an entity may be declared: in the templates of its guest, in the profiles of its device. */
function inheritedKeys(entity: Entity, topology: Topology): string[][] {
  if (entity.kind === 'virtual-device') {
    return layersBelow(topology, entity.guest).map(({ id }) => ['templates', id, 'devices', entity.id]);
  }
  if ('device' in entity && entity.kind !== 'vf') {
    const map = MAP_OF[entity.kind] as string;
    return layersBelow(topology, entity.device).map(({ id }) => ['profiles', id, map, entity.id]);
  }
  return [];
}

function segmentPlace(at: Place, segment: Pick<ReferenceSegment, 'id' | 'start'>): Place {
  const start = at.start + 1 + segment.start;
  return { file: at.file, start, end: start + segment.id.length };
}

/** Offsets in a text with escapes are not those of its value; nobody writes ids so. */
function isEscaped({ file, start, end }: Place): boolean {
  return file.text.slice(start, end).includes('\\');
}

function insideQuotes({ file, start, end }: Place): Place {
  return { file, start: start + 1, end: Math.max(start + 1, end - 1) };
}
