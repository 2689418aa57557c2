import type { Legend } from '../scene.js';
import { widthOf } from './text.js';

/** One thing the legend explains, with its place relative to the legend. */
export type LegendItem = { readonly x: number; readonly y: number } & (
  | { readonly kind: 'heading'; readonly text: string }
  | { readonly kind: 'tenant'; readonly id: string; readonly text: string }
  | { readonly kind: 'heat'; readonly level: number; readonly text: string }
  | { readonly kind: 'short'; readonly text: string }
  | { readonly kind: 'problem'; readonly severity: 'error' | 'warning'; readonly text: string }
  | { readonly kind: 'group'; readonly text: string }
  | { readonly kind: 'objective'; readonly status: 'pass' | 'fail' | 'unknown'; readonly text: string }
  | { readonly kind: 'note'; readonly text: string }
);

type Content = LegendItem extends infer Item ? (Item extends unknown ? Omit<Item, 'x' | 'y'> : never) : never;

const ROW = 20;
const FIRST = 96;
const SWATCH = 34;
const GAP = 18;
/** Objectives that are listed; the rest is counted. */
const MAX_OBJECTIVES = 12;
const MAX_TENANTS = 40;

/** The legend laid out in lines. Layout asks for the height, drawing for the places, both get the same answer. */
export function legendRows(legend: Omit<Legend, 'rect'>, notes: readonly string[], width: number): { items: LegendItem[]; height: number } {
  const items: LegendItem[] = [];
  let y = 0;
  const section = (heading: string, contents: readonly Content[], isList = false) => {
    if (contents.length === 0) return;
    items.push({ kind: 'heading', text: heading, x: 0, y });
    let x = FIRST;
    for (const [i, content] of contents.entries()) {
      const needed = SWATCH + widthOf(content.text, 11) + GAP;
      if (i > 0 && (isList || x + needed > width)) {
        x = FIRST;
        y += ROW;
      }
      items.push({ ...content, x, y } as LegendItem);
      x += needed;
    }
    y += ROW;
  };
  const tenants = legend.tenants
    .slice(0, MAX_TENANTS)
    .map(({ id, title }): Content => ({ kind: 'tenant', id, text: title === id ? id : `${id} (${title})` }));
  if (legend.tenants.length > MAX_TENANTS) tenants.push({ kind: 'note', text: `and ${legend.tenants.length - MAX_TENANTS} more` });
  section('TENANTS', tenants);
  if (legend.hasHeat)
    section('LOAD', [
      ...HEAT_TEXTS.map((text, i): Content => ({ kind: 'heat', level: i + 1, text })),
      { kind: 'short', text: 'not all gets through' },
    ]);
  const { error, warning } = legend.problems;
  section('PROBLEMS', [
    ...(error === 0 ? [] : [{ kind: 'problem', severity: 'error', text: error === 1 ? '1 error' : `${error} errors` } as const]),
    ...(warning === 0
      ? []
      : [{ kind: 'problem', severity: 'warning', text: warning === 1 ? '1 warning' : `${warning} warnings` } as const]),
  ]);
  if (legend.hasGroups)
    section('OUTLINES', [{ kind: 'group', text: 'IOMMU group: what is inside can be isolated from the rest, not from each other' }]);
  section('OBJECTIVES', objectives(legend), true);
  section(
    'NOTES',
    notes.map((text): Content => ({ kind: 'note', text })),
    true,
  );
  return { items, height: y };
}

const HEAT_TEXTS = ['below 50 %', '50 to 75 %', '75 to 90 %', '90 % and more'];

/** Failing ones by name; of the others how many there are. */
function objectives({ objectives: all }: Omit<Legend, 'rect'>): Content[] {
  const failing = all.filter(({ status }) => status === 'fail');
  const shown = failing
    .slice(0, MAX_OBJECTIVES)
    .map(({ id, message }): Content => ({ kind: 'objective', status: 'fail', text: message === '' ? id : `${id}: ${message}` }));
  const count = (status: 'pass' | 'unknown') => all.filter((objective) => objective.status === status).length;
  const rest: Content[] = [];
  if (failing.length > MAX_OBJECTIVES)
    rest.push({ kind: 'objective', status: 'fail', text: `and ${failing.length - MAX_OBJECTIVES} more` });
  if (count('pass') > 0) rest.push({ kind: 'objective', status: 'pass', text: `${count('pass')} met` });
  if (count('unknown') > 0) rest.push({ kind: 'objective', status: 'unknown', text: `${count('unknown')} not decided` });
  return [...shown, ...rest];
}
