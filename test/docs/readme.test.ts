import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { projectOf } from '../../src/core/model/project.js';
import { applyEdits, formatEdits } from '../../src/core/text/edits.js';
import { check } from '../../src/language/check.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const pages = ['README.md', ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).map((name) => join('docs', name))];

test('the design in the README is right and formatted', () => {
  const text = /```jsonc\n(.*?)```/s.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1] ?? '';
  const project = projectOf({ uri: 'memory:/readme.iovt', text });
  expect(check(project).diagnostics.map(({ code, severity }) => `${severity} ${code}`)).toEqual([]);
  expect(applyEdits(text, formatEdits(project.main.file))).toBe(text);
});

describe.each(pages.filter((page) => page.endsWith('.md')))('%s', (page) => {
  test('links lead somewhere', () => {
    const text = readFileSync(join(root, page), 'utf8').replaceAll(/```.*?```/gs, '');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, link]) => resolve(root, dirname(page), link as string));
    expect(links.filter((file) => !existsSync(file)).map((file) => relative(root, file))).toEqual([]);
  });
});
