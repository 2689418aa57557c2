import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { messageText } from '../../src/core/diagnostics/diagnostic.js';
import { fixtures } from '../support/check.js';
import { checkText, importTexts, messagesOf } from '../support/imports.js';

/**
 * One folder for each case: the inputs (`*.xml`), a design to add to (`into.iovt`) where there is one, and what comes of it
 * (`expected.iovt`, `messages.txt`).
 */
function importCases(format: string): { name: string; folder: string; inputs: Record<string, string>; into: string | undefined }[] {
  const root = join(fixtures, 'import', format);
  return readdirSync(root).map((name) => {
    const folder = join(root, name);
    const read = (file: string) => readFileSync(join(folder, file), 'utf8');
    const inputs = Object.fromEntries(
      readdirSync(folder)
        .filter((file) => file.endsWith('.xml'))
        .sort()
        .map((file) => [file, read(file)]),
    );
    return { name, folder, inputs, into: existsSync(join(folder, 'into.iovt')) ? read('into.iovt') : undefined };
  });
}

describe.each(['hwloc', 'libvirt'])('%s', (format) => {
  test.each(importCases(format))('$name', async ({ folder, inputs, into }) => {
    const { text = '', diagnostics } = importTexts(format, inputs, { into });
    await expect(text).toMatchFileSnapshot(join(folder, 'expected.iovt'));
    await expect(messagesOf(diagnostics)).toMatchFileSnapshot(join(folder, 'messages.txt'));
    const errors = checkText(text).diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code, message }) => `${code} ${messageText(message)}`)).toEqual([]);
  });
});
