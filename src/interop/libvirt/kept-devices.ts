import { lookup } from '../lookup.js';
import type { XmlElement } from '../xml/element.js';

/** Devices that carry no I/O worth modelling, by element name; each says how it is called. */
const KEPT: Readonly<Record<string, (element: XmlElement) => string>> = {
  graphics: (element) => own(element, 'type'),
  sound: (element) => own(element, 'model'),
  audio: (element) => own(element, 'type'),
  input: (element) => own(element, 'type', 'bus'),
  hub: (element) => own(element, 'type'),
  console: (element) => `${own(element, 'type')} ${target(element, 'type')}`,
  serial: (element) => `${own(element, 'type')} ${target(element, 'type')}`,
  parallel: (element) => own(element, 'type'),
  channel: (element) => `${own(element, 'type')} ${target(element, 'type')}`,
  redirdev: (element) => own(element, 'bus', 'type'),
  redirfilter: () => '',
  smartcard: (element) => own(element, 'mode'),
  watchdog: (element) => own(element, 'model'),
  panic: (element) => own(element, 'model'),
  tpm: (element) => `${own(element, 'model')} ${raw(childOf(element, 'backend'), 'type')}`,
  crypto: (element) => own(element, 'model', 'type'),
  memory: (element) =>
    `${own(element, 'model')} ${childOf(childOf(element, 'target'), 'size')?.raw.text.trim() ?? ''} ${raw(childOf(childOf(element, 'target'), 'size'), 'unit')}`,
  nvram: () => '',
  pstore: (element) => own(element, 'backend'),
  lease: (element) => childOf(element, 'key')?.raw.text.trim() ?? '',
};

/** The name under which a device is kept; undefined for one that is modelled or not known. */
export function keptName(element: XmlElement): string | undefined {
  const describe = lookup(KEPT, element.name);
  return describe === undefined ? undefined : `${element.name} ${describe(element)}`.replace(/\s+/g, ' ').trim();
}

/** A console or channel that is a port of the guest's virtio-serial adapter. */
export function isVirtioSerialPort(element: XmlElement): boolean {
  return (element.name === 'channel' || element.name === 'console') && target(element, 'type') === 'virtio';
}

function raw(element: XmlElement | undefined, name: string): string {
  return element?.raw.attributes.find((attribute) => attribute.name === name)?.value ?? '';
}

function childOf(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.raw.children.find((child) => child.name === name);
}

function own(element: XmlElement, ...names: readonly string[]): string {
  return names.map((name) => raw(element, name)).join(' ');
}

function target(element: XmlElement, name: string): string {
  return raw(childOf(element, 'target'), name);
}
