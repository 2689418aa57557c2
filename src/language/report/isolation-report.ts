import { formatRatio } from '../../core/units/format.js';
import { MEANING } from '../../isolation/grade.js';
import type {
  DirectionResult,
  GradeResult,
  GradesResult,
  ImprovementResult,
  IsolationResult,
  PairResult,
  SharedResult,
} from '../../isolation/result.js';
import { table } from './table.js';

/** Tenants up to which a matrix still fits a terminal. */
const MAX_MATRIX = 12;
/** Pairs and components that a person still reads. */
const MAX_PAIRS = 40;
const MAX_SHARED = 12;

/** A report for people: the matrix, objectives, then each pair with what it shares, worst first. */
export function textIsolation(result: IsolationResult): string {
  const sections = [
    `Isolation: ${counted(result.tenants.length, 'tenant')}, ${counted(result.pairs.length, 'pair')}${scenarioText(result)}`,
    matrix(result),
    objectives(result),
    ...worstFirst(result.pairs).slice(0, MAX_PAIRS).map(pairText),
    result.pairs.length > MAX_PAIRS ? `… and ${result.pairs.length - MAX_PAIRS} more pairs (--format json lists all)` : '',
    baseline(result),
    result.notes.length === 0 ? '' : ['Notes', ...result.notes.map((note) => `  ${note}`)].join('\n'),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function scenarioText({ scenarios }: IsolationResult): string {
  return scenarios.length === 0 ? '' : `, scenario ${scenarios.join(' + ')}`;
}

export function counted(n: number, word: string): string {
  return `${n} ${word}${n === 1 ? '' : 's'}`;
}

/** `S3k`, `S1..S5` where facts leave it open. */
export function gradeText({ grade, exact, range }: GradeResult<string>): string {
  return exact ?? (range === undefined ? grade : `${range[0]}..${range[1]}`);
}

export function gradesText({ security, fault, performance }: GradesResult): string {
  return [security, fault, performance].map(gradeText).join(' ');
}

function worstFirst(pairs: readonly PairResult[]): PairResult[] {
  const key = ({ security, fault, performance }: PairResult) => [security, fault, performance].map((g) => g.exact ?? g.grade).join(' ');
  return [...pairs].sort((x, y) => (key(x) < key(y) ? 1 : key(x) > key(y) ? -1 : 0));
}

function matrix({ tenants, pairs }: IsolationResult): string {
  if (tenants.length < 3 || tenants.length > MAX_MATRIX) return '';
  const found = new Map(pairs.map((pair) => [pair.tenants.join('\n'), pair]));
  const cell = (a: string, b: string) => {
    if (a === b) return '-';
    const pair = found.get(`${a}\n${b}`) ?? found.get(`${b}\n${a}`);
    return pair === undefined ? '' : gradesText(pair);
  };
  return table(
    'Pairs',
    ['', ...tenants],
    tenants.map((a) => [a, ...tenants.map((b) => cell(a, b))]),
  );
}

function objectives({ objectives: list }: IsolationResult): string {
  if (list.length === 0) return '';
  const marks = { pass: 'pass', fail: 'FAIL', unknown: '?' } as const;
  const lines = list.flatMap(({ id, status, message, counterExample }) => [
    `  ${marks[status].padEnd(5)} ${id}: ${message}`,
    ...(counterExample === undefined
      ? []
      : [
          `        ${counterExample.tenants[0]}: ${counterExample.paths.a.join(' -> ')}`,
          `        ${counterExample.tenants[1]}: ${counterExample.paths.b.join(' -> ')}`,
        ]),
  ]);
  return ['Objectives', ...lines].join('\n');
}

function pairText(pair: PairResult): string {
  const [a, b] = pair.tenants;
  const lines = [`${a} / ${b}   ${headline(pair)}`, ...meaning(pair).map((line) => `  ${line}`)];
  for (const [i, shared] of pair.shared.slice(0, MAX_SHARED).entries()) lines.push(...sharedText(shared, i + 1, pair));
  if (pair.shared.length > MAX_SHARED) lines.push(`  … and ${counted(pair.shared.length - MAX_SHARED, 'component')} more`);
  for (const { message, verdict } of pair.measured ?? [])
    lines.push(`  measured${verdict === 'contradicts' ? ' (DISAGREES)' : ''}: ${message}`);
  const held = heldBy(pair);
  if (held !== '') lines.push(`  held there by: ${held}`);
  lines.push(...openFactLines(pair).map((line) => `  nobody states: ${line}`));
  for (const improvement of pair.improvements ?? []) lines.push(`  would help: ${improvementText(improvement)}`);
  const without = unhelped(pair);
  if (without !== '') lines.push(`  no setting was found that betters ${without}: that takes another device, process or host`);
  return lines.join('\n');
}

function headline(pair: PairResult): string {
  return `${gradesText(pair)}${pair.timing ? ' T' : ''}`;
}

/** What the grades of a pair mean, and what of P is not in anybody's hands. */
export function meaning(pair: PairResult): string[] {
  const words = [pair.security, pair.fault, pair.performance].map((grade) => {
    const [best = '', worst = best] = gradeText(grade).split('..');
    return best === worst ? MEANING[worst] : `at best ${MEANING[best]}, at worst ${MEANING[worst]}`;
  });
  const controllable = gradeText(pair.controllablePerformance);
  const lines = [sentence(words.join('; '))];
  if (controllable !== gradeText(pair.performance))
    lines.push(`Without what nothing can divide (links, caches, memory bandwidth) performance is ${controllable}.`);
  if (pair.timing) lines.push('T: a timing channel through something both share is documented.');
  return lines;
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

const AXES = ['security', 'fault', 'performance'] as const;

/** The components that a better grade would have to deal with. */
export function heldBy(pair: PairResult): string {
  return AXES.filter((axis) => pair.decisive[axis].length > 0)
    .map((axis) => `${gradeText(pair[axis])} ${listed(pair.decisive[axis], 3)}`)
    .join('; ');
}

/** One line for each open fact: where it is read and written, and what becomes of the pair with each answer. */
export function openFactLines({ unknown }: PairResult): string[] {
  return unknown.slice(0, MAX_FACTS).map(({ entity, property, find, at, answers }) => {
    const place = at === undefined ? '' : `, to be written at ${at.file ?? 'line'}${at.file === undefined ? ' ' : ':'}${at.start.line + 1}`;
    const outcomes = (answers ?? []).map(({ value, after }) => `${value}: ${gradesText(after)}`).join(', ');
    const source = find === undefined ? '' : ` (${find})`;
    return `"${property}" of ${entity}${source}${place}${outcomes === '' ? '' : ` -> ${outcomes}`}`;
  });
}

const MAX_FACTS = 6;

/** Axes on which no improvement was found, where there is something to better. */
function unhelped(pair: PairResult): string {
  const isBettered = (axis: (typeof AXES)[number]) =>
    (pair.improvements ?? []).some(({ after }) => {
      const of = (grades: GradesResult & { readonly controllablePerformance: GradeResult<string> }) =>
        gradeText(axis === 'performance' ? grades.controllablePerformance : grades[axis]);
      return of(after) < of(pair);
    });
  const left = AXES.filter(
    (axis) => (axis === 'performance' ? pair.controllablePerformance : pair[axis]).grade > GOOD[axis] && !isBettered(axis),
  );
  return left.map((axis) => `${axis} (${gradeText(axis === 'performance' ? pair.controllablePerformance : pair[axis])})`).join(' and ');
}

/** As far as settings of a host that both use can come. */
const GOOD = { security: 'S1', fault: 'F1', performance: 'P2' } as const;

export function improvementText({ title, after }: ImprovementResult): string {
  const { performance, controllablePerformance } = after;
  const divisible =
    gradeText(controllablePerformance) === gradeText(performance)
      ? ''
      : ` (${gradeText(controllablePerformance)} where something can divide it)`;
  return `${title} -> ${gradesText(after)}${divisible}`;
}

function sharedText(shared: SharedResult, n: number, pair: PairResult): string[] {
  const [a, b] = pair.tenants;
  const width = Math.max(a.length, b.length) + 1;
  const flags = `${shared.timing ? '  T' : ''}${shared.noControl ? '  no control exists' : ''}`;
  const way = (name: string, path: readonly string[], more: number) =>
    `     ${`${name}:`.padEnd(width)} ${path.join(' -> ')}${more > 0 ? `   +${more} more` : ''}`;
  return [
    `  ${String(n).padEnd(2)} ${shared.component}  ${shared.title} (${shared.classes.join(', ')})   ${gradesText(shared.grades)}${flags}`,
    way(a, shared.paths.a, shared.morePaths.a),
    way(b, shared.paths.b, shared.morePaths.b),
    ...reasonsOf(shared, pair).map((line) => `     ${line}`),
    ...(shared.behind === undefined
      ? []
      : [`     behind it: ${listed(shared.behind.map(({ component, grades }) => `${component} ${gradesText(grades)}`))}`]),
    ...(shared.rules === undefined ? [] : [`     rules: ${shared.rules.join(', ')}`]),
  ];
}

/** Reasons of both directions; what holds in both is said once. Of what is graded 0 nothing is said. */
export function reasonsOf({ directions }: SharedResult, { tenants }: PairResult): string[] {
  const linesOf = (direction: DirectionResult) =>
    direction.reasons
      .filter(({ grade }) => !grade.endsWith('0'))
      .map(({ grade, range, reason }) => ({
        key: `${grade} ${range?.join('..') ?? ''} ${reason}`,
        grade: range?.join('..') ?? grade,
        reason,
      }));
  const [forth, back] = [linesOf(directions.aToB), linesOf(directions.bToA)];
  const inBoth = new Set(forth.filter(({ key }) => back.some((other) => other.key === key)).map(({ key }) => key));
  const [a, b] = tenants;
  const lines = [
    ...forth.map((line) => ({ ...line, who: inBoth.has(line.key) ? '' : `${a} to ${b}: ` })),
    ...back.filter(({ key }) => !inBoth.has(key)).map((line) => ({ ...line, who: `${b} to ${a}: ` })),
  ];
  const order = 'SFP';
  lines.sort((x, y) => order.indexOf(x.grade.charAt(0)) - order.indexOf(y.grade.charAt(0)));
  return lines.map(({ grade, who, reason }) => `${grade.padEnd(4)} ${who}${reason}`);
}

function baseline({ baseline: list }: IsolationResult): string {
  if (list.length === 0) return '';
  return [
    'Baseline: what every host is to its guests, not repeated above',
    ...list.map(({ host, tenants, components }) => `  ${host}: ${listed(tenants)} share ${components.join(', ')}`),
  ].join('\n');
}

function listed(names: readonly string[], most = 6): string {
  return names.length > most ? `${names.slice(0, most).join(', ')} and ${names.length - most} more` : names.join(', ');
}

/** The same report as a page. */
export function markdownIsolation(result: IsolationResult): string {
  const lines = [`# Isolation${scenarioText(result)}`, ''];
  if (result.pairs.length > 0) {
    lines.push('| pair | security | fault | performance | timing channel |', '| --- | --- | --- | --- | --- |');
    for (const pair of worstFirst(result.pairs))
      lines.push(
        `| ${escaped(pair.tenants.join(' / '))} | ${gradeText(pair.security)} | ${gradeText(pair.fault)} | ${gradeText(pair.performance)} | ${pair.timing ? 'documented' : '-'} |`,
      );
    lines.push('');
  }
  if (result.objectives.length > 0) {
    lines.push('## Objectives', '', '| objective | verdict | why |', '| --- | --- | --- |');
    for (const { id, status, message } of result.objectives) lines.push(`| ${escaped(id)} | ${status} | ${escaped(message)} |`);
    lines.push('');
  }
  for (const pair of worstFirst(result.pairs).slice(0, MAX_PAIRS)) lines.push(...pairMarkdown(pair));
  if (result.pairs.length > MAX_PAIRS) lines.push(`… and ${result.pairs.length - MAX_PAIRS} more pairs.`, '');
  if (result.baseline.length > 0) {
    lines.push('## Baseline', '');
    for (const { host, tenants, components } of result.baseline)
      lines.push(`- ${escaped(host)}: ${escaped(tenants.join(', '))} share ${components.join(', ')}.`);
    lines.push('');
  }
  for (const note of result.notes) lines.push(`> ${escaped(note)}`, '');
  return `${lines.join('\n').trimEnd()}\n`;
}

function pairMarkdown(pair: PairResult): string[] {
  const [a, b] = pair.tenants;
  const lines = [`## ${escaped(a)} / ${escaped(b)}: ${gradesText(pair)}`, '', ...meaning(pair).flatMap((line) => [escaped(line), ''])];
  for (const shared of pair.shared) {
    const way = (name: string, path: readonly string[], more: number) =>
      `- ${escaped(name)}: ${path.map((each) => `\`${each}\``).join(' → ')}${more > 0 ? `, and ${more} more` : ''}`;
    lines.push(
      `### \`${shared.component}\` — ${shared.title}: ${gradesText(shared.grades)}`,
      '',
      way(a, shared.paths.a, shared.morePaths.a),
      way(b, shared.paths.b, shared.morePaths.b),
      ...reasonsOf(shared, pair).map((line) => `- ${escaped(line)}`),
      '',
    );
  }
  if (pair.measured !== undefined) {
    lines.push('### Measured', '', '| victim | aggressor | throughput left | p99 | structure | |', '| --- | --- | --- | --- | --- | --- |');
    for (const each of pair.measured)
      lines.push(
        `| ${escaped(each.victim)} | ${escaped(each.aggressor)} | ${formatRatio(each.throughputRatio)} | x ${Number(each.p99Ratio.toPrecision(3))} | ${each.performance} | ${each.verdict === 'contradicts' ? '**disagrees**' : each.verdict} |`,
      );
    lines.push('');
  }
  const held = heldBy(pair);
  if (held !== '') lines.push(`Held there by: ${escaped(held)}.`, '');
  if (pair.unknown.length > 0) lines.push('Nobody states:', '', ...openFactLines(pair).map((line) => `- ${escaped(line)}`), '');
  if (pair.improvements !== undefined) {
    lines.push('Would help:', '', ...pair.improvements.map((improvement) => `- ${escaped(improvementText(improvement))}`), '');
  }
  return lines;
}

function escaped(text: string): string {
  return text.replace(/[|<>\\*_`[\]]/g, (character) => `\\${character}`).replace(/\s+/g, ' ');
}
