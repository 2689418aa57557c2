import type { RelatedPlace } from '../../core/diagnostics/diagnostic.js';

/** "a, b and c"; of many, the first and how many more there are. */
export function listed(names: Iterable<string>, most = 4): string {
  const list = [...new Set(names)];
  if (list.length <= 1) return list[0] ?? '';
  if (list.length <= most) return `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`;
  return `${list.slice(0, most - 1).join(', ')} and ${list.length - most + 1} more`;
}

/** "1 VF", "3 VFs". */
export function counted(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

/** Related places that a finding carries at most. */
const MOST_RELATED = 8;

export function relatedPlaces<T>(items: readonly T[], make: (item: T) => RelatedPlace): RelatedPlace[] {
  return items.slice(0, MOST_RELATED).map(make);
}
