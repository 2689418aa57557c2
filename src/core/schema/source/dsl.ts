/**
 * Words in which the schema is written. They make plain JSON Schema (draft 2020-12) of the keywords that both ajv and
 * vscode-json-languageservice implement, and two annotations of our own: `format` names a parser of `core/units`, and
 * `x-ref` says which kinds of entity a reference may name. Every property has a description and an example or default.
 */

import type { EntityKind } from '../../model/entity-kind.js';
import { type DimensionName, dimensions } from '../../units/dimensions.js';
import { quantityPattern } from '../../units/quantity.js';

export interface Schema {
  [keyword: string]: unknown;
}

export type Props = Record<string, Schema>;

interface Extra {
  default?: unknown;
  /** Where the default comes from; shown wherever the default is. */
  source?: string;
  examples?: readonly unknown[];
}

const examplesOrDefault = ({ default: value, source, examples }: Extra): Schema => ({
  ...(value === undefined ? {} : { default: value }),
  ...(source === undefined ? {} : { 'x-source': source }),
  ...(examples === undefined ? {} : { examples }),
});

export const text = (description: string, ...examples: string[]): Schema => ({ type: 'string', description, examples });

export const flag = (description: string, value?: boolean): Schema => ({
  type: 'boolean',
  description,
  ...(value === undefined ? { examples: [true] } : { default: value }),
});

export const count = (description: string, extra: Extra & { minimum?: number; maximum?: number }): Schema => ({
  type: 'integer',
  minimum: extra.minimum ?? 0,
  ...(extra.maximum === undefined ? {} : { maximum: extra.maximum }),
  description,
  ...examplesOrDefault(extra),
});

export const fraction = (description: string, extra: Extra): Schema => ({
  type: 'number',
  minimum: 0,
  maximum: 1,
  description,
  ...examplesOrDefault(extra),
});

export const number = (description: string, extra: Extra & { minimum?: number }): Schema => ({
  type: 'number',
  minimum: extra.minimum ?? 0,
  description,
  ...examplesOrDefault(extra),
});

/** One of several words, each with what it means. */
export const oneOfWords = (description: string, words: Readonly<Record<string, string>>, extra: Extra = {}): Schema => ({
  type: 'string',
  enum: Object.keys(words),
  enumDescriptions: Object.values(words),
  description,
  ...(extra.default === undefined && extra.examples === undefined ? { examples: [Object.keys(words)[0]] } : examplesOrDefault(extra)),
});

export const quantity = (dimension: DimensionName, description: string, extra: Extra): Schema => ({
  $ref: `#/$defs/${dimension}`,
  description,
  ...examplesOrDefault(extra),
});

/** A value with a parser of its own in `core/units`. */
const parsedText =
  (definition: string) =>
  (description: string, ...examples: string[]): Schema => ({
    $ref: `#/$defs/${definition}`,
    description,
    examples,
  });

export const cpuSet = parsedText('cpu-set');
export const pcieLink = parsedText('pcie-link');
export const pciAddress = parsedText('pci-address');
export const busRange = parsedText('bus-range');
export const mac = parsedText('mac');

export const reference = (kinds: readonly EntityKind[], description: string, ...examples: string[]): Schema => ({
  $ref: '#/$defs/reference',
  'x-ref': kinds,
  description,
  examples,
});

export const list = (items: Schema, description: string, ...examples: unknown[]): Schema => ({
  type: 'array',
  items,
  description,
  examples,
});

/** A closed object: a property that is not listed is an error. */
export const object = (
  description: string,
  properties: Props,
  extra: { required?: readonly string[]; examples?: readonly unknown[] } = {},
): Schema => ({
  type: 'object',
  description,
  properties,
  additionalProperties: false,
  ...(extra.required === undefined ? {} : { required: extra.required }),
  ...(extra.examples === undefined ? {} : { examples: extra.examples }),
});

/** Entities by id. */
export const byId = (definition: string, description: string, example: unknown): Schema => ({
  type: 'object',
  description,
  additionalProperties: { $ref: `#/$defs/${definition}` },
  propertyNames: { $ref: '#/$defs/id' },
  examples: [example],
});

export const use = (definition: string, description?: string, ...examples: unknown[]): Schema => ({
  $ref: `#/$defs/${definition}`,
  ...(description === undefined ? {} : { description }),
  ...(examples.length === 0 ? {} : { examples }),
});

/** Either of two forms. The types must differ, so that messages can speak of the form that was meant. */
export const either = (description: string, forms: readonly Schema[], ...examples: unknown[]): Schema => ({
  anyOf: forms,
  description,
  examples,
});

export const ID_PATTERN = '^[A-Za-z_][A-Za-z0-9_.-]*$';

/** Definitions of the value types that have parsers. */
export function valueDefinitions(): Record<string, Schema> {
  const definitions: Record<string, Schema> = {
    id: { type: 'string', pattern: ID_PATTERN, description: 'A name: a letter or _, then letters, digits, _ . and -.', examples: ['nic0'] },
    'cpu-set': {
      type: 'string',
      format: 'iovt-cpu-set',
      pattern: '^[\\d\\s,:/-]+$',
      description: 'Logical CPUs in the list form of Linux.',
      examples: ['0-3,8'],
    },
    'pcie-link': {
      type: 'string',
      format: 'iovt-pcie-link',
      pattern: '^\\s*([pP][cC][iI][eE]\\s*)?[gG][eE][nN]\\s*[1-6]\\s*[xX]\\s*(1|2|4|8|12|16|32)\\s*$',
      description: 'A PCIe link: generation and lanes.',
      examples: ['gen4 x16'],
    },
    'pci-address': {
      type: 'string',
      format: 'iovt-pci-address',
      pattern: '^\\s*[0-9a-fA-F]{1,8}:[0-9a-fA-F]{1,4}:[0-9a-fA-F]{1,3}\\.[0-7]\\s*$',
      description: 'A PCI address: domain, bus, slot, function.',
      examples: ['0000:3b:00.0'],
    },
    'bus-range': {
      type: 'string',
      format: 'iovt-bus-range',
      pattern: '^\\s*[0-9a-fA-F]{1,2}(\\s*-\\s*[0-9a-fA-F]{1,2})?\\s*$',
      description: 'Secondary to subordinate bus, hexadecimal.',
      examples: ['40-47'],
    },
    mac: {
      type: 'string',
      format: 'iovt-mac',
      pattern: '^\\s*[0-9a-fA-F]{2}([:-][0-9a-fA-F]{2}){5}\\s*$',
      description: 'A MAC address.',
      examples: ['52:54:00:12:34:56'],
    },
    reference: {
      type: 'string',
      format: 'iovt-reference',
      pattern: '^[^\\s/]+(/[^\\s/]+)*$',
      description: 'A path of ids, relative to the nearest enclosing scope.',
      examples: ['nic0/p0'],
    },
  };
  for (const name of Object.keys(dimensions) as DimensionName[]) {
    const dimension = dimensions[name];
    definitions[name] = {
      type: 'string',
      format: `iovt-${name}`,
      pattern: quantityPattern(name),
      description: `A quantity that counts ${dimension.counts}.`,
      examples: dimension.usual.map((unit) => `10 ${unit}`),
    };
  }
  return definitions;
}
