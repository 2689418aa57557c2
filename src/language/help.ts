import type { CostId } from '../catalog/costs/index.js';
import { costIds, costTable } from '../catalog/costs/index.js';
import { profileCatalog } from '../catalog/profiles/index.js';
import { closest } from '../core/text/similar.js';
import { controllerKinds } from '../techniques/controllers/index.js';
import { backends, techniques } from '../techniques/index.js';
import { switchKinds } from '../techniques/switches/index.js';
import { costTopic } from './help/cost.js';
import { problemTopic } from './help/problem.js';
import { profileTopic } from './help/profile.js';
import { propertyNames, propertyTopics } from './help/property.js';
import { controllerTopic, switchTopic, techniqueTopic } from './help/technique.js';
import { blocks, list, type Topic, topicWords } from './help/topic.js';
import { findings, findProblem } from './problems.js';

/**
 * Everything that goes by a name: rules and problems (by name or number), techniques, kinds of vSwitch and controller,
 * device profiles, costs, objects and properties of the language. A name that stands for several things yields all of them.
 */
export function topics(name: string): Topic[] {
  const problem = findProblem(name);
  const technique = techniques.get(name);
  const vswitch = switchKinds.get(name);
  const controller = controllerKinds.get(name);
  return [
    problem === undefined ? [] : problemTopic(problem),
    technique === undefined ? [] : techniqueTopic(technique),
    vswitch === undefined ? [] : switchTopic(vswitch),
    controller === undefined ? [] : controllerTopic(controller),
    profileTopic(name) ?? [],
    Object.hasOwn(costTable, name) ? costTopic(name as CostId) : [],
    propertyTopics(name),
  ].flat();
}

/** What `iovt explain` prints: Markdown about all that goes by the name; undefined if nothing does. */
export function explain(name: string): string | undefined {
  const found = topics(name.trim());
  if (found.length === 0) return undefined;
  const properties = found.filter(({ kind }) => kind === 'property');
  const others = found.filter(({ kind }) => kind !== 'property');
  const shown = properties.length <= MAX_PROPERTIES ? found : others;
  return `${blocks(...shown.map(section), shown === found ? undefined : choice(name.trim(), properties))}\n`;
}

/** So many objects that share the name of a property are explained at once; of more, their names are listed. */
const MAX_PROPERTIES = 3;

function section({ title, kind, text }: Topic): string {
  return `# ${title}\n\n*${topicWords[kind]}*\n\n${text}`;
}

function choice(name: string, properties: readonly Topic[]): string {
  const lines = properties.map((topic) => `\`${topic.name}\`: ${topic.text.split('\n')[0]}`);
  return blocks(`# ${name}`, 'A property of several objects:', list(lines));
}

/** The name that was most likely meant by one that nothing goes by. */
export function similarTopic(name: string): string | undefined {
  return closest(name.trim(), [
    ...findings.map((problem) => problem.name),
    ...techniques.keys(),
    ...switchKinds.keys(),
    ...controllerKinds.keys(),
    ...profileCatalog.names,
    ...costIds,
    ...propertyNames(),
    ...findings.map((problem) => problem.id),
  ]);
}

/** What stands behind a virtual device where its technique leaves a choice: the words of `backend`. */
export function backendText(name: string): string | undefined {
  return Object.hasOwn(backends, name) ? backends[name] : undefined;
}
