import { UserError } from './io.js';

/** A number that an option was given, or a message that says what is wrong with it. */
export function numberOption(value: unknown, flag: string, check: (n: number) => boolean, what: string): number | undefined {
  if (value === undefined) return undefined;
  const number = Number(value);
  if (String(value).trim() === '' || !Number.isFinite(number) || !check(number))
    throw new UserError(`${flag} takes ${what}, not "${String(value)}".`);
  return number;
}
