import { readdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { costIds, costTable } from '../../src/catalog/costs/index.js';
import { profileCatalog } from '../../src/catalog/profiles/index.js';
import { definition, documentSchema } from '../../src/core/schema/schema.js';
import { costTopic } from '../../src/language/help/cost.js';
import { groupWords, isRule, problemTopic } from '../../src/language/help/problem.js';
import { profileTopic } from '../../src/language/help/profile.js';
import { objectDefinitions, propertyTable, typeText } from '../../src/language/help/schema-text.js';
import { controllerTopic, familyWords, switchTopic, techniqueTopic } from '../../src/language/help/technique.js';
import { blocks, code, type Topic, table } from '../../src/language/help/topic.js';
import { findings } from '../../src/language/problems.js';
import type { RuleGroup } from '../../src/rules/rule.js';
import { controllerKinds } from '../../src/techniques/controllers/index.js';
import { techniques } from '../../src/techniques/index.js';
import { switchKinds } from '../../src/techniques/switches/index.js';
import { root, writeGenerated } from './write.js';

const NOTE = '<!-- Made by scripts/generate.ts from the code. Do not edit. -->';

/** The pages of the documentation that follow from the registries. A page whose subject is gone goes as well. */
export function generateDocs(): void {
  writeFolder('rules', [...findings.map(problemTopic).map(pageOf), rulesIndex()]);
  writeFolder('techniques', [
    ...[...techniques.values()].map(techniqueTopic).map(pageOf),
    ...[...switchKinds.values()].map(switchTopic).map(pageOf),
    ...[...controllerKinds.values()].map(controllerTopic).map(pageOf),
    techniquesIndex(),
  ]);
  writeFolder('profiles', [...profileCatalog.names.flatMap((name) => profileTopic(name) ?? []).map(pageOf), profilesIndex()]);
  write('costs.md', costsPage());
  write('language.md', languagePage());
}

interface Page {
  readonly name: string;
  readonly content: string;
}

function pageOf(topic: Topic): Page {
  return { name: topic.page.slice(topic.page.lastIndexOf('/') + 1), content: blocks(`# ${topic.title}`, topic.text, topic.more) };
}

function write(path: string, content: string): void {
  writeGenerated(`docs/${path}`, `${NOTE}\n\n${content}\n`);
}

function writeFolder(folder: string, pages: readonly Page[]): void {
  for (const { name, content } of pages) write(`${folder}/${name}`, content);
  const names = new Set(pages.map(({ name }) => name));
  const directory = resolve(root, 'docs', folder);
  for (const name of readdirSync(directory)) if (name.endsWith('.md') && !names.has(name)) rmSync(resolve(directory, name));
}

function rulesIndex(): Page {
  const row = ({ id, name, title, severity }: (typeof findings)[number]) => [id, `[${name}](${name}.md)`, title, severity];
  const head = ['number', 'name', 'what', 'severity'];
  const rules = findings.filter(isRule);
  const groups = [...new Set(rules.map((rule) => rule.group))] as RuleGroup[];
  const order = Object.keys(groupWords);
  return {
    name: 'index.md',
    content: blocks(
      '# Rules',
      'Everything that `iovt check` and the editor report. The severity of a rule can be set in a design (`rules`) or in the settings of the editor; a single finding is accepted with `suppress` and a reason.',
      ...groups
        .sort((a, b) => order.indexOf(a) - order.indexOf(b))
        .flatMap((group) => [`## ${groupWords[group]}`, table(head, rules.filter((rule) => rule.group === group).map(row))]),
      '## Text, schema and objectives',
      'These are not rules: what they report cannot be read, or was measured. Their severity is fixed.',
      table(head, findings.filter((problem) => !isRule(problem)).map(row)),
    ),
  };
}

function techniquesIndex(): Page {
  const families = [...new Set([...techniques.values()].map((technique) => technique.family))];
  return {
    name: 'index.md',
    content: blocks(
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
    ),
  };
}

function profilesIndex(): Page {
  const rows = profileCatalog.names.map((name) => {
    const kind = profileCatalog.node(name)?.value as { kind?: string } | undefined;
    return [`[${name}](${name}.md)`, profileTopic(name)?.title ?? '', kind?.kind ?? ''];
  });
  const sorted = rows.sort((a, b) => compare(a[2], b[2]) || compare(a[0], b[0]));
  return {
    name: 'index.md',
    content: blocks(
      '# Device profiles',
      'Facts about kinds of devices, each with its source. A device takes one with `profile`; what it states itself wins.',
      table(['profile', 'device', 'kind'], sorted),
    ),
  };
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
