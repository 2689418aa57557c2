import { expect, test } from 'vitest';
import { createNonce, html } from '../../src/extension/panel/html.js';

const page = {
  cspSource: 'https://files.example',
  script: 'https://files.example/main.js',
  style: 'https://files.example/main.css',
  nonce: 'abc123',
  title: 'Diagram of <b>.iovt',
  start: { uri: 'file:///a%20b/"><script>alert(1)</script>.iovt', view: 'mapping' },
} as const;

test('the page runs the one script that carries the nonce, and nothing inline', () => {
  const text = html(page);
  const policy = /Content-Security-Policy" content="([^"]*)"/.exec(text)?.[1];
  expect(policy).toBe(
    "default-src 'none'; script-src 'nonce-abc123'; style-src https://files.example 'nonce-abc123'; img-src https://files.example data:; font-src https://files.example",
  );
  expect(text).not.toMatch(/unsafe|\son\w+=|<style|javascript:/);
  expect(text.match(/<script/g)).toHaveLength(1);
});

test('names cannot break out of the page', () => {
  const text = html(page);
  expect(text).not.toContain('<b>');
  expect(text).not.toContain('alert(1)</script>');
  const start = /data-start="([^"]*)"/.exec(text)?.[1] ?? '';
  const decoded = start
    .replace(/&quot;/g, '"')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
  expect(JSON.parse(decoded)).toEqual(page.start);
});

test('a nonce has 128 bits and is not used twice', () => {
  const nonces = Array.from({ length: 100 }, createNonce);
  expect(new Set(nonces).size).toBe(100);
  expect(nonces.every((nonce) => /^[0-9a-f]{32}$/.test(nonce))).toBe(true);
});
