import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { deflateRawSync } from 'node:zlib';
import type { Plugin } from 'esbuild';
import { root } from '../generate/write.js';
import { type Definitions, definitionsIn } from './texts.js';

/** Everything that is packed, and where each part of it lies. */
interface Pack {
  readonly parts: readonly unknown[];
  /** Index of a JSON file by its path. */
  readonly files: ReadonlyMap<string, number>;
  /** Modules by their path, with the index of the first of their words. */
  readonly modules: ReadonlyMap<string, Definitions & { readonly first: number }>;
}

/**
 * The schema, the device profiles and what rules and techniques say of themselves are words: a third of a bundle as they
 * stand. They are packed together, and unpacked once when the program starts, in a few milliseconds. The examples of rules
 * are left out: tests and pages are made from them, and no program shows them.
 */
export const packed: Plugin = {
  name: 'packed',
  setup(build) {
    build.onLoad({ filter: /\.json$/ }, async ({ path }) => {
      const index = (await pack()).files.get(path);
      return index === undefined
        ? undefined
        : { contents: `import { part } from 'iovt:pack'; export default part(${index});`, loader: 'js' };
    });
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const module = (await pack()).modules.get(path);
      if (module === undefined) return undefined;
      const { code, words, examples, first } = module;
      const replacements = [
        ...words.map(({ start, end }, i) => ({ start, end, text: `part(${first + i})` })),
        ...examples.map(({ start, end }) => ({ start, end, text: '{ bad: [], good: [] }' })),
      ];
      const contents = replacements
        .sort((a, b) => b.start - a.start)
        .reduce((text, { start, end, text: instead }) => text.slice(0, start) + instead + text.slice(end), code);
      return { contents: `import { part } from 'iovt:pack'; ${contents}`, loader: 'js' };
    });
    build.onResolve({ filter: /^iovt:pack$/ }, ({ path }) => ({ path, namespace: 'iovt-pack' }));
    build.onLoad({ filter: /.*/, namespace: 'iovt-pack' }, async () => ({
      contents: unpacking((await pack()).parts),
      loader: 'js',
      resolveDir: root,
    }));
  },
};

let made: Promise<Pack> | undefined;

/** The same for every bundle of one build. */
function pack(): Promise<Pack> {
  made ??= makePack();
  return made;
}

async function makePack(): Promise<Pack> {
  const parts: unknown[] = [];
  const files = new Map<string, number>();
  for (const path of [resolve(root, 'schemas/iovt.schema.json'), ...filesIn('src/catalog/profiles', '.json')]) {
    files.set(path, parts.length);
    parts.push(JSON.parse(readFileSync(path, 'utf8')));
  }
  const modules = new Map<string, Definitions & { first: number }>();
  for (const path of filesIn('src', '.ts')) {
    const module = await definitionsIn(readFileSync(path, 'utf8'));
    if (module === undefined) continue;
    modules.set(path, { ...module, first: parts.length });
    parts.push(...module.words.map(({ value }) => value));
  }
  return { parts, files, modules };
}

function filesIn(folder: string, ending: string): string[] {
  const names = readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith(ending))
    .sort()
    .map((name) => join(root, folder, name));
}

function unpacking(parts: readonly unknown[]): string {
  const bytes = deflateRawSync(JSON.stringify(parts), { level: 9 });
  return `
    import { inflateSync, strFromU8 } from 'fflate';
    const bytes = Uint8Array.from(atob(${JSON.stringify(bytes.toString('base64'))}), (letter) => letter.charCodeAt(0));
    const parts = JSON.parse(strFromU8(inflateSync(bytes)));
    export function part(index) {
      return parts[index];
    }`;
}
