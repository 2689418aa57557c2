import { formatBitsPerSec, formatOpsPerSec, formatRatio, formatSeconds } from '../../src/core/units/format.js';
import type { Interval, OperationKind, Rate } from '../../src/sim/result.js';

/** Numbers as they stand in tables: with their unit, and a dash for what is not known. */
export const NOTHING = '–';

export function rate({ bitsPerSec, opsPerSec }: Rate): string {
  if (bitsPerSec === 0 && opsPerSec > 0) return formatOpsPerSec(opsPerSec);
  return formatBitsPerSec(bitsPerSec);
}

export function ops({ opsPerSec }: Rate, operation?: OperationKind): string {
  return formatOpsPerSec(opsPerSec, operation === 'packet' ? 'pps' : operation === 'io' ? 'IOPS' : 'op/s');
}

export function seconds(value: number | undefined | null): string {
  return value === undefined || value === null || !Number.isFinite(value) ? NOTHING : formatSeconds(value).replace(' us', ' µs');
}

export function ratio(value: number | undefined | null): string {
  return value === undefined || value === null || !Number.isFinite(value) ? NOTHING : formatRatio(value);
}

/** A loss that is not zero never reads as zero. */
export function loss(value: number): string {
  return value === 0 ? '0' : value < 1e-4 ? value.toExponential(1) : formatRatio(value);
}

/** The 95 % interval of a mean. */
export function interval([low, high]: Interval): string {
  return high === null ? `95 %: ${seconds(low)} or more` : `95 % between ${seconds(low)} and ${seconds(high)}`;
}

/** A part of a whole, as exact as one can take in. */
export function share(value: number): string {
  if (value === 0) return '0 %';
  if (value > 0 && value < 0.001) return '<0.1 %';
  return `${(value * 100).toFixed(value < 0.1 ? 1 : 0)} %`;
}

/** Half the width of an interval, against its middle: "±3.0 %". */
export function plusMinus([low, high]: Interval): string {
  if (high === null) return '±?';
  const middle = (low + high) / 2;
  return middle > 0 ? `±${share((high - low) / 2 / middle)}` : '';
}

export function factor(value: number): string {
  return Number.isFinite(value) ? `× ${Number(value.toPrecision(3))}` : NOTHING;
}

export function count(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}
