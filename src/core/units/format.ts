import type { Base } from './dimensions.js';

const LARGE = ['', 'k', 'M', 'G', 'T', 'P'] as const;

/** Three significant digits, no trailing zeros: 1234567 to "1.23". */
function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function withPrefix(value: number, unit: string, separator = ' '): string {
  if (value === Number.POSITIVE_INFINITY) return 'unlimited';
  let power = 0;
  let scaled = value;
  while (Math.abs(scaled) >= 999.5 && power < LARGE.length - 1) {
    scaled /= 1000;
    power++;
  }
  return `${digits(scaled)}${separator}${LARGE[power]}${unit}`;
}

export function formatBitsPerSec(value: number): string {
  return withPrefix(value, 'bit/s');
}

export function formatBytesPerSec(value: number): string {
  return withPrefix(value, 'B/s');
}

export function formatOpsPerSec(value: number, unit: 'IOPS' | 'pps' | 'op/s' = 'op/s'): string {
  return withPrefix(value, unit);
}

export function formatHertz(value: number): string {
  return withPrefix(value, 'Hz');
}

export function formatBytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];
  let power = 0;
  let scaled = value;
  while (Math.abs(scaled) >= 1024 && power < units.length - 1) {
    scaled /= 1024;
    power++;
  }
  return `${digits(scaled)} ${units[power]}`;
}

export function formatSeconds(value: number): string {
  if (value === 0) return '0 s';
  const magnitude = Math.abs(value);
  if (magnitude < 1e-6) return `${digits(value * 1e9)} ns`;
  if (magnitude < 1e-3) return `${digits(value * 1e6)} us`;
  if (magnitude < 1) return `${digits(value * 1e3)} ms`;
  return `${digits(value)} s`;
}

export function formatRatio(value: number): string {
  return `${digits(value * 100)} %`;
}

/** A number of base units in the form a person would write. */
export function formatBase(value: number, base: Base): string {
  switch (base) {
    case 'bit/s':
      return formatBitsPerSec(value);
    case 'B/s':
      return formatBytesPerSec(value);
    case 'op/s':
      return formatOpsPerSec(value);
    case 'B':
      return formatBytes(value);
    case 's':
      return formatSeconds(value);
    case 'Hz':
      return formatHertz(value);
    case 'cycle':
      return `${digits(value)} cycles`;
    case 's/B':
      return `${digits(value * 1e9)} ns/B`;
    case 'cycle/B':
      return `${digits(value)} cycles/B`;
    case '1':
      return digits(value);
  }
}
