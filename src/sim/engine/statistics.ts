/** Mean and half width of its 95 % confidence interval, from independent observations. */
export interface Estimate {
  readonly mean: number;
  /** Infinite with fewer than two observations. */
  readonly halfWidth: number;
}

export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  if (n === 0) return { mean: Number.NaN, halfWidth: Number.POSITIVE_INFINITY };
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  if (n === 1) return { mean, halfWidth: Number.POSITIVE_INFINITY };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1);
  return { mean, halfWidth: studentT95(n - 1) * Math.sqrt(variance / n) };
}

/** Two-sided 95 % quantiles of Student's t distribution by degrees of freedom, from 1. Source: any table of it. */
const T95 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086,
  2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

export function studentT95(degrees: number): number {
  if (degrees <= T95.length) return T95[degrees - 1];
  // Expansion in 1/degrees around the normal quantile (Abramowitz and Stegun 26.7.5), good to 1e-4 from 30 on.
  const z = 1.959964;
  return z + (z ** 3 + z) / (4 * degrees) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * degrees ** 2);
}

/**
 * Where the transient of a series ends, by the marginal standard error rule on means of five (MSER-5).
 *
 * @returns number of observations to leave out; more than half of them means that the series has not settled.
 * Source: White, An effective truncation heuristic for bias reduction in simulation output, Simulation 69, 1997.
 */
export function transientEnd(series: readonly number[]): number {
  const means: number[] = [];
  for (let i = 0; i + 5 <= series.length; i += 5)
    means.push((series[i] + series[i + 1] + series[i + 2] + series[i + 3] + series[i + 4]) / 5);
  const n = means.length;
  let best = 0;
  let bestError = Number.POSITIVE_INFINITY;
  let sum = 0;
  let squares = 0;
  const errors = new Float64Array(n);
  for (let k = n - 1; k >= 0; k--) {
    sum += means[k];
    squares += means[k] * means[k];
    const count = n - k;
    errors[k] = (squares - (sum * sum) / count) / (count * count);
  }
  // What is left without scatter needs no further cut; rounding must not say otherwise.
  const all = means.reduce((total, mean) => total + mean, 0);
  for (let k = 0; k < n; k++) if (errors[k] * (n - k) <= 1e-12 * (all / n) ** 2) errors[k] = 0;
  // Few observations at the end always look quiet; the rule is applied to the first three quarters.
  for (let k = 0; k < Math.floor(n * 0.75); k++) {
    if (errors[k] < bestError) {
      bestError = errors[k];
      best = k;
    }
  }
  return best * 5;
}

/** Jain's index of fairness: 1 if all are equal, 1/n if one has everything. NaN for nothing at all. */
export function jainIndex(shares: readonly number[]): number {
  const sum = shares.reduce((total, share) => total + share, 0);
  const squares = shares.reduce((total, share) => total + share * share, 0);
  return squares === 0 ? Number.NaN : (sum * sum) / (shares.length * squares);
}
