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
