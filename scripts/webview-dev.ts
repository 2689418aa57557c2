/** Builds the panel with its stand-in for VS Code into build/panel and serves it: `npx tsx scripts/webview-dev.ts [--port 8091]`. */
import { cpSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { build } from 'esbuild';
import { root } from './generate/write.js';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.iovt': 'text/plain',
};
export const folder = join(root, 'build/panel');

export async function buildPanel(): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build({
    absWorkingDir: root,
    entryPoints: { host: 'webview/dev/host.ts', main: 'webview/style/main.css', themes: 'webview/dev/themes.css' },
    outdir: folder,
    bundle: true,
    format: 'esm',
    splitting: true,
    sourcemap: true,
    target: 'es2022',
    mainFields: ['browser', 'module', 'main'],
    logLevel: 'warning',
  });
  for (const file of ['webview/dev/index.html', 'test/e2e/fixture/shop.iovt', 'test/e2e/fixture/broken.iovt'])
    cpSync(join(root, file), join(folder, file.slice(file.lastIndexOf('/') + 1)));
}

export function servePanel(port: number): Promise<string> {
  const server = createServer((request, response) => {
    const path = normalize(decodeURIComponent(new URL(request.url ?? '/', 'http://localhost').pathname));
    // Designs of the repository can be opened by their path in it.
    const file = [join(folder, path === '/' ? 'index.html' : path), join(root, path)].find((name) => {
      const isOurs = name.startsWith(folder) || (name.startsWith(root) && name.endsWith('.iovt'));
      return isOurs && statSync(name, { throwIfNoEntry: false })?.isFile() === true;
    });
    if (file === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': `${TYPES[extname(file)] ?? 'text/plain'}; charset=utf-8` }).end(readFileSync(file));
  });
  return new Promise((done) =>
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      done(`http://127.0.0.1:${typeof address === 'object' ? address?.port : port}/`);
    }),
  );
}

if (process.argv[1]?.endsWith('webview-dev.ts') === true) {
  await buildPanel();
  const at = process.argv.indexOf('--port');
  process.stdout.write(`${await servePanel(at < 0 ? 0 : Number(process.argv[at + 1]))}\n`);
}
