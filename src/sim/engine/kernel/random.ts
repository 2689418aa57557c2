import { BLOCK, ERLANG4, UNIFORM } from './kinds';
import { exponential, naturalLog } from './mathematics';
import { allocate } from './memory';

/** The tail of the ziggurat begins here; 256 layers of equal area lie below. */
const TAIL: f64 = 7.69711747013105;
const AREA: f64 = 0.003949659822581557;
const LAYERS: usize = 256;

const TO_UNIT: f64 = 2.3283064365386963e-10; // 2^-32
const TO_UNIT_24: f64 = 5.9604644775390625e-8; // 2^-24

const BLOCK_BYTES: usize = BLOCK * 8;

/** State of a generator; the variates that are drawn already lie behind it. */
@unmanaged
export class Stream {
  /** Address of the next variate; behind the last one, the block is used up. */
  next: usize;
  kind: i32;
  a: i32;
  b: i32;
  c: i32;
  d: i32;

  /** One variate, of mean 1 unless it is uniform in [0, 1). */
  @inline
  draw(): f64 {
    let at = this.next;
    if (at === changetype<usize>(this) + STREAM_SIZE) {
      refill(this);
      at = changetype<usize>(this) + STREAM_HEAD;
    }
    this.next = at + 8;
    return load<f64>(at);
  }
}

const STREAM_HEAD: usize = (offsetof<Stream>() + 7) & ~7;
const STREAM_SIZE: usize = STREAM_HEAD + BLOCK_BYTES;

/** Right ends of the layers and the density there, in turn. */
const layers = allocate((LAYERS + 1) * 16);
/** Exponential variates of which four make one of Erlang's. */
const scratch = allocate(4 * BLOCK_BYTES);

function edge(layer: usize): f64 {
  return load<f64>(layers + (layer << 4));
}

function density(layer: usize): f64 {
  return load<f64>(layers + (layer << 4), 8);
}

function setEdge(layer: usize, value: f64): void {
  store<f64>(layers + (layer << 4), value);
}

setEdge(0, AREA / exponential(-TAIL));
setEdge(1, TAIL);
for (let i: usize = 1; i < LAYERS - 1; i++) setEdge(i + 1, -naturalLog(AREA / edge(i) + exponential(-edge(i))));
setEdge(LAYERS, 0);
for (let i: usize = 0; i <= LAYERS; i++) store<f64>(layers + (i << 4), exponential(-edge(i)), 8);

export function draw(stream: Stream): f64 {
  return stream.draw();
}

/**
 * Draws the next block of a stream. The generator is sfc32 (Doty-Humphrey, PractRand).
 *
 * Source of the exponential variates: Marsaglia and Tsang, The Ziggurat Method for Generating Random Variables, 2000.
 */
function refill(stream: Stream): void {
  const block = changetype<usize>(stream) + STREAM_HEAD;
  const kind = stream.kind;
  let a = stream.a;
  let b = stream.b;
  let c = stream.c;
  let d = stream.d;
  let at = kind === ERLANG4 ? scratch : block;
  const end = at + (kind === ERLANG4 ? 4 * BLOCK_BYTES : BLOCK_BYTES);
  while (at < end) {
    let t = a + b + d;
    d++;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = rotl(c, 21) + t;
    if (kind === UNIFORM) {
      store<f64>(at, <f64>(<u32>t) * TO_UNIT);
      at += 8;
      continue;
    }
    const layer = <usize>(t & 255);
    const x = <f64>(<u32>t >>> 8) * TO_UNIT_24 * edge(layer);
    store<f64>(at, x);
    if (x < edge(layer + 1)) {
      at += 8;
      continue;
    }
    t = a + b + d;
    d++;
    a = b ^ (b >>> 9);
    b = c + (c << 3);
    c = rotl(c, 21) + t;
    const u = (<f64>(<u32>t) + 0.5) * TO_UNIT;
    if (layer === 0) {
      store<f64>(at, TAIL - naturalLog(u));
      at += 8;
    } else if (density(layer) + u * (density(layer + 1) - density(layer)) < exponential(-x)) at += 8;
  }
  stream.a = a;
  stream.b = b;
  stream.c = c;
  stream.d = d;
  if (kind === ERLANG4) {
    // With mean 1: the mean of four exponentials.
    for (let i: usize = 0; i < <usize>BLOCK; i++) {
      const first = scratch + i * 8;
      const rest = scratch + BLOCK_BYTES + i * 24;
      store<f64>(block + i * 8, (load<f64>(first) + load<f64>(rest) + load<f64>(rest, 8) + load<f64>(rest, 16)) * 0.25);
    }
  }
}
