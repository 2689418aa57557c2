/** One VS Code with the packed extension, in one browser page, on a copy of the fixture. Shared by the tests of a file. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from './chromium.mjs';
import { startVSCode } from './vscode.mjs';

const here = fileURLToPath(new URL('..', import.meta.url));
const artifacts = join(here, 'artifacts');
export const VSIX = process.env.VSIX ?? resolve(here, '../../build/iovt.vsix');
/** Long, because two cores may be shared: a wait ends as soon as what it waits for is there. */
const PATIENCE = 90_000;

export async function openSession({
  file,
  folder = join(here, 'fixture'),
  files = {},
  settings = {},
  web = false,
  viewport = { width: 1440, height: 900 },
  colorScheme = 'light',
}) {
  const workspace = mkdtempSync(join(tmpdir(), 'iovt-workspace-'));
  cpSync(folder, workspace, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(workspace, name), text);
  const vscode = await startVSCode({
    folder: workspace,
    vsix: [VSIX],
    settings: {
      'workbench.colorTheme': 'Light Modern',
      'editor.minimap.enabled': false,
      // Off on the desktop, on in the browser unless one says so.
      'files.autoSave': 'off',
      ...(web ? { 'remote.extensionKind': { 'iovt.iovt': ['web'] } } : {}),
      ...settings,
    },
  });
  const browser = await launchChromium();
  const page = await browser.newPage({ viewport, colorScheme });
  page.setDefaultTimeout(PATIENCE);
  const errors = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(vscode.url(file));
  return new Session(workspace, vscode, browser, page, errors);
}

class Session {
  constructor(workspace, vscode, browser, page, errors) {
    Object.assign(this, { workspace, vscode, browser, page, errors });
  }

  async close() {
    await this.browser.close();
    await this.vscode.stop();
    rmSync(this.workspace, { recursive: true, force: true, maxRetries: 5 });
  }

  read(name) {
    return readFileSync(join(this.workspace, name), 'utf8');
  }

  async screenshot(name) {
    mkdirSync(artifacts, { recursive: true });
    await this.page.screenshot({ path: join(artifacts, `${name}.png`) });
  }

  /** Runs a command of the palette by its title. */
  async command(title) {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input');
    await input.waitFor();
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().click();
  }

  /** Changes the colour theme, by its name. */
  async theme(name) {
    await this.command('Preferences: Color Theme');
    const input = this.page.locator('.quick-input-widget input');
    await this.page.locator('.quick-input-widget input[placeholder*="Theme"]').waitFor();
    await input.fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: name }).first().waitFor();
    await input.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Opens a file of the workspace. */
  async open(name) {
    await this.page.keyboard.press('Control+P');
    const input = this.page.locator('.quick-input-widget input');
    await input.waitFor();
    await input.fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().click();
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
  }

  /** A line of the editor. Its text has no-break spaces, so a short piece is the best thing to look for. */
  line(text) {
    return this.page.locator('.editor-instance .view-line', { hasText: text }).first();
  }

  /** A piece of a line, such as one word. */
  token(line, text) {
    return this.line(line).locator('span span', { hasText: text }).first();
  }

  /** Puts the cursor on a line and column, both from 1. */
  async goTo(line, column = 1) {
    await this.page.keyboard.press('Control+G');
    const input = this.page.locator('.quick-input-widget input');
    await input.waitFor();
    await input.fill(`:${line}:${column}`);
    await input.press('Enter');
    await this.page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  }

  /** Line and column of a text in a file, from 1. */
  placeOf(name, text, offset = 0) {
    const before = this.read(name);
    const at = before.indexOf(text);
    if (at < 0) throw new Error(`"${text}" is not in ${name}.`);
    const lines = before.slice(0, at + offset).split('\n');
    return [lines.length, lines.at(-1).length + 1];
  }

  /** Waits until the status bar counts so many problems: `Errors: 1`, `No Problems`. */
  async problems(label) {
    await this.page.waitForFunction(
      (pattern) => new RegExp(pattern).test(document.querySelector('[id="status.problems"] a')?.getAttribute('aria-label') ?? ''),
      label.source ?? label,
    );
  }

  /** The page inside the panel. VS Code nests two frames. */
  panel(index = 0) {
    return this.page.locator('iframe.webview').nth(index).contentFrame().locator('iframe#active-frame').contentFrame();
  }

  async status(text) {
    await this.page.locator('.statusbar-item', { hasText: text }).first().waitFor();
  }

  /** Saves the editor and gives the text on disk once it satisfies a condition. */
  async saved(name, condition) {
    const end = Date.now() + PATIENCE;
    for (;;) {
      // Again and again: what is waited for may reach the editor after the first time.
      await this.page.keyboard.press('Control+S');
      await this.page.waitForTimeout(300);
      const text = this.read(name);
      if (condition(text)) return text;
      if (Date.now() > end) throw new Error(`${name} did not become what was expected:\n${text}`);
    }
  }
}
