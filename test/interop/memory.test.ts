import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** What reading hostile input costs, measured on the command as a process of its own. */
const root = resolve(fileURLToPath(import.meta.url), '../../..');
const folder = mkdtempSync(join(tmpdir(), 'iovt-memory-'));
let idleBytes = 0;

function measure(...args: string[]): { code: number; peakBytes: number; messages: string } {
  const child = spawnSync(join(root, 'node_modules/.bin/tsx'), [join(root, 'test/support/peak-memory.ts'), ...args], {
    cwd: root,
    encoding: 'utf8',
    timeout: 60_000,
  });
  return {
    ...(JSON.parse(child.stdout.slice(child.stdout.lastIndexOf('{"code"'))) as { code: number; peakBytes: number }),
    messages: child.stderr,
  };
}

function fileOf(name: string, head: string, megabytes: number, tail: string): string {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  writeSync(file, head);
  for (let i = 0; i < megabytes; i++) writeSync(file, 'x'.repeat(1e6));
  writeSync(file, tail);
  closeSync(file);
  return path;
}

beforeAll(() => {
  writeFileSync(join(folder, 'small.xml'), '<domain type="kvm"><name>a</name></domain>');
  idleBytes = measure('import', 'libvirt', join(folder, 'small.xml'), '-o', join(folder, 'small.iovt')).peakBytes;
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

describe('memory stays bounded', () => {
  test('an attribute of 100 MB is refused before it is read', () => {
    const { code, peakBytes, messages } = measure('import', 'libvirt', fileOf('huge.xml', '<domain x="', 100, '"/>'));
    expect(code).toBe(2);
    expect(messages).toMatch(/100 MB is more than the 67 MB/);
    expect(peakBytes - idleBytes).toBeLessThan(30e6);
  }, 60_000);

  test('an attribute of 30 MB is refused after its first megabyte', () => {
    const { code, peakBytes, messages } = measure('import', 'libvirt', fileOf('large.xml', '<domain x="', 30, '"/>'));
    expect(code).toBe(2);
    expect(messages).toMatch(/longer than 1048576 characters/);
    // The file once as bytes, and as text up to two times.
    expect(peakBytes - idleBytes).toBeLessThan(150e6);
  }, 60_000);
});
