/**
 * Logarithm and exponential from IEEE additions, multiplications and divisions alone, so that a seed gives the same run
 * everywhere. Slow; used for tables and rare tails only.
 */
import { allocate } from './memory';

const ODDS = 13;
const TERMS = 15;
/** 1, 1/3, 1/5, … */
const oddReciprocals = allocate(ODDS * 8);
for (let k = 0; k < ODDS; k++) store<f64>(oddReciprocals + <usize>k * 8, 1 / <f64>(2 * k + 1));
/** 1/0!, 1/1!, 1/2!, … */
const inverseFactorials = allocate(TERMS * 8);
store<f64>(inverseFactorials, 1);
for (let n = 1; n < TERMS; n++) store<f64>(inverseFactorials + <usize>n * 8, load<f64>(inverseFactorials + <usize>(n - 1) * 8) / <f64>n);

/** Natural logarithm of a normal positive number; relative error below 1e-15. */
export function naturalLog(x: f64): f64 {
  let exponent = 0;
  let mantissa = x;
  while (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent++;
  }
  while (mantissa < Math.SQRT1_2) {
    mantissa *= 2;
    exponent--;
  }
  // log(m) = 2 artanh((m - 1) / (m + 1)); the argument is at most 0.1716, so 13 terms reach double precision.
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum: f64 = 0;
  for (let k = ODDS - 1; k >= 0; k--) sum = sum * square + load<f64>(oddReciprocals + <usize>k * 8);
  return <f64>exponent * Math.LN2 + 2 * s * sum;
}

/** e to the power of x, for |x| below 700; relative error below 1e-14. */
export function exponential(x: f64): f64 {
  const k = <i32>floor(x / Math.LN2 + 0.5);
  const r = x - <f64>k * Math.LN2;
  // |r| is at most 0.347, so that 15 terms of the Taylor series reach double precision.
  let sum: f64 = 0;
  for (let n = TERMS - 1; n >= 0; n--) sum = sum * r + load<f64>(inverseFactorials + <usize>n * 8);
  let scale: f64 = 1;
  for (let i = 0; i < abs(k); i++) scale *= 2;
  return k >= 0 ? sum * scale : sum / scale;
}
