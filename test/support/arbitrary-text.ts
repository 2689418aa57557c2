import fc from 'fast-check';

const space = fc.constantFrom('', ' ', '\n  ', ' /* c */ ', ' // c\n', '\r\n\t');
/** Objects in JSON with comments and trailing commas, spaced in every way that is allowed. */
export const designText: fc.Arbitrary<string> = fc.letrec<{ value: string; object: string; list: string }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.constantFrom('1', 'true', '"x"', 'null'), tie('object'), tie('list')),
  object: fc
    .tuple(
      fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 4 }),
      fc.array(tie('value'), { minLength: 4, maxLength: 4 }),
      fc.array(space, { minLength: 12, maxLength: 12 }),
      fc.boolean(),
    )
    .map(([keys, values, gaps, trailing]) => {
      const gap = (i: number) => gaps[i % gaps.length] as string;
      const entries = keys.map((key, i) => `${gap(3 * i)}"${key}":${gap(3 * i + 1)}${values[i]}${gap(3 * i + 2)}`);
      return `{${entries.join(',')}${trailing && keys.length > 0 ? ',' : ''}${gap(5)}}`;
    }),
  list: fc.tuple(fc.array(tie('value'), { maxLength: 3 }), space).map(([items, gap]) => `[${gap}${items.join(`,${gap}`)}${gap}]`),
})).object;
