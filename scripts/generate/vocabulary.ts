import { costIds, costTable } from '../../src/catalog/costs/index.js';
import { profileTable } from '../../src/catalog/profiles/index.js';
import type { Vocabulary } from '../../src/core/schema/source/vocabulary.js';
import { rules } from '../../src/rules/index.js';
import { controllerKinds } from '../../src/techniques/controllers/index.js';
import { backends, techniques } from '../../src/techniques/index.js';
import { switchKinds } from '../../src/techniques/switches/index.js';

/** The words that the registries contribute to the schema. */
export function vocabulary(): Vocabulary {
  const titles = (registry: ReadonlyMap<string, { readonly title: string }>) =>
    Object.fromEntries([...registry].map(([name, { title }]) => [name, `${title}.`]));
  return {
    techniques: titles(techniques),
    backends,
    switchKinds: titles(switchKinds),
    controllerKinds: titles(controllerKinds),
    profiles: Object.fromEntries(Object.entries(profileTable).map(([name, profile]) => [name, (profile as { title: string }).title])),
    costs: Object.fromEntries(
      costIds.map((id) => {
        const { title, dimension, value, source } = costTable[id];
        return [id, { description: `${title}.`, dimension, default: value, source }];
      }),
    ),
    rules: Object.fromEntries(rules.map((rule) => [rule.name, { description: `${rule.id}: ${rule.title}.`, severity: rule.severity }])),
  };
}
