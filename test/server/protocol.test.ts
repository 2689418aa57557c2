import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CodeAction, CompletionItem, Diagnostic, LocationLink, TextEdit, WorkspaceEdit } from 'vscode-languageserver-types';
import { applyEdits } from '../../src/core/text/edits.js';
import { offsetAt, positionAt } from '../../src/core/text/source.js';
import { largeDesign } from '../support/large-design.js';
import { bundled, type LspClient, type RequestError, ServerProcess } from '../support/lsp-client.js';
import { sample } from '../support/marked.js';

interface Published {
  readonly uri: string;
  readonly version?: number;
  readonly diagnostics: readonly Diagnostic[];
}

let bundle: string;
const clients: ServerProcess[] = [];

beforeAll(async () => {
  bundle = await bundled('src/server/main.ts');
});

afterAll(() => {
  for (const client of clients) client.kill();
});

const ABLE = {
  workspace: { configuration: true, workspaceEdit: { snippetEditSupport: true } },
  textDocument: { completion: { completionItem: { snippetSupport: true } } },
};

function connect(handlers = {}): ServerProcess {
  const client = new ServerProcess([bundle, '--stdio'], {
    'workspace/configuration': () => [{}],
    'client/registerCapability': () => null,
    ...handlers,
  });
  clients.push(client);
  return client;
}

async function opened(
  text: string,
  uri = 'untitled:design.iovt',
  handlers = {},
): Promise<{ client: ServerProcess; uri: string; published: Published }> {
  const client = connect(handlers);
  await client.initialize(ABLE);
  client.open(uri, text);
  const published = await client.next<Published>('textDocument/publishDiagnostics', (params) => params.uri === uri);
  return { client, uri, published };
}

function position(text: string, found: string, before = 1) {
  return positionAt({ uri: '', text }, text.indexOf(found) + before);
}

function applied(text: string, edits: readonly TextEdit[]): string {
  const file = { uri: '', text };
  return applyEdits(
    text,
    edits.map(({ range, newText }) => ({ file, start: offsetAt(file, range.start), end: offsetAt(file, range.end), newText })),
  );
}

test('the server says what it can, and ends as it is told', async () => {
  const client = connect();
  const { capabilities } = await client.initialize(ABLE);
  expect(Object.keys(capabilities).sort()).toEqual([
    'codeActionProvider',
    'codeLensProvider',
    'completionProvider',
    'definitionProvider',
    'documentFormattingProvider',
    'documentHighlightProvider',
    'documentLinkProvider',
    'documentRangeFormattingProvider',
    'documentSymbolProvider',
    'foldingRangeProvider',
    'hoverProvider',
    'inlayHintProvider',
    'referencesProvider',
    'renameProvider',
    'selectionRangeProvider',
    'semanticTokensProvider',
    'textDocumentSync',
    'workspace',
    'workspaceSymbolProvider',
  ]);
  expect(await client.stop()).toBe(0);
  expect(client.stderr).toBe('');
});

describe('a design that is opened', () => {
  test('is checked, every finding with its page', async () => {
    const { published } = await opened('{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "tenant": "blue" } } } } }');
    expect(published.version).toBe(1);
    expect(published.diagnostics).toEqual([
      {
        range: { start: { line: 0, character: 63 }, end: { line: 0, character: 69 } },
        severity: 1,
        code: 'IOVT101',
        codeDescription: { href: 'iovt-docs:/rules/reference-dangling.md' },
        source: 'iovt',
        message: expect.stringContaining('"blue"'),
        data: { name: 'reference-dangling' },
      },
    ]);
  });

  test('is checked again after each change, in pieces as the editor sends them', async () => {
    const { client, uri } = await opened(sample);
    const start = position(sample, '"br-int", "vlan"', 1);
    const end = { line: start.line, character: start.character + 6 };
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: { start, end }, text: 'br-out' }],
    });
    const broken = await client.next<Published>('textDocument/publishDiagnostics', ({ version }) => version === 2);
    expect(broken.diagnostics.map(({ code }) => code)).toEqual(['IOVT101']);
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: 3 },
      contentChanges: [{ range: { start, end }, text: 'br-int' }],
    });
    const mended = await client.next<Published>('textDocument/publishDiagnostics', ({ version }) => version === 3);
    expect(mended.diagnostics).toEqual([]);
  });

  test('says when it came to mean something else, and only then', async () => {
    const { client, uri } = await opened(sample);
    expect(await client.next('iovt/topologyChanged')).toEqual({ uri, version: 1 });
    const end = positionAt({ uri, text: sample }, sample.length);
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: 2 },
      contentChanges: [{ range: { start: end, end }, text: '// a comment\n' }],
    });
    await client.next<Published>('textDocument/publishDiagnostics', ({ version }) => version === 2);
    const count = position(sample, '"count": 3', 9);
    client.notify('textDocument/didChange', {
      textDocument: { uri, version: 3 },
      contentChanges: [{ range: { start: count, end: { ...count, character: count.character + 1 } }, text: '4' }],
    });
    expect(await client.next('iovt/topologyChanged')).toEqual({ uri, version: 3 });
  });

  test('takes its findings along when it is closed', async () => {
    const { client, uri } = await opened('{ "iovt": "2" }');
    client.notify('textDocument/didClose', { textDocument: { uri } });
    expect((await client.next<Published>('textDocument/publishDiagnostics')).diagnostics).toEqual([]);
    expect(await client.request('textDocument/hover', { textDocument: { uri }, position: { line: 0, character: 3 } })).toBeNull();
  });
});

describe('a client asks', () => {
  let client: LspClient;
  let uri: string;

  beforeAll(async () => {
    ({ client, uri } = await opened(sample));
  });

  const at = (text: string, before = 1) => ({ textDocument: { uri }, position: position(sample, text, before) });

  test('hover', async () => {
    expect(JSON.stringify(await client.request('textDocument/hover', at('"nic0": {')))).toContain('NVIDIA ConnectX-6 Dx, 2x100G');
  });

  test('completion', async () => {
    const items = (await client.request('textDocument/completion', at('"br-int", "vlan"', 1))) as CompletionItem[];
    expect(items.map(({ label }) => label)).toContain('br-int');
    expect(items[0]?.insertTextFormat).toBe(2);
  });

  test('definition', async () => {
    const [link] = (await client.request('textDocument/definition', at('"br-int", "vlan"', 2))) as LocationLink[];
    expect(link?.targetSelectionRange.start).toEqual(position(sample, '"br-int": {', 0));
  });

  test('references and highlights', async () => {
    expect(await client.request('textDocument/references', { ...at('"web": {'), context: { includeDeclaration: true } })).toHaveLength(5);
    expect(await client.request('textDocument/documentHighlight', at('"web": {'))).toHaveLength(5);
  });

  test('rename, and why not', async () => {
    expect(await client.request('textDocument/prepareRename', at('"br-int": {'))).toMatchObject({ placeholder: 'br-int' });
    const edit = (await client.request('textDocument/rename', { ...at('"br-int": {'), newName: 'lan' })) as WorkspaceEdit;
    expect(applied(sample, edit.changes?.[uri] ?? [])).toBe(sample.replaceAll('br-int', 'lan'));
    const refusal = client.request('textDocument/rename', { ...at('"br-int": {'), newName: 'not an id' });
    await expect(refusal).rejects.toThrow('"not an id" cannot be an id');
  });

  test('symbols', async () => {
    const symbols = (await client.request('textDocument/documentSymbol', { textDocument: { uri } })) as { name: string }[];
    expect(symbols.map(({ name }) => name)).toContain('hosts');
    expect(await client.request('workspace/symbol', { query: 'webvda' })).toHaveLength(1);
  });

  test('folding, selection, tokens, links', async () => {
    expect(await client.request('textDocument/foldingRange', { textDocument: { uri } })).not.toEqual([]);
    expect(await client.request('textDocument/selectionRange', { textDocument: { uri }, positions: [at('"web"').position] })).toHaveLength(
      1,
    );
    const { data } = (await client.request('textDocument/semanticTokens/full', { textDocument: { uri } })) as { data: number[] };
    expect(data.length).toBeGreaterThan(100);
    expect(await client.request('textDocument/documentLink', { textDocument: { uri } })).toEqual([]);
  });

  test('formatting', async () => {
    const edits = (await client.request('textDocument/formatting', {
      textDocument: { uri },
      options: { tabSize: 4, insertSpaces: true },
    })) as TextEdit[];
    expect(applied(sample, edits)).toContain('\n    "iovt": "1"');
  });

  test('lenses and hints', async () => {
    const lenses = (await client.request('textDocument/codeLens', { textDocument: { uri } })) as {
      command: { title: string; command: string };
    }[];
    expect(lenses.map(({ command }) => command.command)).toContain('iovt.simulate');
    const range = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } };
    const hints = (await client.request('textDocument/inlayHint', { textDocument: { uri }, range })) as { label: string }[];
    expect(hints.map(({ label }) => label).filter((label) => !/busy|mean/.test(String(label)))).toEqual(['web[0] … web[2]', 'vf0']);
  });

  test('which entity stands where', async () => {
    expect(await client.request('iovt/entityAt', { uri, position: position(sample, '"vlan": 100', 3) })).toMatchObject({
      path: 'h1/web/eth0',
      uri,
    });
    expect(await client.request('iovt/locate', { uri, path: 'h1/web[2]/vda' })).toMatchObject({ path: 'h1/web/vda' });
    // A port of the catalogue stands where the device does that names the profile.
    expect(await client.request('iovt/locate', { uri, path: 'h1/nic0/p0:tx' })).toMatchObject({ path: 'h1/nic0/p0', uri });
    expect(await client.request('iovt/locate', { uri, path: 'h1/br-int#pmd' })).toMatchObject({ path: 'h1/br-int' });
    expect(await client.request('iovt/locate', { uri, path: 'no/such' })).toBeNull();
  });

  test('what something is', async () => {
    expect(await client.request('iovt/explain', { name: 'sriov-vf' })).toContain('live migration');
    expect(await client.request('iovt/explain', { name: 'no-such-thing' })).toBeNull();
    expect(await client.request('iovt/content', { uri: 'iovt-docs:/rules/reference-dangling.md' })).toContain(
      '# IOVT101 reference-dangling',
    );
    expect(await client.request('iovt/content', { uri: 'iovt-catalog:/profiles/solidigm-p5510-3.84t.iovt' })).toContain('"kind": "nvme"');
    expect(await client.request('iovt/content', { uri: 'iovt-docs:/../secret' })).toBeNull();
  });

  test('for what was not simulated yet', async () => {
    expect(await client.request('iovt/run', { uri })).toBeNull();
    expect(await client.request('iovt/report', { uri, format: 'csv' })).toBeNull();
  });
});

test('a fix is offered, applied, and the finding is gone', async () => {
  const text = '{ "iovt": "1", "hosts": { "h1": { "devices": { "nic0": { "kind": "nic", "sriov": { "vfs": 10, "totalVfs": 8 } } } } } }';
  const { client, uri, published } = await opened(text);
  const range = published.diagnostics[0]?.range;
  const actions = (await client.request('textDocument/codeAction', {
    textDocument: { uri },
    range,
    context: { diagnostics: published.diagnostics },
  })) as CodeAction[];
  const fix = actions.find(({ isPreferred }) => isPreferred);
  expect(fix?.title).toBe('Enable 8 VFs');
  client.notify('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text: applied(text, fix?.edit?.changes?.[uri] ?? []) }],
  });
  const after = await client.next<Published>('textDocument/publishDiagnostics', ({ version }) => version === 2);
  expect(after.diagnostics).toEqual([]);
});

test('settings of the editor decide about rules, and their change is seen', async () => {
  let severity = 'off';
  const text = '{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "tenant": "blue" } } } } }';
  const configuration = () => [{ rules: { 'reference-dangling': severity }, inlayHints: 'nonsense' }];
  const { client, published } = await opened(text, 'untitled:x.iovt', { 'workspace/configuration': configuration });
  expect(published.diagnostics).toEqual([]);
  severity = 'hint';
  client.notify('workspace/didChangeConfiguration', { settings: null });
  const after = await client.next<Published>('textDocument/publishDiagnostics', ({ diagnostics }) => diagnostics.length > 0);
  expect(after.diagnostics[0]?.severity).toBe(4);
});

describe('included files', () => {
  const design =
    '{ "iovt": "1", "include": ["host.iovt"], "hosts": { "h1": { "guests": { "a": { "kind": "container", "devices": { "e": { "technique": "veth", "connect": "br0" } } } } } } }';
  const host = (id: string) => `{ "iovt": "1", "hosts": { "h1": { "switches": { "${id}": { "kind": "linux-bridge" } } } } }`;

  test('are read from the file system; one that changes there is read again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'iovt design '));
    const file = join(folder, 'host.iovt');
    writeFileSync(file, host('br0'));
    const uri = pathToFileURL(join(folder, 'design.iovt')).href;
    const { client, published } = await opened(design, uri);
    expect(published.diagnostics).toEqual([]);
    writeFileSync(file, host('br1'));
    client.notify('workspace/didChangeWatchedFiles', { changes: [{ uri: pathToFileURL(file).href, type: 2 }] });
    const after = await client.next<Published>('textDocument/publishDiagnostics', ({ diagnostics }) => diagnostics.length > 0);
    expect(after).toMatchObject({ uri, diagnostics: [{ code: 'IOVT101' }] });
  });

  test('that are open count as they are in the editor, and a change there checks the design again', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'iovt-'));
    const uri = pathToFileURL(join(folder, 'design.iovt')).href;
    const hostUri = pathToFileURL(join(folder, 'host.iovt')).href;
    const { client, published } = await opened(design, uri);
    expect(published.diagnostics.map(({ code }) => code)).toContain('IOVT105');
    client.open(hostUri, host('br0'));
    const found = await client.next<Published>('textDocument/publishDiagnostics', (params) => params.uri === uri);
    expect(found.diagnostics).toEqual([]);
    // A finding about the included file is shown there.
    client.notify('textDocument/didChange', {
      textDocument: { uri: hostUri, version: 2 },
      contentChanges: [{ text: host('br0').replace('linux-bridge', 'linux-bride') }],
    });
    const broken = await client.next<Published>(
      'textDocument/publishDiagnostics',
      (params) => params.uri === hostUri && params.diagnostics.length > 0,
    );
    expect(broken.diagnostics).toHaveLength(1);
  });

  test('of a workspace that is no file system come from the editor', async () => {
    const asked: string[] = [];
    const readFile = ({ uri }: { uri: string }) => {
      asked.push(uri);
      return host('br0');
    };
    const { published } = await opened(design, 'vscode-vfs://github/o/r/design.iovt', { 'iovt/readFile': readFile });
    expect(asked).toEqual(['vscode-vfs://github/o/r/host.iovt']);
    expect(published.diagnostics).toEqual([]);
  });
});

describe('a design of 1 MB', () => {
  test('is answered while its author types, and what was taken back is not worked on', async () => {
    const text = largeDesign(1e6);
    const { client, uri, published } = await opened(text);
    expect(published.diagnostics.filter(({ severity }) => severity === 1)).toEqual([]);
    const start = position(text, '"queues": 1', 10);
    const pending: { id: number; result: Promise<unknown> }[] = [];
    for (let version = 2; version < 12; version++) {
      client.notify('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [{ range: { start, end: { ...start, character: start.character + 1 } }, text: String(version % 4) }],
      });
      pending.push(client.start('textDocument/documentSymbol', { textDocument: { uri } }));
      pending.push(client.start('textDocument/semanticTokens/full', { textDocument: { uri } }));
    }
    for (const { id } of pending) client.notify('$/cancelRequest', { id });
    const items = (await client.request('textDocument/completion', { textDocument: { uri }, position: start })) as unknown[];
    expect(items.length).toBeGreaterThan(0);
    const outcomes = await Promise.allSettled(pending.map(({ result }) => result));
    const cancelled = outcomes.filter((outcome) => outcome.status === 'rejected' && (outcome.reason as RequestError).code === -32800);
    expect(cancelled.length).toBeGreaterThan(pending.length / 2);
    await client.next<Published>('textDocument/publishDiagnostics', ({ version }) => version === 11);
  });
});

test('text that is no design at all is answered, never with a crash', async () => {
  const { client, uri } = await opened('');
  const texts = [
    '[',
    '{ "hosts": [[[[',
    'null',
    '"x"',
    '['.repeat(10_000),
    '{"a":'.repeat(3000),
    '\u0000\uFFFF',
    '// only a comment',
    '{ "__proto__": { "x": 1 }, "constructor": {} }',
  ];
  for (const [i, text] of texts.entries()) {
    client.notify('textDocument/didChange', { textDocument: { uri, version: i + 2 }, contentChanges: [{ text }] });
    const place = { textDocument: { uri }, position: { line: 0, character: 1 } };
    const range = { start: { line: 0, character: 0 }, end: { line: 9, character: 0 } };
    await client.request('textDocument/hover', place);
    await client.request('textDocument/completion', place);
    await client.request('textDocument/definition', place);
    await client.request('textDocument/documentSymbol', place);
    await client.request('textDocument/foldingRange', place);
    await client.request('textDocument/selectionRange', { ...place, positions: [place.position] });
    await client.request('textDocument/codeAction', { ...place, range, context: { diagnostics: [] } });
    await client.request('textDocument/inlayHint', { ...place, range });
    await client.request('textDocument/formatting', { ...place, options: { tabSize: 2, insertSpaces: true } });
  }
  expect(client.notifications.filter(({ method }) => method === 'window/logMessage')).toEqual([]);
});

test('`iovt lsp --stdio` is the same server without the commands of our client', async () => {
  const cli = await bundled('src/cli/main.ts');
  const client = new ServerProcess([cli, 'lsp', '--stdio']);
  clients.push(client);
  await client.initialize();
  client.open('untitled:a.iovt', sample);
  const published = await client.next<Published>('textDocument/publishDiagnostics');
  expect(published.diagnostics).toEqual([]);
  const lenses = (await client.request('textDocument/codeLens', { textDocument: { uri: 'untitled:a.iovt' } })) as {
    command: { command: string };
  }[];
  expect(lenses.every(({ command }) => command.command === '')).toBe(true);
  const items = (await client.request('textDocument/completion', {
    textDocument: { uri: 'untitled:a.iovt' },
    position: position(sample, '"guests": {', 11),
  })) as CompletionItem[];
  expect(items.every(({ insertTextFormat }) => insertTextFormat === 1)).toBe(true);
  expect(await client.stop()).toBe(0);
});
