import { techniques } from '../../techniques/index.js';
import { DraftObject, type DraftValue } from '../draft.js';
import type { IdPool } from '../ids.js';
import type { ImportLog } from '../import-log.js';
import type { HostTarget } from '../target/host-target.js';
import type { XmlElement } from '../xml/element.js';
import type { NetworkTable } from './networks.js';

/** What everything below a domain is read in. */
export interface DomainContext {
  readonly domain: XmlElement;
  /** `kvm`, `qemu`, `xen`, … */
  readonly type: string;
  readonly arch: string;
  readonly machine: string;
  /** A container, in the words of libvirt: lxc. */
  readonly isContainer: boolean;
  readonly guestId: string;
  /** `h1/web`, for messages. */
  readonly path: string;
  readonly host: HostTarget;
  readonly networks: NetworkTable;
  readonly log: ImportLog;
  /** Ids of the guest's virtual devices. */
  readonly ids: IdPool;
  /** The guest's virtual devices. */
  readonly devices: DraftObject;
  /** Kept by name, because they carry no I/O worth modelling. */
  readonly notModelled: string[];
  /** Ids of virtual devices by their libvirt alias. */
  readonly aliases: Map<string, string>;
  /** Controllers of iothreads by number. */
  readonly iothreads: Map<number, string>;
}

/** A virtual device in the making. Keys that mean nothing for its technique are reported, not written. */
export class VirtualDeviceDraft {
  readonly #object = new DraftObject();
  #note: string | undefined;

  constructor(
    private readonly context: DomainContext,
    private readonly element: XmlElement,
    readonly id: string,
    private readonly technique: string,
  ) {}

  get path(): string {
    return `${this.context.path}/${this.id}`;
  }

  set(key: string, value: DraftValue | undefined): this {
    if (value === undefined) return this;
    const keys: readonly string[] | undefined = techniques.get(this.technique)?.keys;
    if (keys !== undefined && !keys.includes(key)) {
      const shown = typeof value === 'object' ? '' : ` (${String(value)})`;
      this.context.log.reduce(
        this.element,
        `"${key}"${shown} of ${this.path} has no meaning for ${this.technique} and is left out`,
        this.path,
      );
    } else {
      this.#object.set(key, value);
    }
    return this;
  }

  note(text: string | undefined): this {
    this.#note = text;
    return this;
  }

  /** Puts the device into its guest, its keys in the order of the schema's table. */
  finish(): void {
    const alias = this.element.child('alias')?.attr('name');
    if (alias !== undefined) this.context.aliases.set(alias, this.id);
    const device = new DraftObject();
    const title = this.#object.get('title');
    if (title !== undefined) device.set('title', title);
    device.set('technique', this.technique);
    const rank = (key: string) => (ORDER.indexOf(key) < 0 ? ORDER.length : ORDER.indexOf(key));
    for (const { key, value } of [...this.#object.entries].sort((a, b) => rank(a.key) - rank(b.key)))
      if (key !== 'title') device.set(key, value);
    this.context.devices.set(this.id, device, { above: this.#note });
  }
}

/** Reading order: what it is and what it stands on, then how it is set up. */
const ORDER = [
  'model',
  'bus',
  'presentedAs',
  'backend',
  'connect',
  'from',
  'media',
  'image',
  'format',
  'controller',
  'mac',
  'vlan',
  'portMode',
  'trunks',
];
