import { EXPONENTS, FIRST_EXPONENT, SUB_BITS } from './kernel/kinds.js';

/**
 * Log-linear histogram of times in picoseconds: 32 buckets for each power of two, so a value is known to 3 %. It is read
 * from the bits of the double; no logarithm. Range 1 ps to 2^40 ps x 2^... (36 hours); beyond the last bucket counts as it.
 */

export const BUCKETS = EXPONENTS << SUB_BITS;
const BUCKET_BASE = (1023 + FIRST_EXPONENT) << SUB_BITS;

const float = new Float64Array(1);
const words = new Uint32Array(float.buffer);
/** Which 32-bit word of a double holds sign, exponent and the first bits of the fraction. */
const HIGH_WORD = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1 ? 1 : 0;

export function bucketOf(valuePs: number): number {
  float[0] = valuePs;
  const bucket = (words[HIGH_WORD] >>> (20 - SUB_BITS)) - BUCKET_BASE;
  return bucket < 0 ? 0 : bucket >= BUCKETS ? BUCKETS - 1 : bucket;
}

/** Lower end of a bucket. */
export function bucketStart(bucket: number): number {
  words[HIGH_WORD] = (bucket + BUCKET_BASE) << (20 - SUB_BITS);
  words[1 - HIGH_WORD] = 0;
  return float[0];
}

/**
 * The value below which a fraction of the counts lies, interpolated inside its bucket.
 *
 * @param counts a histogram of BUCKETS entries beginning at `offset`.
 * @returns picoseconds; NaN without counts.
 */
export function quantile(counts: Uint32Array, offset: number, total: number, fraction: number): number {
  if (total === 0) return Number.NaN;
  const wanted = fraction * total;
  let seen = 0;
  for (let b = 0; b < BUCKETS; b++) {
    const here = counts[offset + b];
    if (seen + here >= wanted && here > 0) {
      const low = b === 0 ? 0 : bucketStart(b);
      const high = bucketStart(b + 1);
      return low + (high - low) * Math.min(1, Math.max(0, (wanted - seen) / here));
    }
    seen += here;
  }
  return bucketStart(BUCKETS);
}
