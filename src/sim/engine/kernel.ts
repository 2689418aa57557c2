import { CODE, STREAM } from './generated/kernel.js';
import { BLOCK } from './kernel/kinds.js';
import { seedOf } from './seeds.js';

/** A random stream and its variates that are drawn already. */
export const STREAM_SIZE = STREAM.size + BLOCK * 8;

/** What `kernel/index.ts` exports. Addresses are numbers of bytes; 0 is none. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  readonly now: WebAssembly.Global;
  readonly eventCount: WebAssembly.Global;
  allocate(bytes: number): number;
  makeRoom(flows: number, jobs: number): void;
  begin(flow: number, depth: number): void;
  run(untilPs: number, maxEvents: number): number;
  /** One variate of a stream. */
  draw(stream: number): number;
  countWaiting(lane: number, nowPs: number): number;
}

let compiled: WebAssembly.Module | undefined;

function bytesOf(base64: string): Uint8Array {
  const letters = atob(base64);
  // Not Uint8Array.from, which takes five megabytes for it.
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return bytes;
}

/** A kernel with a memory of its own, and that memory as arrays. */
export class Kernel {
  readonly calls: Exports;
  ints: Int32Array;
  reals: Float64Array;

  constructor() {
    compiled ??= new WebAssembly.Module(bytesOf(CODE));
    this.calls = new WebAssembly.Instance(compiled).exports as Exports;
    this.ints = new Int32Array(this.calls.memory.buffer);
    this.reals = new Float64Array(this.calls.memory.buffer);
  }

  /** The memory may have grown since: arrays over it are made again. */
  refresh(): void {
    const { buffer } = this.calls.memory;
    if (this.ints.buffer === buffer) return;
    this.ints = new Int32Array(buffer);
    this.reals = new Float64Array(buffer);
  }

  /** @returns the address of so many bytes of zeros, a multiple of 8. */
  allocate(bytes: number): number {
    // It comes back as a number with a sign.
    const at = this.calls.allocate(bytes) >>> 0;
    this.refresh();
    return at;
  }

  /** @returns the address of a copy. */
  copyReals(values: Float64Array): number {
    const at = this.allocate(values.byteLength);
    this.reals.set(values, at >>> 3);
    return at;
  }

  copyInts(values: Int32Array): number {
    const at = this.allocate(values.byteLength);
    this.ints.set(values, at >>> 2);
    return at;
  }

  /** A random stream at its beginning. @param kind UNIFORM, EXPONENTIAL or ERLANG4 */
  writeStream(at: number, kind: number, name: string): void {
    this.setInt(at + STREAM.next, at + STREAM_SIZE);
    this.setInt(at + STREAM.kind, kind);
    const [a, b, c, d] = seedOf(name);
    this.setInt(at + STREAM.a, a);
    this.setInt(at + STREAM.b, b);
    this.setInt(at + STREAM.c, c);
    this.setInt(at + STREAM.d, d);
  }

  int(address: number): number {
    return this.ints[address >>> 2];
  }

  real(address: number): number {
    return this.reals[address >>> 3];
  }

  setInt(address: number, value: number): void {
    this.ints[address >>> 2] = value;
  }

  setReal(address: number, value: number): void {
    this.reals[address >>> 3] = value;
  }
}
