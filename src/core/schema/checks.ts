import { escaped, fail, joined, type SchemaError } from './fail.js';

/** What the compiled validator has for one kind of value. Its errors are those of the last call. */
export interface Check {
  (value: unknown, instancePath: string): boolean;
  errors: SchemaError[] | null;
}

type Errors = SchemaError[] | null;

/** A check of what the compiled validator does alike for many kinds of value; ajv would write each of them out. */
function check(find: (value: unknown, instancePath: string) => Errors): Check {
  const made: Check = Object.assign(
    (value: unknown, instancePath: string) => {
      made.errors = find(value, instancePath);
      return made.errors === null;
    },
    { errors: null },
  );
  return made;
}

/** Of a property that may be anything. */
export const anything: Check = check(() => null);

export function words(...list: readonly string[]): Check {
  return check((value, at) => {
    const errors = typeof value === 'string' ? null : fail(null, at, 'type');
    return list.includes(value as string) ? errors : fail(errors, at, 'enum');
  });
}

export function text(isFormed: (text: string) => boolean): Check {
  return check((value, at) => {
    if (typeof value !== 'string') return fail(null, at, 'type');
    return isFormed(value) ? null : fail(null, at, 'format');
  });
}

/** Checks are named when they are first needed: they may refer to each other in circles. */
export function listOf(item: () => Check): Check {
  return check((value, at) => {
    if (!Array.isArray(value)) return fail(null, at, 'type');
    let errors: Errors = null;
    for (let i = 0; i < value.length; i++) errors = inside(errors, item(), value[i], `${at}/${i}`);
    return errors;
  });
}

export function mapOf(checks: () => readonly [key: Check, value: Check]): Check {
  return check((value, at) => {
    if (!isObject(value)) return fail(null, at, 'type');
    const [ofKey, ofValue] = checks();
    let errors: Errors = null;
    for (const key in value) if (!ofKey(key, at)) errors = fail(joined(errors, ofKey.errors as SchemaError[]), at, 'propertyNames', key);
    for (const key in value) errors = inside(errors, ofValue, value[key], `${at}/${escaped(key)}`);
    return errors;
  });
}

/** An object that has some properties and no others. */
export function objectOf(properties: () => { readonly [key: string]: Check }): Check {
  return check((value, at) => (isObject(value) ? members(null, value, at, properties()) : fail(null, at, 'type')));
}

export function members(
  errors: Errors,
  value: { readonly [key: string]: unknown },
  instancePath: string,
  checks: { readonly [key: string]: Check },
): Errors {
  let all = errors;
  for (const key in value) {
    if (!Object.hasOwn(checks, key)) all = fail(all, instancePath, 'additionalProperties', key);
    else all = part(all, checks[key] as Check, value[key], instancePath, key);
  }
  return all;
}

/** Checks a property, if it is stated; its errors go behind those of its object. */
export function part(errors: Errors, ofValue: Check, value: unknown, instancePath: string, key: string): Errors {
  return value === undefined ? errors : inside(errors, ofValue, value, `${instancePath}/${key}`);
}

function inside(errors: Errors, ofValue: Check, value: unknown, instancePath: string): Errors {
  return ofValue(value, instancePath) ? errors : joined(errors, ofValue.errors as SchemaError[]);
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
