import type { SourceFile } from '../core/text/source.js';
import type { ImportLog } from './import-log.js';
import type { Target } from './target/target.js';

/** One format that designs are imported from. */
export interface ImportFormat {
  /** As in `iovt import NAME`. */
  readonly name: string;
  /** As a sentence names it: "hwloc XML". */
  readonly title: string;
  readonly summary: string;
  /** What the inputs are and where they come from, for the help of the command. */
  readonly inputs: string;
  /** Reads all inputs into the target. An input that is refused is reported (IOVT401) and adds nothing. */
  read(sources: readonly SourceFile[], target: Target, log: ImportLog): void;
}

/** Name of a file without folders and, where wanted, without its extension. */
export function baseName(file: SourceFile, extension = true): string {
  const name = decodeName(file.uri.slice(file.uri.lastIndexOf('/') + 1));
  return extension ? name : name.replace(/\.(expanded\.)?xml$/i, '');
}

function decodeName(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
