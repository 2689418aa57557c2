import { valueParsers } from '../units/values.js';

/** What the compiled validator calls for each `format` of the schema. */
export const formats: Record<string, (text: string) => boolean> = Object.fromEntries(
  [...valueParsers].map(([name, parse]) => [name, (text: string) => parse(text).ok]),
);
