import { describe, expect, test } from 'vitest';
import { type Io, UserError } from '../../src/cli/io.js';
import { run } from '../../src/cli/program.js';
import type { LossReport } from '../../src/interop/losses-report.js';
import { lossSchemaErrors } from '../support/imports.js';
import { MemoryWorkspace } from '../support/memory-workspace.js';

/** One call of the command on files in memory: its exit code, what it wrote where, what it said. */
async function call(args: readonly string[], files: Readonly<Record<string, string | Uint8Array>> = {}) {
  const written: Record<string, string> = {};
  const messages: string[] = [];
  const bytesOf = (path: string): Uint8Array => {
    const content = files[path];
    if (content === undefined) throw new UserError(`${path}: there is no such file.`);
    return typeof content === 'string' ? new TextEncoder().encode(content) : content;
  };
  const io: Io = {
    workspace: new MemoryWorkspace(),
    readSource: async (path) => ({ uri: `memory:/${path}`, text: new TextDecoder().decode(bytesOf(path)) }),
    readBytes: async (path) => bytesOf(path),
    write: async (path, content) => {
      written[path ?? 'stdout'] = (written[path ?? 'stdout'] ?? '') + content;
    },
    message: (text) => messages.push(text),
    isTerminal: false,
    signal: new AbortController().signal,
  };
  try {
    return { code: await run(args, io), written, messages: messages.join('\n') };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { code: 2, written, messages: error.message };
  }
}

const domain =
  '<domain type="kvm"><name>web</name><memory unit="GiB">1</memory><vcpu>2</vcpu><devices><sound model="ich9"/></devices></domain>';

describe('iovt import', () => {
  test('the design goes to standard output, what there is to say does not', async () => {
    const { code, written, messages } = await call(['import', 'libvirt', 'web.xml'], { 'web.xml': domain });
    expect(code).toBe(0);
    expect(written['stdout']).toMatch(/^\/\/ Guests read from libvirt XML[\s\S]*"web": \{/);
    expect(messages).toBe(
      'web.xml:1:1: info IOVT403 Not in the design, because the language has no place for it (1): sound.\n0 errors, 0 warnings, 1 note',
    );
  });

  test('-o and --losses write files', async () => {
    const { code, written } = await call(['import', 'libvirt', 'web.xml', '-o', 'out.iovt', '--losses', 'losses.json'], {
      'web.xml': domain,
    });
    expect(code).toBe(0);
    expect(Object.keys(written).sort()).toEqual(['losses.json', 'out.iovt']);
    const losses = JSON.parse(written['losses.json'] ?? '') as LossReport;
    expect(lossSchemaErrors(losses)).toEqual([]);
    expect(losses.entries).toEqual([
      { file: 'web.xml', line: 1, place: '/domain/devices/sound', what: '<sound model="ich9">', why: 'not modelled', count: 1 },
    ]);
  });

  test('--into keeps the text of the design', async () => {
    const design = '{\n  // mine\n  "iovt": "1", "hosts": { "lab": {} }\n}\n';
    const { code, written } = await call(['import', 'libvirt', 'web.xml', '--into', 'lab.iovt'], { 'web.xml': domain, 'lab.iovt': design });
    expect(code).toBe(0);
    expect(written['stdout']).toMatch(/^\{\n {2}\/\/ mine\n {2}"iovt": "1", "hosts": \{ "lab": \{\n/);
  });

  test.each([
    ['no input', ['import', 'libvirt'], /missing required argument/],
    ['a format nobody knows', ['import', 'vmx', 'a'], /unknown command 'vmx'/],
    ['a file that is not there', ['import', 'libvirt', 'none.xml'], /none.xml: there is no such file/],
    ['a design that is not there', ['import', 'libvirt', 'web.xml', '--into', 'none.iovt'], /none.iovt: there is no such file/],
    ['an empty file', ['import', 'libvirt', 'empty.xml'], /empty.xml: the input is empty/],
    ['the wrong format', ['import', 'hwloc', 'web.xml'], /IOVT401 This is not hwloc XML/],
    ['a hostile file', ['import', 'libvirt', 'bomb.xml'], /IOVT401 The text declares a document type/],
    ['a cut file', ['import', 'libvirt', 'cut.xml'], /cut.xml:1:34: error IOVT401 Not well-formed XML: unclosed tag: name/],
  ])('%s: exit code 2, nothing written', async (_, args, message) => {
    const files = {
      'web.xml': domain,
      'empty.xml': ' \n',
      'bomb.xml': '<!DOCTYPE a [<!ENTITY x "y">]><domain>&x;</domain>',
      'cut.xml': '<domain type="kvm"><uuid>1</uuid><name>w',
    };
    const { code, written, messages } = await call(args, files);
    expect(code).toBe(2);
    expect(written).toEqual({});
    expect(messages).toMatch(message);
  });

  test('encodings: UTF-16 by its mark, the declared one, and what cannot be UTF-8', async () => {
    const latin = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
    const utf16 = Uint8Array.from([
      0xff,
      0xfe,
      ...[...'<domain><name>büro</name></domain>'].flatMap((c) => [c.charCodeAt(0) & 255, c.charCodeAt(0) >> 8]),
    ]);
    const files = {
      'utf16.xml': utf16,
      'declared.xml': latin('<?xml version="1.0" encoding="ISO-8859-1"?><domain><name>b\xfcro</name></domain>'),
      'plain.xml': latin('<domain><!-- gr\xfc\xdfe --><name>b\xfcro</name></domain>'),
    };
    for (const name of Object.keys(files)) {
      const { code, written, messages } = await call(['import', 'libvirt', name], files);
      expect(code, name).toBe(0);
      expect(written['stdout'], name).toContain('"title": "büro"');
      expect(messages.includes('read as Windows-1252'), name).toBe(name === 'plain.xml');
    }
  });
});
