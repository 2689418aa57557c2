import { parseCpuSet } from './cpu-set.js';
import { type DimensionName, dimensionNames } from './dimensions.js';
import type { Parsed } from './parsed.js';
import { parseBusRange, parseMac, parsePciAddress } from './pci-address.js';
import { parsePcieLink } from './pcie-link.js';
import { parseQuantity } from './quantity.js';
import { parseReference } from './reference.js';

type Parser = (text: string) => Parsed<unknown>;

/** Every `format` of the schema with its parser: the one meaning of each kind of value. */
export const valueParsers: ReadonlyMap<string, Parser> = new Map<string, Parser>(
  (
    [
      ...dimensionNames.map((name: DimensionName) => [`iovt-${name}`, (text: string) => parseQuantity(text, name)] as const),
      ['iovt-cpu-set', parseCpuSet],
      ['iovt-pcie-link', parsePcieLink],
      ['iovt-pci-address', parsePciAddress],
      ['iovt-bus-range', parseBusRange],
      ['iovt-mac', parseMac],
      ['iovt-reference', parseReference],
    ] as const
  ).map(([format, parse]) => [format, remembering(parse)]),
);

const MAX_REMEMBERED = 20_000;

/** Validation and resolution read every value, and designs say the same things often; results are immutable. */
function remembering(parse: Parser): Parser {
  const results = new Map<string, Parsed<unknown>>();
  return (text) => {
    let result = results.get(text);
    if (result === undefined) {
      result = parse(text);
      if (results.size >= MAX_REMEMBERED) results.clear();
      if (text.length <= 200) results.set(text, result);
    }
    return result;
  };
}
