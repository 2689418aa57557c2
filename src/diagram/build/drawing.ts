import type { Entity } from '../../core/model/entity.js';
import type { PhysicalFunction, VirtualFunction } from '../../core/model/function.js';
import type { EdgeKind, SceneGroup } from '../scene.js';
import { type Box, type BoxInit, contains, type Link, makeBox } from './box.js';

/** A column of the picture: where it stands follows from its place among the others, never from what is in it. */
export interface Column {
  readonly key: string;
  readonly width: number;
}

/** Boxes of one kind in a column of a lane, under a heading. */
export interface Section {
  readonly heading: string;
  readonly boxes: readonly Box[];
}

/** A band of the picture from its left to its right: a host, or the whole if there is no frame. */
export interface Lane {
  readonly frame: Box | undefined;
  /** Sections by column; a lane may leave columns empty. */
  readonly cells: readonly (readonly Section[])[];
}

export type Outline = Omit<SceneGroup, 'outlines' | 'members' | 'tenants'> & {
  /** Each list lies together and gets one outline. */
  readonly covers: readonly (readonly Box[])[];
  readonly members: readonly Box[];
};

/** Everything a view wants to show, not yet laid out. */
export interface Picture {
  readonly columns: readonly Column[];
  readonly lanes: readonly Lane[];
  /** What stands to the right of all lanes. */
  readonly outside: readonly Section[];
  readonly outlines: readonly Outline[];
}

/** Boxes and links of a picture while it is made, and which box stands for which entity. */
export class Drawing {
  readonly #boxes = new Map<string, Box>();
  readonly #ofEntity = new Map<object, Box>();
  readonly #vfRows = new Map<PhysicalFunction, { first: number; last: number; row: Box }[]>();
  readonly #links = new Map<Box, Map<Box, Link>>();
  readonly #standIns = new Map<Box, Box>();
  /** Steps of mappings by the virtual device that makes them, those inside one box included. */
  readonly chains = new Map<Box, Set<Box>>();
  /** What is in use although the picture has no line to it. */
  readonly used = new Set<Box>();

  /** Makes a box. Two things of one path, a guest and a switch of the same name, get different ids. */
  box(init: BoxInit, ...entities: readonly object[]): Box {
    let { id } = init;
    if (this.#boxes.has(id)) id = `${init.id}:${init.kind}`;
    for (let i = 2; this.#boxes.has(id); i++) id = `${init.id}:${init.kind}:${i}`;
    const box = makeBox({ path: init.id, ...init, id });
    this.#boxes.set(id, box);
    for (const entity of entities) this.#ofEntity.set(entity, box);
    return box;
  }

  /** Puts boxes into another one, in order. */
  into(parent: Box, ...children: readonly Box[]): Box {
    for (const child of children) {
      child.parent = parent;
      parent.children.push(child);
    }
    return parent;
  }

  stands(box: Box, ...entities: readonly object[]): void {
    for (const entity of entities) this.#ofEntity.set(entity, box);
  }

  /** A row stands for VFs by index, so that thousands of them need no entity. */
  standsForVfs(row: Box, fn: PhysicalFunction, first: number, last: number): void {
    const rows = this.#vfRows.get(fn);
    if (rows === undefined) this.#vfRows.set(fn, [{ first, last, row }]);
    else rows.push({ first, last, row });
  }

  /** What stands for an entity: its own box, or that of the nearest thing it is part of; undefined if it is not in the picture. */
  boxOf(entity: Entity): Box | undefined {
    for (let at: Entity | undefined = entity; at !== undefined; at = at.parent) {
      const box = this.#ofEntity.get(at) ?? (at.kind === 'vf' ? this.#vfRow(at) : undefined);
      if (box !== undefined) return this.#standIns.get(box) ?? box;
    }
    return undefined;
  }

  #vfRow(vf: VirtualFunction): Box | undefined {
    return this.#vfRows.get(vf.fn)?.find(({ first, last }) => vf.index >= first && vf.index <= last)?.row;
  }

  /** Draws a line, or makes the one that is there count more. Nothing is drawn between a box and what it contains. */
  link(from: Box | undefined, to: Box | undefined, kind: EdgeKind, user?: Box, count = 1): Link | undefined {
    if (from === undefined || to === undefined || contains(from, to) || contains(to, from)) return undefined;
    let targets = this.#links.get(from);
    if (targets === undefined) {
      targets = new Map();
      this.#links.set(from, targets);
    }
    let link = targets.get(to);
    if (link === undefined) {
      link = {
        from,
        to,
        kind,
        count: 0,
        users: new Set(),
        label: '',
        load: undefined,
        width: 1.5,
        points: [],
        labelAt: null,
      };
      targets.set(to, link);
    }
    if (user !== undefined) {
      link.users.add(user);
      link.count += count;
    }
    return link;
  }

  get boxes(): Iterable<Box> {
    return this.#boxes.values();
  }

  get links(): Link[] {
    return [...this.#links.values()].flatMap((targets) => [...targets.values()]);
  }

  /** Lets one box stand for others that were drawn before: their lines become its lines. */
  merge(standIn: ReadonlyMap<Box, Box>): void {
    const links = this.links;
    this.#links.clear();
    const now = (box: Box) => standIn.get(box) ?? box;
    for (const [gone, other] of this.#standIns) this.#standIns.set(gone, now(other));
    for (const [gone, other] of standIn) {
      this.#boxes.delete(gone.id);
      this.#standIns.set(gone, other);
    }
    for (const old of links) {
      const link = this.link(now(old.from), now(old.to), old.kind);
      if (link === undefined) continue;
      link.count += old.count;
      for (const user of old.users) link.users.add(now(user));
    }
    for (const [user, chain] of [...this.chains]) {
      this.chains.delete(user);
      const merged = this.chains.get(now(user)) ?? new Set<Box>();
      for (const box of chain) merged.add(now(box));
      this.chains.set(now(user), merged);
    }
  }
}
