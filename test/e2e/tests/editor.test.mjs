/** What the editor does with a design, in the installed extension: problems, fixes, hovers, navigation, edits. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openSession } from '../support/session.mjs';

let code;
before(async () => {
  code = await openSession({ file: 'broken.iovt' });
});
after(() => code?.close());

test('a mistake gets a squiggle and an entry in Problems', async () => {
  await code.page.locator('.squiggly-error').first().waitFor();
  await code.problems('Errors: 1');
  await code.page.locator('[id="status.problems"] a').click();
  await code.page.locator('.markers-panel .monaco-list-row', { hasText: 'Did you mean "br-int"?' }).waitFor();
  await code.screenshot('problems');
});

test('its code leads to the page about it', async () => {
  await code.page.locator('.markers-panel .monaco-list-row a', { hasText: 'IOVT101' }).first().click();
  await code.page.locator('.tab.active', { hasText: 'reference-dangling' }).waitFor();
  await code.panel().locator('h1', { hasText: 'IOVT101' }).first().waitFor();
  await code.screenshot('rule-page');
  await code.command('View: Close Editor');
  await code.page.locator('[id="status.problems"] a').click();
});

test('a quick fix mends it, and the problem is gone', async () => {
  await code.page.locator('.tab', { hasText: 'broken.iovt' }).click();
  await code.goTo(...code.placeOf('broken.iovt', 'br-imt', 2));
  await code.page.keyboard.press('Control+.');
  const fix = code.page.locator('.action-widget .monaco-list-row', { hasText: 'br-int' }).first();
  await fix.waitFor();
  await code.screenshot('quick-fix');
  await fix.click();
  await code.problems('No Problems');
  const text = await code.saved('broken.iovt', (saved) => !saved.includes('br-imt'));
  assert.match(text, /"connect": "br-int"/);
});

test('a hover explains a word of the language', async () => {
  await code.open('shop.iovt');
  await code.problems('No Problems|Warnings');
  await code.goTo(...code.placeOf('shop.iovt', 'sriov-vf', 2));
  await code.command('Show or Focus Hover');
  const hover = code.page.locator('.monaco-hover', { hasText: 'virtual function' }).first();
  await hover.waitFor();
  await code.screenshot('hover');
  await code.page.keyboard.press('Escape');
});

test('completion offers what can stand at the cursor', async () => {
  await code.goTo(...code.placeOf('shop.iovt', '"connect": "br0"', '"connect": "br0'.length));
  await code.page.keyboard.press('Control+Space');
  const list = code.page.locator('.suggest-widget.visible');
  await list.locator('.monaco-list-row', { hasText: 'br0' }).first().waitFor();
  await code.screenshot('completion');
  await code.page.keyboard.press('Escape');
});

test('the outline shows the design', async () => {
  await code.page.keyboard.press('Control+Shift+O');
  const rows = code.page.locator('.quick-input-list .monaco-list-row');
  for (const name of ['h1', 'nic0', 'br0', 'web-tail', 'web-on-vfs']) {
    await code.page.locator('.quick-input-widget input').fill(`@${name}`);
    await rows.filter({ hasText: name }).first().waitFor();
  }
  await code.page.keyboard.press('Escape');
});

test('a reference leads to what it names', async () => {
  await code.goTo(...code.placeOf('shop.iovt', '"media": "ssd0/ns1"', '"media": "ss'.length));
  await code.page.keyboard.press('F12');
  const [line] = code.placeOf('shop.iovt', '"ssd0": {');
  await code.status(`Ln ${line},`);
});

test('renaming changes every reference', async () => {
  await code.goTo(...code.placeOf('shop.iovt', '"br0": {', 2));
  await code.page.keyboard.press('F2');
  const input = code.page.locator('.rename-box input');
  await input.waitFor();
  await input.fill('br-lan');
  await input.press('Enter');
  const text = await code.saved('shop.iovt', (saved) => saved.includes('br-lan'));
  assert.match(text, /"br-lan": \{ "kind"/);
  assert.match(text, /"connect": "br-lan"/);
  assert.doesNotMatch(text, /"br0"/);
});

test('formatting puts a text in order and keeps its comments', async () => {
  await code.goTo(1, 2);
  await code.page.keyboard.type('\n\n\n        ');
  await code.command('Format Document');
  const text = await code.saved('shop.iovt', (saved) => !saved.startsWith('{\n\n'));
  assert.match(text, /^\{\n {2}\/\/ A web shop/);
});

test('broken JSON is reported where it breaks, and the rest goes on working', async () => {
  await code.goTo(3, 1);
  await code.page.keyboard.type('"name": ,');
  await code.problems('Errors: [1-9]');
  await code.page.locator('.squiggly-error').first().waitFor();
  for (let i = 0; i < 9; i++) await code.page.keyboard.press('Backspace');
  await code.problems('No Problems|Warnings');
});
