import { describe, expect, test } from 'vitest';
import { type Io, UserError } from '../../src/cli/io.js';
import { run } from '../../src/cli/program.js';
import { MemoryWorkspace } from '../support/memory-workspace.js';
import { schemaErrors } from '../support/validate.js';

const design = (more = '') => `{
  "iovt": "1",
  "tenants": { "blue": {}, "red": {} },
  "hosts": { "h1": {
    "switches": { "br0": { "kind": "linux-bridge", "vlanFiltering": true } },
    "guests": {
      "a": { "tenant": "blue", "vcpus": 1, "devices": { "eth0": { "technique": "virtio-net", "connect": "br0", "vlan": 100 } } },
      "b": { "tenant": "red", "vcpus": 1, "devices": { "eth0": { "technique": "virtio-net", "connect": "br0", "vlan": 200 } } }
    }
  } },
  "scenarios": { "flat": { "set": { "h1/br0.vlanFiltering": false } } }${more}
}`;
const promised = design(',\n  "objectives": { "apart": { "isolate": ["blue", "red"], "from": "l2" } }');

async function call(text: string, ...args: string[]) {
  const workspace = new MemoryWorkspace({ 'a.iovt': text });
  let written = '';
  const messages: string[] = [];
  const io: Io = {
    workspace,
    async readSource(path) {
      const file = await workspace.read(`memory:/${path}`);
      if (file === undefined) throw new UserError(`${path}: there is no such file.`);
      return file;
    },
    async readBytes() {
      return new Uint8Array();
    },
    async write(_path, content) {
      written += content;
    },
    message: (line) => messages.push(line),
    isTerminal: false,
    signal: new AbortController().signal,
  };
  return { code: await run(['isolate', ...args], io), written, messages };
}

describe('iovt isolate', () => {
  test.each<[string, string, string[], number]>([
    ['a design without promises', design(), [], 0],
    ['a promise that is kept', promised, [], 0],
    ['a promise that is broken', promised, ['--scenario', 'flat'], 1],
    ['an error in the design', design().replace('"br0", "vlan": 100', '"br1", "vlan": 100'), [], 1],
    ['a text that is no design', '{', [], 1],
    ['a format that does not exist', design(), ['--format', 'sarif'], 2],
  ])('%s', async (_, text, args, code) => {
    expect((await call(text, 'a.iovt', ...args)).code).toBe(code);
  });

  test('says what a scenario could have been called', async () => {
    await expect(call(design(), 'a.iovt', '--scenario', 'flatt')).rejects.toMatchObject({ hint: 'Did you mean "flat"?' });
  });

  test('prints JSON of the form it promises', async () => {
    const { written } = await call(promised, 'a.iovt', '--format', 'json', '--scenario', 'flat', '--interference');
    const result = JSON.parse(written);
    expect(schemaErrors('iovt-isolation', result)).toEqual([]);
    expect(result).toMatchObject({
      format: 'iovt-isolation/1',
      scenarios: ['flat'],
      pairs: [{ tenants: ['blue', 'red'], security: { grade: 'S5' } }],
    });
    expect(result.objectives).toMatchObject([{ id: 'apart', status: 'fail', counterExample: { entity: 'h1/br0' } }]);
  });

  test('prints for people: the grades, the way of each, the reasons', async () => {
    const { written } = await call(promised, 'a.iovt');
    expect(written.split('\n')).toEqual(
      expect.arrayContaining([
        'Isolation: 2 tenants, 1 pair',
        '  pass  apart: Nothing that blue and red share is worse than accepted for l2.',
        '     blue: h1/a/eth0 -> h1/a/eth0#vhost-kernel -> h1/br0',
        '     S3k  VLANs keep h1/a/eth0 and h1/b/eth0 apart',
      ]),
    );
  });

  test('prints Markdown with a row for each pair', async () => {
    const { written } = await call(promised, 'a.iovt', '--format', 'markdown');
    expect(written).toMatch(/^# Isolation\n/);
    expect(written).toContain('| blue / red | S3k | F2 | P4 | documented |');
  });
});
