/** One way in which a document breaks the schema: a JSON pointer, the keyword, and the property it is about, if one is. */
export interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly property?: string;
}

/** A document that is wrong everywhere, by accident or on purpose: checking it to the end would only cost memory. */
export class TooManyErrors extends Error {
  constructor(readonly errors: readonly SchemaError[]) {
    super();
  }
}

const LIMIT = 20_000;
let recorded: SchemaError[] = [];

export function beginRecording(): void {
  recorded = [];
}

/** How many errors there are before the forms of a value are tried one after the other. */
export function mark(): number {
  return recorded.length;
}

/** One of the forms fits: what the others said does not count. */
export function forget(from: number): void {
  recorded.length = from;
}

/** Called by the compiled validator for each error. The list it is given and gives back is the validator's own. */
export function fail(errors: SchemaError[] | null, instancePath: string, keyword: string, property?: string): SchemaError[] {
  const error = property === undefined ? { instancePath, keyword } : { instancePath, keyword, property };
  if (recorded.push(error) > LIMIT) throw new TooManyErrors(recorded);
  if (errors === null) return [error];
  errors.push(error);
  return errors;
}

/** The errors of a part, behind those of the whole. */
export function joined(errors: SchemaError[] | null, more: SchemaError[]): SchemaError[] {
  return errors === null ? more : errors.concat(more);
}

/** A key as a step of a JSON pointer. */
export function escaped(key: string): string {
  return key.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** What the compiled validator has for one kind of value. */
interface Check {
  (value: unknown, instancePath: string): boolean;
  errors: SchemaError[] | null;
}

/** Checks a property, if it is stated; its errors go behind those of its object. */
export function part(errors: SchemaError[] | null, check: Check, value: unknown, instancePath: string, key: string): SchemaError[] | null {
  if (value === undefined || check(value, `${instancePath}/${key}`)) return errors;
  return joined(errors, check.errors as SchemaError[]);
}

/** Of a property that may be anything. */
export const anything: Check = Object.assign(() => true, { errors: null });

/** Checks an object that has some properties and no others. */
export function members(
  errors: SchemaError[] | null,
  value: { readonly [key: string]: unknown },
  instancePath: string,
  checks: { readonly [key: string]: Check },
): SchemaError[] | null {
  let all = errors;
  for (const key in value) {
    if (!Object.hasOwn(checks, key)) all = fail(all, instancePath, 'additionalProperties', key);
    else all = part(all, checks[key] as Check, value[key], instancePath, key);
  }
  return all;
}
