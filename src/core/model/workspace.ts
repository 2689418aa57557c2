import type { SourceFile } from '../text/source.js';

/** What the outside world provides of files. The editor, the command line and the tests each have one. */
export interface Workspace {
  /** Undefined if there is no such file, or it cannot be read as text. */
  read(uri: string): Promise<SourceFile | undefined>;
  /** The URI of a relative path as seen from a file; undefined if it leads out of the workspace. */
  resolve(relativePath: string, fromUri: string): string | undefined;
}

/** For a text that includes nothing, or where nothing else can be read. */
export const noFiles: Workspace = { read: async () => undefined, resolve: () => undefined };
