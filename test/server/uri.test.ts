import { expect, test } from 'vitest';
import { settingsOf } from '../../src/server/settings.js';
import { canonical, resolveInside } from '../../src/server/uri.js';

test.each([
  ['file:///a/b%20c/(1).iovt', 'file:///a/b%20c/%281%29.iovt'],
  ['file:///a/b c.iovt', 'file:///a/b%20c.iovt'],
  ['file:///C:/x.iovt', 'file:///c%3A/x.iovt'],
  ['vscode-vfs://github/o/r/a%2Bb.iovt', 'vscode-vfs://github/o/r/a+b.iovt'],
  ['file:///a%zz', 'file:///a%25zz'],
])('%s and %s are one file', (a, b) => {
  expect(canonical(a)).toBe(canonical(b));
});

test('different files stay different', () => {
  expect(canonical('file:///a/b.iovt')).not.toBe(canonical('file:///a%2Fb.iovt'));
  expect(canonical('file:///a/B.iovt')).not.toBe(canonical('file:///a/b.iovt'));
});

test.each([
  ['host.iovt', 'file:///w/d/main.iovt', ['file:///w'], 'file:///w/d/host.iovt'],
  ['../host.iovt', 'file:///w/d/main.iovt', ['file:///w'], 'file:///w/host.iovt'],
  ['../../host.iovt', 'file:///w/d/main.iovt', ['file:///w'], undefined],
  ['../host.iovt', 'file:///w/d/main.iovt', [], undefined],
  ['./a/../b.iovt', 'file:///w/main.iovt', [], 'file:///w/b.iovt'],
  ['../w2/host.iovt', 'file:///w/main.iovt', ['file:///w'], undefined],
  ['a b.iovt', 'vscode-vfs://github/o/r/main.iovt', ['vscode-vfs://github/o/r'], 'vscode-vfs://github/o/r/a%20b.iovt'],
  ['/etc/passwd', 'file:///w/main.iovt', [], undefined],
  ['file:///etc/passwd', 'file:///w/main.iovt', [], undefined],
  ['http://example.org/x', 'file:///w/main.iovt', [], undefined],
  ['..\\..\\x', 'file:///w/main.iovt', [], undefined],
  ['%2e%2e/x.iovt', 'file:///w/d/main.iovt', ['file:///w'], 'file:///w/d/%252e%252e/x.iovt'],
  ['host.iovt', 'untitled:Untitled-1', ['file:///w'], undefined],
])('"%s" in %s, workspace %j, is %s', (path, from, roots, expected) => {
  expect(resolveInside(path, from, roots)).toBe(expected);
});

test('settings are taken as far as they are understood', () => {
  expect(settingsOf(undefined)).toEqual({
    rules: {},
    inlayHints: { assignments: true, copies: true, estimates: true },
    codeLens: { enabled: true },
  });
  expect(settingsOf({ rules: { a: 'off', b: 'loud', c: 3 }, inlayHints: { enabled: false }, codeLens: { enabled: false } })).toEqual({
    rules: { a: 'off' },
    inlayHints: { assignments: false, copies: false, estimates: false },
    codeLens: { enabled: false },
  });
  expect(settingsOf({ rules: null, inlayHints: { copies: false }, codeLens: 'x' })).toMatchObject({
    inlayHints: { assignments: true, copies: false },
  });
});
