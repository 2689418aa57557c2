import { sha256 } from '../core/text/hash.js';
import { positionAt, type SourceFile } from '../core/text/source.js';
import { version } from '../core/version.js';
import type { Loss, LossReason } from './losses.js';

/** The content of `iovt-losses/1`; `schemas/iovt-losses.schema.json` describes it. */
export interface LossReport {
  readonly format: 'iovt-losses/1';
  readonly version: string;
  /** Of the one input; of several, the hash of their hashes in order, one a line. */
  readonly inputHash: string;
  /** The format that was read. */
  readonly from: string;
  readonly sources: readonly { readonly file: string; readonly inputHash: string }[];
  readonly entries: readonly LossEntry[];
}

export interface LossEntry {
  readonly file: string;
  /** From 1, as editors count. */
  readonly line: number;
  readonly place: string;
  readonly what: string;
  readonly why: LossReason;
  readonly count: number;
}

/** @param nameOf the name under which the user knows a file. */
export function lossReport(
  from: string,
  sources: readonly SourceFile[],
  losses: readonly Loss[],
  nameOf: (file: SourceFile) => string,
): LossReport {
  const hashes = sources.map((file) => ({ file: nameOf(file), inputHash: sha256(file.text) }));
  const [only, ...others] = hashes;
  const inputHash = only !== undefined && others.length === 0 ? only.inputHash : sha256(hashes.map((h) => h.inputHash).join('\n'));
  return {
    format: 'iovt-losses/1',
    version,
    inputHash,
    from,
    sources: hashes,
    entries: losses.map(({ at, place, what, why, count }) => ({
      file: nameOf(at.file),
      line: positionAt(at.file, at.start).line + 1,
      place,
      what,
      why,
      count,
    })),
  };
}
