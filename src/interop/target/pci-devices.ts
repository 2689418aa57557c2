import { valueOf } from '../../core/model/fact.js';
import { type PhysicalFunction, vfAddress, virtualFunction } from '../../core/model/function.js';
import { formatPciAddress, type PciAddress, routingId } from '../../core/units/pci-address.js';
import { DraftObject, draft } from '../draft.js';
import type { HostTarget } from './host-target.js';

/** What stands at a PCI address of the host. */
export interface AtAddress {
  readonly kind: 'vf' | 'function';
  /** As a virtual device writes it in `from`. */
  readonly ref: string;
  /** The device it belongs to. */
  readonly id: string;
  /** It stands for something that no description of the host has. */
  readonly isNew: boolean;
}

/** More declared VFs of one function are not searched one by one. */
const MAX_DECLARED_VFS = 4096;

/** Devices of a host by PCI address: those of the design, VFs by declared address or by offset and stride, and stand-ins. */
export class PciTable {
  readonly #functions = new Map<string, AtAddress>();
  readonly #declaredVfs = new Map<string, AtAddress>();
  readonly #pfs: PhysicalFunction[];
  readonly #made = new Map<string, AtAddress>();
  /** Stand-ins by slot, and NICs behind VFs by bus. */
  readonly #slots = new Map<string, { readonly id: string; readonly draft: DraftObject }>();

  constructor(private readonly host: HostTarget) {
    const functions = host.existing?.devices.flatMap((device) => device.functions) ?? [];
    this.#pfs = functions.filter((fn) => fn.numVfs > 0);
    for (const fn of functions) {
      const address = valueOf(fn.address);
      if (address === undefined) continue;
      const only = fn.device.functions.length === 1;
      const ref = only ? fn.device.id : `${fn.device.id}/${fn.id}`;
      this.#functions.set(formatPciAddress(address), { kind: 'function', ref, id: fn.device.id, isNew: false });
    }
    for (const fn of this.#pfs) {
      for (const { first, last } of fn.vfRanges) {
        for (let i = first; i <= Math.min(last, first + MAX_DECLARED_VFS, fn.numVfs - 1); i++) this.#declare(fn, i);
      }
    }
  }

  #declare(fn: PhysicalFunction, index: number): void {
    const vf = virtualFunction(fn, index);
    const address = vf === undefined ? undefined : valueOf(vfAddress(vf));
    if (vf !== undefined && address !== undefined) this.#declaredVfs.set(formatPciAddress(address), this.#asVf(fn, index));
  }

  #asVf(fn: PhysicalFunction, index: number): AtAddress {
    const path = virtualFunction(fn, index)?.path ?? '';
    return { kind: 'vf', ref: path.slice(this.host.id.length + 1), id: fn.device.id, isNew: false };
  }

  find(address: PciAddress): AtAddress | undefined {
    const text = formatPciAddress(address);
    return this.#declaredVfs.get(text) ?? this.#vfByArithmetic(address) ?? this.#functions.get(text) ?? this.#made.get(text);
  }

  #vfByArithmetic(address: PciAddress): AtAddress | undefined {
    for (const fn of this.#pfs) {
      const base = valueOf(fn.address);
      const offset = valueOf(fn.facts.sriov.offset);
      const stride = valueOf(fn.facts.sriov.stride) ?? (fn.numVfs === 1 ? 1 : undefined);
      if (base === undefined || offset === undefined || stride === undefined || base.domain !== address.domain) continue;
      const index = (routingId(address) - routingId(base) - offset) / stride;
      if (Number.isInteger(index) && index >= 0 && index < fn.numVfs) return this.#asVf(fn, index);
    }
    return undefined;
  }

  /** The function at an address; a stand-in where the design has none. Functions of one slot become one device. */
  function(address: PciAddress, kind?: string): AtAddress {
    const known = this.find(address);
    if (known !== undefined) return known;
    const slot = this.#slot(`pci-${slotName(address)}`, kind);
    const functions = slot.draft.object('functions');
    const bdf = formatPciAddress(address);
    functions.set(`f${address.fn}`, draft({ index: functions.entries.length === address.fn ? undefined : address.fn, bdf }));
    if (functions.entries.length > 1) slot.draft.set('multifunction', true);
    const made: AtAddress = { kind: 'function', ref: `${slot.id}/f${address.fn}`, id: slot.id, isNew: true };
    this.#made.set(bdf, made);
    return made;
  }

  /** The VF at an address; a stand-in where the design has none. VFs of one bus are taken to belong to one NIC. */
  vf(address: PciAddress, pool?: string): AtAddress {
    const known = this.find(address);
    if (known !== undefined) return known;
    const slot = this.#slot(`nic-${busName(address)}`, 'nic');
    if (!slot.draft.has('ports')) slot.draft.set('ports', draft({ p0: draft({}) }));
    const fn = slot.draft.object('functions').object('f0');
    const vfs = fn.object('vfs');
    const index = vfs.entries.length;
    const bdf = formatPciAddress(address);
    slot.draft.set('sriov', draft({ supported: true, vfs: index + 1 }));
    vfs.set(`vf${index}`, draft({ bdf, pool }));
    const made: AtAddress = { kind: 'vf', ref: `${slot.id}/vf${index}`, id: slot.id, isNew: true };
    this.#made.set(bdf, made);
    return made;
  }

  #slot(name: string, kind: string | undefined) {
    let slot = this.#slots.get(name);
    if (slot === undefined) {
      const id = this.host.ids('devices').take(name);
      slot = { id, draft: new DraftObject() };
      if (kind !== undefined) slot.draft.set('kind', kind);
      this.#slots.set(name, slot);
      this.host.section('devices').set(id, slot.draft, { behind: 'known by its address only, from the guest that has it' });
    }
    return slot;
  }
}

function hex(value: number, width: number): string {
  return value.toString(16).padStart(width, '0');
}

/** `3b`, and `0001-3b` outside the first domain. */
function busName({ domain, bus }: PciAddress): string {
  return domain === 0 ? hex(bus, 2) : `${hex(domain, 4)}-${hex(bus, 2)}`;
}

/** `3b-00`: what an address has before its function number, as part of an id. */
export function slotName(address: PciAddress): string {
  return `${busName(address)}-${hex(address.slot, 2)}`;
}
