/** Quantities as a person would write them, without losing anything: 8589934592 is "8 GiB", 8000000000 is "8 GB". */

type Unit = readonly [symbol: string, factor: number];

const IEC: readonly Unit[] = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
];
const SI_BYTES: readonly Unit[] = [
  ['TB', 1e12],
  ['GB', 1e9],
  ['MB', 1e6],
  ['kB', 1e3],
];
const SI = (unit: string): Unit[] => [
  [`T${unit}`, 1e12],
  [`G${unit}`, 1e9],
  [`M${unit}`, 1e6],
  [`k${unit}`, 1e3],
  [unit, 1],
];

/** The shortest way to write a whole number exactly; of ways as short, the first unit of the list. */
function exact(value: number, units: readonly Unit[]): string {
  let best: string | undefined;
  for (const [symbol, factor] of units) {
    const scaled = Number((value / factor).toFixed(3));
    if (scaled < 1 || scaled * factor !== value) continue;
    const text = `${scaled} ${symbol}`;
    if (best === undefined || text.length < best.length) best = text;
  }
  const [smallest, factor] = units.at(-1) as Unit;
  return best ?? `${value / factor} ${smallest}`;
}

export function bytes(value: number): string {
  return exact(value, [...IEC, ...SI_BYTES, ['B', 1]]);
}

export function bytesPerSec(value: number): string {
  const perSec = ([symbol, factor]: Unit): Unit => [`${symbol}/s`, factor];
  return exact(value, [...IEC, ...SI_BYTES, ['B', 1] as Unit].map(perSec));
}

export function bitsPerSec(value: number): string {
  return exact(value, SI('bit/s'));
}

/** `20k IOPS`, as people write it. */
export function iops(value: number): string {
  return exact(value, [
    ['M', 1e6],
    ['k', 1e3],
    ['', 1],
  ])
    .replace(/ (\w?)$/, '$1 IOPS')
    .replace(/\s+/g, ' ');
}

/** Memory as a machine reports it, which no author would write to the byte: to a hundredth of a GiB where it is not a round number. */
export function aboutBytes(value: number): string {
  const plain = bytes(value);
  if (plain.length <= 8 || value < 2 ** 20) return plain;
  const [symbol, factor] = value >= 2 ** 30 ? (['GiB', 2 ** 30] as const) : (['MiB', 2 ** 20] as const);
  return `${Number((value / factor).toFixed(2))} ${symbol}`;
}

/** Capacity of a drive, in the powers of ten of its label. */
export function capacity(value: number): string {
  const [symbol, factor] = SI_BYTES.find(([, f]) => value >= f) ?? ['B', 1];
  return `${Number((value / factor).toPrecision(3))} ${symbol}`;
}
