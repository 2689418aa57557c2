/** Logarithm and exponential of the kernel, from IEEE additions, multiplications and divisions alone. */

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
  const sum = ODD_RECIPROCALS.reduceRight((rest, factor) => rest * square + factor, 0);
  return exponent * Math.LN2 + 2 * s * sum;
}

/** 1, 1/3, 1/5, … */
const ODD_RECIPROCALS = Float64Array.from({ length: 13 }, (_, k) => 1 / (2 * k + 1));

/** e to the power of x, for |x| below 700; relative error below 1e-14. */
export function exponential(x: number): number {
  const k = Math.round(x / Math.LN2);
  const r = x - k * Math.LN2;
  // |r| is at most 0.347, so that 15 terms of the Taylor series reach double precision.
  const sum = INVERSE_FACTORIALS.reduceRight((rest, factor) => rest * r + factor, 0);
  let scale = 1;
  for (let i = 0; i < Math.abs(k); i++) scale *= 2;
  return k >= 0 ? sum * scale : sum / scale;
}

/** 1/0!, 1/1!, 1/2!, … */
const INVERSE_FACTORIALS = [1];
while (INVERSE_FACTORIALS.length < 15) INVERSE_FACTORIALS.push((INVERSE_FACTORIALS.at(-1) as number) / INVERSE_FACTORIALS.length);
