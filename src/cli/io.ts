import type { Workspace } from '../core/model/workspace.js';
import type { SourceFile } from '../core/text/source.js';

/** What a command may touch of the outside world; tests hand in one of their own. */
export interface Io {
  readonly workspace: Workspace;
  /** Reads a file, or standard input for `-`. Throws a UserError if that cannot be done. */
  readSource(path: string): Promise<SourceFile>;
  readBytes(path: string): Promise<Uint8Array>;
  /** Writes a file, or standard output if there is no path. */
  write(path: string | undefined, content: string): Promise<void>;
  /** Messages for people. */
  message(text: string): void;
  readonly isTerminal: boolean;
  readonly signal: AbortSignal;
}

export type ExitCode = 0 | 1 | 2;

/** Something outside the text that the user can put right: a missing file, a flag, a hostile input. Exit code 2. */
export class UserError extends Error {
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}
