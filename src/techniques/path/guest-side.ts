import type { CostId } from '../../catalog/costs/index.js';
import { valueOf } from '../../core/model/fact.js';
import type { Stage, Thread } from '../stage.js';
import type { PathContext } from '../technique.js';
import { secondsOfCost, vcpus, work } from './cpu.js';

/** Whether the guest drives the device by a poll-mode driver, without interrupts. */
export function isPollMode(context: PathContext): boolean {
  return valueOf(context.instance.decl.facts.driver) === 'poll-mode';
}

/** Interrupts of the host reach running vCPUs without an exit. */
function hasPostedInterrupts(context: PathContext): boolean {
  return valueOf(context.instance.decl.guest.host.facts.iommu.postedInterrupts) === true;
}

/**
 * The guest notifies its back end. A polling back end needs no kick; with event indexes a busy one gets none, because the
 * guest sees that it is still at work.
 */
export function kick(context: PathContext, backend: Thread): Stage[] {
  if (backend.polls) return [];
  const suppressed = valueOf(context.instance.decl.facts.eventIdx) !== false;
  return [work(context, vcpus(context.instance), 'kick', ['kick.guest'], suppressed ? { onlyIfAsleep: backend.id } : {})];
}

/** The time a sleeping back end takes to begin. */
export function wakeOf(context: PathContext, backend: Thread): { wakeSec?: number } {
  return backend.polls ? {} : { wakeSec: secondsOfCost(context.cost('wake.thread'), backend.clockHz) };
}

/** The guest is interrupted, wakes if it was idle, and its driver takes what arrived. A busy guest polls (NAPI) instead. */
export function deliver(context: PathContext, label: string, terms: Parameters<typeof work>[3]): Stage[] {
  const thread = vcpus(context.instance);
  if (isPollMode(context)) return [work(context, thread, label, terms)];
  const injection: CostId = hasPostedInterrupts(context) ? 'irq.posted' : 'irq.inject';
  const wakeSec = secondsOfCost(context.cost('wake.vcpu'), thread.clockHz);
  return [work(context, thread, 'interrupt', [injection], { onlyIfAsleep: thread.id }), work(context, thread, label, terms, { wakeSec })];
}
