import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import type { Stage, Thread } from '../stage.js';
import type { PathContext } from '../technique.js';
import { delay, hostKernel, perPass, type Terms, work } from './cpu.js';

/**
 * Mapping of one buffer for DMA of a device that the host itself drives. Nothing where such devices bypass translation.
 * Drivers recycle mapped receive pages, so only transmits pay it.
 */
function dmaMapping(context: PathContext, host: Host): Terms {
  const { state, mode, strict } = host.facts.iommu;
  const isOn = valueOf(state) === 'on' || (state.state === 'unknown' && mode.state === 'known');
  if (!isOn || valueOf(mode) === 'passthrough') return [];
  return [perPass(context, valueOf(strict) === true ? 'iommu.map-strict' : 'iommu.map-lazy')];
}

/** A packet goes to the host's driver of a physical port, in the context of the thread that carries it. */
export function hostTransmit(context: PathContext, host: Host, carrier: Thread): Stage[] {
  return [work(context, carrier, 'host driver', [perPass(context, 'host-nic.kernel'), ...dmaMapping(context, host)])];
}

/** The host takes a packet from a physical port: moderated interrupt, then a softirq. */
export function hostReceive(context: PathContext, softirq: Thread): Stage[] {
  return [
    delay(context, 'interrupt moderation', 'host-nic.latency'),
    ...wakeFromIdle(context, `${softirq.id} ${context.instance.path}`),
    work(context, softirq, 'host driver and softirq', [perPass(context, 'host-nic.kernel')]),
  ];
}

/** States into which a CPU without work falls, after how long. Source: Linux intel_idle, Broadwell server. */
const IDLE_STATES = [
  ['idle.c3', 100e-6],
  ['idle.c6', 600e-6],
] as const;

/** A device that has been quiet for a while interrupts a CPU that sleeps; the longer, the deeper. Busy ones never see it. */
export function wakeFromIdle(context: PathContext, key: string): Stage[] {
  return IDLE_STATES.map(([id, sec]) =>
    delay(context, 'CPU leaves idle state', id, { every: { key: `${key} ${id}`, sec, afterPause: true } }),
  );
}

/** Costs on which that draws. */
export const IDLE_COSTS = ['idle.c3', 'idle.c6'] as const;

/** Whether a device sits on a physical port itself, by macvtap, macvlan or ipvlan, with no switch in between. */
export function isOnPort(context: PathContext): boolean {
  return valueOf(context.instance.decl.facts.connect)?.as('nic-port', 'device') !== undefined;
}

/** Softirqs of a host, where no switch says on which CPUs they run. */
export function softirqOf(context: PathContext): Thread {
  return hostKernel(context.instance.decl.guest.host, context.instance.path, undefined);
}
