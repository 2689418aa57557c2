import type { ExitCode, Io } from './io.js';

/** One command of `iovt` as data, so that help, completion and documentation can be made from it. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  readonly arguments?: readonly { readonly syntax: string; readonly description: string }[];
  readonly options?: readonly OptionSpec[];
  readonly commands?: readonly CommandSpec[];
  /** @param positional one entry for each argument; a list for a variadic one. */
  readonly action?: (positional: readonly unknown[], options: Readonly<Record<string, unknown>>, io: Io) => Promise<ExitCode>;
}

export interface OptionSpec {
  readonly flags: string;
  readonly description: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  readonly repeats?: boolean;
}
