import type { Change, Fix } from '../../core/diagnostics/diagnostic.js';
import type { PropertyChange } from '../../core/model/scenario.js';
import { resolve } from '../../core/model/topology.js';
import type { TextEdit } from '../../core/text/edits.js';
import type { IsolationAnalysis, Pair } from '../../isolation/analysis.js';
import type { Remedy, RemedyChange } from '../../isolation/grading/cause.js';
import { isolate, isolationOf } from '../../isolation/isolate.js';
import { setting } from '../../rules/support/text.js';
import { together } from '../../rules/support/together.js';
import { type Analysis, check, registries } from '../check.js';
import { newErrors, textFix, withEdits } from '../fixes.js';
import { withChangedTrees } from './changed-trees.js';

/** A change of the text that was tried. */
export interface Improvement {
  readonly fix: Fix;
  readonly edits: readonly TextEdit[];
  /** The pair on the changed copy. */
  readonly after: Pair;
}

/** Properties that a change may touch; what asks for more is a new design and no longer a change to offer. */
const MAX_CHANGES = 40;

/**
 * Copies of a design with remedies applied, graded. The same remedies are tried once, whichever pair asks. What is tried is put
 * into the tree; only what is to be offered is made as an edit of the text, checked by the rules and graded again.
 */
export class Copies {
  readonly #known = new Map<string, { edits: readonly TextEdit[]; fix: Fix; analysis: IsolationAnalysis } | undefined>();
  readonly #sound = new Map<string, IsolationAnalysis | undefined>();
  #used = 0;

  constructor(
    private readonly analysis: Analysis,
    private readonly changes: readonly PropertyChange[],
    private readonly limit: number,
  ) {}

  get isUsedUp(): boolean {
    return this.#used >= this.limit;
  }

  try(pair: Pair, remedies: readonly Remedy[]): Improvement | undefined {
    const changes = merged(remedies);
    if (changes.length > MAX_CHANGES) return undefined;
    const key = changes
      .map(({ entity, keys, value }) => `${entity.path} ${keys.join('.')} ${JSON.stringify(value)}`)
      .sort()
      .join('\n');
    if (!this.#known.has(key)) this.#known.set(key, this.isUsedUp ? undefined : this.#grade(changes, remedies));
    return this.#afterOf(pair, key);
  }

  /** A fix of a rule; its changes are not remedies of ours, so it is known by its text. */
  tryFix(pair: Pair, fix: Fix): Improvement | undefined {
    const text = textFix(fix, this.analysis);
    if (text === undefined || text.edits.length > MAX_CHANGES) return undefined;
    const key = `fix ${JSON.stringify(text.edits.map(({ start, end, newText }) => [start, end, newText]))}`;
    if (!this.#known.has(key)) this.#known.set(key, this.isUsedUp ? undefined : this.#gradeCopy(fix, text.edits));
    return this.#afterOf(pair, key);
  }

  #gradeCopy(fix: Fix, edits: readonly TextEdit[]) {
    this.#used++;
    const { project } = this.analysis;
    const { topology } = resolve(withChangedTrees(project, fix.changes) ?? withEdits(project, edits), registries, this.changes);
    return { edits, fix, analysis: isolate(topology) };
  }

  #afterOf(pair: Pair, key: string): Improvement | undefined {
    const graded = this.#known.get(key);
    const after = sameTenants(graded?.analysis, pair);
    return graded === undefined || after === undefined ? undefined : { fix: graded.fix, edits: graded.edits, after };
  }

  /** What becomes of the pair when the text is edited; undefined if a rule finds an error there that it does not find on the design. */
  confirmed(pair: Pair, { fix, edits }: Improvement): Improvement | undefined {
    const key = JSON.stringify(edits.map(({ start, end, newText }) => [start, end, newText]));
    if (!this.#sound.has(key)) {
      const copy = check(withEdits(this.analysis.project, edits), { changes: this.changes });
      this.#sound.set(key, newErrors(this.analysis, copy).length === 0 ? isolationOf(copy.topology) : undefined);
    }
    const after = sameTenants(this.#sound.get(key), pair);
    return after === undefined ? undefined : { fix, edits, after };
  }

  #grade(changes: readonly RemedyChange[], remedies: readonly Remedy[]) {
    const fix = fixFor(changes, remedies.map((remedy) => remedy.title).join('; '));
    const text = fix === undefined ? undefined : textFix(fix, this.analysis);
    return fix === undefined || text === undefined ? undefined : this.#gradeCopy(fix, text.edits);
  }
}

/** The fix that makes all of these changes; undefined if one of them has no text to stand in. */
export function fixFor(changes: readonly RemedyChange[], title: string): Fix | undefined {
  const made = changes.map(({ entity, keys, value }) => setting(entity, keys, value));
  if (made.includes(undefined)) return undefined;
  return {
    title: { template: '{title}', args: { title: `${title.charAt(0).toUpperCase()}${title.slice(1)}` } },
    changes: together(made as Change[]),
  };
}

function sameTenants(analysis: IsolationAnalysis | undefined, pair: Pair): Pair | undefined {
  return analysis?.pairs.find(({ a, b }) => a.id === pair.a.id && b.id === pair.b.id);
}

/** Of two remedies that set one property, the first counts. */
function merged(remedies: readonly Remedy[]): RemedyChange[] {
  const changes = new Map<string, RemedyChange>();
  for (const change of remedies.flatMap((remedy) => remedy.changes)) {
    const key = `${change.entity.path} ${change.keys.join('.')}`;
    if (!changes.has(key)) changes.set(key, change);
  }
  return [...changes.values()];
}
