import { expect, test } from 'vitest';
import { inProcess } from '../support/lsp-client.js';
import { sample } from '../support/marked.js';

test('a design that is opened is checked at once, whatever the pause after edits', async () => {
  const client = inProcess({ debounceMs: 600_000 });
  await client.initialize();
  client.open('untitled:design.iovt', sample);
  const { uri } = await client.next<{ uri: string }>('textDocument/publishDiagnostics');
  expect(uri).toBe('untitled:design.iovt');
});
