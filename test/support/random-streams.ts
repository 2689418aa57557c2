import { BLOCK, ERLANG4, EXPONENTIAL } from '../../src/sim/engine/kernel/kinds.js';
import { seedOf } from '../../src/sim/engine/seeds.js';
import { exponential, naturalLog } from './mathematics.js';

/** The tail of the ziggurat begins here; 256 layers of equal area lie below. */
const TAIL = 7.69711747013105;
const AREA = 0.003949659822581557;

/** Right ends of the layers, and the density there. */
const edges = [AREA / exponential(-TAIL), TAIL];
while (edges.length < 256) edges.push(-naturalLog(AREA / last(edges) + exponential(-last(edges))));
edges.push(0);
const densities = edges.map((edge) => exponential(-edge));

/** Random streams as the kernel has them, in their plain form: one variate after the other. */
export class RandomStreams {
  readonly #streams: readonly Generator<number, never>[];

  constructor(names: readonly string[], kinds: Uint8Array, seed: number, replication: number) {
    this.#streams = names.map((name, i) => variates(kinds[i] as number, `${seed}/${replication}/${name}`));
  }

  draw(stream: number): number {
    return (this.#streams[stream] as Generator<number, never>).next().value;
  }
}

function* variates(kind: number, name: string): Generator<number, never> {
  const next = sfc32(seedOf(name));
  for (;;) {
    if (kind === EXPONENTIAL) yield standardExponential(next);
    else if (kind === ERLANG4) yield* erlangBlock(next);
    else yield next() / 2 ** 32;
  }
}

/** The small fast counter of 128 bits (Doty-Humphrey, PractRand): whole numbers below 2^32. */
function sfc32([a, b, c, d]: readonly [number, number, number, number]): () => number {
  return () => {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
    return t >>> 0;
  };
}

/** Source: Marsaglia and Tsang, The Ziggurat Method for Generating Random Variables, 2000. */
function standardExponential(next: () => number): number {
  for (;;) {
    const bits = next();
    const layer = bits & 255;
    const x = ((bits >>> 8) / 2 ** 24) * at(edges, layer);
    if (x < at(edges, layer + 1)) return x;
    const u = (next() + 0.5) / 2 ** 32;
    if (layer === 0) return TAIL - naturalLog(u);
    if (at(densities, layer) + u * (at(densities, layer + 1) - at(densities, layer)) < exponential(-x)) return x;
  }
}

/** Erlang-4 with mean 1: means of four exponentials, of which the first ones of a block are drawn before the others. */
function erlangBlock(next: () => number): number[] {
  const drawn = Array.from({ length: 4 * BLOCK }, () => standardExponential(next));
  return Array.from({ length: BLOCK }, (_, i) => {
    const k = BLOCK + 3 * i;
    return (at(drawn, i) + at(drawn, k) + at(drawn, k + 1) + at(drawn, k + 2)) / 4;
  });
}

function at(values: readonly number[], i: number): number {
  return values[i] as number;
}

function last(values: readonly number[]): number {
  return at(values, values.length - 1);
}
