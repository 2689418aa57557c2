/**
 * Logarithm and exponential from IEEE additions, multiplications and divisions alone, so that a seed gives the same run in
 * every JavaScript engine. Slower than `Math.log` and `Math.exp`; used for tables and rare tails only.
 */

/** Natural logarithm of a normal positive number; relative error below 1e-15. */
export function naturalLog(x: number): number {
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
  let sum = 0;
  for (let k = ODD_RECIPROCALS.length - 1; k >= 0; k--) sum = sum * square + ODD_RECIPROCALS[k];
  return exponent * Math.LN2 + 2 * s * sum;
}

/** 1, 1/3, 1/5, … */
const ODD_RECIPROCALS = Float64Array.from({ length: 13 }, (_, k) => 1 / (2 * k + 1));

/** e to the power of x, for |x| below 700; relative error below 1e-14. */
export function exponential(x: number): number {
  const k = Math.round(x / Math.LN2);
  const r = x - k * Math.LN2;
  // |r| is at most 0.347, so that 15 terms of the Taylor series reach double precision.
  let sum = 0;
  for (let n = INVERSE_FACTORIALS.length - 1; n >= 0; n--) sum = sum * r + INVERSE_FACTORIALS[n];
  let scale = 1;
  for (let i = 0; i < Math.abs(k); i++) scale *= 2;
  return k >= 0 ? sum * scale : sum / scale;
}

/** 1/0!, 1/1!, 1/2!, … */
const INVERSE_FACTORIALS = new Float64Array(15).fill(1);
for (let n = 1; n < INVERSE_FACTORIALS.length; n++) INVERSE_FACTORIALS[n] = INVERSE_FACTORIALS[n - 1] / n;
