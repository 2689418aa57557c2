import { parseMac } from '../../core/units/pci-address.js';
import { draft } from '../draft.js';
import type { XmlElement } from '../xml/element.js';
import { type DomainContext, VirtualDeviceDraft } from './context.js';
import { guestAddress } from './guest-address.js';
import { type InterfaceModel, modelOf } from './interface-model.js';
import { type InterfacePlace, placeOf } from './interface-place.js';
import { type LinkSettings, layered, linkSettings } from './link-settings.js';
import { countAttr, flagAttr, MAX_QUEUE_SIZE } from './values.js';

/** A teaming partner: the device behind, and the alias of the device it stands by for. */
export interface Teaming {
  readonly id: string;
  readonly persistent: string;
}

/** A virtual NIC, whatever it is connected to. */
export function writeInterface(context: DomainContext, element: XmlElement, teams: Teaming[]): void {
  const { log } = context;
  const type = element.attr('type') ?? '';
  const id = context.ids.next('eth');
  const path = `${context.path}/${id}`;
  const place = placeOf(context, element, type, path);
  const own: InterfaceModel = place.technique === undefined ? modelOf(context, element, type, path) : { technique: place.technique };
  const { technique } = own;
  const filledIn = own.isFilledIn === true ? 'no model in the XML; this is what libvirt fills in' : undefined;
  const device = new VirtualDeviceDraft(context, element, id, technique).note(place.note ?? filledIn);
  device.set('model', own.model);
  if (technique === 'virtio-net') device.set('backend', backendOf(context, element, place));
  else if (technique === 'emulated-nic') device.set('backend', place.backend);
  device.set('connect', place.connect).set('from', place.from).set('pool', place.pool).set('controller', place.controller);
  device.set('path', place.path).set('socketMode', place.socketMode);
  device.set('mac', macOf(context, element));
  const settings = layered(place.settings, linkSettings(element, log));
  for (const [key, value] of Object.entries(technique === 'sriov-vf' ? asVf(settings) : settings)) device.set(key, value);
  driverSettings(context, element, device, technique);
  if (element.child('link')?.attr('state') === 'down') device.set('linkState', 'disable');
  const frames = countAttr(element.child('coalesce')?.descend('rx', 'frames'), 'max', log);
  if (frames !== undefined) device.set('coalesce', draft({ frames }));
  filter(context, element, device);
  trust(element, device, technique);
  device.set('bootOrder', countAttr(element.child('boot'), 'order', log));
  if (place.technique !== undefined) {
    device.set('hostDriver', hostDriver(element));
    device.set('guestAddress', guestAddress(element, log));
  }
  element.attr('managed');
  if (place.technique !== undefined) team(element, id, teams);
  else unteamed(context, element, path);
  device.finish();
}

/** A VF has no switch port: where tags of the guest pass, the guest tags. */
function asVf({ portMode, ...settings }: LinkSettings): LinkSettings {
  return portMode === undefined ? settings : { ...settings, vlanMode: 'guest' };
}

/** Who serves the rings: stated, or else vhost-net where there is KVM and the device model where there is not. */
function backendOf(context: DomainContext, element: XmlElement, place: InterfacePlace): string | undefined {
  const stated = element.child('driver')?.attr('name');
  if (place.backend !== undefined) return place.backend;
  if (stated === 'qemu') return 'qemu';
  if (stated === 'vhost') return 'vhost-net';
  return context.type === 'qemu' ? 'qemu' : undefined;
}

function driverSettings(context: DomainContext, element: XmlElement, device: VirtualDeviceDraft, technique: string): void {
  const driver = element.child('driver');
  if (driver === undefined || (technique !== 'virtio-net' && technique !== 'emulated-nic')) return;
  const queues = countAttr(driver, 'queues', context.log);
  device.set('queues', queues);
  const receive = countAttr(driver, 'rx_queue_size', context.log, MAX_QUEUE_SIZE);
  const transmit = countAttr(driver, 'tx_queue_size', context.log, MAX_QUEUE_SIZE);
  const size = receive ?? transmit;
  device.set('queueSize', size);
  if (receive !== undefined && transmit !== undefined && receive !== transmit)
    context.log.reduce(
      driver,
      `${device.path} has receive rings of ${receive} and transmit rings of ${transmit} entries; the design has ${receive} for both`,
      device.path,
    );
  if (flagAttr(driver, 'rss') === true) device.set('rss', true);
  if (flagAttr(driver, 'packed') === true) device.set('packed', true);
  if (flagAttr(driver, 'event_idx') === false) device.set('eventIdx', false);
}

function macOf(context: DomainContext, element: XmlElement): string | undefined {
  const mac = element.child('mac');
  const text = mac?.attr('address');
  if (mac === undefined || text === undefined) return undefined;
  const parsed = parseMac(text);
  if (!parsed.ok) context.log.invalid(mac, 'address', text, 'a MAC address');
  return parsed.ok ? parsed.value : undefined;
}

/** Filters that libvirt and its users ship against forged addresses, by name. */
const ANTI_SPOOFING = /spoofing|^clean-traffic|^nova-|^qemu-announce/;

function filter(context: DomainContext, element: XmlElement, device: VirtualDeviceDraft): void {
  const reference = element.child('filterref');
  const name = reference?.attr('filter');
  if (reference === undefined || name === undefined) return;
  if (ANTI_SPOOFING.test(name)) device.set('protected', true);
  else
    context.log.reduce(
      reference,
      `What filter "${name}" of ${device.path} lets through is not in the domain XML; the design has no filter`,
      device.path,
    );
}

/** A guest whose receive filters are trusted can turn on promiscuous mode. */
function trust(element: XmlElement, device: VirtualDeviceDraft, technique: string): void {
  const trusted = flagAttr(element, 'trustGuestRxFilters');
  if (technique === 'sriov-vf' && trusted !== undefined) device.set('trust', trusted);
}

function hostDriver(element: XmlElement): string | undefined {
  const driver = element.child('driver');
  const model = driver?.attr('model');
  return model ?? (driver?.attr('name') === 'vfio' ? 'vfio-pci' : undefined);
}

/** Only a function can be the transient half: what hands it out is a network whose XML is not among the inputs. */
function unteamed({ log }: DomainContext, element: XmlElement, path: string): void {
  const teaming = element.child('teaming');
  if (teaming?.attr('type') !== 'transient' || teaming.attr('persistent') === undefined) return;
  log.reduce(
    teaming,
    `${path} is teamed, so its network hands out functions; without the XML of that network the design has no failover pair`,
    path,
  );
}

/** `<teaming type="transient" persistent="ua-net0"/>` at the VF, `type="persistent"` at the virtio device that stands by. */
export function team(element: XmlElement, id: string, teams: Teaming[]): void {
  const teaming = element.child('teaming');
  if (teaming?.attr('type') !== 'transient') return;
  const persistent = teaming.attr('persistent');
  if (persistent !== undefined) teams.push({ id, persistent });
}
