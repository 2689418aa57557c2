import { valueOf } from '../../core/model/fact.js';
import { formatPciAddress, parsePciAddress } from '../../core/units/pci-address.js';
import { DraftObject, draft } from '../draft.js';
import { idFrom } from '../ids.js';
import type { HostTarget } from './host-target.js';
import { slotName } from './pci-devices.js';

/** Where a block device of the host lies. */
export interface BlockPlace {
  /** As a virtual device writes it in `media`. */
  readonly ref: string;
  /** It stands for something that no description of the host has. */
  readonly isNew: boolean;
}

/** Whole disks and NVMe namespaces of a host by the names that Linux gives them. */
export class DiskTable {
  readonly #made = new Map<string, string>();

  constructor(private readonly host: HostTarget) {}

  /** `nvme0n1`, or the namespace behind a PCI address as in `pci-0000:41:00.0-nvme-1`. */
  namespace(controller: string, nsid: number): BlockPlace {
    const ref = `${controller}/ns${nsid}`;
    for (const device of this.host.existing?.devices ?? []) {
      const bdf = device.functions.map(({ address }) => valueOf(address)).find((address) => address !== undefined);
      if (device.id !== controller && (bdf === undefined || formatPciAddress(bdf) !== controller)) continue;
      const found = device.namespaces.find(
        (ns) => valueOf(ns.facts.nsid) === nsid || ns.id === `ns${nsid}` || ns.id === `${controller}n${nsid}`,
      );
      if (found !== undefined) return { ref: `${device.id}/${found.id}`, isNew: false };
      // A drive whose namespaces nobody wrote down is one namespace.
      if (device.namespaces.length === 0) return { ref: device.id, isNew: false };
    }
    if (!this.#made.has(ref)) {
      const bdf = parsePciAddress(controller);
      const known = this.#made.get(controller);
      const id = known ?? this.host.ids('devices').take(bdf.ok ? `nvme-${slotName(bdf.value)}` : controller);
      this.#made.set(controller, id);
      const devices = this.host.section('devices');
      const before = devices.get(id);
      const device =
        before instanceof DraftObject ? before : draft({ kind: 'nvme', bdf: bdf.ok ? formatPciAddress(bdf.value) : undefined });
      device.object('namespaces').set(`ns${nsid}`, draft({ nsid: nsid > 0 ? nsid : undefined }));
      devices.set(id, device, { behind: `known by its ${bdf.ok ? 'address' : 'name'} only, from a guest that uses it` });
      this.#made.set(ref, `${id}/ns${nsid}`);
      return { ref: `${id}/ns${nsid}`, isNew: true };
    }
    return { ref: this.#made.get(ref) as string, isNew: false };
  }

  /** A whole disk: `sda`, `vdb`, or whatever stands below `/dev/disk/by-id`. */
  disk(name: string, kind: 'disk' | 'nvme' = 'disk'): BlockPlace {
    const existing = this.host.existing?.devices.find((device) => device.id === name || valueOf(device.facts.title) === name);
    if (existing !== undefined) return { ref: existing.id, isNew: false };
    const made = this.#made.get(name);
    if (made !== undefined) return { ref: made, isNew: false };
    const id = this.host.ids('devices').take(idFrom(name, 'disk'));
    this.#made.set(name, id);
    this.host
      .section('devices')
      .set(id, draft({ kind, title: id === name ? undefined : name }), { behind: 'known by its name only, from a guest that uses it' });
    return { ref: id, isNew: true };
  }
}
