import type { Interval } from '../arrange.js';

/** The vertical part of one or more lines in a gutter. */
export interface Trunk {
  readonly from: number;
  readonly to: number;
  /** Where the lines come in from the left, on average, and where they leave. */
  readonly entry: number;
  readonly exit: number;
  /** Set by `assignTracks`. */
  x: number;
}

/** Distance between trunks where there is room. */
const SPACING = 9;
/** Room between trunks and the boxes on both sides. */
const MARGIN = 12;
/** Beyond so many trunks in one stretch nobody can follow a single one; they are spread evenly. */
const MAX_ORDERED = 300;

/**
 * Gives trunks in a gutter their x, so that lines cross little: those that leave lowest on their way down stand leftmost,
 * those that leave highest on their way up likewise. Trunks that do not overlap may share a track.
 */
export function assignTracks(trunks: readonly Trunk[], gutter: Interval): void {
  const ordered = [...trunks].sort(compare);
  const tracks = ordered.length > MAX_ORDERED ? ordered.map((_, i) => i % MAX_ORDERED) : layered(ordered);
  const most = Math.max(0, ...tracks);
  const room = Math.max(0, gutter.to - gutter.from - 2 * MARGIN);
  const spacing = most === 0 ? 0 : Math.min(SPACING, room / most);
  // Close to where they lead, so that labels have room behind where they come from.
  const first = gutter.to - MARGIN - spacing * most;
  for (const [i, trunk] of ordered.entries()) trunk.x = first + spacing * (tracks[i] as number);
}

function compare(a: Trunk, b: Trunk): number {
  const [aIsDown, bIsDown] = [a.exit >= a.entry, b.exit >= b.entry];
  if (aIsDown !== bIsDown) return aIsDown ? -1 : 1;
  return aIsDown ? b.exit - a.exit : a.exit - b.exit;
}

/** Each trunk on the first track to the right of all that overlap with it and come before it. */
function layered(ordered: readonly Trunk[]): number[] {
  const tracks: number[] = [];
  for (const [i, trunk] of ordered.entries()) {
    let track = 0;
    for (let j = 0; j < i; j++) {
      const other = ordered[j] as Trunk;
      if (other.from - 4 < trunk.to && trunk.from < other.to + 4) track = Math.max(track, (tracks[j] as number) + 1);
    }
    tracks.push(track);
  }
  return tracks;
}
