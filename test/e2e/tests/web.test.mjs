/** The extension in the web host: no process, no file system, server and simulator in web workers. */
import assert from 'node:assert/strict';
import test, { after, before } from 'node:test';
import { openSession } from '../support/session.mjs';

let code;
before(async () => {
  code = await openSession({ file: 'broken.iovt', web: true });
});
after(() => code?.close());

test('the server in a web worker finds what is wrong', async () => {
  await code.problems('Errors: 1');
  await code.page.locator('.squiggly-error').first().waitFor();
});

test('the simulator in a web worker runs a design', async () => {
  await code.open('shop.iovt');
  await code.page.locator('.codelens-decoration a', { hasText: 'Simulate' }).first().click();
  const panel = code.panel();
  await panel.locator('.results .verdict h2').waitFor();
  assert.equal(await panel.locator('.results .verdict h2').textContent(), '1 of 2 objectives fail');
  await code.screenshot('web');
});

test('no process of the server runs', async () => {
  const { execFileSync } = await import('node:child_process');
  const running = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' });
  assert.doesNotMatch(running, /iovt[^\n]*dist\/server\.js/);
});
