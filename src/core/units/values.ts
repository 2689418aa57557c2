import { parseCpuSet } from './cpu-set.js';
import { type DimensionName, dimensionNames } from './dimensions.js';
import type { Parsed } from './parsed.js';
import { parseBusRange, parseMac, parsePciAddress } from './pci-address.js';
import { parsePcieLink } from './pcie-link.js';
import { parseQuantity } from './quantity.js';
import { parseReference } from './reference.js';

/** Every `format` of the schema with its parser: the one meaning of each kind of value. */
export const valueParsers: ReadonlyMap<string, (text: string) => Parsed<unknown>> = new Map<string, (text: string) => Parsed<unknown>>([
  ...dimensionNames.map((name: DimensionName) => [`iovt-${name}`, (text: string) => parseQuantity(text, name)] as const),
  ['iovt-cpu-set', parseCpuSet],
  ['iovt-pcie-link', parsePcieLink],
  ['iovt-pci-address', parsePciAddress],
  ['iovt-bus-range', parseBusRange],
  ['iovt-mac', parseMac],
  ['iovt-reference', parseReference],
]);
