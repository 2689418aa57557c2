import type { Flow } from './compile/flows.js';

/** Part of what is offered that may be missing without anybody being told. */
export const NOTABLE = 0.001;

/** Packets that find no place are lost. Requests to storage, and jobs, wait until they are served. */
function isLossless({ operations }: Flow): boolean {
  return operations[0]?.kind !== 'packet';
}

/**
 * Requests come faster for ever than they are served: their queue has no end, nor has its latency. The engines bound the queue
 * and count what finds no place in it.
 *
 * @param short part of what is offered that found no place.
 */
export function hasGrowingQueue(flow: Flow, short: number): boolean {
  return isLossless(flow) && flow.source.kind !== 'closed' && short > NOTABLE;
}

/** What a flow loses, given the part of what it offers that found no place. */
export function lossOf(flow: Flow, short: number): { readonly lossRatio: number } {
  return { lossRatio: isLossless(flow) ? 0 : short };
}
