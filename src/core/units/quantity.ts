import { type Base, type Dimension, type DimensionName, dimensions, type Unit } from './dimensions.js';
import { type Parsed, parsed, wrong } from './parsed.js';

/** A number in a base unit. `word` is set, and the number infinite, for words such as `saturate`. */
export interface Quantity {
  readonly value: number;
  readonly base: Base;
  readonly word?: string;
}

const unitsOf = new Map<DimensionName, ReadonlyMap<string, Unit>>();

function unitTable(name: DimensionName): ReadonlyMap<string, Unit> {
  let table = unitsOf.get(name);
  if (table === undefined) {
    table = new Map(dimensions[name].units.map((unit) => [unit.symbol, unit]));
    unitsOf.set(name, table);
  }
  return table;
}

const NUMBER = /^(\s*)([+-]?(?:\d+(?:\.\d*)?|\.\d+))(\s*)(.*?)\s*$/s;

/** "25 Gbit/s" to 25e9 bit/s. Never throws. */
export function parseQuantity(text: string, name: DimensionName): Parsed<Quantity> {
  const dimension: Dimension = dimensions[name];
  if (dimension.words?.includes(text.trim())) {
    return parsed({ value: Number.POSITIVE_INFINITY, base: dimension.units[0]?.base ?? '1', word: text.trim() });
  }
  const match = NUMBER.exec(text);
  if (match === null) return notANumber(text, dimension);
  const [, lead = '', digits = '', gap = '', symbol = ''] = match;
  const unitStart = lead.length + digits.length + gap.length;
  const number = Number(digits);
  if (digits.startsWith('-')) {
    return wrong(lead.length, lead.length + digits.length, 'A quantity is not negative here.', {}, [text.replace('-', '')]);
  }
  if (symbol === '') {
    const suggestions = dimension.usual.map((unit) => `${digits} ${unit}`);
    return wrong(
      lead.length,
      lead.length + digits.length,
      '"{text}" has no unit; this counts {counts}. Write for example "{suggestion}".',
      {
        text: text.trim(),
        counts: dimension.counts,
        suggestion: suggestions[0] ?? '',
      },
      suggestions,
    );
  }
  // "600k IOPS" reads like "600 kIOPS".
  const unit = unitTable(name).get(symbol.replace(/\s+/g, ''));
  if (unit === undefined) return wrongUnit(digits, number, symbol, unitStart, name, dimension);
  const value = number * unit.factor;
  if (!Number.isFinite(value) || value > Number.MAX_SAFE_INTEGER * 1e6) {
    return wrong(lead.length, lead.length + digits.length, '{text} is larger than anything that exists.', { text: text.trim() });
  }
  if (value === 0 && dimension.isPositive === true) {
    const suggestion = `64 ${symbol}`;
    return wrong(lead.length, lead.length + digits.length, 'Zero is no size; write for example "{suggestion}".', { suggestion }, [
      suggestion,
    ]);
  }
  return parsed({ value, base: unit.base });
}

function notANumber(text: string, dimension: Dimension): Parsed<never> {
  const suggestion = `10 ${dimension.usual[0]}`;
  const words = dimension.words?.length ? ` or "${dimension.words.join('", "')}"` : '';
  const args = { text, counts: dimension.counts, suggestion, words };
  return wrong(
    0,
    text.length,
    '"{text}" is not a quantity; this counts {counts}. Write a number and a unit, such as "{suggestion}"{words}.',
    args,
  );
}

function wrongUnit(
  digits: string,
  number: number,
  symbol: string,
  start: number,
  name: DimensionName,
  dimension: Dimension,
): Parsed<never> {
  const end = start + symbol.length;
  if (/^,\d/.test(symbol)) {
    const suggestion = `${digits}.${symbol.slice(1)}`;
    return wrong(start, start + 1, 'Decimals stand behind a point; write "{suggestion}".', { suggestion }, [suggestion]);
  }
  const tight = symbol.replace(/\s+/g, '');
  const converted = bitsForBytes(number, tight, name);
  if (converted !== undefined) {
    const args = { unit: symbol, counts: dimension.counts, same: converted.same, other: converted.other, meant: converted.meant };
    const template = '"{unit}" is not in {counts}: write "{same}" for the same amount, or "{other}" if {meant} were meant.';
    return wrong(start, end, template, args, [converted.other, converted.same]);
  }
  const likely = likelyUnits(tight, dimension).map((unit) => `${digits} ${unit}`);
  if (likely.length > 0) {
    const args = { unit: symbol, suggestions: likely.map((s) => `"${s}"`).join(' or ') };
    return wrong(start, end, '"{unit}" is not a unit here; write {suggestions}.', args, likely);
  }
  const usual = dimension.usual.map((unit) => `${digits} ${unit}`);
  const args = { unit: symbol, counts: dimension.counts, suggestions: usual.map((s) => `"${s}"`).join(' or ') };
  return wrong(start, end, '"{unit}" is not a unit of what is counted here, {counts}. Write for example {suggestions}.', args, usual);
}

/** Bits where bytes are counted, or the reverse: the two ways in which the author may have meant it. */
function bitsForBytes(number: number, symbol: string, name: DimensionName): { same: string; other: string; meant: string } | undefined {
  if (name === 'byte-rate' && unitTable('bit-rate').has(symbol)) {
    const prefix = symbol.replace(/(bit|b)\/s$/, '');
    return { same: `${shortest(number / 8)} ${prefix}B/s`, other: `${number} ${prefix}B/s`, meant: 'bytes' };
  }
  if (name === 'bit-rate' && unitTable('byte-rate').has(symbol)) {
    const prefix = symbol.replace(/B\/s$/, '');
    return { same: `${shortest(number * 8)} ${prefix}bit/s`, other: `${number} ${prefix}bit/s`, meant: 'bits' };
  }
  return undefined;
}

function shortest(value: number): string {
  return String(Number(value.toPrecision(6)));
}

/** How people write units elsewhere: "Gbps", "kb", "KB", "usec", "G". */
function likelyUnits(symbol: string, dimension: Dimension): string[] {
  const known = new Set(dimension.units.map((unit) => unit.symbol));
  const lower = symbol.toLowerCase();
  const prefix = /^[kmgtp]?/.exec(lower)?.[0] ?? '';
  const si = prefix === '' ? '' : prefix === 'k' ? 'k' : prefix.toUpperCase();
  const iec = prefix === '' ? '' : `${prefix.toUpperCase()}i`;
  const rest = lower.slice(prefix.length).replace(/^i/, '');
  const spellings: Record<string, readonly string[]> = {
    bps: [`${si}bit/s`, `${si}B/s`],
    'bits/s': [`${si}bit/s`],
    'bit/sec': [`${si}bit/s`],
    'b/s': symbol.includes('B') ? [`${si}B/s`] : [`${si}bit/s`, `${si}B/s`],
    b: [`${iec}B`, `${si}B`],
    '': [`${iec}B`, `${si}B`, `${si}bit/s`, `${si}Hz`, `${si} IOPS`.trim(), `${si}pps`],
    byte: [`${iec}B`],
    bytes: [`${iec}B`],
    hz: [`${si}Hz`],
    iops: [`${si} IOPS`.trim()],
    pps: [`${si}pps`],
    'p/s': [`${si}pps`],
  };
  const times: Record<string, string> = {
    usec: 'us',
    µsec: 'us',
    msec: 'ms',
    nsec: 'ns',
    sec: 's',
    secs: 's',
    seconds: 's',
    minutes: 'min',
    hours: 'h',
  };
  const candidates = [...(spellings[rest] ?? []), ...(times[lower] === undefined ? [] : [times[lower]])];
  for (const unit of known) if (unit.toLowerCase() === lower) candidates.push(unit);
  return [...new Set(candidates)].filter((unit) => known.has(unit.replace(/\s+/g, ''))).slice(0, 2);
}

/** A pattern that accepts what `parseQuantity` accepts, for tools that know JSON Schema only. */
export function quantityPattern(name: DimensionName): string {
  const dimension: Dimension = dimensions[name];
  const symbols = [...new Set(dimension.units.map((unit) => unit.symbol))].sort((a, b) => b.length - a.length);
  const units = symbols.map((s) => s.replace(/^([kMGTP]i?)(IOPS|pps|bit\/s|b\/s|B\/s|B|Hz)$/, '$1\\s*$2')).join('|');
  const words = dimension.words?.length ? `|\\s*(${dimension.words.join('|')})\\s*` : '';
  return `^(\\s*\\+?(\\d+(\\.\\d*)?|\\.\\d+)\\s*(${units})\\s*${words})$`;
}
