import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { root } from './write.js';

const SOURCES = 'src/sim/engine/kernel';
const target = resolve(root, 'src/sim/engine/generated/kernel.ts');
/** An entry of its own that exports where the fields of records lie, as the compiler laid them out. */
const LAYOUT = 'layout.ts';

/**
 * Compiles the kernel of the event engine to WebAssembly, and writes it down for the host together with the layout of its records.
 *
 * @throws with what the compiler says.
 */
export async function generateKernel(): Promise<void> {
  const files = readdirSync(resolve(root, SOURCES)).filter((name) => name.endsWith('.ts'));
  const sources = new Map(files.map((name) => [name, readFileSync(resolve(root, SOURCES, name), 'utf8')]));
  const { devDependencies } = JSON.parse(readFileSync(resolve(root, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const made = readFileSync(import.meta.filename, 'utf8') + devDependencies['assemblyscript'] + JSON.stringify([...sources]);
  const mark = `// ${createHash('sha256').update(made).digest('hex')}\n`;
  if (existsSync(target) && readFileSync(target, 'utf8').startsWith(mark)) return;

  const records = recordsOf([...sources.values()].join('\n'));
  sources.set(LAYOUT, layoutSource(records, sources));
  const layout = await instantiate(await compile(sources, LAYOUT, ['-O1']));
  const code = await compile(sources, 'index.ts', ['-O3', '--converge']);
  const text = [
    '// Made by scripts/generate/kernel.ts from the sources of the kernel.',
    '',
    '// Size of each record in bytes, and where its fields lie.',
    ...[...records].map(([name, fields]) => {
      const at = ['size', ...fields].map((field) => `${field}: ${layout[`${name}_${field}`]?.value}`);
      return `export const ${name.toUpperCase()} = { ${at.join(', ')} } as const;`;
    }),
    '',
    `export const CODE = '${Buffer.from(code).toString('base64')}';`,
    '',
  ];
  mkdirSync(resolve(target, '..'), { recursive: true });
  writeFileSync(target, mark + text.join('\n'));
}

async function compile(sources: ReadonlyMap<string, string>, entry: string, options: readonly string[]): Promise<Uint8Array> {
  // The compiler takes longer to load than the rest of a start whose kernel is up to date.
  const { default: asc } = await import('assemblyscript/asc');
  let code: Uint8Array | undefined;
  const flags = ['--noAssert', '--runtime', 'stub', '--use', 'abort=', '--outFile', 'kernel.wasm'];
  const { error, stderr } = await asc.main([entry, ...flags, ...options], {
    readFile: (name) => sources.get(name) ?? null,
    writeFile: (_name, contents) => {
      code = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error !== null || code === undefined) throw new Error(`The kernel does not compile.\n${stderr}`);
  return code;
}

/** Fields of every class whose objects lie in the memory of a run, by name. */
function recordsOf(source: string): ReadonlyMap<string, readonly string[]> {
  const classes = source.matchAll(/^@unmanaged\nexport class (\w+) \{\n(.*?)^\}/gms);
  return new Map(
    Array.from(classes, ([, name, body]) => [
      name as string,
      Array.from((body as string).matchAll(/^ {2}(\w+)!?: /gm), ([, field]) => field as string),
    ]),
  );
}

function layoutSource(records: ReadonlyMap<string, readonly string[]>, sources: ReadonlyMap<string, string>): string {
  const home = (name: string) => [...sources].find(([, source]) => source.includes(`export class ${name} {`))?.[0].replace('.ts', '');
  return [...records]
    .flatMap(([name, fields]) => [
      `import { ${name} } from './${home(name)}';`,
      `export const ${name}_size: usize = (offsetof<${name}>() + 7) & ~7;`,
      ...fields.map((field) => `export const ${name}_${field}: usize = offsetof<${name}>('${field}');`),
    ])
    .join('\n');
}

async function instantiate(code: Uint8Array): Promise<Record<string, WebAssembly.Global>> {
  const { instance } = await WebAssembly.instantiate(code as Uint8Array<ArrayBuffer>);
  return instance.exports as Record<string, WebAssembly.Global>;
}
