import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Diagnostic, messageText } from '../../src/core/diagnostics/diagnostic.js';
import { loadProject } from '../../src/core/model/project.js';
import type { Topology } from '../../src/core/model/topology.js';
import { positionAt, rangeOf } from '../../src/core/text/source.js';
import { type Analysis, type CheckOptions, check } from '../../src/language/check.js';
import { MemoryWorkspace } from './memory-workspace.js';

export const fixtures = resolve(fileURLToPath(import.meta.url), '../../fixtures');

/** Checks a design given as text, or as several files of which `main.iovt` is the one. */
export async function analyse(input: string | Readonly<Record<string, string>>, options?: CheckOptions): Promise<Analysis> {
  const files = typeof input === 'string' ? { 'main.iovt': input } : input;
  const workspace = new MemoryWorkspace(files);
  const main = await workspace.read('memory:/main.iovt');
  if (main === undefined) throw new Error('a test needs a main.iovt');
  return check(await loadProject(main, workspace), options);
}

export async function topologyOf(input: string | Readonly<Record<string, string>>): Promise<Topology> {
  return (await analyse(input)).topology;
}

/** One diagnostic as a line: `3:5-3:12 error IOVT101 the message`. */
export function lineOf(diagnostic: Diagnostic): string {
  const { start, end } = rangeOf(diagnostic.at);
  const file = diagnostic.at.file.uri.replace('memory:/', '');
  const where = `${start.line + 1}:${start.character + 1}-${end.line + 1}:${end.character + 1}`;
  const prefix = file === 'main.iovt' ? '' : `${file} `;
  return `${prefix}${where} ${diagnostic.severity} ${diagnostic.code} ${messageText(diagnostic.message)}`;
}

/** Cases of an area: one folder each, its files by name. */
export function cases(area: string): { name: string; folder: string; files: Record<string, string> }[] {
  const root = join(fixtures, area);
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const folder = join(root, name);
      const names = readdirSync(folder).filter((file) => file.endsWith('.iovt'));
      return { name, folder, files: Object.fromEntries(names.map((file) => [file, readFileSync(join(folder, file), 'utf8')])) };
    });
}

/**
 * Diagnostics that a fixture expects of itself: a comment line of carets below a line names the code of the diagnostic on
 * the characters above them. `//   ^^^ IOVT204`; several codes are separated by spaces.
 */
export function markedDiagnostics(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/);
  const expected: string[] = [];
  let subject = 0;
  for (const [i, line] of lines.entries()) {
    const match = /^(\s*\/\/.*?)(\^+)((?: IOVT\d+)+)\s*$/.exec(line);
    if (match === null) {
      subject = i;
      continue;
    }
    const start = (match[1] as string).length;
    for (const code of (match[3] as string).trim().split(' '))
      expected.push(`${subject + 1}:${start + 1}-${start + (match[2] as string).length + 1} ${code}`);
  }
  return expected.sort();
}

/** Diagnostics on one line in the form of `markedDiagnostics`; those over several lines count to the end of the first. */
export function asMarks(diagnostics: readonly Diagnostic[]): string[] {
  return diagnostics
    .map(({ at, code }) => {
      const start = positionAt(at.file, at.start);
      const end = positionAt(at.file, at.end);
      return `${start.line + 1}:${start.character + 1}-${end.character + 1} ${code}`;
    })
    .sort();
}
