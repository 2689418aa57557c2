import type {
  DirectionResult,
  GradeResult,
  GradesResult,
  IsolationObjective,
  IsolationResult,
  MeasuredResult,
  PairResult,
  SharedResult,
} from '../../src/isolation/result.js';
import type { Controller } from '../controller.js';
import { type Child, h } from '../dom.js';
import { icon } from '../icons.js';
import { button, link } from '../ui.js';
import { entityLink } from './links.js';
import { factor, ratio } from './numbers.js';

/** Who shares what with whom: a cell for each pair of tenants, and what they share when one is chosen. */
export function isolation(controller: Controller): HTMLElement {
  const { isolation: result, isolationError, pair } = controller.store.state;
  if (isolationError !== null) return h('p', { class: 'empty' }, isolationError);
  if (result === null) return h('p', { class: 'empty' }, 'The design is being graded …');
  const found = pair === null ? undefined : result.pairs.find((each) => isPair(each, pair));
  const only = found ?? (result.pairs.length === 1 ? result.pairs[0] : undefined);
  return h(
    'div',
    { class: 'isolation' },
    result.objectives.length > 0 && objectives(controller, result.objectives),
    result.pairs.length > 1 && matrix(controller, result),
    only === undefined
      ? result.pairs.length > 1 && h('p', { class: 'empty' }, 'Choose a pair to see what both reach, and how.')
      : pairView(controller, only),
    result.notes.map((note) => h('p', { class: 'note' }, note)),
    result.baseline.map(({ host, tenants, components }) =>
      h('p', { class: 'note' }, entityLink(controller, host), ` is baseline for ${tenants.join(', ')}: ${components.join(', ')}.`),
    ),
  );
}

const isPair = ({ tenants }: PairResult, pair: readonly [string, string]) => tenants.every((tenant) => pair.includes(tenant));

function objectives(controller: Controller, list: readonly IsolationObjective[]): HTMLElement {
  const icons = { pass: 'pass', fail: 'fail', unknown: 'unknown' } as const;
  return h(
    'ul',
    { class: 'objectives' },
    list.map(({ id, status, message, counterExample }) =>
      h(
        'li',
        { class: `is-${status}` },
        icon(icons[status]),
        h('span', { class: 'name' }, id),
        h(
          'span',
          { class: 'message' },
          message,
          ' ',
          counterExample !== undefined &&
            link('Show the ways to it', () => {
              controller.lookInto(counterExample.tenants);
              const paths = [...counterExample.paths.a, ...counterExample.paths.b];
              controller.showShared(counterExample.component, counterExample.entity, paths);
            }),
        ),
      ),
    ),
  );
}

function matrix(controller: Controller, { tenants, pairs }: IsolationResult): HTMLElement {
  const { tenant, pair: chosen } = controller.store.state;
  const found = new Map(
    pairs.flatMap((pair) => [[pair.tenants.join('\n'), pair] as const, [[...pair.tenants].reverse().join('\n'), pair] as const]),
  );
  const rows = tenant === '' || !tenants.includes(tenant) ? tenants : [tenant];
  return h(
    'table',
    { class: 'matrix' },
    h('caption', { class: 'unseen' }, 'Grades of each pair of tenants: security, fault, performance'),
    h(
      'thead',
      null,
      h(
        'tr',
        null,
        h('th', { scope: 'col' }, 'Tenant'),
        tenants.map((name) => h('th', { scope: 'col' }, name)),
      ),
    ),
    h(
      'tbody',
      null,
      rows.map((row) =>
        h(
          'tr',
          null,
          h('th', { scope: 'row' }, row),
          tenants.map((column) => cell(controller, found.get(`${row}\n${column}`), chosen)),
        ),
      ),
    ),
  );
}

function cell(controller: Controller, pair: PairResult | undefined, chosen: readonly [string, string] | null): HTMLElement {
  if (pair === undefined) return h('td', { class: 'same' }, '–');
  const isChosen = chosen !== null && isPair(pair, chosen);
  return h(
    'td',
    { class: `is-${level(pair.security.grade)}` },
    h(
      'button',
      {
        class: 'row-button',
        'aria-pressed': String(isChosen),
        title: `What ${pair.tenants.join(' and ')} share`,
        onclick: () => controller.lookInto(isChosen ? null : pair.tenants),
      },
      gradesText(pair),
      pair.timing && h('small', null, 'timing channel'),
    ),
  );
}

/** How alarming a grade of security is; the words say it as well. */
function level(grade: string): 'bad' | 'felt' | 'none' {
  return grade >= 'S5' ? 'bad' : grade >= 'S4' ? 'felt' : 'none';
}

function gradeText({ grade, exact, range }: GradeResult<string>): string {
  return exact ?? (range === undefined ? grade : `${range[0]}..${range[1]}`);
}

function gradesText({ security, fault, performance }: GradesResult): string {
  return [security, fault, performance].map(gradeText).join(' ');
}

function pairView(controller: Controller, pair: PairResult): HTMLElement {
  const { pairDetail, component } = controller.store.state;
  const [a, b] = pair.tenants;
  const detail = pairDetail !== null && isPair(pairDetail, pair.tenants) ? pairDetail : undefined;
  return h(
    'section',
    { class: 'pair', 'aria-label': `${a} and ${b}` },
    h('h2', null, `${a} / ${b}: ${gradesText(pair)}`),
    gradeText(pair.controllablePerformance) !== gradeText(pair.performance) &&
      h(
        'p',
        { class: 'note' },
        `Without what nothing can divide (links, caches, memory bandwidth) performance is ${gradeText(pair.controllablePerformance)}.`,
      ),
    pair.shared.length === 0 && h('p', { class: 'empty' }, 'They share nothing but what every host is to its guests.'),
    pair.shared.map((shared) => sharedView(controller, shared, pair, shared.component === component)),
    (pair.measured ?? []).map(measured),
    heldBy(controller, pair),
    openFacts(controller, detail ?? pair),
    improvements(controller, pair, detail),
  );
}

/** The components that a better grade of security would have to deal with. */
function heldBy(controller: Controller, { decisive, security, shared }: PairResult): Child {
  if (decisive.security.length === 0) return false;
  const names = decisive.security.slice(0, MOST_NAMED).map((id): Child[] => {
    const found = shared.find(({ component }) => component === id);
    return found === undefined ? [id] : [entityLink(controller, found.entity), ` (${found.title})`];
  });
  const more = decisive.security.length - names.length;
  return h('p', { class: 'note' }, `Held at ${gradeText(security)} by `, joined(names), more > 0 && ` and ${more} more`, '.');
}

const MOST_NAMED = 4;

/** Facts that nobody stated: where each is read, and what an answer would make of the pair once that was tried. */
function openFacts(controller: Controller, { unknown }: PairResult): Child {
  if (unknown.length === 0) return false;
  return h(
    'div',
    { class: 'note' },
    'Nobody states:',
    h(
      'ul',
      null,
      unknown.map(({ entity, property, find, answers }) =>
        h(
          'li',
          null,
          `“${property}” of `,
          entityLink(controller, entity),
          find !== undefined && ` (${find})`,
          answers !== undefined && `: ${answers.map(({ value, after }) => `${value} → ${gradesText(after)}`).join(', ')}`,
        ),
      ),
    ),
  );
}

function joined(items: readonly (readonly Child[])[]): Child[] {
  return items.flatMap((item, i) => (i === 0 ? [...item] : [', ', ...item]));
}

function sharedView(controller: Controller, shared: SharedResult, pair: PairResult, isOpen: boolean): HTMLElement {
  const { paths, morePaths } = shared;
  const [a, b] = pair.tenants;
  const toggle = () =>
    isOpen ? controller.choose({ component: null }) : controller.showShared(shared.component, shared.entity, [...paths.a, ...paths.b]);
  return h(
    'article',
    { class: isOpen ? 'shared is-open' : 'shared' },
    h(
      'button',
      { class: 'row-button heading', 'aria-expanded': String(isOpen), onclick: toggle },
      h('span', { class: `grade is-${level(shared.grades.security.grade)}` }, gradesText(shared.grades)),
      h('span', { class: 'name' }, shared.entity),
      h('span', { class: 'message' }, shared.title),
      shared.noControl && h('small', null, 'no control exists'),
      shared.timing && h('small', null, 'timing channel'),
    ),
    isOpen &&
      h(
        'div',
        { class: 'ways' },
        way(controller, a, paths.a, morePaths.a),
        way(controller, b, paths.b, morePaths.b),
        h('ul', null, reasons(shared.directions.aToB, shared.directions.bToA, a, b)),
        shared.behind !== undefined &&
          h('p', { class: 'note' }, `Behind it: ${shared.behind.map(({ component }) => component).join(', ')}`),
      ),
  );
}

function way(controller: Controller, tenant: string, path: readonly string[], more: number): HTMLElement {
  const steps = path.flatMap((each, i): Child[] => (i === 0 ? [entityLink(controller, each)] : [' → ', entityLink(controller, each)]));
  return h('p', null, h('span', { class: 'name' }, `${tenant}: `), steps, more > 0 && ` and ${more} more`);
}

/** What holds in both directions is said once; of what is graded 0 nothing is said. */
function reasons(forth: DirectionResult, back: DirectionResult, a: string, b: string): HTMLElement[] {
  const lines = (direction: DirectionResult) =>
    direction.reasons
      .filter(({ grade }) => !grade.endsWith('0'))
      .map(({ grade, range, reason }) => `${range?.join('..') ?? grade}  ${reason}`);
  const [ours, theirs] = [lines(forth), lines(back)];
  const line = (text: string, who: string) => h('li', null, who !== '' && h('span', { class: 'name' }, who), text);
  return [
    ...ours.map((text) => line(text, theirs.includes(text) ? '' : `${a} to ${b}: `)),
    ...theirs.filter((text) => !ours.includes(text)).map((text) => line(text, `${b} to ${a}: `)),
  ];
}

function measured({ victim, aggressor, throughputRatio, p99Ratio, performance, verdict, message }: MeasuredResult): HTMLElement {
  return h(
    'p',
    { class: verdict === 'contradicts' ? 'measured is-warning' : 'measured', title: message },
    icon(verdict === 'contradicts' ? 'warning' : 'pass'),
    h('span', { class: 'name' }, `${victim} when ${aggressor} saturates: `),
    `${ratio(throughputRatio)} left, p99 ${factor(p99Ratio)}, structure ${performance}. `,
    verdict === 'contradicts' && h('strong', null, 'The two disagree. '),
    message,
  );
}

function improvements(controller: Controller, pair: PairResult, detail: PairResult | undefined): Child {
  if (detail === undefined)
    return button({
      label: 'What would help?',
      title: 'Tries changes on copies of the design',
      onClick: () => controller.lookInto(pair.tenants),
    });
  const list = detail.improvements ?? [];
  if (list.length === 0)
    return h('p', { class: 'note' }, 'No change of settings was found that betters a grade. Another device, slot or host would.');
  const items = list.map(({ title, after }) =>
    h(
      'li',
      null,
      h('span', { class: 'name' }, title),
      ` → ${gradesText(after)}`,
      gradeText(after.performance) !== gradeText(after.controllablePerformance) &&
        ` (${gradeText(after.controllablePerformance)} where something can divide it)`,
    ),
  );
  return h('div', null, h('p', { class: 'note' }, 'Would help:'), h('ul', { class: 'improvements' }, items));
}
