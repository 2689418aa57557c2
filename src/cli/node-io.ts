import { readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, isAbsolute, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Workspace } from '../core/model/workspace.js';
import type { SourceFile } from '../core/text/source.js';
import { decode } from './decode.js';
import { type Io, UserError } from './io.js';

/** Larger inputs are refused before they are read into memory. */
export const MAX_INPUT_BYTES = 64 * 1024 * 1024;

/**
 * The workspace of a call is the working directory; a design that lies elsewhere may include what lies in its own folder and
 * below. A design that comes over standard input is taken to lie in the working directory.
 */
class NodeWorkspace implements Workspace {
  readonly #folders: string[] = [];

  /** Called for each design that was named on the command line. */
  add(path: string): void {
    this.#folders.push(dirname(path));
  }

  async read(uri: string): Promise<SourceFile | undefined> {
    try {
      const { text, problem } = decode(await readLimited(fileURLToPath(uri)));
      return problem === undefined ? { uri, text } : undefined;
    } catch {
      return undefined;
    }
  }

  resolve(relativePath: string, fromUri: string): string | undefined {
    if (isAbsolute(relativePath) || !/^(file|stdin):/.test(fromUri)) return undefined;
    const folder = fromUri.startsWith('file:') ? dirname(fileURLToPath(fromUri)) : process.cwd();
    const root = [process.cwd(), ...this.#folders].find((each) => isInside(folder, each)) ?? folder;
    const target = resolve(folder, relativePath);
    return isInside(target, root) ? pathToFileURL(target).href : undefined;
  }
}

function isInside(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
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
    if (path !== '-') this.workspace.add(resolve(path));
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
      const isFolderMissing = (error as NodeJS.ErrnoException).code === 'ENOENT'; // the file need not be there, its folder must
      throw new UserError(`${path}: ${isFolderMissing ? 'there is no such folder to write into.' : reasonOf(error)}`);
    }
  }

  message(text: string): void {
    process.stderr.write(`${text}\n`);
  }
}

async function readLimited(path: string): Promise<Uint8Array> {
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
