import type { Template } from '../../core/model/document.js';
import type { Entity } from '../../core/model/entity.js';
import { entityWords } from '../../core/model/entity-kind.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import { layOut } from '../../core/text/layout.js';
import { controllerKinds } from '../../techniques/controllers/index.js';
import { techniques } from '../../techniques/index.js';
import { switchKinds } from '../../techniques/switches/index.js';
import type { Analysis } from '../check.js';
import type { Estimates } from '../document.js';
import { profileCard } from '../help/profile.js';
import { blocks, code, escaped, table } from '../help/topic.js';
import { layersBelow } from '../layers.js';
import { resolvedFacts } from '../origin.js';
import { chainText } from './chain.js';

/** So many facts fit a hover; the rest is a click away in the text. */
const MAX_FACTS = 24;

/** What the design says an entity is: its kind, the values that hold with their origin, the way to the hardware, its load. */
export function entityCard(entity: Entity, analysis: Analysis, estimates: Estimates): string {
  if (entity.kind === 'profile' && entity.node !== undefined) return profileCard(entity.id, entity.node);
  const estimate = estimates.estimateFor(entity.path);
  const chain = entity.kind === 'virtual-device' ? chainText(entity) : undefined;
  return blocks(
    heading(entity),
    description(entity),
    estimate === undefined ? undefined : `**${escaped(estimate)}**`,
    chain === undefined ? undefined : `\`\`\`text\n${chain}\n\`\`\``,
    entity.kind === 'template' ? templateText(entity, analysis) : factsText(entity, analysis),
  );
}

function heading(entity: Entity): string {
  const copies = entity.kind === 'guest' && entity.count > 1 ? ` × ${entity.count}` : '';
  const title = 'facts' in entity && 'title' in entity.facts ? valueOf(entity.facts.title as Fact<string>) : undefined;
  const what = entity.kind === 'template' ? `template of a ${entityWords[entity.of]}` : entityWords[entity.kind];
  return `**${entity.id}**${copies} (${what} ${code(entity.path)})${title === undefined ? '' : `: ${escaped(title)}`}`;
}

/** What realises, forwards or serves, in its own words. */
function description(entity: Entity): string | undefined {
  switch (entity.kind) {
    case 'virtual-device':
      return techniques.get(valueOf(entity.facts.technique) ?? '')?.title;
    case 'switch':
      return switchKinds.get(entity.switchKind ?? '')?.title;
    case 'controller':
      return controllerKinds.get(entity.controllerKind ?? '')?.title;
    default:
      return undefined;
  }
}

/** What is stated, here or in what is extended, in a table; what is assumed besides, in a line. */
function factsText(entity: Entity, analysis: Analysis): string {
  const facts = resolvedFacts(analysis.topology, entity);
  const stated = facts.filter(({ isStated }) => isStated);
  const assumed = facts.filter(({ isStated, path }) => !isStated && isRelevant(entity, path));
  const rest = stated.length - MAX_FACTS;
  return blocks(
    table(
      ['property', 'value', 'from'],
      stated.slice(0, MAX_FACTS).map(({ path, value, origin }) => [code(path), escaped(value), escaped(origin)]),
    ),
    rest > 0 && `… and ${rest} more.`,
    assumed.length > 0 && `Defaults: ${assumed.map(({ path, value }) => `${code(path)} ${escaped(value)}`).join(', ')}.`,
  );
}

/** Of the defaults of a virtual device only those that its technique reads. */
function isRelevant(entity: Entity, path: string): boolean {
  if (entity.kind !== 'virtual-device') return true;
  const key = path.split('.')[0] as string;
  return entity.technique === undefined || (entity.technique.keys as readonly string[]).includes(key);
}

/** A template says nothing by itself; what it hands on, and to whom. */
function templateText(template: Template, analysis: Analysis): string {
  const { node } = template;
  const takers = analysis.topology.entities.filter((entity) => layersBelow(analysis.topology, entity).includes(template));
  const names = takers.slice(0, 8).map(({ path }) => code(path));
  return blocks(
    node === undefined ? undefined : `\`\`\`jsonc\n${layOut(node.value)}\n\`\`\``,
    takers.length === 0
      ? 'Nothing extends it.'
      : `Extended by ${names.join(', ')}${takers.length > 8 ? ` and ${takers.length - 8} more` : ''}.`,
  );
}
