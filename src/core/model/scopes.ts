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
    return vf === undefined ? [] : [vf];
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
    for (const level of this.#levels(scope)) {
      const result = this.#descend(level, segments, kinds);
      if (result.found !== undefined) {
        const failure = copyFailure(result.chain, segments);
        if (failure !== undefined) reference.failure = failure;
        else {
          reference.target = result.found;
          reference.copies = segments.map((s) => s.index).find((index) => index !== undefined);
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
      reference.copies = segments.map((s) => s.index).find((index) => index !== undefined);
    } else if (elsewhere.length > 1) {
      reference.failure = { kind: 'ambiguous', found: elsewhere };
    } else if (failure !== undefined) {
      reference.failure = failure;
    } else if (wrongKind !== undefined) {
      reference.failure = { kind: 'wrong-kind', found: wrongKind, candidates: this.visible(scope, kinds).map((v) => v.text) };
    } else {
      reference.failure = this.#missing(segments, kinds, scope, deepest, deepestInside);
    }
  }

  *#levels(scope: Entity | undefined): Generator<Entity | undefined> {
    for (let at = scope; at !== undefined; at = at.parent) yield at;
    yield undefined;
  }

  #descend(level: Entity | undefined, segments: readonly ReferenceSegment[], kinds: readonly EntityKind[]): Descent {
    let at: Entity[] = [...this.named(segments[0]?.id ?? '', level)];
    const chain: Entity[] = [];
    let depth = 0;
    if (at.length === 0) return { depth: -1, chain };
    for (const segment of segments.slice(1)) {
      const next = at.flatMap((entity) => {
        const inside = this.named(segment.id, entity);
        if (inside.length > 0) chain.push(entity);
        return inside;
      });
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
      if (match.found === undefined) continue;
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
    const candidates =
      depth < 0 || inside === undefined ? this.visible(scope, kinds).map((v) => v.text) : this.inside(inside).map((entity) => entity.id);
    return { kind: 'missing' as const, segment, candidates };
  }

  /** Everything of some kinds that can be named from a scope, each under the shortest reference that names it. */
  visible(scope: Entity | undefined, kinds: readonly EntityKind[]): { text: string; entity: Entity }[] {
    const result = new Map<string, Entity>();
    const seen = new Set<Entity>();
    const collect = (level: Entity | undefined, prefix: string, depth: number) => {
      for (const entity of this.inside(level)) {
        const copies = entity.kind === 'guest' && entity.count > 1 ? '[*]' : '';
        const text = `${prefix}${entity.id}${copies}`;
        if (kinds.includes(entity.kind) && !result.has(text) && !seen.has(entity)) {
          result.set(text, entity);
          seen.add(entity);
        }
        if (depth < 3) collect(entity, `${text}/`, depth + 1);
      }
    };
    for (const level of this.#levels(scope)) {
      if (level === undefined && this.hosts.length === 1 && (scope === undefined || scope.parent === undefined))
        collect(this.hosts[0], '', 1);
      collect(level, '', level === undefined ? 0 : 1);
    }
    return [...result].map(([text, entity]) => ({ text, entity }));
  }
}

interface Descent {
  /** Segments that led somewhere, minus one; -1 if not even the first did. */
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
  for (const [i, segment] of segments.entries()) {
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
    const near = closest(whole ? reference.text : segment.id, candidates);
    if (near === undefined) return undefined;
    return whole ? near : reference.text.slice(0, segment.start) + near + reference.text.slice(segment.start + segment.id.length);
  }
  if (failure.kind === 'wrong-kind') return closest(reference.text, failure.candidates);
  if (failure.kind === 'ambiguous') return failure.found[0]?.path;
  return failure.count > 0 ? reference.text.replace(`[${failure.segment.index}]`, `[${failure.count - 1}]`) : undefined;
}
