/** One text as its author wrote it, with the means to speak of places in it. */
export interface SourceFile {
  /** Absolute, as the workspace that read it names it: `file:///…`, `untitled:…`, `stdin:`. */
  readonly uri: string;
  readonly text: string;
}

/** A stretch of one file. Offsets count UTF-16 code units from 0; `end` is behind the last one. */
export interface Place {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** Line and character from 0, in UTF-16 code units, as the Language Server Protocol counts. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

export interface Range {
  readonly start: Position;
  readonly end: Position;
}

const lineStartsOf = new WeakMap<SourceFile, readonly number[]>();

/** Offsets at which lines begin. A line ends with LF, CR or CR LF. */
export function lineStarts(file: SourceFile): readonly number[] {
  let starts = lineStartsOf.get(file);
  if (starts === undefined) {
    starts = computeLineStarts(file.text);
    lineStartsOf.set(file, starts);
  }
  return starts;
}

function computeLineStarts(text: string): number[] {
  const starts = [0];
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === 13 /* CR */) {
      if (text.charCodeAt(i + 1) === 10) i++;
      starts.push(i + 1);
    } else if (c === 10 /* LF */) {
      starts.push(i + 1);
    }
  }
  return starts;
}

/** The position of an offset; offsets outside the text are moved to its nearest end. */
export function positionAt(file: SourceFile, offset: number): Position {
  const starts = lineStarts(file);
  const at = Math.max(0, Math.min(offset, file.text.length));
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] as number) <= at) low = middle;
    else high = middle - 1;
  }
  return { line: low, character: at - (starts[low] as number) };
}

/** The offset of a position; a character behind the end of its line means the end of the line. */
export function offsetAt(file: SourceFile, position: Position): number {
  const starts = lineStarts(file);
  const start = starts[position.line];
  if (start === undefined) return position.line < 0 ? 0 : file.text.length;
  const next = starts[position.line + 1] ?? file.text.length;
  return Math.min(start + Math.max(0, position.character), next);
}

export function rangeOf(place: Place): Range {
  return { start: positionAt(place.file, place.start), end: positionAt(place.file, place.end) };
}

export function textOf(place: Place): string {
  return place.file.text.slice(place.start, place.end);
}
