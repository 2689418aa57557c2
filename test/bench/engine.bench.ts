/**
 * The engines beside the same work in C++: `npm run bench -- engine`. Each goal is a ratio. Both sides run in turn, several times, in
 * processes of their own; CPU time counts, compiler and garbage collector included; a ratio is the median of the pairs' ratios.
 *
 *   --quick           3 pairs in place of 7
 *   --json            numbers instead of a table
 *   --write           the table into docs/bench.md
 *   --peers           ns-3 and SimPy beside it, where they are installed (Debian: libns3-dev, python3-simpy3)
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DesRun, desRun } from './engine/des-run.js';
import { instance, toBytes } from './engine/fluid-instances.js';
import { type FluidRun, fluidRun } from './engine/fluid-run.js';
import { workloads } from './engine/workloads.js';

interface Row {
  readonly what: string;
  readonly ours: string;
  readonly theirs: string;
  readonly value: number | null;
  readonly goal: number;
  readonly unit: string;
}

/** First argument of a process that does one run. */
const RUN = 'one-run';
const has = (flag: string) => process.argv.includes(flag);
const PAIRS = has('--quick') ? 3 : 7;
const PEER_PAIRS = 3;
/** Runs in a process before the one that counts, so that the compiler is done. */
const WARM_RUNS = 3;
/** Of the checkout, in which the runner starts every benchmark. */
const here = join(process.cwd(), 'test/bench/engine');
const folder = mkdtempSync(join(tmpdir(), 'iovt-bench-'));

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
const show = (value: number, digits = 3) => Number(value.toPrecision(digits)).toString();

function yardstick(name: string): string | undefined {
  const program = join(folder, name);
  const options = ['-O3', '-march=native', '-std=c++17', '-o', program, join(here, 'yardstick', `${name}.cpp`)];
  return spawnSync('g++', options, { stdio: 'ignore' }).status === 0 ? program : undefined;
}

const answer = <T>(program: string, ...args: (string | number)[]): T =>
  JSON.parse(execFileSync(program, args.map(String), { encoding: 'utf8', maxBuffer: 1 << 20 })) as T;

/** This program once more, for one run: each measurement has a process of its own. */
const again = <T>(...args: (string | number)[]): T => answer<T>(process.execPath, process.argv[1] as string, RUN, ...args);

/** Medians of both sides and of the ratios of pairs. */
function pairs(ours: () => number, theirs: () => number, count = PAIRS): { ours: number; theirs: number; ratio: number } {
  const all = Array.from({ length: count }, (_, i) => {
    // Who begins changes from pair to pair.
    if (i % 2 === 0) {
      const b = theirs();
      return [ours(), b] as const;
    }
    return [ours(), theirs()] as const;
  });
  return { ours: median(all.map(([a]) => a)), theirs: median(all.map(([, b]) => b)), ratio: median(all.map(([a, b]) => a / b)) };
}

function desRows(cpp: string | undefined): Row[] {
  const rows: Row[] = [];
  for (const { name, what, yardstick: number, completions, mean } of workloads) {
    for (const fuses of name === 'W2' ? [false, true] : [false]) {
      const run = () => again<DesRun>('des', name, completions, fuses ? 1 : 0, WARM_RUNS);
      const check = run();
      if (Math.abs(check.mean / mean - 1) > 0.05) throw new Error(`${name}: mean time ${check.mean}, theory ${mean}`);
      const label = `${name}${fuses ? ', chains fused' : ''}: ${what}`;
      const goal = fuses ? 0.6 : 2;
      if (cpp === undefined) {
        rows.push({
          what: label,
          ours: `${show(check.completions / check.cpuSec / 1e6)} M/s`,
          theirs: 'no g++',
          value: null,
          goal,
          unit: 'x C++',
        });
        continue;
      }
      const both = pairs(
        () => run().cpuSec / completions,
        () => answer<DesRun>(cpp, number, completions).cpuSec / completions,
      );
      const perSec = (sec: number) => `${show(1e-6 / sec)} M/s`;
      rows.push({ what: label, ours: perSec(both.ours), theirs: perSec(both.theirs), value: both.ratio, goal, unit: 'x C++' });
    }
  }
  const cold = median(Array.from({ length: PAIRS }, () => again<DesRun>('des', 'W2', 100_000, 1, 0).cpuSec * 1000));
  rows.push({
    what: '100 000 requests of W2 in a fresh process',
    ours: `${show(cold)} ms`,
    theirs: '',
    value: cold,
    goal: 100,
    unit: 'ms CPU',
  });
  const memory = Math.max(...[1_000_000, 10_000_000].map((n) => again<DesRun>('des', 'W2', n, 1, 0).memoryMb));
  rows.push({
    what: 'memory of a run, compiled code included, above that of Node before it: W2, 1 M and 10 M requests',
    ours: `${show(memory)} MB`,
    theirs: '',
    value: memory,
    goal: 10,
    unit: 'MB',
  });
  return rows;
}

function fluidRows(cpp: string | undefined): Row[] {
  return [1000, 10_000, 100_000].flatMap((flows) =>
    (['rand', 'tree'] as const).map((kind): Row => {
      const file = join(folder, `${kind}-${flows}`);
      writeFileSync(file, toBytes(instance(flows, kind)));
      const repetitions = flows > 50_000 ? 7 : 51;
      const run = () => again<FluidRun>('fluid', flows, kind, repetitions);
      const what = `W4 ${kind}: ${flows} flows`;
      const isSmall = flows === 1000;
      if (cpp === undefined) {
        const { cpuMs } = run();
        return {
          what,
          ours: `${show(cpuMs)} ms`,
          theirs: 'no g++',
          value: isSmall ? cpuMs : null,
          goal: isSmall ? 0.3 : 2,
          unit: isSmall ? 'ms' : 'x C++',
        };
      }
      const [a, b] = [run(), answer<FluidRun>(cpp, file, repetitions)];
      if (Math.abs(a.sum / b.sum - 1) > 1e-7) throw new Error(`${what}: sums of rates differ, ${a.sum} and ${b.sum}`);
      const both = pairs(
        () => run().cpuMs,
        () => answer<FluidRun>(cpp, file, repetitions).cpuMs,
      );
      return {
        what,
        ours: `${show(both.ours)} ms`,
        theirs: `${show(both.theirs)} ms`,
        value: isSmall ? both.ours : both.ratio,
        goal: isSmall ? 0.3 : 2,
        unit: isSmall ? 'ms' : 'x C++',
      };
    }),
  );
}

/** How many times as fast as a peer the engine has to be. */
const NS3_GOAL = 3;
const SIMPY_GOAL = 100;

/** Other simulators, where they are installed, in turn with the engine; they run fewer requests, and rates are per second of CPU. */
function peers(): string[] {
  const ns3 = join(folder, 'ns3');
  const options = ['-O3', '-march=native', '-std=c++17', '-o', ns3, join(here, 'peers/ns3.cpp'), '-lns3-core'];
  const hasNs3 = spawnSync('g++', options, { stdio: 'ignore' }).status === 0;
  // Packages of Debian are for its own Python.
  const python = ['python3', '/usr/bin/python3'].find((one) => spawnSync(one, ['-c', 'import simpy'], { stdio: 'ignore' }).status === 0);
  const lines = [
    '| workload | here | peer | | times | goal | |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...workloads.flatMap(({ name, completions }) => [
      ...(hasNs3 ? [beside(name, completions, 'ns-3, its best scheduler', NS3_GOAL, () => bestOfNs3(ns3, name))] : []),
      // It has no queue that serves in turns.
      ...(python !== undefined && name !== 'W3' ? [beside(name, completions, 'SimPy', SIMPY_GOAL, () => simpy(python, name))] : []),
    ]),
  ];
  if (!hasNs3) lines.push('', 'ns-3 is not installed (Debian: libns3-dev).');
  if (python === undefined) lines.push('', 'SimPy is not installed (Debian: python3-simpy3).');
  return lines;
}

function bestOfNs3(program: string, name: string): number {
  return Math.max(...['Map', 'Calendar'].map((scheduler) => answer<{ rate: number }>(program, name, 500_000, scheduler).rate));
}

function simpy(python: string, name: string): number {
  return answer<{ rate: number }>(python, join(here, 'peers/simpy-run.py'), name, name === 'W1' ? 200_000 : 50_000).rate;
}

function beside(name: string, completions: number, peer: string, goal: number, rate: () => number): string {
  const own = () => {
    const run = again<DesRun>('des', name, completions, 0, WARM_RUNS);
    return run.completions / run.cpuSec;
  };
  const { ours, theirs, ratio } = pairs(own, rate, PEER_PAIRS);
  const perSec = (value: number) => `${show(value / 1e6)} M/s`;
  return `| ${name} | ${perSec(ours)} | ${peer} | ${perSec(theirs)} | ${show(ratio)} x | ≥ ${goal} x | ${ratio >= goal ? 'met' : 'missed'} |`;
}

function table(rows: readonly Row[]): string {
  const state = ({ value, goal }: Row) => (value === null ? 'not measured' : value <= goal ? 'met' : 'missed');
  const lines = rows.map((row) => {
    const result = row.value === null ? '' : `${show(row.value)} ${row.unit}`;
    return `| ${row.what} | ${row.ours} | ${row.theirs} | ${result} | ≤ ${row.goal} ${row.unit} | ${state(row)} |`;
  });
  return ['| workload | here | C++ | result | goal | |', '| --- | --- | --- | --- | --- | --- |', ...lines].join('\n');
}

/** One run: what a process that this program has started does. */
function one([engine, name, size, ...rest]: readonly string[]): DesRun | FluidRun {
  return engine === 'des'
    ? desRun(name as string, Number(size), rest[0] === '1', Number(rest[1]))
    : fluidRun(Number(name), size as 'rand' | 'tree', Number(rest[0]));
}

function all(): void {
  try {
    const rows = [...desRows(yardstick('des')), ...fluidRows(yardstick('maxmin'))];
    const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} processors, Node ${process.versions.node}, load ${show(loadavg()[0] as number, 2)} at the end`;
    const method = `Medians of ${PAIRS} pairs that run in turn, each in a process of its own; CPU time of the process, all threads. The event engine has run the workload ${WARM_RUNS} times before, but where "fresh" is written; statistics by flow and by step are on. C++: \`test/bench/engine/yardstick\`, g++ -O3 -march=native.`;
    const others = has('--peers') ? peers() : [];
    if (has('--json')) process.stdout.write(`${JSON.stringify({ machine, pairs: PAIRS, rows, peers: others }, null, 2)}\n`);
    else process.stdout.write(`${machine}\n${method}\n\n${table(rows)}\n${others.length > 0 ? `\n${others.join('\n')}\n` : ''}`);
    if (has('--write')) {
      const beside = others.length > 0 ? `\n## Beside other simulators\n\nEvent by event: no chains fused.\n\n${others.join('\n')}\n` : '';
      const text = `# Speed\n\nMade by \`npm run bench -- engine --write\`.\n\n${machine}.\n\n${method}\n\n${table(rows)}\n${beside}`;
      writeFileSync(join(process.cwd(), 'docs/bench.md'), text);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (process.argv[2] === RUN) process.stdout.write(`${JSON.stringify(one(process.argv.slice(3)))}\n`);
else all();
