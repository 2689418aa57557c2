import { EXPONENTS, FIRST_EXPONENT, SUB_BITS } from './kinds';
import { Program } from './records';

const BUCKETS: i32 = EXPONENTS << SUB_BITS;
const BUCKET_BASE: i32 = (1023 + FIRST_EXPONENT) << SUB_BITS;

/** A job is done. The bucket of a time is read from the bits of the double: no logarithm. */
export function count(program: Program, latency: f64): void {
  program.done++;
  program.latency += latency;
  const bits = <i32>(reinterpret<i64>(latency) >>> (52 - SUB_BITS)) - BUCKET_BASE;
  const bucket = min(max(bits, 0), BUCKETS - 1);
  const at = program.histogram + ((<usize>bucket) << 2);
  store<u32>(at, load<u32>(at) + 1);
}
