import { valueOf } from '../../core/model/fact.js';
import type { Stage, Thread } from '../stage.js';
import type { PathContext } from '../technique.js';
import { isServedByUserSpaceSwitch } from './backend.js';
import { type Terms, vcpus, work } from './cpu.js';

/**
 * What TCP costs a core beside the packets themselves: its bytes are copied, frames that offloads do not take together are
 * handled one by one. Frames count where a NIC gives them out singly; between guests of a host large segments stay whole.
 */

type Offload = 'csum' | 'tso' | 'gro' | 'ufo' | 'rss' | 'arfs';

function has(context: PathContext, offload: Offload): boolean {
  // A user-space switch takes frames, not segments (OVS-DPDK and VPP as they come).
  if (offload === 'tso' && isServedByUserSpaceSwitch(context.instance.decl.facts)) return false;
  const offloads = valueOf(context.instance.decl.facts.offloads) as readonly Offload[] | undefined;
  return offloads === undefined ? offload !== 'arfs' : offloads.includes(offload);
}

/** Interrupts and the application of a stream are on different cores, unless flows are steered or there is but one. */
function crossesCores(context: PathContext): boolean {
  return !has(context, 'arfs') && (valueOf(context.instance.decl.guest.facts.vcpus) ?? 1) > 1;
}

/** Whether frames of the wire reach this end one by one. */
function seesFrames(context: PathContext): boolean {
  return context.instance.decl.technique?.takes !== undefined;
}

export function tcpSend(context: PathContext): Terms {
  if (!context.load.isTcp) return [];
  return [
    'tcp.tx-byte',
    ...(crossesCores(context) ? (['tcp.tx-crossing'] as const) : []),
    ...(seesFrames(context) ? (['tcp.ack'] as const) : []),
    ...(has(context, 'tso') ? [] : (['tcp.tx-segment'] as const)),
  ];
}

/** Driver and protocol, then the application: on two cores where the guest has them, one stream after the other on each. */
export function tcpReceive(context: PathContext, thread: Thread, label: string, terms: Terms, extra: Partial<Stage> = {}): Stage[] {
  // Completions of I/O come this way as well; they are no packets and have no work of a driver.
  if (!context.load.isTcp || terms.length === 0) return [work(context, thread, label, terms, extra)];
  const frames: Terms = [
    ...terms,
    ...(seesFrames(context) ? (['tcp.rx-frame'] as const) : []),
    ...(has(context, 'gro') ? [] : (['tcp.rx-segment'] as const)),
  ];
  const bytes: Terms = [
    'tcp.rx-byte',
    ...(crossesCores(context) ? (['tcp.rx-crossing'] as const) : []),
    ...(has(context, 'gro') && seesFrames(context) ? (['tcp.rx-fragment'] as const) : []),
    ...(has(context, 'gro') ? [] : (['tcp.rx-segment'] as const)),
  ];
  if (!crossesCores(context)) return [work(context, queued(context, streams(context, thread)), label, [...frames, ...bytes], extra)];
  return [
    work(context, { ...queued(context, streams(context, thread)), id: `${thread.id}/softirq` }, label, frames, extra),
    work(context, { ...streams(context, thread), id: `${thread.id}/application` }, 'application', bytes),
  ];
}

/** A stream is handled by one core at a time. */
export function streams(context: PathContext, thread: Thread): Thread {
  if (!context.load.isTcp) return byQueue(context, thread);
  const width = Math.min(thread.width, Math.max(1, context.load.flows));
  return width === thread.width ? thread : { ...thread, id: `${thread.id}/${context.load.name}`, width };
}

/** What a NIC hands out by queue is worked on by as many cores as there are queues, where the document says how many. */
function queued({ instance, load }: PathContext, thread: Thread): Thread {
  const { queues } = instance.decl.facts;
  if (load.isPackets !== true || queues.state !== 'known' || queues.value >= thread.width) return thread;
  return { ...thread, id: `${thread.id}/${instance.decl.id}`, width: Math.max(1, queues.value) };
}

/** Where the driver of a guest takes and gives single packets; what TCP does on top has threads of its own. */
export function guestThread(context: PathContext): Thread {
  const thread = vcpus(context.instance);
  return context.load.isTcp ? thread : byQueue(context, thread);
}

/** Each queue of a NIC belongs to one core, and each five-tuple to one queue. One queue per core where nobody says. */
function byQueue(context: PathContext, thread: Thread): Thread {
  const { instance, load } = context;
  if (load.isPackets !== true) return thread;
  const { queues } = instance.decl.facts;
  const width = Math.min(thread.width, queues.state === 'known' ? Math.max(1, queues.value) : thread.width);
  if (Math.min(width, Math.max(1, load.flows)) === thread.width) return thread;
  return { ...thread, id: `${thread.id}/${instance.decl.id}`, width, isHashed: true };
}

/** Costs on which these draw at any end, and at one that a NIC serves directly. */
export const TCP_COSTS = ['tcp.tx-byte', 'tcp.tx-crossing', 'tcp.tx-segment', 'tcp.rx-segment', 'tcp.rx-byte', 'tcp.rx-crossing'] as const;
export const TCP_FRAME_COSTS = ['tcp.ack', 'tcp.rx-frame', 'tcp.rx-fragment'] as const;
