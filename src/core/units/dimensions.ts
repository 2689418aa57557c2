/**
 * What a quantity counts, and the units that may be written for it. SI prefixes are powers of ten, IEC prefixes powers of
 * two; a bit and a byte are never taken for one another.
 */

/** What one base unit is: the unit that the parsed number is in. */
export type Base = 'bit/s' | 'B/s' | 'op/s' | 'B' | 's' | 'Hz' | 'cycle' | 's/B' | 'cycle/B' | '1';

export interface Unit {
  readonly symbol: string;
  readonly base: Base;
  readonly factor: number;
}

const SI: readonly (readonly [string, number])[] = [
  ['', 1],
  ['k', 1e3],
  ['M', 1e6],
  ['G', 1e9],
  ['T', 1e12],
  ['P', 1e15],
];
const IEC: readonly (readonly [string, number])[] = [
  ['Ki', 2 ** 10],
  ['Mi', 2 ** 20],
  ['Gi', 2 ** 30],
  ['Ti', 2 ** 40],
  ['Pi', 2 ** 50],
];
const SMALL: readonly (readonly [string, number])[] = [
  ['p', 1e-12],
  ['n', 1e-9],
  ['u', 1e-6],
  ['µ', 1e-6],
  ['μ', 1e-6],
  ['m', 1e-3],
  ['', 1],
];

function prefixed(prefixes: readonly (readonly [string, number])[], symbol: string, base: Base, factor = 1): Unit[] {
  return prefixes.map(([prefix, power]) => ({ symbol: prefix + symbol, base, factor: power * factor }));
}

const bitsPerSec = [...prefixed(SI, 'bit/s', 'bit/s'), ...prefixed(IEC, 'bit/s', 'bit/s'), ...prefixed(SI, 'b/s', 'bit/s')];
const bytesPerSec = [...prefixed(SI, 'B/s', 'B/s'), ...prefixed(IEC, 'B/s', 'B/s')];
const ioPerSec = prefixed(SI, 'IOPS', 'op/s');
const packetsPerSec = prefixed(SI, 'pps', 'op/s');
/** Jobs of a GPU, requests and answers: what is neither a packet nor an I/O. */
const opsPerSec = [...ioPerSec, ...packetsPerSec, ...prefixed(SI, 'op/s', 'op/s')];
const bytes = [...prefixed(SI, 'B', 'B'), ...prefixed(IEC, 'B', 'B')];
const seconds: Unit[] = [...prefixed(SMALL, 's', 's'), { symbol: 'min', base: 's', factor: 60 }, { symbol: 'h', base: 's', factor: 3600 }];
const hertz = prefixed(SI, 'Hz', 'Hz');
const cycles: Unit[] = [
  { symbol: 'cycles', base: 'cycle', factor: 1 },
  { symbol: 'cycle', base: 'cycle', factor: 1 },
  { symbol: 'kcycles', base: 'cycle', factor: 1e3 },
];
const perByte: Unit[] = [
  { symbol: 'ps/B', base: 's/B', factor: 1e-12 },
  { symbol: 'ns/B', base: 's/B', factor: 1e-9 },
  { symbol: 'cycles/B', base: 'cycle/B', factor: 1 },
];

export interface Dimension {
  /** As a message says it: "… counts bits per second". */
  readonly counts: string;
  readonly units: readonly Unit[];
  /** Units to name when somebody left the unit out, the likeliest first. */
  readonly usual: readonly string[];
  /** Words that stand for themselves, such as `saturate`. */
  readonly words?: readonly string[];
  /** Zero makes no sense. */
  readonly isPositive?: boolean;
}

export const dimensions = {
  'bit-rate': { counts: 'bits per second', units: bitsPerSec, usual: ['Gbit/s', 'Mbit/s'] },
  'byte-rate': { counts: 'bytes per second', units: bytesPerSec, usual: ['GB/s', 'MB/s'] },
  'data-rate': { counts: 'bits or bytes per second', units: [...bitsPerSec, ...bytesPerSec], usual: ['Gbit/s', 'MB/s'] },
  'io-rate': { counts: 'I/O operations per second', units: ioPerSec, usual: ['k IOPS', 'IOPS'] },
  'packet-rate': { counts: 'packets per second', units: packetsPerSec, usual: ['Mpps', 'kpps'] },
  'op-rate': { counts: 'operations per second', units: opsPerSec, usual: ['k IOPS', 'Mpps'] },
  demand: {
    counts: 'bits, bytes, packets, I/Os or other operations per second',
    units: [...bitsPerSec, ...bytesPerSec, ...opsPerSec],
    usual: ['Gbit/s', 'Mpps', 'k IOPS'],
    words: ['saturate'],
  },
  size: { counts: 'bytes', units: bytes, usual: ['GiB', 'MiB', 'KiB', 'B'] },
  /** Of a packet or I/O. */
  'operation-size': { counts: 'bytes', units: bytes, usual: ['B', 'KiB'], isPositive: true },
  duration: { counts: 'time', units: seconds, usual: ['us', 'ms', 's'] },
  frequency: { counts: 'cycles per second', units: hertz, usual: ['GHz', 'MHz'] },
  cost: { counts: 'time or CPU cycles', units: [...seconds, ...cycles], usual: ['ns', 'us', 'cycles'] },
  'cost-per-byte': { counts: 'time or CPU cycles per byte', units: perByte, usual: ['cycles/B', 'ns/B'] },
  /** The limit of an objective: what it counts depends on the metric. */
  'metric-value': {
    counts: 'what the metric counts',
    units: [...bitsPerSec, ...bytesPerSec, ...opsPerSec, ...seconds],
    usual: ['us', 'Gbit/s', 'k IOPS'],
  },
} as const satisfies Record<string, Dimension>;

export type DimensionName = keyof typeof dimensions;

export const dimensionNames = Object.keys(dimensions) as DimensionName[];
