import { formatBitsPerSec, formatOpsPerSec, formatRatio, formatSeconds } from '../../core/units/format.js';
import {
  type FlowResult,
  type Interval,
  type Latency,
  type OperationKind,
  type Rate,
  type SimulationResult,
  unitOf,
} from '../../sim/result.js';
import { table } from './table.js';

/** Rows of a list that a person still reads. */
const MAX_ROWS = 20;

/** A run for people: verdicts first, then flows, the fullest resources, and what to know about the numbers. */
export function textSimulation(result: SimulationResult): string {
  const sections = [
    headline(result),
    verdicts(result),
    workloads(result),
    flows(result),
    resources(result),
    hosts(result),
    interference(result),
    notes(result),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

function headline(result: SimulationResult): string {
  const how =
    result.engine === 'des'
      ? `discrete events, seed ${result.seed}, ${formatSeconds(result.simulatedSec)} simulated, ${result.events} events in ${formatSeconds(result.wallSec)}`
      : `fluid estimate in ${formatSeconds(result.wallSec)}`;
  const scenario = result.scenarios.length === 0 ? '' : `, scenario ${result.scenarios.join(' + ')}`;
  return `Simulation: ${how}${scenario}`;
}

function verdicts(result: SimulationResult): string {
  if (result.objectives.length === 0) return '';
  const marks = { pass: 'pass', fail: 'FAIL', unknown: '?' } as const;
  return [
    'Objectives',
    ...result.objectives.map((objective) => `  ${marks[objective.status].padEnd(5)} ${objective.id}: ${objective.message}`),
  ].join('\n');
}

function workloads(result: SimulationResult): string {
  if (result.workloads.length === 0) return '';
  const rows = result.workloads.map((w) => [
    w.id,
    rateText(w.offered, w.operation),
    rateText(w.achieved, w.operation),
    formatRatio(w.lossRatio),
    ...latencyTexts(w.latencySec),
  ]);
  return table('Workloads', ['workload', 'offered', 'achieved', 'loss', 'mean', 'p50', 'p99', 'p99 95 % interval'], rows);
}

function flows(result: SimulationResult): string {
  // Where every workload is a single flow the table above says it all.
  if (result.flows.length <= result.workloads.length) return '';
  const shown = result.flows.slice(0, MAX_ROWS);
  const rows = shown.map((f) => [
    f.id,
    rateText(f.achieved, f.operation),
    formatRatio(f.lossRatio),
    secondsText(f.latencySec.mean),
    secondsText(f.latencySec.p99),
    f.bottleneck ?? '-',
  ]);
  return table('Flows', ['flow', 'achieved', 'loss', 'mean', 'p99', 'limited by'], rows) + more(result.flows.length, 'flows');
}

function resources(result: SimulationResult): string {
  const busy = result.resources.filter((resource) => resource.utilisationRatio > 0.005);
  if (busy.length === 0) return '';
  const rows = busy
    .slice(0, MAX_ROWS)
    .map((r) => [r.id, r.kind, formatRatio(r.utilisationRatio), `${Number(r.queue.mean.toPrecision(3))}`, r.users[0]?.flow ?? '-']);
  return table('Resources', ['resource', 'kind', 'busy', 'waiting', 'largest user'], rows) + more(busy.length, 'resources');
}

function hosts(result: SimulationResult): string {
  return result.hosts.length === 0
    ? ''
    : ['CPUs spent on I/O virtualization', ...result.hosts.map((host) => `  ${host.id}: ${Number(host.cpuCores.toPrecision(3))}`)].join(
        '\n',
      );
}

function interference(result: SimulationResult): string {
  if (result.interference === undefined || result.interference.length === 0) return '';
  const rows = result.interference.map((i) => [
    i.victim,
    i.aggressor,
    formatRatio(i.throughputRatio),
    `x ${Number(i.p99Ratio.toPrecision(3))}`,
    formatRatio(i.alone?.throughputRatio ?? i.throughputRatio),
    `x ${Number((i.alone?.p99Ratio ?? i.p99Ratio).toPrecision(3))}`,
  ]);
  return table(
    'Interference: what is left when the other one saturates, of what it is with its stated load and without it',
    ['victim', 'aggressor', 'throughput', 'latency', 'of alone', 'latency'],
    rows,
  );
}

function notes(result: SimulationResult): string {
  return result.notes.length === 0
    ? ''
    : ['Notes', ...result.notes.map((note) => `  ${note.about === '' ? '' : `${note.about}: `}${note.message}`)].join('\n');
}

function more(total: number, what: string): string {
  return total > MAX_ROWS ? `\n  … and ${total - MAX_ROWS} more ${what}` : '';
}

/** Packets and I/Os read in operations, bulk data in bits. */
function rateText(rate: Rate, operation: OperationKind | undefined): string {
  return `${formatBitsPerSec(rate.bitsPerSec)}, ${formatOpsPerSec(rate.opsPerSec, unitOf(operation))}`;
}

function secondsText(value: number | null | undefined): string {
  return value === undefined || value === null ? '-' : formatSeconds(value);
}

function latencyTexts(latency: Latency): string[] {
  const interval = latency.ci95?.p99;
  return [
    secondsText(latency.mean),
    secondsText(latency.p50),
    secondsText(latency.p99),
    interval === undefined ? '-' : intervalText(interval),
  ];
}

function intervalText([low, high]: Interval): string {
  return high === null ? (low > 0 ? `${formatSeconds(low)} or more` : 'unknown') : `${formatSeconds(low)} to ${formatSeconds(high)}`;
}

/** Flows with one line each, for spreadsheets. Every line carries what it takes to repeat the run. */
export function csvSimulation(result: SimulationResult): string {
  const header = [
    'flow',
    'workload',
    'from',
    'to',
    'tenant',
    'offered_bits_per_sec',
    'offered_ops_per_sec',
    'achieved_bits_per_sec',
    'achieved_ops_per_sec',
    'loss_ratio',
    'latency_mean_sec',
    'latency_p50_sec',
    'latency_p90_sec',
    'latency_p99_sec',
    'latency_p999_sec',
    'latency_p99_low_sec',
    'latency_p99_high_sec',
    'bottleneck',
    'engine',
    'seed',
    'version',
    'input_hash',
  ];
  const rows = result.flows.map((f) => [
    f.id,
    f.workload,
    f.from,
    f.to,
    f.tenant ?? '',
    f.offered.bitsPerSec,
    f.offered.opsPerSec,
    f.achieved.bitsPerSec,
    f.achieved.opsPerSec,
    f.lossRatio,
    f.latencySec.mean ?? '',
    f.latencySec.p50 ?? '',
    f.latencySec.p90 ?? '',
    f.latencySec.p99 ?? '',
    f.latencySec.p999 ?? '',
    f.latencySec.ci95?.p99[0] ?? '',
    f.latencySec.ci95?.p99[1] ?? '',
    f.bottleneck ?? '',
    result.engine,
    result.seed,
    result.version,
    result.inputHash,
  ]);
  return `${[header, ...rows].map((row) => row.map(csvField).join(',')).join('\n')}\n`;
}

function csvField(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

/** Objectives as test cases, as continuous integration reads them. */
export function junitSimulation(result: SimulationResult, name: string): string {
  const failures = result.objectives.filter((objective) => objective.status === 'fail').length;
  const skipped = result.objectives.filter((objective) => objective.status === 'unknown').length;
  const cases = result.objectives.map((objective) => {
    const open = `    <testcase classname="${xml(name)}" name="${xml(objective.id)}">`;
    const inner = {
      pass: '',
      fail: `<failure message="${xml(objective.message)}"/>`,
      unknown: `<skipped message="${xml(objective.message)}"/>`,
    }[objective.status];
    return `${open}${inner}</testcase>`;
  });
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<testsuites>',
    `  <testsuite name="${xml(name)}" tests="${result.objectives.length}" failures="${failures}" skipped="${skipped}" time="${result.wallSec.toFixed(3)}">`,
    ...cases,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function xml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, '\uFFFD')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;');
}

/** For pull requests and pages. */
export function markdownSimulation(result: SimulationResult): string {
  const cell = (text: string) => text.replace(/\|/g, '\\|');
  const rows = (header: readonly string[], body: readonly (readonly string[])[]) =>
    [header, header.map(() => '---'), ...body].map((row) => `| ${row.map(cell).join(' | ')} |`).join('\n');
  const marks = { pass: '✅', fail: '❌', unknown: '❔' } as const;
  const sections = [headline(result)];
  if (result.objectives.length > 0)
    sections.push(
      rows(
        ['', 'objective', 'finding'],
        result.objectives.map((o) => [marks[o.status], o.id, o.message]),
      ),
    );
  sections.push(
    rows(
      ['workload', 'offered', 'achieved', 'loss', 'mean', 'p50', 'p99', 'p99 95 % interval'],
      result.workloads.map((w) => [
        w.id,
        rateText(w.offered, w.operation),
        rateText(w.achieved, w.operation),
        formatRatio(w.lossRatio),
        ...latencyTexts(w.latencySec),
      ]),
    ),
    rows(
      ['resource', 'busy', 'largest user'],
      result.resources
        .filter((r) => r.utilisationRatio > 0.005)
        .slice(0, MAX_ROWS)
        .map((r) => [r.id, formatRatio(r.utilisationRatio), r.users[0]?.flow ?? '-']),
    ),
  );
  if (result.notes.length > 0)
    sections.push(result.notes.map((note) => `- ${note.about === '' ? '' : `${note.about}: `}${note.message}`).join('\n'));
  return `${sections.join('\n\n')}\n`;
}

/** Part of the waiting that deserves a line. */
const NOTABLE_WAIT = 0.01;

/** Whose operations were in service while this flow waited, over all places. */
function waitedFor(flow: FlowResult): string[] {
  const total = flow.breakdown.reduce((sum, entry) => sum + entry.waitSec, 0);
  const named = flow.breakdown.flatMap((entry) => (entry.waitedFor ?? []).map((other) => ({ entry, other })));
  const rows = named
    .filter(({ other }) => other.sec > total * NOTABLE_WAIT)
    .sort((a, b) => b.other.sec - a.other.sec)
    .map(({ entry, other }) => [
      entry.resource ?? '-',
      other.flow === flow.id ? 'itself' : other.flow,
      formatSeconds(other.sec),
      formatRatio(other.sec / total),
    ]);
  return rows.length === 0 ? [] : [table('Who it waited for', ['resource', 'flow', 'time', 'part of all waiting'], rows)];
}

/** Why a flow is as fast as it is: every stage with the time it takes, and the place that limits it. */
export function whyFlow(
  flow: FlowResult,
  costs: readonly { readonly title: string; readonly value: string; readonly source: string }[],
): string {
  const total = flow.breakdown.reduce((sum, entry) => sum + entry.serviceSec + entry.waitSec, 0);
  const rows = flow.breakdown.map((entry) => [
    entry.stage,
    entry.resource ?? '-',
    formatSeconds(entry.serviceSec),
    formatSeconds(entry.waitSec),
    total > 0 ? formatRatio((entry.serviceSec + entry.waitSec) / total) : '-',
  ]);
  const limit = flow.bottleneck === null ? 'Nothing on its way is full.' : `It is limited by ${flow.bottleneck}.`;
  const sections = [
    `${flow.id}: ${rateText(flow.achieved, flow.operation)} of ${rateText(flow.offered, flow.operation)}, mean latency ${flow.latencySec.mean === null ? 'unknown' : formatSeconds(flow.latencySec.mean)}. ${limit}`,
    table('Where the time goes', ['stage', 'resource', 'service', 'waiting', 'part'], rows),
    ...waitedFor(flow),
    table(
      'Costs it rests on',
      ['cost', 'value', 'source'],
      costs.map((cost) => [cost.title, cost.value, cost.source]),
    ),
  ];
  return `${sections.join('\n\n')}\n`;
}
