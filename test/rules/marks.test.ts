import { expect, test } from 'vitest';
import { analyse, asMarks, cases, markedDiagnostics } from '../support/check.js';

test.each(cases('rules').map(({ name, files }) => [name, files] as const))(
  '%s is reported where its author would change it',
  async (_, files) => {
    const { diagnostics } = await analyse(files);
    expect(asMarks(diagnostics)).toEqual(markedDiagnostics(files['main.iovt'] ?? ''));
  },
);
