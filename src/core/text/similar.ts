/** Letters from which on a name that is only begun says what it would become. */
const ENOUGH_TO_BEGIN = 5;

/**
 * The name that a mistyped one most likely stands for: by edit distance, ties by order. A name that is only begun
 * (`intel-x710` for `intel-x710-4x10g`) is nearer than any with a mistake in it. Undefined if none is near.
 */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(name.length * 0.4)) + 1;
  const wanted = fold(name);
  for (const candidate of candidates) {
    const distance = distanceTo(name, candidate, wanted, bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function distanceTo(name: string, candidate: string, wanted: string, limit: number): number {
  const folded = fold(candidate);
  if (folded === wanted) return 0;
  const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), limit);
  return wanted.length >= ENOUGH_TO_BEGIN && folded.startsWith(wanted) ? Math.min(0.5, distance) : distance;
}

/** `vf_count`, `VF-Count` and `vfCount` are one name to somebody who half remembers it. */
function fold(name: string): string {
  return name.toLowerCase().replace(/[-_. ]/g, '');
}

/** Optimal string alignment distance, given up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit || a.length > 64 || b.length > 64) return limit;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((previous[j] as number) + 1, (current[j - 1] as number) + 1, (previous[j - 1] as number) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, (before[j - 2] as number) + 1);
      current.push(cost);
    }
    before = previous;
    previous = current;
  }
  return previous[b.length] as number;
}
