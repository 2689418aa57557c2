import { draft } from '../draft.js';
import type { IdPool } from '../ids.js';
import type { HostTarget } from './host-target.js';

/** NUMA nodes by the number that the operating system gives them. */
export class NumaTable {
  readonly #byNumber = new Map<number, string>();

  constructor(private readonly host: HostTarget) {
    const nodes = host.existing?.numaNodes ?? [];
    for (const [position, { id }] of nodes.entries()) {
      const number = /(\d+)$/.exec(id)?.[1];
      this.#byNumber.set(number === undefined ? position : Number(number), id);
    }
  }

  /** Id of the node, made where the design has none of that number. */
  get(number: number): string {
    let id = this.#byNumber.get(number);
    if (id === undefined) {
      id = numaId(this.host.ids, number);
      this.#byNumber.set(number, id);
      this.host.section('numa').set(id, draft({}), { behind: 'named by a guest; its CPUs and memory are not known' });
    }
    return id;
  }
}

/** `n1`, or `numa1` where a guest or a switch has that name: the number stays at the end, where the next import looks for it. */
export function numaId(ids: IdPool, number: number): string {
  return ids.take(ids.has(`n${number}`) ? `numa${number}` : `n${number}`);
}
