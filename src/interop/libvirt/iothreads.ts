import { formatCpuSet } from '../../core/units/cpu-set.js';
import { draft } from '../draft.js';
import { idFrom } from '../ids.js';
import type { DomainContext } from './context.js';
import { cpusAttr, numberAttr, numberText } from './values.js';

/** More than QEMU could start. */
const MAX_IOTHREADS = 1024;

/** Iothreads become controllers, pinned or not, used or not. */
export function writeIothreads(context: DomainContext): void {
  const { domain, log, host, guestId, iothreads } = context;
  const pins = new Map<number, string>();
  for (const pin of domain.child('cputune')?.children('iothreadpin') ?? []) {
    const number = numberAttr(pin, 'iothread', log);
    const cpus = cpusAttr(pin, 'cpuset', log);
    if (number !== undefined && cpus !== undefined) pins.set(number, formatCpuSet(cpus));
  }
  const numbers = new Set<number>();
  const polls = new Map<number, string>();
  for (const thread of domain.child('iothreadids')?.children('iothread') ?? []) {
    const number = numberAttr(thread, 'id', log);
    if (number === undefined || numbers.size >= MAX_IOTHREADS) continue;
    numbers.add(number);
    const most = numberAttr(thread.child('poll'), 'max', log);
    if (most !== undefined) polls.set(number, seconds(most));
  }
  // `iothreads` counts them all; those without an id take the lowest numbers that are free.
  const count = Math.min(MAX_IOTHREADS, numberText(domain.child('iothreads'), log) ?? numbers.size);
  for (let next = 1; numbers.size < count; next++) numbers.add(next);
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const id = host.ids('controllers').take(`${idFrom(guestId, 'guest')}-io${number}`);
    iothreads.set(number, id);
    host.section('controllers').set(id, draft({ kind: 'iothread', cpus: pins.get(number), pollTime: polls.get(number) }));
  }
}

/** libvirt counts nanoseconds. */
function seconds(nanoseconds: number): string {
  return nanoseconds % 1000 === 0 && nanoseconds > 0 ? `${nanoseconds / 1000} us` : `${nanoseconds} ns`;
}

/** Says which iothreads nothing uses: a mistake that is common, and costs a pinned CPU. */
export function noteUnusedIothreads(context: DomainContext, used: ReadonlySet<string>): void {
  const unused = [...context.iothreads.values()].filter((id) => !used.has(id));
  const section = context.host.section('controllers');
  for (const id of unused) {
    const value = section.get(id);
    if (value !== undefined) section.set(id, value, { behind: 'no disk uses it' });
  }
}
