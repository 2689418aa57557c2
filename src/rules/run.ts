import { compareDiagnostics, type Diagnostic, type Severity } from '../core/diagnostics/diagnostic.js';
import { valueOf } from '../core/model/fact.js';
import { factAt } from '../core/model/facts.js';
import type { Topology } from '../core/model/topology.js';
import type { Place } from '../core/text/source.js';
import type { Finding, Rule } from './rule.js';
import { push } from './support/maps.js';

export interface RuleRun {
  readonly diagnostics: readonly Diagnostic[];
  /** Findings that the design accepts, with the reasons it gives. */
  readonly suppressed: readonly { readonly diagnostic: Diagnostic; readonly reason: string }[];
}

/** Severities that settings put in place of the defaults; the document has the last word. */
export type SeverityOverrides = Readonly<Record<string, Severity | 'off'>>;

/** Rules that say that an element is broken; whatever another rule derives from it is not worth saying. */
const MUTING_ALL: readonly string[] = ['reference-cycle', 'duplicate-id'];

/** Runs rules on a design: muting, severities and suppressions applied. A rule that is switched off neither speaks nor mutes. */
export function runRules(topology: Topology, rules: Iterable<Rule>, overrides: SeverityOverrides = {}): RuleRun {
  const list = [...rules].filter((rule) => severityIn(topology, rule, overrides) !== 'off');
  const found = new Map<string, Finding[]>(list.map((rule) => [rule.name, rule.find(topology)]));
  const diagnostics: Diagnostic[] = [];
  const suppressed: { diagnostic: Diagnostic; reason: string }[] = [];
  const saidOnce = sayingOnce(topology);
  for (const diagnostic of unmuted(list, found)) {
    const severity = severityIn(topology, diagnostic, overrides) as Severity | undefined;
    const final = severity === undefined ? diagnostic : { ...diagnostic, severity };
    const reason = suppressionOf(topology, final);
    if (reason !== undefined) suppressed.push({ diagnostic: final, reason });
    else if (saidOnce(final)) diagnostics.push(final);
  }
  return { diagnostics: diagnostics.sort(compareDiagnostics), suppressed };
}

/** One cause, one report: what another rule has said about the same subject is attached to its finding instead. */
function unmuted(rules: readonly Rule[], found: ReadonlyMap<string, readonly Finding[]>): Diagnostic[] {
  const louder = new Map<Finding, Finding>();
  const bySubject = new Map<string, ReadonlyMap<string, Finding>>();
  const subjectsOf = (name: string) => {
    let map = bySubject.get(name);
    if (map === undefined) {
      const firsts = new Map<string, Finding>();
      for (const finding of found.get(name) ?? [])
        for (const subject of finding.subjects) firsts.set(subject, firsts.get(subject) ?? finding);
      bySubject.set(name, firsts);
      map = firsts;
    }
    return map;
  };
  for (const rule of rules) {
    const muting = [...(rule.group === 'references' ? [] : MUTING_ALL), ...rule.mutedBy].map(subjectsOf);
    for (const finding of found.get(rule.name) ?? []) {
      for (const subjects of muting) {
        const other = finding.subjects.map((subject) => subjects.get(subject)).find((candidate) => candidate !== undefined);
        if (other === undefined) continue;
        louder.set(finding, other);
        break;
      }
    }
  }
  const kept = rules.flatMap((rule) => (found.get(rule.name) ?? []).filter((finding) => !louder.has(finding)));
  const consequences = new Map<Finding, Finding[]>();
  for (const finding of louder.keys()) {
    const cause = loudest(finding, louder);
    push(consequences, cause, finding);
  }
  return kept.map((finding) => withConsequences(finding.diagnostic, consequences.get(finding) ?? []));
}

/** What mutes a finding may be muted itself. */
function loudest(finding: Finding, louder: ReadonlyMap<Finding, Finding>): Finding {
  const seen = new Set<Finding>();
  let at = finding;
  for (let next = louder.get(at); next !== undefined && !seen.has(next); next = louder.get(at)) {
    seen.add(next);
    at = next;
  }
  return at;
}

/** Consequences that are listed with their cause; a cause may have hundreds. */
const MAX_CONSEQUENCES = 5;

function withConsequences(diagnostic: Diagnostic, consequences: readonly Finding[]): Diagnostic {
  if (consequences.length === 0) return diagnostic;
  const listed = consequences.slice(0, MAX_CONSEQUENCES).map(({ diagnostic: { message, at } }) => ({ message, at }));
  return { ...diagnostic, related: [...(diagnostic.related ?? []), ...listed] };
}

/**
 * A text is written once, however many entities come of it. What would be said twice word for word at one place (of functions
 * that have what their device says), and what is wrong with a template that many extend, is said once.
 */
function sayingOnce(topology: Topology): (diagnostic: Diagnostic) => boolean {
  const said = new Set<string>();
  const stretches = topology.templates.flatMap(({ node }) => (node === undefined ? [] : [node]));
  const isInTemplate = (at: Place) => stretches.some((node) => node.file === at.file && node.start <= at.start && at.end <= node.end);
  return ({ code, message, at }) => {
    const words =
      stretches.length > 0 && isInTemplate(at) ? message.template : `${message.template} ${Object.values(message.args).join(' ')}`;
    const key = `${code} ${words} ${at.file.uri} ${at.start}`;
    if (said.has(key)) return false;
    said.add(key);
    return true;
  };
}

function severityIn(
  topology: Topology,
  rule: { readonly name: string; readonly code?: string; readonly id?: string },
  overrides: SeverityOverrides,
): Severity | 'off' | undefined {
  const stated = factAt(topology.facts.rules, [rule.name]);
  const own = stated?.state === 'known' ? (stated.value as Severity | 'off') : undefined;
  return own ?? overrides[rule.name] ?? overrides[rule.code ?? rule.id ?? ''];
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
export function matchesPath(pattern: string, path: string | undefined): boolean {
  if (path === undefined) return false;
  const [wanted, actual] = [pattern.split('/'), path.split('/')];
  return wanted.length <= actual.length && wanted.every((segment, i) => matchesSegment(segment, actual[i] as string));
}

function matchesSegment(pattern: string, id: string): boolean {
  if (pattern.endsWith('[*]')) return matchesSegment(pattern.slice(0, -3), id.replace(/\[\d+\]$/, ''));
  const [start = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return pattern === id;
  const end = rest.pop() as string;
  if (!id.startsWith(start) || !id.endsWith(end) || id.length < start.length + end.length) return false;
  let at = start.length;
  for (const part of rest) {
    at = id.indexOf(part, at);
    if (at < 0) return false;
    at += part.length;
  }
  return at <= id.length - end.length;
}
