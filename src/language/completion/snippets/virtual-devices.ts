import type { Entity } from '../../../core/model/entity.js';
import type { EntityKind } from '../../../core/model/entity-kind.js';
import { valueOf } from '../../../core/model/fact.js';
import { techniques } from '../../../techniques/index.js';
import type { Technique } from '../../../techniques/technique.js';
import { hole, type Snippet } from '../snippet.js';
import type { EntitySnippet, Names } from './names.js';

/** One for each technique that the guest can have, those of its kind first. */
export function virtualDeviceSnippets(names: Names): EntitySnippet[] {
  const isContainer = names.owner?.kind === 'guest' && valueOf(names.owner.facts.kind) === 'container';
  const all = [...techniques.values()];
  const first = all.filter(({ family }) => (family === 'container') === isContainer);
  const rest = all.filter(({ family }) => isContainer && family === 'hardware');
  return [...first, ...rest].map((technique) => virtualDevice(technique, names));
}

/** What a device of the technique cannot do without: where it connects, what it takes, where its data lies. */
function virtualDevice(technique: Technique, names: Names): EntitySnippet {
  const keys = technique.keys as readonly string[];
  const { name, title, takes } = technique;
  const parts = [`"technique": "${name}"`];
  if (takes !== undefined && keys.includes('from'))
    parts.push(`"from": "${choice(names.of(takenKinds(technique), (each) => fits(technique, each)))}"`);
  else if (keys.includes('connect')) parts.push(`"connect": "${choice(names.of(['switch']))}"`);
  if (takes === undefined && keys.includes('media')) parts.push(`"media": "${choice(names.of(['namespace', 'volume']))}"`);
  return { label: name, detail: title, id: idFor(technique), value: `{ ${parts.join(', ')} }` };
}

function choice(names: readonly string[]): Snippet {
  return names.length === 0 ? '$2' : hole(2, ...names);
}

function takenKinds({ takes, carries }: Technique): EntityKind[] {
  if (takes === 'partition' || takes === 'mediated-type' || takes === 'nic-port') return [takes];
  return carries.includes('network') ? ['nic-port', 'function', 'device'] : ['device', 'function'];
}

function fits({ fromKinds, takes }: Technique, entity: Entity): boolean {
  const device = entity.kind === 'device' ? entity : 'device' in entity ? entity.device : undefined;
  if (device === undefined) return true;
  if (takes === 'vf' && !device.functions.some((fn) => fn.numVfs > 0)) return false;
  return fromKinds === undefined || fromKinds.includes(device.deviceKind);
}

function idFor({ carries }: Technique): string {
  if (carries.includes('network')) return 'eth0';
  if (carries.includes('storage')) return 'vda';
  if (carries.includes('filesystem')) return 'share';
  return carries.includes('compute') ? 'gpu' : 'dev';
}
