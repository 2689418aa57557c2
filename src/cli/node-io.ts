import { readFile, writeFile } from 'node:fs/promises';
import { dirname, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Workspace } from '../core/model/workspace.js';
import type { SourceFile } from '../core/text/source.js';
import { decode } from './decode.js';
import { type Io, UserError } from './io.js';

/** Larger inputs are refused before they are read into memory. */
export const MAX_INPUT_BYTES = 64 * 1024 * 1024;

/** Files of a folder and below; relative paths may not lead out of the folder of the first file. */
class NodeWorkspace implements Workspace {
  #root: string | undefined;

  async read(uri: string): Promise<SourceFile | undefined> {
    try {
      return { uri, text: decode(await readLimited(fileURLToPath(uri))).text };
    } catch {
      return undefined;
    }
  }

  resolve(relativePath: string, fromUri: string): string | undefined {
    if (!fromUri.startsWith('file:')) return undefined;
    const folder = dirname(fileURLToPath(fromUri));
    this.#root ??= folder;
    const target = resolve(folder, relativePath);
    return target.startsWith(this.#root + sep) ? pathToFileURL(target).href : undefined;
  }
}

export class NodeIo implements Io {
  readonly workspace = new NodeWorkspace();
  readonly isTerminal = process.stdout.isTTY === true && process.env['NO_COLOR'] === undefined;
  readonly #abort = new AbortController();
  readonly signal = this.#abort.signal;
  #stdin: Promise<Uint8Array> | undefined;

  constructor() {
    process.once('SIGINT', () => this.#abort.abort());
  }

  async readSource(path: string): Promise<SourceFile> {
    const uri = path === '-' ? 'stdin:' : pathToFileURL(resolve(path)).href;
    const { text, problem } = decode(await this.readBytes(path));
    if (problem !== undefined) throw new UserError(`${path}: ${problem}`, 'Save the file as UTF-8.');
    return { uri, text };
  }

  async readBytes(path: string): Promise<Uint8Array> {
    if (path === '-') {
      this.#stdin ??= readStdin();
      return this.#stdin;
    }
    try {
      return await readLimited(path);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new UserError(`${path}: ${reasonOf(error)}`);
    }
  }

  async write(path: string | undefined, content: string): Promise<void> {
    if (path === undefined || path === '-') {
      await new Promise<void>((done) => process.stdout.write(content, () => done()));
      return;
    }
    try {
      await writeFile(path, content);
    } catch (error) {
      throw new UserError(`${path}: ${reasonOf(error)}`);
    }
  }

  message(text: string): void {
    process.stderr.write(`${text}\n`);
  }
}

async function readLimited(path: string): Promise<Uint8Array> {
  const { stat } = await import('node:fs/promises');
  const { size } = await stat(path);
  if (size > MAX_INPUT_BYTES)
    throw new UserError(`${path}: ${Math.round(size / 1e6)} MB is more than the ${Math.round(MAX_INPUT_BYTES / 1e6)} MB that are read.`);
  return readFile(path);
}

async function readStdin(): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size > MAX_INPUT_BYTES) throw new UserError(`Standard input: more than the ${Math.round(MAX_INPUT_BYTES / 1e6)} MB that are read.`);
  }
  return Buffer.concat(chunks);
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  const reasons: Record<string, string> = {
    ENOENT: 'there is no such file.',
    EISDIR: 'this is a folder.',
    EACCES: 'no permission.',
    ENOSPC: 'no space left.',
  };
  return reasons[code ?? ''] ?? `cannot be opened (${code ?? 'unknown reason'}).`;
}
