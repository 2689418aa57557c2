import { spawn } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { createConnection } from 'vscode-languageserver/node';
import type { ServerHost } from '../../src/server/host.js';
import { startServer } from '../../src/server/server.js';

const root = resolve(fileURLToPath(import.meta.url), '../../..');

/** Bundles an entry point as the release does, into a folder of its own; returns the file. */
export async function bundled(entryPoint: string): Promise<string> {
  const outfile = join(mkdtempSync(join(tmpdir(), 'iovt-test-')), 'bundle.cjs');
  await build({
    absWorkingDir: root,
    entryPoints: [entryPoint],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'error',
  });
  return outfile;
}

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

export class RequestError extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** Answers to what the server asks the client, by method. */
export type ClientHandlers = Readonly<Record<string, (params: never) => unknown>>;

/** A client of the Language Server Protocol that is small enough to see through: frames, requests, notifications. */
export class LspClient {
  readonly notifications: Message[] = [];
  #buffer = Buffer.alloc(0);
  #nextId = 1;
  readonly #pending = new Map<number | string, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  readonly #waiting: { test: (message: Message) => boolean; resolve: (message: Message) => void }[] = [];

  constructor(
    input: Readable,
    private readonly output: Writable,
    private readonly handlers: ClientHandlers = {},
  ) {
    input.on('data', (chunk: Buffer) => this.#receive(chunk));
  }

  async initialize(capabilities: unknown = {}, more: object = {}): Promise<{ capabilities: Record<string, unknown> }> {
    const result = await this.request('initialize', { processId: process.pid, rootUri: null, capabilities, ...more });
    this.notify('initialized', {});
    return result as { capabilities: Record<string, unknown> };
  }

  request(method: string, params: unknown): Promise<unknown> {
    return this.start(method, params).result;
  }

  /** A request that may be taken back. */
  start(method: string, params: unknown): { readonly id: number; readonly result: Promise<unknown> } {
    const id = this.#nextId++;
    const result = new Promise<unknown>((resolve, reject) => this.#pending.set(id, { resolve, reject }));
    result.catch(() => undefined); // whoever wants the outcome waits for it
    this.#send({ id, method, params });
    return { id, result };
  }

  notify(method: string, params: unknown): void {
    this.#send({ method, params });
  }

  /** The next notification that fits, or the first of those that came and were not waited for. */
  async next<Params>(method: string, test: (params: Params) => boolean = () => true): Promise<Params> {
    const fits = (message: Message) => message.method === method && test(message.params as Params);
    const index = this.notifications.findIndex(fits);
    if (index >= 0) return this.notifications.splice(index, 1)[0]?.params as Params;
    const message = await new Promise<Message>((resolve) => this.#waiting.push({ test: fits, resolve }));
    return message.params as Params;
  }

  open(uri: string, text: string, version = 1): void {
    this.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'iovt', version, text } });
  }

  #send(message: Message): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }));
    this.output.write(`Content-Length: ${body.length}\r\n\r\n`);
    this.output.write(body);
  }

  #receive(chunk: Buffer): void {
    this.#buffer = Buffer.concat([this.#buffer, chunk]);
    for (;;) {
      const end = this.#buffer.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/Content-Length: (\d+)/i.exec(this.#buffer.toString('latin1', 0, end))?.[1]);
      if (this.#buffer.length < end + 4 + length) return;
      const body = this.#buffer.toString('utf8', end + 4, end + 4 + length);
      this.#buffer = this.#buffer.subarray(end + 4 + length);
      this.#handle(JSON.parse(body) as Message);
    }
  }

  #handle(message: Message): void {
    const { id, method } = message;
    if (method === undefined) {
      const pending = this.#pending.get(id as number);
      this.#pending.delete(id as number);
      if (message.error !== undefined) pending?.reject(new RequestError(message.error.code, message.error.message));
      else pending?.resolve(message.result);
    } else if (id !== undefined) {
      const handler = this.handlers[method];
      if (handler === undefined) this.#send({ id, error: { code: -32601, message: `no ${method}` } });
      else Promise.resolve(handler(message.params as never)).then((result) => this.#send({ id, result: result ?? null }));
    } else {
      const index = this.#waiting.findIndex(({ test }) => test(message));
      if (index >= 0) this.#waiting.splice(index, 1)[0]?.resolve(message);
      else this.notifications.push(message);
    }
  }
}

/** A server in a process of its own. */
export class ServerProcess extends LspClient {
  readonly exited: Promise<number | null>;
  readonly kill: () => void;
  stderr = '';

  constructor(command: readonly string[], handlers: ClientHandlers = {}) {
    const child = spawn(process.execPath, [...command]);
    super(child.stdout, child.stdin, handlers);
    child.stderr.on('data', (chunk: Buffer) => {
      this.stderr += chunk.toString();
    });
    this.exited = new Promise((done) => child.on('exit', (code) => done(code)));
    this.kill = () => void child.kill();
  }

  async stop(): Promise<number | null> {
    await this.request('shutdown', null);
    this.notify('exit', null);
    return this.exited;
  }
}

/** A client of a server in this process, whose surroundings the test provides. */
export function inProcess(host: Partial<ServerHost>, handlers: ClientHandlers = {}): LspClient {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const connection = createConnection(toServer, toClient);
  startServer(connection, { readFile: async () => undefined, commands: [], debounceMs: 0, ...host });
  return new LspClient(toClient, toServer, handlers);
}
