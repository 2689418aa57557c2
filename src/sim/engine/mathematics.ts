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
  for (let k = 25; k >= 1; k -= 2) sum = sum * square + 1 / k;
  return exponent * Math.LN2 + 2 * s * sum;
}

/** e to the power of x, for |x| below 700; relative error below 1e-14. */
export function exponential(x: number): number {
  const k = Math.round(x / Math.LN2);
  const r = x - k * Math.LN2;
  let sum = 1;
  for (let n = 18; n >= 1; n--) sum = 1 + (sum * r) / n;
  let scale = 1;
  for (let i = 0; i < Math.abs(k); i++) scale *= 2;
  return k >= 0 ? sum * scale : sum / scale;
}
