import type { CostId } from '../../catalog/costs/index.js';
import { valueOf } from '../../core/model/fact.js';
import type { Stage, Thread } from '../stage.js';
import type { PathContext } from '../technique.js';
import { hostBlockKernel, secondsOfCost, type Terms, work } from './cpu.js';
import { guestThread, tcpReceive } from './tcp.js';

/** Whether the guest drives the device by a poll-mode driver, without interrupts. */
export function isPollMode(context: PathContext): boolean {
  return valueOf(context.instance.decl.facts.driver) === 'poll-mode';
}

/** Containers run on the kernel of the host: no exits, no injected interrupts, only processes that sleep and wake. */
export function isInContainer(context: PathContext): boolean {
  return valueOf(context.instance.decl.guest.facts.kind) === 'container';
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
  return [work(context, guestThread(context), 'kick', ['kick.guest'], suppressed ? { onlyIfAsleep: backend.id } : {})];
}

/** The time a sleeping back end takes to begin. */
export function wakeOf(context: PathContext, backend: Thread): { wakeSec?: number } {
  return backend.polls ? {} : { wakeSec: secondsOfCost(context.cost('wake.thread'), backend.clockHz) };
}

/**
 * The guest is interrupted, wakes if it was idle, and its driver takes what arrived. A busy guest polls (NAPI) instead.
 * Coalescing holds back the first interrupt after a pause; what arrives meanwhile comes with it.
 *
 * @param isEmulated the device model raises a line of an emulated interrupt controller, which posted interrupts cannot do.
 */
export function deliver(context: PathContext, label: string, terms: Terms, isEmulated = false): Stage[] {
  const thread = guestThread(context);
  if (isPollMode(context)) return [work(context, thread, label, terms)];
  const inContainer = isInContainer(context);
  const wake = secondsOfCost(context.cost(inContainer ? 'wake.thread' : 'wake.vcpu'), thread.clockHz);
  const arrival = tcpReceive(context, thread, label, terms, { wakeSec: wake + heldBackSec(context) });
  if (inContainer) return arrival;
  return [work(context, thread, 'interrupt', [injection(context, isEmulated)], { onlyIfAsleep: thread.id }), ...arrival];
}

function injection(context: PathContext, isEmulated: boolean): CostId {
  return hasPostedInterrupts(context) && !isEmulated ? 'irq.posted' : 'irq.inject';
}

/**
 * As `deliver`, for a device that the guest has for itself: unless interrupts are posted, the host takes them from the
 * device and hands them on (VFIO).
 */
export function deliverAssigned(context: PathContext, label: string, terms: Terms): Stage[] {
  const { instance } = context;
  if (isPollMode(context) || isInContainer(context)) return deliver(context, label, terms);
  const thread = guestThread(context);
  const wake = secondsOfCost(context.cost('wake.vcpu'), thread.clockHz);
  // The device moderates its interrupts: after one it keeps quiet for a while, busy guest or not.
  const moderated = (key: string): Pick<Stage, 'every'> => ({ every: { key: `${instance.path} ${key}`, sec: moderationSec(context) } });
  const interrupt = work(context, thread, 'interrupt', [injection(context, false)], moderated('interrupt'));
  const arrival = [interrupt, ...tcpReceive(context, thread, label, terms, { wakeSec: wake + heldBackSec(context) })];
  if (hasPostedInterrupts(context)) return arrival;
  const kernel = hostBlockKernel(instance.decl.guest.host);
  return [work(context, kernel, 'host interrupt', ['irq.host'], moderated('host interrupt')), ...arrival];
}

/** Least time between two interrupts of a queue. */
function moderationSec(context: PathContext): number {
  const { time, frames } = context.instance.decl.facts.coalesce;
  if (valueOf(frames) === 1) return 0;
  return valueOf(time) ?? secondsOfCost(context.cost('irq.moderation'), 1);
}

/** With `frames` of one nothing is ever held back. */
function heldBackSec(context: PathContext): number {
  const { time, frames } = context.instance.decl.facts.coalesce;
  return valueOf(frames) === 1 ? 0 : (valueOf(time) ?? 0);
}
