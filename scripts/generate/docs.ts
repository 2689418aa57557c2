import { readdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { documentationPages } from '../../src/language/help/pages.js';
import { root, writeGenerated } from './write.js';

const NOTE = '<!-- Made by scripts/generate.ts from the code. Do not edit. -->';
/** Folders whose pages are all made here: one whose subject is gone goes as well. */
const FOLDERS = ['rules', 'techniques', 'profiles'];

export function generateDocs(): void {
  const pages = documentationPages();
  for (const { path, content } of pages) writeGenerated(`docs/${path}`, `${NOTE}\n\n${content}\n`);
  const paths = new Set(pages.map(({ path }) => path));
  for (const folder of FOLDERS) {
    const directory = resolve(root, 'docs', folder);
    for (const name of readdirSync(directory))
      if (name.endsWith('.md') && !paths.has(`${folder}/${name}`)) rmSync(resolve(directory, name));
  }
}
