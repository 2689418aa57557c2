import { draft } from '../draft.js';
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
      id = this.host.ids('numa').take(`n${number}`);
      this.#byNumber.set(number, id);
      this.host.section('numa').set(id, draft({}), { behind: 'named by a guest; its CPUs and memory are not known' });
    }
    return id;
  }
}
