import type { Workspace } from '../core/model/workspace.js';
import type { SourceFile } from '../core/text/source.js';
import { canonical, resolveInside } from './uri.js';

/** An open text as the editor has it. */
export interface OpenText {
  readonly uri: string;
  readonly version: number;
  getText(): string;
}

/**
 * The files of the workspace: open ones as they are in the editor, others as they are stored. A version of a text is one
 * SourceFile, whichever designs it takes part in, so that it is parsed once.
 */
export class Files implements Workspace {
  readonly #open = new Map<string, { text: OpenText; file: SourceFile; version: number }>();
  readonly #stored = new Map<string, Promise<SourceFile | undefined>>();
  roots: readonly string[] = [];

  constructor(private readonly readStored: (uri: string) => Promise<string | undefined>) {}

  /** Takes over a text that was opened or changed. */
  update(text: OpenText): SourceFile {
    const key = canonical(text.uri);
    const known = this.#open.get(key);
    if (known !== undefined && known.text === text && known.version === text.version) return known.file;
    const file = { uri: text.uri, text: text.getText() };
    this.#open.set(key, { text, file, version: text.version });
    this.#stored.delete(key);
    return file;
  }

  close(uri: string): void {
    this.#open.delete(canonical(uri));
    this.#stored.delete(canonical(uri));
  }

  /** The stored file is another one now. */
  forget(uri: string): void {
    this.#stored.delete(canonical(uri));
  }

  async read(uri: string): Promise<SourceFile | undefined> {
    const key = canonical(uri);
    const open = this.#open.get(key);
    if (open !== undefined) return open.file;
    let stored = this.#stored.get(key);
    if (stored === undefined) {
      stored = this.readStored(uri).then((text) => (text === undefined ? undefined : { uri, text }));
      this.#stored.set(key, stored);
    }
    return stored;
  }

  resolve(relativePath: string, fromUri: string): string | undefined {
    return resolveInside(relativePath, fromUri, this.roots);
  }
}

/** Remembers what a design asked for, found or not: when one of them changes, the design does. */
export class Tracked implements Workspace {
  readonly asked = new Set<string>();

  constructor(private readonly files: Files) {}

  read(uri: string): Promise<SourceFile | undefined> {
    this.asked.add(canonical(uri));
    return this.files.read(uri);
  }

  resolve(relativePath: string, fromUri: string): string | undefined {
    return this.files.resolve(relativePath, fromUri);
  }
}
