import type { InlayHint } from 'vscode-languageserver-types';
import { instancesOf, namedVf } from '../core/model/assign.js';
import type { Entity } from '../core/model/entity.js';
import type { VirtualDevice } from '../core/model/virtual-device.js';
import { offsetAt, positionAt, type Range } from '../core/text/source.js';
import { type Document, type Estimates, noEstimates } from './document.js';
import { isWritten } from './entity-keys.js';

/** Which hints are wanted; settings of the editor. */
export interface InlayHintOptions {
  /** The VFs that copies of a device were given. */
  readonly assignments: boolean;
  /** What `count` makes of a guest. */
  readonly copies: boolean;
  /** Shares and utilisation. */
  readonly estimates: boolean;
}

export const allHints: InlayHintOptions = { assignments: true, copies: true, estimates: true };

const KINDS_WITH_LOAD = new Set<Entity['kind']>([
  'device',
  'nic-port',
  'switch',
  'controller',
  'virtual-device',
  'workload',
  'objective',
  'network',
  'pcie-port',
  'namespace',
  'volume',
]);

/** What the design comes to mean and its text does not say, at the end of what it follows from. */
export function inlayHints(
  document: Document,
  range: Range,
  options: InlayHintOptions = allHints,
  estimates: Estimates = noEstimates,
): InlayHint[] {
  const { file, analysis } = document;
  const from = offsetAt(file, range.start);
  const to = offsetAt(file, range.end);
  const hints: InlayHint[] = [];
  const add = (offset: number, label: string, tooltip: string) => {
    if (offset >= from && offset <= to) hints.push({ position: positionAt(file, offset), label, paddingLeft: true, tooltip });
  };
  for (const entity of analysis.topology.entities) {
    if (!isWritten(entity) || entity.at.file !== file || entity.at.start > to) continue;
    if ((entity.node?.end ?? entity.at.end) < from) continue;
    if (options.copies && entity.kind === 'guest' && entity.count > 1 && entity.facts.count.state === 'known') {
      const { at } = entity.facts.count;
      if (at.file === file)
        add(at.end, `${entity.id}[0] … ${entity.id}[${entity.count - 1}]`, 'Copies of the guest, by the names that references give them');
    }
    if (options.assignments && entity.kind === 'virtual-device') {
      const { from: taken } = entity.facts;
      const label = assignment(entity);
      if (label !== undefined && taken.state === 'known' && taken.at.file === file)
        add(taken.at.end, label, 'The virtual functions that the copies of this device were given');
    }
    if (options.estimates && KINDS_WITH_LOAD.has(entity.kind)) {
      const estimate = estimates.notableFor(entity.path);
      if (estimate !== undefined) add(entity.at.end, estimate, `${entity.path}: ${estimate}`);
    }
  }
  return hints;
}

/** `vf3`, or `vf3 … vf10` for many copies; nothing where the text names the VF itself. */
function assignment(device: VirtualDevice): string | undefined {
  if (device.technique?.takes !== 'vf' || namedVf(device) !== undefined) return undefined;
  const vfs = instancesOf(device).map(({ vf }) => vf);
  const given = vfs.filter((vf) => vf !== undefined);
  const [first] = given;
  if (first === undefined) return undefined;
  const last = given.at(-1) ?? first;
  const name = (vf: typeof first) => (vf.fn === first.fn ? vf.id : `${vf.parent?.id ?? ''}/${vf.id}`);
  const missing = vfs.length - given.length;
  return `${given.length === 1 ? name(first) : `${name(first)} … ${name(last)}`}${missing > 0 ? `, ${missing} without` : ''}`;
}
