import { type Box, descendants, tenantsOf } from './box.js';
import type { BuildContext } from './context.js';
import { idsLabel } from './range-label.js';

/** Fewer identical devices than this are shown one by one: two NICs are a bond, eight disks are a shelf. */
const FOLD_FROM = 4;

/**
 * Folds siblings that are alike in every respect but their names: same kind and settings, same children, same users, same
 * things below. The first stands for all, with their number.
 *
 * @param siblings lists of boxes that stand together.
 * @param least how many it takes.
 * @returns what is no longer drawn; it has left its parent already.
 */
export function foldAlike(siblings: readonly (readonly Box[])[], context: BuildContext, least = FOLD_FROM): ReadonlySet<Box> {
  const signatures = new Signatures(context);
  const standIn = new Map<Box, Box>();
  const gone = new Set<Box>();
  for (const boxes of siblings) {
    const groups = new Map<string, Box[]>();
    for (const box of boxes) {
      const signature = signatures.of(box);
      if (signature === undefined) continue;
      const group = groups.get(signature);
      if (group === undefined) groups.set(signature, [box]);
      else group.push(box);
    }
    for (const group of groups.values()) {
      if (group.length < least) continue;
      const [first] = group as [Box];
      if (context.isUnfolded(first.id)) {
        for (const box of group) box.fold ??= first.id;
        continue;
      }
      for (const box of group.slice(1)) gone.add(box);
      absorb(group, standIn);
      first.fold = first.id;
    }
  }
  if (standIn.size > 0) context.drawing.merge(standIn);
  for (const box of gone) {
    const { parent } = box;
    if (parent !== undefined) parent.children.splice(parent.children.indexOf(box), 1);
  }
  return gone;
}

/** The first box and all in it take over from their counterparts in the others. */
function absorb(group: readonly Box[], standIn: Map<Box, Box>): void {
  const [first] = group as [Box];
  const counterparts = group.map((box) => [...descendants(box)]);
  for (const [i, box] of [...descendants(first)].entries()) {
    const same = counterparts.map((list) => list[i] as Box);
    const labels = [...new Set(same.map((other) => other.label))];
    if (labels.length > 1) box.label = idsLabel(labels);
    box.count = same.reduce((sum, other) => sum + other.count, 0);
    for (const other of same.slice(1)) {
      box.covers.push(other.path, ...other.covers);
      for (const tenant of other.tenants) box.tenants.add(tenant);
      standIn.set(other, box);
    }
    if (labels.length > 1) box.facts = [labels.length <= 24 ? labels.join(', ') : `${labels.slice(0, 24).join(', ')} …`, ...box.facts];
  }
}

/** Two boxes with the same signature can be folded; undefined: this one never. */
class Signatures {
  readonly #known = new Map<Box, string | undefined>();
  readonly #uses = new Map<Box, Set<string>>();

  constructor(context: BuildContext) {
    for (const link of context.drawing.links) {
      const tenants = [...tenantsOf(link)].sort().join();
      // Who uses it counts by kind, so that disks of several guests fold; what it stands on counts by name, or by its place
      // among the siblings, so that threads of guests compare equal.
      this.#note(link.to, `<${link.kind}|${link.from.kind}|${tenants}`);
      const { from, to } = link;
      const target = from.parent !== undefined && from.parent === to.parent ? `#${from.parent.children.indexOf(to)}` : to.id;
      this.#note(from, `>${link.kind}|${target}|${tenants}`);
    }
  }

  #note(box: Box, use: string): void {
    const uses = this.#uses.get(box);
    if (uses === undefined) this.#uses.set(box, new Set([use]));
    else uses.add(use);
  }

  of(box: Box): string | undefined {
    if (!this.#known.has(box)) this.#known.set(box, this.#make(box));
    return this.#known.get(box);
  }

  #make(box: Box): string | undefined {
    if (box.alike === undefined) return undefined;
    const children = box.children.map((child) => this.of(child));
    if (children.includes(undefined)) return undefined;
    return `${box.alike}(${children.join(';')})[${[...(this.#uses.get(box) ?? [])].sort().join(';')}]`;
  }
}
