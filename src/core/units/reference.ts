import { type Parsed, parsed, wrong } from './parsed.js';

/** One step of a reference: an id, and which of the copies that `count` makes. */
export interface ReferenceSegment {
  readonly id: string;
  /** A copy, all of them, or `undefined` where the reference does not say. */
  readonly index: number | 'all' | undefined;
  /** Range of the segment in the text of the reference. */
  readonly start: number;
  readonly end: number;
}

/** `"web[*]/eth0"` to its steps. Whether they lead anywhere is for the topology to say. */
export function parseReference(text: string): Parsed<readonly ReferenceSegment[]> {
  const segments: ReferenceSegment[] = [];
  let start = 0;
  for (const part of text.split('/')) {
    const end = start + part.length;
    const match = /^([A-Za-z_][A-Za-z0-9_.-]*)(?:\[(\d{1,9}|\*)\])?$/.exec(part);
    if (match === null) {
      const template = part === '' ? 'A reference is a path of ids such as "nic0/p0"; an id is missing here.' : notAnId(part);
      return wrong(start, Math.max(end, start + 1), template, { part });
    }
    const index = match[2] === undefined ? undefined : match[2] === '*' ? 'all' : Number(match[2]);
    segments.push({ id: match[1] as string, index, start, end });
    start = end + 1;
  }
  return parsed(segments);
}

function notAnId(part: string): string {
  if (/\[/.test(part)) return '"{part}" is not an id with an index; write name[3] or name[*].';
  if (/\s/.test(part)) return '"{part}" is not an id: ids have no spaces.';
  return '"{part}" is not an id: a letter or _, then letters, digits, _ . and -.';
}
