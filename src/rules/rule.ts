import type { Args, ProblemDefinition } from '../core/diagnostics/define.js';
import type { Diagnostic, Fix, Message, RelatedPlace, Severity } from '../core/diagnostics/diagnostic.js';
import type { Entity } from '../core/model/entity.js';
import type { Topology } from '../core/model/topology.js';
import type { Place } from '../core/text/source.js';

export type RuleGroup = 'references' | 'feasibility' | 'dma' | 'l2' | 'sharing' | 'performance' | 'operability' | 'objectives';

export interface RuleDefinition<Messages extends Record<string, string>> extends ProblemDefinition<Messages> {
  readonly group: RuleGroup;
  /** Rules whose finding on the same subject says it already. Their finding gets this one as related information. */
  readonly mutedBy?: readonly string[];
  /**
   * Reports what is wrong on known and assumed facts. Rules read the topology, keep no state, and stay silent where a fact
   * that would decide is unknown.
   */
  check(topology: Topology, report: Report<Messages>): void;
}

export interface ReportExtras {
  /** The entity it is about; its path goes into the diagnostic. */
  readonly entity?: Pick<Entity, 'path'>;
  /** What `mutedBy` compares: paths, or pairs of them from `pairOf`. The entity if left out. */
  readonly subjects?: readonly string[];
  readonly related?: readonly RelatedPlace[];
  readonly fixes?: readonly Fix[];
  readonly severity?: Severity;
}

export type Report<Messages extends Record<string, string>> = <Id extends keyof Messages & string>(
  message: Id,
  place: Place,
  args: Args<Messages[Id]>,
  extras?: ReportExtras,
) => void;

/** A finding before severities, suppressions and muting are applied. */
export interface Finding {
  readonly diagnostic: Diagnostic;
  readonly subjects: readonly string[];
}

/** A rule as the registry holds it: its messages are its own business. */
export interface Rule extends ProblemDefinition {
  readonly group: RuleGroup;
  readonly mutedBy: readonly string[];
  find(topology: Topology): Finding[];
}

export function defineRule<const Messages extends Record<string, string>>(definition: RuleDefinition<Messages>): Rule {
  const { check, mutedBy = [], ...rest } = definition;
  return {
    ...rest,
    mutedBy,
    find(topology) {
      const findings: Finding[] = [];
      const report: Report<Messages> = (message, at, args, extras) => {
        const path = extras?.entity?.path;
        findings.push({
          subjects: extras?.subjects ?? (path === undefined ? [] : [path]),
          diagnostic: {
            code: definition.id,
            name: definition.name,
            severity: extras?.severity ?? definition.severity,
            message: { template: definition.messages[message] as string, args },
            at,
            path,
            related: extras?.related?.length ? extras.related : undefined,
            fixes: extras?.fixes?.length ? extras.fixes : undefined,
          },
        });
      };
      check.call(definition, topology, report);
      return findings;
    },
  };
}

/** The same for both orders, so that rules about two entities can mute each other. */
export function pairOf(a: { readonly path: string }, b: { readonly path: string }): string {
  return a.path < b.path ? `${a.path} ${b.path}` : `${b.path} ${a.path}`;
}

export function related(template: string, at: Place, args: Message['args'] = {}): RelatedPlace {
  return { message: { template, args }, at };
}

export function fix(template: string, args: Message['args'], ...changes: Fix['changes'][number][]): Fix {
  return { title: { template, args }, changes };
}
