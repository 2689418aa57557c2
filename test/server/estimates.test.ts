import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LiveEstimates } from '../../src/server/estimates.js';
import { inProcess } from '../support/lsp-client.js';

const uri = 'untitled:design.iovt';
const text = readFileSync(new URL('../fixtures/designs/two-tenants.iovt', import.meta.url), 'utf8');
const whole = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };

test('what a workload gets stands beside it, and follows each edit', async () => {
  const client = await inProcess({ readFile: async () => undefined, commands: [], estimates: new LiveEstimates(), debounceMs: 0 });
  await client.request('initialize', { processId: null, rootUri: null, capabilities: {} });
  client.notify('initialized', {});
  client.notify('textDocument/didOpen', { textDocument: { uri, languageId: 'iovt', version: 1, text } });
  const hints = async () => JSON.stringify(await client.request('textDocument/inlayHint', { textDocument: { uri }, range: whole }));
  expect(await hints()).toMatch(/2 Gbit\/s each × 8, mean/);
  const changed = text.replace('"rate": "2 Gbit/s"', '"rate": "1 Gbit/s"');
  expect(changed).not.toBe(text);
  client.notify('textDocument/didChange', { textDocument: { uri, version: 2 }, contentChanges: [{ text: changed }] });
  expect(await hints()).toMatch(/1 Gbit\/s each × 8, mean/);
});
