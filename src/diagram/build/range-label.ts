/** Names as short as they can be said: `a`, `a, b`, `a, b, c … z`. */
export function rangeLabel(names: readonly string[]): string {
  if (names.length <= 3) return names.join(', ');
  return `${names.slice(0, 2).join(', ')} … ${names.at(-1)}`;
}

/** Ids that count up in steps of one become a range: `ssd0–ssd7`. */
export function idsLabel(ids: readonly string[]): string {
  const parts = ids.map((id) => /^(.*?)(\d{1,9})$/.exec(id));
  const [first] = parts;
  const isRun = parts.every((part, i) => part?.[1] === first?.[1] && part !== null && Number(part[2]) === Number(first?.[2]) + i);
  return ids.length > 2 && isRun ? `${ids[0]}–${ids.at(-1)}` : rangeLabel(ids);
}
