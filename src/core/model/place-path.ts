import type { Place, SourceFile } from '../text/source.js';
import type { Entity } from './entity.js';
import type { Topology } from './topology.js';

/** The text of an entity, and the one it lies in. */
interface Span {
  readonly start: number;
  readonly end: number;
  readonly entity: Entity;
  outer: Span | undefined;
}

const spansOf = new WeakMap<Topology, ReadonlyMap<SourceFile, readonly Span[]>>();

/** The innermost entity whose text contains a place. */
export function entityAt(topology: Topology, place: Place): Entity | undefined {
  let spans = spansOf.get(topology);
  if (spans === undefined) {
    spans = spansByFile(topology);
    spansOf.set(topology, spans);
  }
  let span = lastAtOrBefore(spans.get(place.file) ?? [], place.start);
  while (span !== undefined && span.end < place.end) span = span.outer;
  return span?.entity;
}

function spansByFile(topology: Topology): Map<SourceFile, Span[]> {
  const byFile = new Map<SourceFile, Span[]>();
  const files = new Set(topology.files); // a built-in profile would be parsed now, for nothing
  for (const entity of topology.entities) {
    const { file, start } = entity.at;
    if (!files.has(file)) continue;
    const { node } = entity;
    if (node === undefined || node.file !== file) continue;
    const spans = byFile.get(file) ?? [];
    spans.push({ start, end: node.end, entity, outer: undefined });
    byFile.set(file, spans);
  }
  for (const spans of byFile.values()) nest(spans);
  return byFile;
}

/** Outer before inner; of entities with one text the first is innermost. */
function nest(spans: Span[]): void {
  spans.reverse().sort((a, b) => a.start - b.start || b.end - a.end);
  let outer: Span | undefined;
  for (const span of spans) {
    while (outer !== undefined && outer.end < span.end) outer = outer.outer;
    span.outer = outer;
    outer = span;
  }
}

function lastAtOrBefore(spans: readonly Span[], offset: number): Span | undefined {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((spans[middle] as Span).start <= offset) low = middle + 1;
    else high = middle;
  }
  return spans[low - 1];
}
