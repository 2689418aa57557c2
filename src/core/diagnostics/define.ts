import type { Place } from '../text/source.js';
import type { Diagnostic, Fix, RelatedPlace, Severity } from './diagnostic.js';

/** The names of the holes of a template, so that a message without its arguments does not compile. */
export type Holes<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}` ? Name | Holes<Rest> : never;

export type Args<Template extends string> = { readonly [Name in Holes<Template>]: string | number };

export interface ProblemDocs {
  /** What can happen if nothing is done. */
  readonly why: string;
  /** What to do. */
  readonly fix: string;
  readonly sources?: readonly string[];
}

/** Examples are whole documents; each `bad` one must report the problem, each `good` one must not. They are tests. */
export interface ProblemExamples {
  readonly bad: readonly string[];
  readonly good: readonly string[];
}

/** What every kind of diagnostic states about itself: documentation pages, hovers, settings and tests are made from it. */
export interface ProblemDefinition<Messages extends Record<string, string> = Record<string, string>> {
  readonly id: `IOVT${number}`;
  readonly name: string;
  /** One line, as the index of the documentation shows it. */
  readonly title: string;
  readonly severity: Severity;
  readonly messages: Messages;
  readonly docs: ProblemDocs;
  readonly examples: ProblemExamples;
}

export interface Extras {
  readonly path?: string | undefined;
  readonly related?: readonly RelatedPlace[] | undefined;
  readonly fixes?: readonly Fix[] | undefined;
  readonly severity?: Severity | undefined;
}

export interface Problem<Messages extends Record<string, string>> extends ProblemDefinition<Messages> {
  at<Id extends keyof Messages & string>(message: Id, place: Place, args: Args<Messages[Id]>, extras?: Extras): Diagnostic;
}

/** Turns a definition into one that makes its own diagnostics. */
export function defineProblem<const Messages extends Record<string, string>>(definition: ProblemDefinition<Messages>): Problem<Messages> {
  return {
    ...definition,
    at(message, place, args, extras) {
      return {
        code: definition.id,
        name: definition.name,
        severity: extras?.severity ?? definition.severity,
        message: { template: definition.messages[message] as string, args },
        at: place,
        path: extras?.path,
        related: extras?.related?.length ? extras.related : undefined,
        fixes: extras?.fixes?.length ? extras.fixes : undefined,
      };
    },
  };
}
