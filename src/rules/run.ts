import { compareDiagnostics, type Diagnostic, type Severity } from '../core/diagnostics/diagnostic.js';
import { valueOf } from '../core/model/fact.js';
import { factAt } from '../core/model/facts.js';
import type { Topology } from '../core/model/topology.js';
import type { Finding, Rule } from './rule.js';

export interface RuleRun {
  readonly diagnostics: readonly Diagnostic[];
  /** Findings that the design accepts, with the reasons it gives. */
  readonly suppressed: readonly { readonly diagnostic: Diagnostic; readonly reason: string }[];
}

/** Severities that settings put in place of the defaults; the document has the last word. */
export type SeverityOverrides = Readonly<Record<string, Severity | 'off'>>;

/** Runs rules on a design: muting, severities and suppressions applied. */
export function runRules(topology: Topology, rules: Iterable<Rule>, overrides: SeverityOverrides = {}): RuleRun {
  const list = [...rules];
  const found = new Map<string, Finding[]>(list.map((rule) => [rule.name, rule.find(topology)]));
  const kept = list.flatMap((rule) => unmuted(rule, found));
  const diagnostics: Diagnostic[] = [];
  const suppressed: { diagnostic: Diagnostic; reason: string }[] = [];
  for (const diagnostic of kept) {
    const severity = severityIn(topology, diagnostic, overrides);
    if (severity === 'off') continue;
    const final = severity === undefined ? diagnostic : { ...diagnostic, severity };
    const reason = suppressionOf(topology, final);
    if (reason === undefined) diagnostics.push(final);
    else suppressed.push({ diagnostic: final, reason });
  }
  return { diagnostics: diagnostics.sort(compareDiagnostics), suppressed };
}

/** One cause, one report: what another rule has said about the same subject is attached to its finding instead. */
function unmuted(rule: Rule, found: Map<string, Finding[]>): Diagnostic[] {
  const muting = rule.mutedBy.flatMap((name) => found.get(name) ?? []);
  return (found.get(rule.name) ?? []).flatMap((finding) => {
    const louder = muting.find((other) => other.subjects.some((subject) => finding.subjects.includes(subject)));
    if (louder === undefined) return [finding.diagnostic];
    const consequence = { message: finding.diagnostic.message, at: finding.diagnostic.at };
    Object.assign(louder.diagnostic, { related: [...(louder.diagnostic.related ?? []), consequence] });
    return [];
  });
}

function severityIn(topology: Topology, diagnostic: Diagnostic, overrides: SeverityOverrides): Severity | 'off' | undefined {
  const stated = factAt(topology.facts.rules, [diagnostic.name]);
  const own = stated?.state === 'known' ? (stated.value as Severity | 'off') : undefined;
  return own ?? overrides[diagnostic.name] ?? overrides[diagnostic.code];
}

function suppressionOf(topology: Topology, diagnostic: Diagnostic): string | undefined {
  for (const suppression of valueOf(topology.facts.suppress) ?? []) {
    const rule = valueOf(suppression.rule);
    const reason = valueOf(suppression.reason);
    if (reason === undefined || (rule !== diagnostic.name && rule !== diagnostic.code)) continue;
    const at = valueOf(suppression.at);
    if (at === undefined || matchesPath(at, diagnostic.path)) return reason;
  }
  return undefined;
}

/** `h1/web[*]/eth0` and `h1/*` stand for any copy and any id; a path also stands for what lies below it. */
function matchesPath(pattern: string, path: string | undefined): boolean {
  if (path === undefined) return false;
  const escaped = pattern
    .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
    .replace(/\\\[\*\\\]/g, '(\\[\\d+\\])?')
    .replace(/\*/g, '[^/]*');
  return new RegExp(`^${escaped}(/.*)?$`).test(path);
}
