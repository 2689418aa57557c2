import { closest } from '../text/similar.js';
import type { ReferenceSegment } from '../units/reference.js';
import type { Entity } from './entity.js';
import type { EntityKind } from './entity-kind.js';
import { virtualFunction } from './function.js';
import type { Host } from './host.js';
import type { Reference } from './reference.js';

/**
 * Who can be named from where. A reference is a path of ids; its first id is looked up in the nearest enclosing scope that
 * leads to something of the kind wanted, then in the next one out. At the top a host may be left out where only one host
 * has the name.
 */
export class Scopes {
  readonly #top = new Map<string, Entity[]>();
  readonly #children = new Map<Entity, Map<string, Entity[]>>();
  readonly #namesOf = new Map<string, readonly string[]>();
  readonly #belowOf = new Map<string, { text: string; entity: Entity }[]>();

  constructor(
    entities: readonly Entity[],
    private readonly hosts: readonly Host[],
  ) {
    for (const entity of entities) this.#add(entity);
  }

  #add(entity: Entity): void {
    let siblings = this.#top;
    if (entity.parent !== undefined) {
      siblings = this.#children.get(entity.parent) ?? new Map();
      this.#children.set(entity.parent, siblings);
    }
    const same = siblings.get(entity.id);
    if (same === undefined) siblings.set(entity.id, [entity]);
    else same.push(entity);
  }

  /** Entities of that id directly inside another one, or at the top. */
  named(id: string, inside: Entity | undefined): readonly Entity[] {
    const found = (inside === undefined ? this.#top : this.#children.get(inside))?.get(id);
    if (found !== undefined) return found;
    const vf = inside === undefined ? undefined : vfOf(inside, id);
    return vf === undefined ? NOBODY : [vf];
  }

  inside(entity: Entity | undefined): readonly Entity[] {
    const children = entity === undefined ? this.#top : this.#children.get(entity);
    return children === undefined ? [] : [...children.values()].flat();
  }

  /** Sets the target of a reference, or why it has none. */
  bind(reference: Reference, scope: Entity | undefined): void {
    const { segments, kinds } = reference;
    let wrongKind: Entity | undefined;
    let deepest = -1;
    let deepestInside: Entity | undefined;
    for (let level = scope, isLast = false; !isLast; level = level?.parent) {
      isLast = level === undefined;
      const result = this.#descend(level, segments, kinds);
      if (result === undefined) continue;
      if (result.found !== undefined) {
        const failure = copyFailure(result.chain, segments);
        if (failure !== undefined) reference.failure = failure;
        else {
          reference.target = result.found;
          reference.copies = copiesIn(segments);
        }
        return;
      }
      wrongKind ??= result.wrongKind;
      if (result.depth > deepest) {
        deepest = result.depth;
        deepestInside = result.chain.at(-1);
      }
    }
    const { found: elsewhere, failure } = this.#throughAnyHost(segments, kinds, scope);
    if (elsewhere.length === 1) {
      reference.target = elsewhere[0];
      reference.copies = copiesIn(segments);
    } else if (elsewhere.length > 1) {
      reference.failure = { kind: 'ambiguous', found: elsewhere };
    } else if (failure !== undefined) {
      reference.failure = failure;
    } else if (wrongKind !== undefined) {
      const names = () => this.#names(scope, kinds);
      reference.failure = {
        kind: 'wrong-kind',
        found: wrongKind,
        get candidates() {
          return names();
        },
      };
    } else {
      reference.failure = this.#missing(segments, kinds, scope, deepest, deepestInside);
    }
  }

  /** Undefined where not even the first segment leads anywhere. */
  #descend(level: Entity | undefined, segments: readonly ReferenceSegment[], kinds: readonly EntityKind[]): Descent | undefined {
    let at = this.named(segments[0]?.id ?? '', level);
    if (at.length === 0) return undefined;
    const chain: Entity[] = [];
    let depth = 0;
    for (let i = 1; i < segments.length; i++) {
      const { id } = segments[i] as ReferenceSegment;
      let next: readonly Entity[] = NOBODY;
      for (const entity of at) {
        const inside = this.named(id, entity);
        if (inside.length === 0) continue;
        chain.push(entity);
        next = next.length === 0 ? inside : [...next, ...inside];
      }
      if (next.length === 0) {
        chain.push(at[0] as Entity);
        return { depth, chain };
      }
      at = next;
      depth++;
    }
    const found = at.find((entity) => kinds.includes(entity.kind));
    if (found === undefined) return { depth, chain, ...(at[0] === undefined ? {} : { wrongKind: at[0] }) };
    return { depth, chain: chainTo(found, level), found };
  }

  /** At the top of the document a reference may start inside a host. */
  #throughAnyHost(segments: readonly ReferenceSegment[], kinds: readonly EntityKind[], scope: Entity | undefined) {
    const matches = scope !== undefined && scope.parent !== undefined ? [] : this.hosts.map((host) => this.#descend(host, segments, kinds));
    const found: Entity[] = [];
    let failure: ReturnType<typeof copyFailure>;
    for (const match of matches) {
      if (match?.found === undefined) continue;
      const wrongCopy = copyFailure(match.chain, segments);
      if (wrongCopy === undefined) found.push(match.found);
      else failure ??= wrongCopy;
    }
    return { found, failure };
  }

  #missing(
    segments: readonly ReferenceSegment[],
    kinds: readonly EntityKind[],
    scope: Entity | undefined,
    depth: number,
    inside: Entity | undefined,
  ) {
    const segment = segments[Math.min(depth + 1, segments.length - 1)] as ReferenceSegment;
    const names = () => (depth < 0 || inside === undefined ? this.#names(scope, kinds) : this.inside(inside).map((entity) => entity.id));
    return {
      kind: 'missing' as const,
      segment,
      get candidates() {
        return names();
      },
    };
  }

  /** References to choose from; one list for all scopes that see the same, since a name that is gone may be missed by thousands. */
  #names(scope: Entity | undefined, kinds: readonly EntityKind[]): readonly string[] {
    let place = scope;
    while (place !== undefined && place.kind !== 'host' && this.inside(place).every((entity) => !kinds.includes(entity.kind)))
      place = place.parent;
    const key = `${place?.path ?? ''} ${kinds.join()}`;
    let names = this.#namesOf.get(key);
    if (names === undefined) {
      names = this.visible(scope, kinds).map(({ text }) => text);
      this.#namesOf.set(key, names);
    }
    return names;
  }

  /** Everything of some kinds that can be named from a scope, each under the shortest reference that names it. */
  visible(scope: Entity | undefined, kinds: readonly EntityKind[]): { text: string; entity: Entity }[] {
    const result = new Map<string, Entity>();
    const seen = new Set<Entity>();
    const add = (from: Entity | undefined, depth: number) => {
      for (const { text, entity } of this.#below(from, kinds, depth)) {
        if (result.has(text) || seen.has(entity)) continue;
        result.set(text, entity);
        seen.add(entity);
      }
    };
    for (const level of levelsFrom(scope)) {
      if (level === undefined && this.hosts.length === 1 && (scope === undefined || scope.parent === undefined)) add(this.hosts[0], 1);
      add(level, level === undefined ? 0 : 1);
    }
    return [...result].map(([text, entity]) => ({ text, entity }));
  }

  /** Entities of some kinds inside another one, or in the document, with the path that leads there; the same for every scope. */
  #below(level: Entity | undefined, kinds: readonly EntityKind[], depth: number): readonly { text: string; entity: Entity }[] {
    const key = `${level?.path ?? ''} ${kinds.join()}`;
    let found = this.#belowOf.get(key);
    if (found === undefined) {
      found = [];
      this.#collect(level, kinds, '', depth, found);
      this.#belowOf.set(key, found);
    }
    return found;
  }

  #collect(
    level: Entity | undefined,
    kinds: readonly EntityKind[],
    prefix: string,
    depth: number,
    found: { text: string; entity: Entity }[],
  ): void {
    for (const entity of this.inside(level)) {
      const copies = entity.kind === 'guest' && entity.count > 1 ? '[*]' : '';
      const text = `${prefix}${entity.id}${copies}`;
      if (kinds.includes(entity.kind)) found.push({ text, entity });
      const below = INSIDE[entity.kind];
      if (depth < 3 && below !== undefined && kinds.some((kind) => below.includes(kind))) {
        this.#collect(entity, kinds, `${text}/`, depth + 1, found);
      }
    }
  }
}

const NOBODY: readonly Entity[] = [];

/** Which copies of a guest a path goes through. */
function copiesIn(segments: readonly ReferenceSegment[]): Reference['copies'] {
  for (const { index } of segments) if (index !== undefined) return index;
  return undefined;
}

const INSIDE_DEVICE: readonly EntityKind[] = ['nic-port', 'function', 'vf', 'namespace', 'partition', 'mediated-type'];
const INSIDE_GUEST: readonly EntityKind[] = ['virtual-device'];

/** What can lie inside an entity, near or far. */
const INSIDE: Partial<Record<EntityKind, readonly EntityKind[]>> = {
  host: ['numa-node', 'pcie-port', 'device', 'volume', 'switch', 'controller', 'guest', ...INSIDE_DEVICE, ...INSIDE_GUEST],
  device: INSIDE_DEVICE,
  guest: INSIDE_GUEST,
};

/** Scopes from the inside out; undefined is the document. */
function levelsFrom(scope: Entity | undefined): (Entity | undefined)[] {
  const levels: (Entity | undefined)[] = [];
  for (let at = scope; at !== undefined; at = at.parent) levels.push(at);
  levels.push(undefined);
  return levels;
}

interface Descent {
  /** Segments that led somewhere, minus one. */
  readonly depth: number;
  readonly chain: readonly Entity[];
  readonly found?: Entity;
  readonly wrongKind?: Entity;
}

function chainTo(entity: Entity, level: Entity | undefined): Entity[] {
  const chain: Entity[] = [];
  for (let at: Entity | undefined = entity; at !== undefined && at !== level; at = at.parent) chain.unshift(at);
  return chain;
}

function copyFailure(chain: readonly Entity[], segments: readonly ReferenceSegment[]) {
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i] as ReferenceSegment;
    if (typeof segment.index !== 'number') continue;
    const entity = chain[i + chain.length - segments.length];
    const count = entity?.kind === 'guest' ? entity.count : 1;
    if (entity === undefined || segment.index >= count) return { kind: 'no-such-copy' as const, segment, count };
  }
  return undefined;
}

/** `vf3` inside a port, a function, or a device with one function. */
function vfOf(inside: Entity, id: string): Entity | undefined {
  const match = /^vf(\d{1,6})$/.exec(id);
  if (match === null) return undefined;
  const fn =
    inside.kind === 'function'
      ? inside
      : inside.kind === 'nic-port'
        ? inside.fn
        : inside.kind === 'device' && inside.functions.length === 1
          ? inside.functions[0]
          : undefined;
  return fn === undefined ? undefined : virtualFunction(fn, Number(match[1]));
}

/** The candidate a failed reference most likely meant. */
export function suggestion(reference: Reference): string | undefined {
  const { failure } = reference;
  if (failure === undefined) return undefined;
  if (failure.kind === 'missing') {
    const { segment, candidates } = failure;
    const whole = candidates.find((candidate) => candidate.includes('/')) !== undefined || segment === reference.segments[0];
    const near = closestOf(whole ? reference.text : segment.id, candidates);
    if (near === undefined) return undefined;
    return whole ? near : reference.text.slice(0, segment.start) + near + reference.text.slice(segment.start + segment.id.length);
  }
  if (failure.kind === 'wrong-kind') return closestOf(reference.text, failure.candidates);
  if (failure.kind === 'ambiguous') return failure.found[0]?.path;
  return failure.count > 0 ? reference.text.replace(`[${failure.segment.index}]`, `[${failure.count - 1}]`) : undefined;
}

const answers = new WeakMap<readonly string[], Map<string, string | undefined>>();

/** As `closest`, remembered for each list: one name that is gone fails everywhere it was used. */
function closestOf(name: string, candidates: readonly string[]): string | undefined {
  let known = answers.get(candidates);
  if (known === undefined) {
    known = new Map();
    answers.set(candidates, known);
  }
  if (!known.has(name)) known.set(name, closest(name, candidates));
  return known.get(name);
}
