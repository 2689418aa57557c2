import type { Workspace } from '../../src/core/model/workspace.js';
import type { SourceFile } from '../../src/core/text/source.js';

/** Files that exist in memory only, under `memory:/`. */
export class MemoryWorkspace implements Workspace {
  readonly #files = new Map<string, SourceFile>();

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(files)) this.add(path, text);
  }

  add(path: string, text: string): SourceFile {
    const file = { uri: `memory:/${path}`, text };
    this.#files.set(file.uri, file);
    return file;
  }

  async read(uri: string): Promise<SourceFile | undefined> {
    return this.#files.get(uri);
  }

  resolve(relativePath: string, fromUri: string): string | undefined {
    const parts = fromUri.replace('memory:/', '').split('/').slice(0, -1);
    for (const part of relativePath.split('/')) {
      if (part === '..') {
        if (parts.pop() === undefined) return undefined;
      } else if (part !== '.') parts.push(part);
    }
    return relativePath.startsWith('/') ? undefined : `memory:/${parts.join('/')}`;
  }
}
