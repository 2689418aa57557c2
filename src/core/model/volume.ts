import type { Property } from '../text/tree.js';
import type { BuildContext } from './build.js';
import type { Device, Namespace } from './device.js';
import { declared, type EntityBase } from './entity.js';
import { valueOf } from './fact.js';
import type { VolumeFacts } from './facts.generated.js';
import type { Host } from './host.js';

export interface Volume extends EntityBase<'volume'> {
  readonly host: Host;
  readonly facts: VolumeFacts;
}

export function buildVolume(prop: Property, host: Host, context: BuildContext): Volume {
  const base = declared('volume', prop, host);
  const volume = Object.assign(base, { host }) as Volume;
  return Object.assign(volume, { facts: context.read('volume', base.node, volume) });
}

/** What a volume is made of, as declared. */
export function membersOf(volume: Volume): (Namespace | Device | Volume)[] {
  const on = valueOf(volume.facts.on);
  const references = on === undefined ? [] : 'text' in on ? [on] : on;
  return references.flatMap((reference) => reference.as('namespace', 'device', 'volume') ?? []);
}

/** The namespaces and devices below a volume, through volumes on volumes. Cycles end where they began. */
export function mediaOf(medium: Namespace | Device | Volume, seen = new Set<Volume>()): (Namespace | Device)[] {
  if (medium.kind !== 'volume') return [medium];
  if (seen.has(medium)) return [];
  seen.add(medium);
  return membersOf(medium).flatMap((member) => mediaOf(member, seen));
}
