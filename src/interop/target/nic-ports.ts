import { valueOf } from '../../core/model/fact.js';
import { draft } from '../draft.js';
import { idFrom } from '../ids.js';
import type { HostTarget } from './host-target.js';

/** NIC ports by the name of their interface on the host. */
export class NicPortTable {
  readonly #byNetdev = new Map<string, string>();

  constructor(private readonly host: HostTarget) {
    for (const device of host.existing?.devices ?? []) {
      for (const port of device.ports) {
        const netdev = valueOf(port.facts.netdev);
        if (netdev !== undefined) this.#byNetdev.set(netdev, `${device.id}/${port.id}`);
      }
    }
  }

  find(netdev: string): string | undefined {
    return this.#byNetdev.get(netdev);
  }

  /** A reference to the port, and whether it had to be made up. */
  get(netdev: string, note = 'known by its name only'): { readonly ref: string; readonly id: string; readonly isNew: boolean } {
    const known = this.#byNetdev.get(netdev);
    if (known !== undefined) return { ref: known, id: known.split('/')[0] as string, isNew: false };
    const id = this.host.ids('devices').take(idFrom(`nic-${netdev}`, 'nic'));
    const ports = draft({ p0: draft({ netdev }) });
    this.host.section('devices').set(id, draft({ kind: 'nic', ports }), { behind: note });
    this.#byNetdev.set(netdev, `${id}/p0`);
    return { ref: `${id}/p0`, id, isNew: true };
  }
}
