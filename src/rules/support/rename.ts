import type { Change } from '../../core/diagnostics/diagnostic.js';
import type { Entity } from '../../core/model/entity.js';
import type { Reference } from '../../core/model/reference.js';
import type { Topology } from '../../core/model/topology.js';
import { isInDocument } from './text.js';

/** The changes that give an entity another id: its key, and its id in every reference that passes it. */
export function renaming(topology: Topology, entity: Entity, newId: string): Change[] {
  const changes: Change[] = [{ kind: 'text', at: entity.at, newText: JSON.stringify(newId) }];
  const seen = new Set<string>();
  for (const { reference } of topology.references) {
    const { at } = reference;
    const place = `${at.file.uri} ${at.start}`;
    if (!isInDocument(at) || seen.has(place)) continue;
    seen.add(place);
    const segment = segmentOf(reference, entity);
    // Escapes shift the characters of a text; such references are rare enough to be left alone.
    if (segment === undefined || at.file.text.slice(at.start + 1, at.end - 1) !== reference.text) continue;
    const start = at.start + 1 + segment.start;
    changes.push({ kind: 'text', at: { file: at.file, start, end: start + entity.id.length }, newText: newId });
  }
  return changes;
}

/** The step of a reference at which an entity is named; steps lead from the outermost inwards. */
function segmentOf(reference: Reference, entity: Entity): Reference['segments'][number] | undefined {
  let at = reference.target;
  for (let i = reference.segments.length - 1; i >= 0 && at !== undefined; i--, at = at.parent) {
    // A VF may be named by its device, though it belongs to the port of one of its functions.
    while (at !== entity && at.id !== reference.segments[i]?.id && at.parent !== undefined) at = at.parent;
    if (at === entity) return reference.segments[i]?.id === entity.id ? reference.segments[i] : undefined;
  }
  return undefined;
}
