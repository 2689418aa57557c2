import { describe, expect, test } from 'vitest';
import { type Io, UserError } from '../../src/cli/io.js';
import { run } from '../../src/cli/program.js';
import { MemoryWorkspace } from '../support/memory-workspace.js';

const design = `{
  "iovt": "1",
  "hosts": { "h": {
    "switches": { "br": { "kind": "linux-bridge" } },
    "guests": { "web": { "count": 3, "devices": { "eth0": { "technique": "virtio-net", "connect": "br" } } } }
  } },
  "scenarios": { "sriov": { "set": { "h/web/eth0.technique": "sriov-vf" } } }
}`;

/** A call with files in memory; what it wrote, by path, standard output under the empty name. */
async function call(files: Record<string, string>, ...args: string[]) {
  const workspace = new MemoryWorkspace(files);
  const written: Record<string, string> = {};
  const messages: string[] = [];
  const io: Io = {
    workspace,
    async readSource(path) {
      const file = await workspace.read(`memory:/${path}`);
      if (file === undefined) throw new UserError(`${path}: there is no such file.`);
      return file;
    },
    async readBytes(path) {
      return new TextEncoder().encode((await this.readSource(path)).text);
    },
    async write(path, content) {
      written[path ?? ''] = content;
    },
    message: (text) => messages.push(text),
    isTerminal: false,
    signal: new AbortController().signal,
  };
  return { code: await run(['render', ...args], io), written, messages };
}

test('writes the picture to standard output, or to a file', async () => {
  const toOutput = await call({ 'a.iovt': design }, 'a.iovt');
  expect(toOutput).toMatchObject({ code: 0, messages: [] });
  expect(toOutput.written['']).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
  const toFile = await call({ 'a.iovt': design }, 'a.iovt', '-o', 'a.svg');
  expect(toFile.written).toEqual({ 'a.svg': toOutput.written[''] });
});

test('draws views, scenarios and unfolded guests', async () => {
  const svgOf = async (...args: string[]) => (await call({ 'a.iovt': design }, 'a.iovt', ...args)).written[''] ?? '';
  expect(await svgOf('--view', 'tenants')).toContain('>Tenants<');
  expect(await svgOf('--unfold', 'h/web')).toContain('data-id="h/web[2]"');
  const scenario = await svgOf('--scenario', 'sriov');
  expect(scenario).toContain('scenario sriov');
  expect(scenario).toContain('sriov-vf');
});

test('draws a simulation on top', async () => {
  const result = {
    format: 'iovt-simulation/1',
    engine: 'fluid',
    flows: [],
    resources: [{ id: 'h/br:x', entity: 'h/br', utilisationRatio: 0.5 }],
    objectives: [{ id: 'o', status: 'fail', message: 'no' }],
  };
  const { code, written } = await call({ 'a.iovt': design, 'r.json': JSON.stringify(result) }, 'a.iovt', '--run', 'r.json');
  expect(code).toBe(0);
  expect(written['']).toContain('x 50 %');
  expect(written['']).toContain('o: no');
});

describe('says with its exit code', () => {
  test('0 that there is a picture, although the design has errors', async () => {
    const { code, messages, written } = await call({ 'a.iovt': design.replace('"connect": "br"', '"connect": "brr"') }, 'a.iovt');
    expect(code).toBe(0);
    expect(messages).toEqual(['a.iovt: drawn with 1 error; iovt check says which.']);
    expect(written['']).toContain('<svg');
  });

  test('0 that there is an empty picture of an empty design', async () => {
    const { code, messages, written } = await call({ 'a.iovt': '{ "iovt": "1" }' }, 'a.iovt');
    expect(code).toBe(0);
    expect(messages).toEqual(['a.iovt: The design has no hosts yet.']);
    expect(written['']).toContain('The design has no hosts yet.');
  });

  test('1 that errors left nothing to draw', async () => {
    const { code, messages, written } = await call({ 'a.iovt': 'hello' }, 'a.iovt');
    expect(code).toBe(1);
    expect(messages[0]).toMatch(/nothing that could be drawn/);
    expect(written).toEqual({});
  });

  test('2 that the call must change', async () => {
    expect((await call({ 'a.iovt': design }, 'a.iovt', '--view', 'upside-down')).code).toBe(2);
    await expect(call({}, 'a.iovt')).rejects.toThrow(UserError);
    await expect(call({ 'a.iovt': design }, 'a.iovt', '--scenario', 'none')).rejects.toThrow('there is no scenario "none"');
  });

  test.each([
    ['not JSON', 'oops'],
    ['another format', '{ "format": "iovt-check/1" }'],
    ['no format', '{}'],
    ['a list', '[]'],
    ['flows that are none', '{ "format": "iovt-simulation/1", "flows": [1] }'],
  ])('2 that the result is %s', async (_, text) => {
    await expect(call({ 'a.iovt': design, 'r.json': text }, 'a.iovt', '--run', 'r.json')).rejects.toThrow(UserError);
  });
});
