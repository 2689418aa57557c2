import { exponential, naturalLog } from './mathematics.js';

/** Variates that are drawn at once for a stream. */
export const BLOCK = 32;
export const BLOCK_MASK = BLOCK - 1;

/** Kinds of variates a stream yields. */
export const UNIFORM = 0;
export const EXPONENTIAL = 1;
export const ERLANG4 = 2;

/** The tail of the ziggurat begins here; 256 layers of equal area lie below. */
const TAIL = 7.69711747013105;
const AREA = 0.003949659822581557;
const LAYERS = 256;

/** Right ends of the layers and the density there. */
const edge = new Float64Array(LAYERS + 1);
const density = new Float64Array(LAYERS + 1);
edge[0] = AREA / exponential(-TAIL);
edge[1] = TAIL;
for (let i = 1; i < LAYERS - 1; i++) edge[i + 1] = -naturalLog(AREA / edge[i] + exponential(-edge[i]));
edge[LAYERS] = 0;
for (let i = 0; i <= LAYERS; i++) density[i] = exponential(-edge[i]);

/**
 * Independent random streams, each with a name, so that a new source or station disturbs no other. The generator is sfc32
 * (Doty-Humphrey, PractRand), 128 bits of state seeded by a hash of seed, replication and name.
 *
 * Variates are drawn in blocks. `at[stream]` is where in `values` the next one is; where it stands at a multiple of `BLOCK`,
 * the block is used up and `refill` comes first.
 */
export class RandomStreams {
  readonly state: Int32Array;
  readonly values: Float64Array;
  at: Int32Array;
  readonly kinds: Uint8Array;

  constructor(names: readonly string[], kinds: Uint8Array, seed: number, replication: number) {
    const count = names.length;
    this.state = new Int32Array(count * 4);
    this.values = new Float64Array(count * BLOCK);
    this.at = Int32Array.from({ length: count }, (_, i) => (i + 1) * BLOCK);
    this.kinds = kinds;
    for (let i = 0; i < count; i++) seedStream(this.state, i * 4, `${seed}/${replication}/${names[i]}`);
  }

  /** One variate, for code that is not in a hurry. */
  draw(stream: number): number {
    let at = this.at[stream];
    if ((at & BLOCK_MASK) === 0) at = refill(this.state, this.values, this.kinds, stream);
    this.at[stream] = at + 1;
    return this.values[at];
  }
}

function seedStream(state: Int32Array, at: number, name: string): void {
  // Four lanes of a multiplicative hash with different constants; equal names give equal streams, similar ones do not.
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  let c = 0x13198a2e;
  let d = 0x03707344;
  for (let i = 0; i < name.length; i++) {
    const k = name.charCodeAt(i);
    a = Math.imul(a ^ k, 0x9e3779b1) ^ (b >>> 15);
    b = Math.imul(b ^ k, 0x85ebca77) ^ (c >>> 13);
    c = Math.imul(c ^ k, 0xc2b2ae3d) ^ (d >>> 16);
    d = Math.imul(d ^ k, 0x27d4eb2f) ^ (a >>> 14);
  }
  state[at] = a;
  state[at + 1] = b;
  state[at + 2] = c;
  state[at + 3] = d | 1;
  for (let i = 0; i < 20; i++) step(state, at);
}

function step(state: Int32Array, at: number): number {
  const a = state[at];
  const b = state[at + 1];
  const c = state[at + 2];
  const d = state[at + 3];
  const t = (((a + b) | 0) + d) | 0;
  state[at + 3] = (d + 1) | 0;
  state[at] = b ^ (b >>> 9);
  state[at + 1] = (c + (c << 3)) | 0;
  state[at + 2] = (((c << 21) | (c >>> 11)) + t) | 0;
  return t;
}

const TO_UNIT = 2.3283064365386963e-10; // 2^-32
const TO_UNIT_24 = 5.9604644775390625e-8; // 2^-24

/** Draws the next block of a stream. @returns where it begins. */
export function refill(state: Int32Array, values: Float64Array, kinds: Uint8Array, stream: number): number {
  const at = stream * 4;
  const from = stream * BLOCK;
  const kind = kinds[stream];
  if (kind === UNIFORM) {
    for (let i = 0; i < BLOCK; i++) values[from + i] = (step(state, at) >>> 0) * TO_UNIT;
    return from;
  }
  fillExponential(state, at, values, from, BLOCK);
  if (kind === EXPONENTIAL) return from;
  // Erlang-4 with mean 1: the mean of four exponentials.
  fillExponential(state, at, scratch, 0, 3 * BLOCK);
  for (let i = 0; i < BLOCK; i++) values[from + i] = (values[from + i] + scratch[3 * i] + scratch[3 * i + 1] + scratch[3 * i + 2]) * 0.25;
  return from;
}

const scratch = new Float64Array(3 * BLOCK);

/**
 * Exponential variates with mean 1 by the ziggurat method.
 * Source: Marsaglia and Tsang, The Ziggurat Method for Generating Random Variables, 2000.
 */
function fillExponential(state: Int32Array, at: number, values: Float64Array, from: number, count: number): void {
  let a = state[at];
  let b = state[at + 1];
  let c = state[at + 2];
  let d = state[at + 3];
  for (let o = from; o < from + count; o++) {
    for (;;) {
      let t = (((a + b) | 0) + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + t) | 0;
      const layer = t & 255;
      const x = (t >>> 8) * TO_UNIT_24 * edge[layer];
      if (x < edge[layer + 1]) {
        values[o] = x;
        break;
      }
      t = (((a + b) | 0) + d) | 0;
      d = (d + 1) | 0;
      a = b ^ (b >>> 9);
      b = (c + (c << 3)) | 0;
      c = (((c << 21) | (c >>> 11)) + t) | 0;
      const u = ((t >>> 0) + 0.5) * TO_UNIT;
      if (layer === 0) {
        values[o] = TAIL - naturalLog(u);
        break;
      }
      if (density[layer] + u * (density[layer + 1] - density[layer]) < exponential(-x)) {
        values[o] = x;
        break;
      }
    }
  }
  state[at] = a;
  state[at + 1] = b;
  state[at + 2] = c;
  state[at + 3] = d;
}
