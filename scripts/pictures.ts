/**
 * Takes the pictures of the README in the real VS Code: `npm run pictures`, after `npm run build`. They go to docs/images.
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { e2e, installE2e } from './e2e.js';
import { root } from './generate/write.js';
import { packExtension } from './package.js';

interface Place {
  locator(selector: string, options?: { hasText: string }): Place;
  first(): Place;
  click(): Promise<void>;
  waitFor(): Promise<void>;
}

/** What the pictures need of a session of the end-to-end tests. */
interface Session {
  readonly page: Place & {
    screenshot(options: { path: string }): Promise<unknown>;
    waitForTimeout(ms: number): Promise<void>;
    readonly mouse: { move(x: number, y: number): Promise<void> };
  };
  panel(): Place;
  command(title: string): Promise<void>;
  goTo(line: number, column?: number): Promise<void>;
  placeOf(name: string, text: string, offset?: number): [number, number];
  close(): Promise<void>;
}

const folder = join(root, 'docs/images');

async function picture(name: string, file: string, colorTheme: string, prepare: (session: Session) => Promise<void>): Promise<void> {
  const { openSession } = (await import(pathToFileURL(join(e2e, 'support/session.mjs')).href)) as {
    openSession: (options: object) => Promise<Session>;
  };
  const settings = { 'workbench.colorTheme': colorTheme, 'workbench.statusBar.visible': true, 'editor.fontSize': 13 };
  const session = await openSession({ file, folder: join(root, 'examples'), settings, viewport: { width: 1720, height: 980 } });
  try {
    await session.page.locator('.view-line').first().waitFor();
    await prepare(session);
    await session.page.mouse.move(4, 970);
    await session.page.waitForTimeout(1500);
    await session.page.screenshot({ path: join(folder, `${name}.png`) });
    process.stdout.write(`docs/images/${name}.png\n`);
  } finally {
    await session.close();
  }
}

installE2e();
packExtension();
mkdirSync(folder, { recursive: true });
await picture('simulation', '1-two-tenants.iovt', 'Light Modern', async (session) => {
  await session.command('View: Toggle Primary Side Bar Visibility');
  await session.page.locator('.codelens-decoration a', { hasText: 'Simulate' }).first().click();
  await session.panel().locator('.results .verdict h2').waitFor();
});
await picture('problems', '4-homelab-gpu.iovt', 'Dark Modern', async (session) => {
  await session.command('View: Toggle Primary Side Bar Visibility');
  await session.command('IOVT: Open Diagram to the Side');
  await session.panel().locator('svg.scene').first().waitFor();
  await session.command('View: Focus Problems');
  await session.page.locator('.markers-panel .monaco-list-row').first().waitFor();
});
