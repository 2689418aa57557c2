/**
 * From a keystroke to its diagnostics: CPU time on a design of 1 MB, beside the floor below which nothing that reads JSON with
 * comments and checks it against a schema can come. `npx tsx test/bench/check.bench.ts`; `node --expose-gc` steadies it.
 */
import { parse as parseValue } from 'jsonc-parser';
import { projectOf } from '../../src/core/model/project.js';
import { resolve } from '../../src/core/model/topology.js';
import { beginRecording } from '../../src/core/schema/fail.js';
import { validate } from '../../src/core/schema/generated/document.js';
import { validateDocument } from '../../src/core/schema/validate.js';
import { parse } from '../../src/core/text/parse.js';
import type { Json } from '../../src/core/text/tree.js';
import { check, registries } from '../../src/language/check.js';
import { completion } from '../../src/language/completion.js';
import { lspDiagnostic } from '../../src/language/diagnostics.js';
import { documentOf } from '../../src/language/document.js';
import { hover } from '../../src/language/hover.js';
import { mentionsOf } from '../../src/language/mentions.js';
import { semanticTokens } from '../../src/language/semantic-tokens.js';
import { documentSymbols } from '../../src/language/symbols.js';
import { rules } from '../../src/rules/index.js';
import { runRules } from '../../src/rules/run.js';
import { largeDesign } from '../support/large-design.js';

const RUNS = 60;
/** A server that runs for a while has compiled what it uses often; that takes some thirty keystrokes. */
const WARM_UP = 30;

const text = largeDesign(1_000_000);
const broken = text.replaceAll('"br-int": {', '"br-in": {');

/** A version of the text that nobody has seen: one character differs. */
function typed(run: number, source = text): { uri: string; text: string } {
  return { uri: 'memory:/main.iovt', text: source.replace('"name": "large"', `"name": "large${run}"`) };
}

/** What a version came to stays in memory until the next one is there, as in an editor. */
let kept: unknown;

/** Median CPU time of the process, garbage collection and its threads included. */
function cpuMs(work: (run: number) => unknown, prepare: (run: number) => unknown = () => undefined): number {
  const times: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const input = prepare(run);
    (globalThis as { gc?: () => void }).gc?.();
    const before = process.cpuUsage();
    kept = work((input as number) ?? run);
    const { user, system } = process.cpuUsage(before);
    if (run >= WARM_UP) times.push((user + system) / 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] as number;
}

function prepared<T>(make: (run: number) => T, work: (input: T) => unknown): number {
  return cpuMs(work as (run: number) => unknown, make);
}

function floor({ text }: { text: string }): boolean {
  beginRecording();
  return validate(parseValue(text, [], { allowTrailingComma: true }) as Json);
}

const cold = process.cpuUsage();
check(projectOf(typed(-1))).diagnostics.map(lspDiagnostic);
const { user, system } = process.cpuUsage(cold);

const rows: [what: string, ms: number][] = [
  ['the first check of a process', (user + system) / 1000],
  [
    'keystroke to diagnostics',
    prepared(
      (run) => typed(run),
      (file) => check(projectOf(file)).diagnostics.map(lspDiagnostic),
    ),
  ],
  ['floor: jsonc-parser and ajv alone', prepared((run) => typed(run), floor)],
  [
    '  text to tree',
    prepared(
      (run) => typed(run),
      (file) => parse(file),
    ),
  ],
  [
    '  tree against the schema',
    prepared(
      (run) => parse(typed(run)),
      ({ root, withDuplicates }) => root && validateDocument(root, withDuplicates),
    ),
  ],
  [
    '  tree to topology',
    prepared(
      (run) => projectOf(typed(run)),
      (project) => resolve(project, registries),
    ),
  ],
  [
    `  ${rules.length} rules`,
    prepared(
      (run) => resolve(projectOf(typed(run)), registries).topology,
      (topology) => runRules(topology, rules),
    ),
  ],
  [
    'keystroke to diagnostics, a name missing that 500 refer to',
    prepared(
      (run) => typed(run, broken),
      (file) => check(projectOf(file)).diagnostics.map(lspDiagnostic),
    ),
  ],
];
const analysis = check(projectOf(typed(0)));
const document = documentOf(analysis);
const middle = text.indexOf('"connect"', text.length / 3) + 12;
rows.push(
  ['completion of a reference', cpuMs(() => completion(document, middle, { snippets: true }))],
  ['hover', cpuMs(() => hover(document, middle))],
  ['symbols', cpuMs(() => documentSymbols(document))],
  [
    'mentions, once for each version',
    prepared(
      () => ({ ...analysis }),
      (each) => mentionsOf(each),
    ),
  ],
  ['semantic tokens', cpuMs(() => semanticTokens(document))],
);

process.stdout.write(
  `${text.length} characters, ${text.split('\n').length} lines, ${analysis.topology.entities.length} entities, median of ${RUNS - WARM_UP}\n`,
);
if (kept === undefined) process.stdout.write('nothing was measured\n');
for (const [what, ms] of rows) process.stdout.write(`${ms.toFixed(1).padStart(8)} ms CPU  ${what}\n`);
