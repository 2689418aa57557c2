import { costIds, costTable } from '../../catalog/costs/index.js';
import { profileCatalog } from '../../catalog/profiles/index.js';
import { definition, documentSchema } from '../../core/schema/schema.js';
import type { RuleGroup } from '../../rules/rule.js';
import { controllerKinds } from '../../techniques/controllers/index.js';
import { techniques } from '../../techniques/index.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { findings } from '../problems.js';
import { costTopic } from './cost.js';
import { groupWords, isRule, problemTopic } from './problem.js';
import { profileTopic } from './profile.js';
import { objectDefinitions, propertyTable, typeText } from './schema-text.js';
import { controllerTopic, familyWords, switchTopic, techniqueTopic } from './technique.js';
import { blocks, code, type Topic, table } from './topic.js';

/** One page of the documentation. */
export interface Page {
  /** Below `docs/`: `rules/duplicate-id.md`. */
  readonly path: string;
  /** Markdown. */
  readonly content: string;
}

/** The pages that follow from the registries and the schema. */
export function documentationPages(): Page[] {
  return [
    ...findings.map((each) => pageOf(problemTopic(each))),
    { path: 'rules/index.md', content: rulesIndex() },
    ...[...techniques.values()].map((each) => pageOf(techniqueTopic(each))),
    ...[...switchKinds.values()].map((each) => pageOf(switchTopic(each))),
    ...[...controllerKinds.values()].map((each) => pageOf(controllerTopic(each))),
    { path: 'techniques/index.md', content: techniquesIndex() },
    ...profileCatalog.names.flatMap((name) => profileTopic(name) ?? []).map(pageOf),
    { path: 'profiles/index.md', content: profilesIndex() },
    { path: 'costs.md', content: costsPage() },
    { path: 'language.md', content: languagePage() },
  ];
}

let byPath: ReadonlyMap<string, string> | undefined;

/** The text of a page by its path below `docs/`. */
export function documentationPage(path: string): string | undefined {
  byPath ??= new Map(documentationPages().map((page) => [page.path, page.content]));
  return byPath.get(path);
}

function pageOf(topic: Topic): Page {
  return { path: topic.page, content: blocks(`# ${topic.title}`, topic.text, topic.more) };
}

function rulesIndex(): string {
  const row = ({ id, name, title, severity }: (typeof findings)[number]) => [id, `[${name}](${name}.md)`, title, severity];
  const head = ['number', 'name', 'what', 'severity'];
  const rules = findings.filter(isRule);
  const groups = [...new Set(rules.map((rule) => rule.group))] as RuleGroup[];
  const order = Object.keys(groupWords);
  return blocks(
    '# Rules',
    'Everything that `iovt check` and the editor report. The severity of a rule can be set in a design (`rules`) or in the settings of the editor; a single finding is accepted with `suppress` and a reason.',
    ...groups
      .sort((a, b) => order.indexOf(a) - order.indexOf(b))
      .flatMap((group) => [`## ${groupWords[group]}`, table(head, rules.filter((rule) => rule.group === group).map(row))]),
    '## Text, schema and objectives',
    'These are not rules: what they report cannot be read, or was measured. Their severity is fixed.',
    table(head, findings.filter((problem) => !isRule(problem)).map(row)),
  );
}

function techniquesIndex(): string {
  const families = [...new Set([...techniques.values()].map((technique) => technique.family))];
  return blocks(
    '# Techniques',
    'How a virtual device is realised (`technique`), what forwards its frames (`switches`) and what serves it (`controllers`).',
    ...families.flatMap((family) => [
      `## ${familyWords[family]}`,
      table(
        ['technique', 'what', 'carries', 'live migration', 'memory overcommit'],
        [...techniques.values()]
          .filter((technique) => technique.family === family)
          .map(({ name, title, carries, operability }) => [
            `[${name}](${name}.md)`,
            title,
            carries.join(', '),
            operability.liveMigration.verdict,
            operability.memoryOvercommit.verdict,
          ]),
      ),
    ]),
    '## Virtual switches',
    table(
      ['kind', 'what', 'runs in'],
      [...switchKinds.values()].map(({ name, title, runsIn }) => [`[${name}](switch-${name}.md)`, title, runsIn]),
    ),
    '## Virtual I/O controllers',
    table(
      ['kind', 'what', 'polls'],
      [...controllerKinds.values()].map(({ name, title, alwaysPolls }) => [
        `[${name}](controller-${name}.md)`,
        title,
        alwaysPolls ? 'always' : '',
      ]),
    ),
  );
}

function profilesIndex(): string {
  const rows = profileCatalog.names.map((name) => {
    const kind = profileCatalog.node(name)?.value as { kind?: string } | undefined;
    return [`[${name}](${name}.md)`, profileTopic(name)?.title ?? '', kind?.kind ?? ''];
  });
  const sorted = rows.sort((a, b) => compare(a[2], b[2]) || compare(a[0], b[0]));
  return blocks(
    '# Device profiles',
    'Facts about kinds of devices, each with its source. A device takes one with `profile`; what it states itself wins.',
    table(['profile', 'device', 'kind'], sorted),
  );
}

function compare(a = '', b = ''): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function costsPage(): string {
  return blocks(
    '# Costs',
    'The cost model of the simulator: every number with its source. Work of a CPU is in cycles and scales with the clock; wires, PCIe and media are in time. A number nobody measured says "uncalibrated". Values of your own machines go into `calibration.costs`.',
    table(
      ['cost', 'what', 'default', 'source'],
      costIds.map((id) => [
        `[${code(id)}](#${costTopic(id).page.split('#')[1]})`,
        costTable[id].title,
        costTable[id].value,
        costTable[id].source,
      ]),
    ),
    ...costIds.flatMap((id) => [`## ${id}`, costTopic(id).text]),
  );
}

function languagePage(): string {
  const objects = objectDefinitions();
  const names = new Set(objects.map(([name]) => name));
  const link = (name: string) => (names.has(name) ? `#${name}` : undefined);
  const values = Object.keys(documentSchema.$defs ?? {}).filter((name) => !names.has(name));
  return blocks(
    '# Language reference',
    'Every object of a `.iovt` file with its properties. A file is JSON with comments and trailing commas.',
    ...objects.flatMap(([name, schema]) => [`## ${name}`, schema.description, propertyTable(schema, link)]),
    '## Values',
    table(
      ['value', 'what', 'type'],
      values.map((name) => [code(name), definition(name).description ?? '', typeText(definition(name))]),
    ),
  );
}
