import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Lock {
  readonly packages: Readonly<Record<string, { readonly optionalDependencies?: Readonly<Record<string, string>> }>>;
}

test.each(['package-lock.json', 'test/e2e/package-lock.json'])('%s names the packages of every platform, or npm ci refuses it', (name) => {
  const { packages } = JSON.parse(readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')) as Lock;
  const names = Object.keys(packages);
  const optional = Object.values(packages).flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies));
  expect(names.length).toBeGreaterThan(100);
  expect(optional.filter((each) => !names.some((path) => path.endsWith(`node_modules/${each}`)))).toEqual([]);
});
