import type { Change } from '../../core/diagnostics/diagnostic.js';
import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import { type Json, property } from '../../core/text/tree.js';
import { techniques } from '../../techniques/index.js';
import { rewriting } from './text.js';

/** What another way to attach a virtual device would make of it. */
export interface Offer {
  /** As it follows "the best this host has is". */
  readonly what: string;
  readonly changes: readonly (Change | undefined)[];
}

/** How a VF is drawn and handed over: nothing that another technique does. */
const OF_FUNCTIONS: ReadonlySet<string> = new Set(['pool', 'attachment']);

/** The same device by another technique: what means something for it stays, the rest goes, and two things translate. */
export function replacing(
  device: VirtualDevice,
  technique: string,
  values: Readonly<Record<string, Json | undefined>>,
): Change | undefined {
  const keys: ReadonlySet<string> = new Set(techniques.get(technique)?.keys ?? []);
  const own = device.node?.type === 'object' ? device.node : undefined;
  const takesVf = techniques.get(technique)?.takes === 'vf';
  const isLeft = (key: string) => keys.has(key) && key !== 'from' && (takesVf || !OF_FUNCTIONS.has(key));
  const dropped = own?.properties.filter(({ key }) => !isLeft(key)).map(({ key }) => [key, undefined] as const) ?? [];
  const maxRate = property(own, 'maxRate')?.value?.value;
  const hasLimit = property(own, 'limit') !== undefined;
  return rewriting(device, {
    technique,
    ...Object.fromEntries(dropped),
    ...values,
    ...(typeof maxRate === 'string' && keys.has('limit') && !hasLimit ? { limit: { rate: maxRate } } : {}),
    ...(valueOf(device.facts.spoofCheck) === true && keys.has('protected') ? { protected: true } : {}),
  });
}
