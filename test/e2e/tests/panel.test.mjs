/** The panel in the installed extension: diagram, simulation, results, and how it stays in step with the text. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { openSession } from '../support/session.mjs';

let code;
let panel;
before(async () => {
  code = await openSession({ file: 'shop.iovt', viewport: { width: 1680, height: 1000 } });
  panel = code.panel();
});
after(() => code?.close());

const node = (path) => panel.locator(`svg.scene g.n[data-path="${path}"]`).first();

test('the code lens simulates: progress, then results and the diagram', async () => {
  await code.page.locator('.codelens-decoration a', { hasText: 'Simulate' }).first().click();
  // The simulation may be over before the page is there.
  await panel.locator('vscode-button.cancel, .results .verdict h2').first().waitFor();
  await panel.locator('svg.scene').waitFor();
  await code.screenshot('simulating');
  await panel.locator('.results .verdict h2').waitFor();
  assert.equal(await panel.locator('.results .verdict h2').textContent(), '1 of 2 objectives fail');
  await panel.locator('.objectives .is-fail', { hasText: 'web-tail' }).waitFor();
  await panel.locator('.objectives .is-pass', { hasText: 'hpc-rate' }).waitFor();
  await code.status('1 of 2 objectives fail');
  await code.screenshot('results');
});

test('the diagram shows every virtual device and what serves it', async () => {
  for (const path of ['h1/web/eth0', 'h1/web/vda', 'h1/hpc/eth0', 'h1/br0', 'h1/io1', 'h1/nic0', 'h1/ssd0', 'tor'])
    await node(path).waitFor({ state: 'attached' });
  const label = await node('h1/hpc/eth0').getAttribute('aria-label');
  assert.match(label, /sriov-vf|SR-IOV/i);
});

test('each tab shows its part of the results', async () => {
  const tab = async (name) => panel.locator(`vscode-panel-tab#tab-${name}`).click();
  await tab('flows');
  assert.equal(await panel.locator('#view-flows tbody tr').count(), 9);
  await panel.locator('#view-flows th button.sort', { hasText: 'Achieved' }).click();
  await panel.locator('#view-flows th[aria-sort="descending"]', { hasText: 'Achieved' }).waitFor();
  assert.match(await panel.locator('#view-flows tbody tr').first().textContent(), /hpc-out/);
  await panel.locator('#view-flows tbody tr', { hasText: 'h1/web[2]/vda' }).first().click();
  await panel.locator('svg.scene g.selected[data-path="h1/web/vda"]').waitFor({ state: 'attached' });
  await code.screenshot('flows');
  await tab('breakdown');
  await panel.locator('#view-breakdown .question', { hasText: 'is waiting' }).waitFor();
  await panel.locator('#view-breakdown tbody tr', { hasText: 'h1/io1' }).first().waitFor();
  await code.screenshot('breakdown');
  await tab('resources');
  await panel.locator('#view-resources tbody tr', { hasText: 'h1/ssd0' }).first().waitFor();
  await code.screenshot('resources');
  await tab('interference');
  await panel.locator('#view-interference', { hasText: 'Measure it' }).waitFor();
  await tab('summary');
});

test('a click on a node shows its text', async () => {
  await panel.getByTitle('Fit the diagram').click();
  await node('h1/ssd0').click({ position: { x: 40, y: 10 } });
  // The panel keeps the keyboard, so the status bar does not tell the place.
  const [line] = code.placeOf('shop.iovt', '"ssd0": {');
  await code.page.locator('.editor-instance .active-line-number', { hasText: String(line) }).waitFor();
});

test('the cursor shows its node', async () => {
  await code.page.locator('.tab', { hasText: /^shop\.iovt/ }).click();
  await code.goTo(...code.placeOf('shop.iovt', '"hpc": {', 3));
  await panel.locator('svg.scene g.selected[data-path="h1/hpc"]').waitFor({ state: 'attached' });
  await code.screenshot('selection');
});

test('the keyboard walks through the diagram and goes to the text', async () => {
  await node('h1/hpc').focus();
  await code.page.keyboard.press('ArrowRight');
  const focused = panel.locator('svg.scene g.n:focus');
  await focused.waitFor({ state: 'attached' });
  assert.notEqual(await focused.getAttribute('data-path'), 'h1/hpc');
  await node('h1/io1').focus();
  await code.page.keyboard.press('Enter');
  const [line] = code.placeOf('shop.iovt', '"io1": {');
  await code.status(`Ln ${line},`);
  // Enter gives the keyboard to the editor.
  await code.page.locator('.editor-instance .monaco-editor.focused').waitFor();
});

test('an edit of the text changes the diagram and makes the results old', async () => {
  await code.goTo(...code.placeOf('shop.iovt', '"hpc": {', 1));
  await code.page.keyboard.type('ai');
  await node('h1/aihpc').waitFor({ state: 'attached' });
  await panel.locator('.about .is-stale').waitFor();
  await code.status('(old)');
});

test('broken text leaves the last good diagram', async () => {
  await code.page.keyboard.press('End');
  await code.page.keyboard.press('Enter');
  await code.page.keyboard.type('"x": [ } ,,');
  await panel.locator('.banner', { hasText: 'last good diagram' }).waitFor();
  assert.equal(await node('h1/aihpc').count(), 1);
  assert.equal(await node('h1/io1').count(), 1);
  await code.screenshot('last-good');
  await code.command('File: Revert File');
  await node('h1/hpc').waitFor({ state: 'attached' });
  await panel.locator('.banner', { hasText: 'last good diagram' }).waitFor({ state: 'hidden' });
});

test('views, scenarios, search and tenants', async () => {
  const choose = async (label, option) => {
    await panel.locator(`vscode-dropdown[aria-label="${label}"]`).click();
    await panel.locator(`vscode-dropdown[aria-label="${label}"] vscode-option`, { hasText: option }).click();
  };
  await choose('Scenario', 'web-on-vfs');
  await panel.locator('svg.scene g.n[data-path="h1/web/eth0"]', { hasText: 'sriov-vf' }).waitFor({ state: 'attached' });
  await choose('Scenario', 'Base design');
  await panel.locator('svg.scene g.n[data-path="h1/web/eth0"][aria-label*="virtio"]').waitFor({ state: 'attached' });
  await choose('View', 'Storage');
  await node('h1/hpc/eth0').waitFor({ state: 'detached' });
  await code.screenshot('storage');
  await choose('View', 'Mapping');
  await node('h1/hpc/eth0').waitFor({ state: 'attached' });
  await choose('Tenant', 'Batch jobs');
  await panel.locator('svg.scene g.n.others[data-path="h1/web"]').waitFor({ state: 'attached' });
  await choose('Tenant', 'All tenants');
  await panel.locator('vscode-text-field input').fill('iothread');
  await panel.locator('.matches', { hasText: '1 match' }).waitFor();
  await panel.locator('svg.scene g.n.found[data-path="h1/io1"]').waitFor({ state: 'attached' });
  await panel.locator('vscode-text-field input').fill('');
});

test('copies unfold and fold again', async () => {
  await panel.getByTitle('Fit the diagram').click();
  await panel.locator('svg.scene g.n[data-path="h1/web"] .count, svg.scene g.n[data-path="h1/web[0]"] .count').first().click();
  await node('h1/web[3]').waitFor({ state: 'attached' });
  await node('h1/web[3]').focus();
  await code.page.keyboard.press('f');
  await node('h1/web[3]').waitFor({ state: 'detached' });
});

test('the diagram is saved as SVG and the results as CSV', async () => {
  const save = async (label, name) => {
    await panel.getByTitle(label).click();
    const dialog = code.page.locator('.quick-input-widget input');
    await dialog.waitFor();
    const file = join(code.workspace, name);
    // The dialog takes no answer before it has read the folder.
    for (let i = 0; i < 120 && !(existsSync(file) && readFileSync(file).length > 0); i++) {
      if (await dialog.isVisible()) await dialog.press('Enter', { timeout: 1000 }).catch(() => undefined);
      await code.page.waitForTimeout(500);
    }
    return readFileSync(file, 'utf8');
  };
  const svg = await save('Save the diagram as SVG', 'shop.mapping.svg');
  assert.match(svg, /^<svg /);
  assert.match(svg, /data-path="h1\/ssd0"/);
  const csv = await save('Save the results as CSV', 'shop.result.csv');
  assert.match(csv, /hpc-out/);
});

test('a hidden panel comes back as it was', async () => {
  await panel.locator('vscode-panel-tab#tab-resources').click();
  await code.page.locator('.tab', { hasText: 'Diagram of' }).click();
  await code.open('broken.iovt');
  await panel.locator('svg.scene').waitFor({ state: 'detached' });
  await code.page.locator('.tab', { hasText: 'Diagram of' }).click();
  await panel.locator('svg.scene').waitFor();
  await panel.locator('#view-resources tbody tr').first().waitFor();
});

test('themes decide every colour', async () => {
  const background = () => panel.locator('.toolbar').evaluate((element) => getComputedStyle(element).backgroundColor);
  const light = await background();
  await code.theme('Dark Modern');
  await panel.locator('body.vscode-dark').waitFor();
  assert.notEqual(await background(), light);
  await code.screenshot('dark');
  await code.theme('Dark High Contrast');
  await panel.locator('body.vscode-high-contrast').waitFor();
  await code.screenshot('high-contrast');
  await code.theme('Light Modern');
  await panel.locator('body.vscode-light').waitFor();
});

test('a reload of the window brings the panel back', async () => {
  // Without the file in the address, so that VS Code opens what was open.
  await code.page.goto(code.vscode.url());
  await panel.locator('svg.scene').waitFor();
  await node('h1/hpc/eth0').waitFor({ state: 'attached' });
  await code.page.locator('.tab', { hasText: 'Diagram of shop.iovt' }).waitFor();
});

test('the page met no error of its own', () => {
  const ours = code.errors.filter((error) => /main\.js|iovt\.iovt|Content Security Policy/.test(error));
  assert.deepEqual(ours, []);
});
