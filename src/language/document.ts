import { parseOnce } from '../core/model/project.js';
import type { ParseResult } from '../core/text/parse.js';
import type { SourceFile } from '../core/text/source.js';
import type { Analysis } from './check.js';

/** What the features of an editor work on: one text of a checked design. */
export interface Document {
  readonly analysis: Analysis;
  /** The text the cursor is in: the main file of the design or one that it includes. */
  readonly file: SourceFile;
  readonly parsed: ParseResult;
}

export function documentOf(analysis: Analysis, file: SourceFile = analysis.project.main.file): Document {
  return { analysis, file, parsed: parseOnce(file) };
}

/** What is known of an entity beyond its text, by the path of the entity. Empty where nothing was computed. */
export interface Estimates {
  /** One line for people, such as `18.4 of 25 Gbit/s, 74 % busy`: the live estimate, or what the last simulation measured. */
  estimateFor(path: string): string | undefined;
  /** The same where it is worth a place in the text: loads, and of what is shared only what is busy. */
  notableFor(path: string): string | undefined;
}

export const noEstimates: Estimates = { estimateFor: () => undefined, notableFor: () => undefined };
