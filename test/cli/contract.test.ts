import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import type { CheckReport } from '../../src/language/report/check-json.js';
import { folderWith, type Outcome, runCli } from '../support/cli.js';
import { bundled } from '../support/lsp-client.js';

const schemas = resolve(fileURLToPath(import.meta.url), '../../../schemas');
const validate = new Ajv2020({ allErrors: true }).compile(JSON.parse(readFileSync(join(schemas, 'iovt-check.schema.json'), 'utf8')));

const CLEAN = '{ "iovt": "1", "tenants": { "blue": {} } }\n';
const WRONG = '{ "iovt": "1", "hosts": { "h1": { "guests": { "a": { "tenant": "blue" } } } } }\n';
const FIXABLE = '{ "iovt": "1", "hosts": { "h1": { "devices": { "nic0": { "kind": "nic", "sriov": { "vfs": 10, "totalVfs": 8 } } } } } }\n';
const ACCEPTED = FIXABLE.replace('"iovt": "1"', '"iovt": "1", "suppress": [{ "rule": "IOVT110", "reason": "as agreed" }]');
const WARNED = WRONG.replace('"iovt": "1"', '"iovt": "1", "rules": { "reference-dangling": "warning" }');

let bundle: string;

beforeAll(async () => {
  bundle = await bundled('src/cli/main.ts');
});

function iovt(
  args: readonly string[],
  files: Readonly<Record<string, string | Uint8Array>> = {},
  input?: string | Uint8Array,
): Promise<Outcome> {
  return runCli(bundle, args, { cwd: folderWith(files), ...(input === undefined ? {} : { input }) });
}

async function reportOf(args: readonly string[], files: Readonly<Record<string, string>>, input?: string): Promise<CheckReport> {
  const { stdout, stderr } = await iovt(['check', '--format', 'json', ...args], files, input);
  expect(stderr).toBe('');
  const report = JSON.parse(stdout) as CheckReport;
  expect(validate(report) ? [] : validate.errors).toEqual([]);
  return report;
}

describe('iovt check', () => {
  test.each([
    ['a clean design', ['check', 'a.iovt'], { 'a.iovt': CLEAN }, 0],
    ['an error', ['check', 'a.iovt'], { 'a.iovt': WRONG }, 1],
    ['an error in the second of two', ['check', 'a.iovt', 'b.iovt'], { 'a.iovt': CLEAN, 'b.iovt': WRONG }, 1],
    ['a warning', ['check', 'a.iovt'], { 'a.iovt': WARNED }, 0],
    ['a warning that is not wanted', ['check', '--fail-on', 'warning', 'a.iovt'], { 'a.iovt': WARNED }, 1],
    ['a finding that is accepted', ['check', '--fail-on', 'warning', 'a.iovt'], { 'a.iovt': ACCEPTED }, 0],
    ['an empty file', ['check', 'a.iovt'], { 'a.iovt': '' }, 1],
  ])('%s', async (_, args, files, code) => {
    const outcome = await iovt(args, files);
    expect(outcome.code).toBe(code);
    expect(outcome.stderr).toBe('');
    expect(outcome.stdout).toMatch(/\d+ errors?, \d+ warnings?, \d+ notes?/);
  });

  test('prints a finding a line, as compilers do', async () => {
    const { stdout } = await iovt(['check', 'a.iovt', 'b.iovt'], { 'a.iovt': WRONG, 'b.iovt': ACCEPTED });
    expect(stdout.split('\n')).toEqual([
      expect.stringMatching(/^a\.iovt:1:64: error IOVT101 .*"blue"/),
      expect.stringMatching(/^b\.iovt:1:151: accepted IOVT110 .* \(as agreed\)$/),
      '1 error, 0 warnings, 0 notes, 1 accepted',
      '',
    ]);
  });

  test('reads standard input', async () => {
    const { code, stdout } = await iovt(['check', '-'], {}, WRONG);
    expect(code).toBe(1);
    expect(stdout).toContain('-:1:64: error IOVT101');
  });

  test.each([
    ['no file', ['check'], {}, 'missing required argument'],
    ['no such file', ['check', 'none.iovt'], {}, 'none.iovt: there is no such file.'],
    ['a folder', ['check', '.'], {}, '.: this is a folder.'],
    [
      'UTF-16',
      ['check', 'a.iovt'],
      { 'a.iovt': Buffer.from(`\uFEFF${CLEAN}`, 'utf16le') },
      'a.iovt: the file is UTF-16 (little endian), not UTF-8.',
    ],
    ['no text', ['check', 'a.iovt'], { 'a.iovt': new Uint8Array([0x7b, 0xff, 0x7d]) }, 'a.iovt: byte 1 is not UTF-8'],
    ['a format that there is not', ['check', '--format', 'xml', 'a.iovt'], { 'a.iovt': CLEAN }, "'xml' is invalid"],
    ['a severity that there is not', ['check', '--fail-on', 'info', 'a.iovt'], { 'a.iovt': CLEAN }, "'info' is invalid"],
    ['a command that there is not', ['chekc', 'a.iovt'], { 'a.iovt': CLEAN }, "unknown command 'chekc'"],
    ['an option that there is not', ['check', '--colour', 'a.iovt'], { 'a.iovt': CLEAN }, "unknown option '--colour'"],
  ])('%s: the call must change', async (_, args, files, message) => {
    const { code, stdout, stderr } = await iovt(args, files);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/^ {4}at /m);
  });

  test('a byte order mark and CRLF are read past, and positions stay those of the text', async () => {
    const report = await reportOf(['a.iovt'], { 'a.iovt': `\uFEFF${WRONG.replace('{ "iovt"', '{\r\n"iovt"')}` });
    expect(report.files[0]?.diagnostics[0]?.range.start).toEqual({ line: 1, character: 61 });
  });

  test('JSON carries what an editor would show, and fixes that were tried', async () => {
    const report = await reportOf(['a.iovt', 'b.iovt'], { 'a.iovt': FIXABLE, 'b.iovt': ACCEPTED });
    expect(report.files.map(({ file }) => file)).toEqual(['a.iovt', 'b.iovt']);
    expect(report.files[0]?.diagnostics[0]).toMatchObject({
      code: 'IOVT110',
      name: 'vf-count-exceeds-total',
      severity: 'error',
      path: expect.stringMatching(/^h1\/nic0/),
      fixes: [{ title: 'Enable 8 VFs', edits: [{ file: 'a.iovt', newText: '8' }] }],
    });
    expect(report.files[1]).toMatchObject({ diagnostics: [], accepted: [{ code: 'IOVT110', reason: 'as agreed' }] });
  });

  test('JSON of a design that is wrong in many ways holds to its schema', async () => {
    const text =
      '{ "iovt": "2", "name": "a", "name": "b", "colour": 1, "tenants": { "Müller": {} }, "networks": { "tor": { "latency": "10" } }, "hosts": { "h1": { "guests": { "a": { "vcpus": "4", "count": 1000000000, "devices": { "e": {} } } } } } ';
    const report = await reportOf(['-'], {}, text);
    expect(report.files[0]?.file).toBe('-');
    expect(new Set(report.files[0]?.diagnostics.map(({ code }) => code)).size).toBeGreaterThan(7);
  });

  test('included files are named beside the file that includes them', async () => {
    const files = {
      'designs/a.iovt': '{ "iovt": "1", "include": ["host.iovt", "../shared/b.iovt"] }',
      'designs/host.iovt': WRONG,
      'shared/b.iovt': CLEAN.replace('blue', 'red'),
    };
    const report = await reportOf(['designs/a.iovt'], files);
    expect(report.files.map(({ file, diagnostics }) => [file.replace(/.*\/shared/, 'shared'), diagnostics.length])).toEqual([
      ['designs/a.iovt', 0],
      ['designs/host.iovt', 1],
      ['shared/b.iovt', 0],
    ]);
  });

  test('each of several designs has includes of its own, wherever it lies', async () => {
    const files = {
      'x/a.iovt': '{ "iovt": "1", "include": ["h.iovt"] }',
      'x/h.iovt': CLEAN,
      'y/a.iovt': '{ "iovt": "1", "include": ["h.iovt"] }',
      'y/h.iovt': CLEAN,
    };
    expect((await iovt(['check', 'x/a.iovt', 'y/a.iovt'], files)).code).toBe(0);
    const elsewhere = folderWith(files);
    expect((await iovt(['check', join(elsewhere, 'x/a.iovt'), join(elsewhere, 'y/a.iovt')], {})).code).toBe(0);
  });

  test.each([
    ['lead out of the folder', '../../etc/passwd', 'leads out of the workspace'],
    ['are absolute', '/etc/passwd', 'leads out of the workspace'],
    ['are not there', 'none.iovt', 'There is no readable file "none.iovt"'],
    ['are not UTF-8', 'latin.iovt', 'There is no readable file "latin.iovt"'],
    ['are the file itself', 'a.iovt', 'includes this file again'],
  ])('includes that %s are a finding', async (_, path, message) => {
    const files = { 'a.iovt': `{ "iovt": "1", "include": ["${path}"] }`, 'latin.iovt': new Uint8Array([0x7b, 0xe4, 0x7d]) };
    const { code, stdout } = await iovt(['check', 'a.iovt'], files);
    expect(code).toBe(1);
    expect(stdout).toContain(message);
  });

  test('SARIF names rules and problems, escapes paths and keeps what is accepted', async () => {
    const { stdout, code } = await iovt(['check', '--format', 'sarif', 'my design.iovt', 'b.iovt'], {
      'my design.iovt': WRONG.replace('"iovt": "1"', '"iovt": "1", "x": 1'),
      'b.iovt': ACCEPTED,
    });
    expect(code).toBe(1);
    const [run] = JSON.parse(stdout).runs;
    expect(run.tool.driver.rules.map(({ id }: { id: string }) => id)).toEqual(['IOVT006', 'IOVT101', 'IOVT110']);
    expect(
      run.results.map((result: { ruleId: string; suppressions?: object[] }) => [result.ruleId, result.suppressions?.length ?? 0]),
    ).toEqual([
      ['IOVT006', 0],
      ['IOVT101', 0],
      ['IOVT110', 1],
    ]);
    expect(run.results[0].locations[0].physicalLocation).toEqual({
      artifactLocation: { uri: 'my%20design.iovt' },
      region: { startLine: 1, startColumn: 16, endLine: 1, endColumn: 19 },
    });
  });

  test('annotations for GitHub Actions', async () => {
    const { stdout } = await iovt(['check', '--format', 'github', 'a.iovt'], { 'a.iovt': WRONG });
    expect(stdout).toMatch(/^::error file=a\.iovt,line=1,endLine=1,col=64,endColumn=70,title=IOVT101 reference-dangling::.*"blue".*\n$/);
  });
});

describe('iovt fmt', () => {
  const UGLY = '{"iovt":"1",// version\n"tenants":{}}\n';
  const NICE = '{\n  "iovt": "1", // version\n  "tenants": {}\n}\n';

  test('writes standard input to standard output', async () => {
    expect(await iovt(['fmt', '-'], {}, UGLY)).toEqual({ code: 0, stdout: NICE, stderr: '' });
  });

  test('changes files in place; a byte order mark and CRLF stay', async () => {
    const folder = folderWith({ 'a.iovt': UGLY, 'b.iovt': `\uFEFF${UGLY.replace(/\n/g, '\r\n')}` });
    expect(await runCli(bundle, ['fmt', 'a.iovt', 'b.iovt'], { cwd: folder })).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(readFileSync(join(folder, 'a.iovt'), 'utf8')).toBe(NICE);
    expect(readFileSync(join(folder, 'b.iovt'), 'utf8')).toBe(`\uFEFF${NICE.replace(/\n/g, '\r\n')}`);
  });

  test('--check changes nothing and names what is not formatted', async () => {
    const folder = folderWith({ 'a.iovt': UGLY, 'b.iovt': NICE });
    const outcome = await runCli(bundle, ['fmt', '--check', 'a.iovt', 'b.iovt'], { cwd: folder });
    expect(outcome).toEqual({ code: 1, stdout: '', stderr: 'a.iovt is not formatted\n' });
    expect(readFileSync(join(folder, 'a.iovt'), 'utf8')).toBe(UGLY);
    expect((await runCli(bundle, ['fmt', '--check', 'b.iovt'], { cwd: folder })).code).toBe(0);
  });

  test('leaves alone what is not whole JSON', async () => {
    const { code, stdout, stderr } = await iovt(['fmt', '-'], {}, '{ "a": ');
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('not formatted, because it is not whole JSON');
  });
});

describe('iovt simulate', () => {
  const design = '{ "iovt": "1", "hosts": { "h1": { "devices": { "ssd0": { "kind": "nvme" } } } }, "tenants": { "blue": {} } }';

  test('--why explains flows of a recording as well', async () => {
    const vf = '{ "technique": "sriov-vf", "from": "n/p0", "driver": "poll-mode" }';
    const nic = '{ "kind": "nic", "ports": { "p0": { "rate": "10 Gbit/s" } }, "sriov": { "vfs": 1, "totalVfs": 8 } }';
    const recorded = `{ "iovt": "1", "hosts": { "h": { "devices": { "n": ${nic} }, "guests": { "a": { "devices": { "e": ${vf} } } } } },
      "networks": { "tor": { "uplinks": ["h/n/p0"] } },
      "workloads": { "x": { "from": "tor", "to": "a/e", "arrival": "trace", "trace": { "file": "t.csv" } } } }`;
    const files = { 'a.iovt': recorded, 't.csv': 'time_s,size_b\n0,64\n0.00001,1500\n' };
    const { stdout } = await iovt(['simulate', 'a.iovt', '--engine', 'fluid', '--why', 'x'], files);
    expect(stdout).toContain('guest.nic-pmd');
  });

  test.each([
    ['a path that names nothing', 'nope.x=1', '--set nope.x=1: "nope.x" names nothing in this design.'],
    ['a property that there is not', 'h1/ssd0.knd=nic', '--set h1/ssd0.knd=nic: "knd" is not known here.'],
    ['a value that there is not', 'h1.hypervisor=xn', '"xn" is not one of'],
    ['a reference to nothing', 'h1/ssd0.at=rp9', 'There is no PCIe port or device called "rp9" here.'],
    ['no value', 'h1.hypervisor', '--set takes PATH=VALUE'],
  ])('--set of %s: the call must change', async (_, assignment, message) => {
    const { code, stdout, stderr } = await iovt(['simulate', 'a.iovt', '--set', assignment], { 'a.iovt': design });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(message);
  });

  test('--set of what the design has', async () => {
    expect((await iovt(['simulate', 'a.iovt', '--set', 'h1.hypervisor=xen'], { 'a.iovt': design })).code).toBe(0);
  });
});

describe('iovt explain', () => {
  test('prints what the editor shows', async () => {
    const { code, stdout, stderr } = await iovt(['explain', 'sriov-vf']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toContain('# SR-IOV virtual function');
  });

  test('asks back for a name that nothing goes by', async () => {
    const { code, stdout, stderr } = await iovt(['explain', 'sriov-fv']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain('nothing goes by the name "sriov-fv".\n      Did you mean "sriov-vf"?');
  });
});

describe('iovt', () => {
  test('--help goes to standard output, a call without a command to standard error', async () => {
    const help = await iovt(['--help']);
    expect([help.code, help.stderr]).toEqual([0, '']);
    for (const command of ['check', 'explain', 'fmt', 'lsp']) expect(help.stdout).toContain(`\n  ${command} `);
    const nothing = await iovt([]);
    expect([nothing.code, nothing.stdout]).toEqual([2, '']);
  });

  test('--version', async () => {
    expect((await iovt(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('a result for a folder that there is not', async () => {
    const { code, stderr } = await iovt(['render', 'a.iovt', '-o', 'none/a.svg'], { 'a.iovt': '{ "iovt": "1", "hosts": { "h1": {} } }' });
    expect([code, stderr]).toEqual([2, 'iovt: none/a.svg: there is no such folder to write into.\n']);
  });

  test('lsp without a way to talk', async () => {
    expect((await iovt(['lsp'])).code).toBe(2);
  });
});
