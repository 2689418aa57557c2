import { parseMac } from '../../core/units/pci-address.js';
import { draft } from '../draft.js';
import type { XmlElement } from '../xml/element.js';
import { type DomainContext, VirtualDeviceDraft } from './context.js';
import { guestAddress } from './guest-address.js';
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
  const model = element.child('model')?.attr('type');
  const isOwnPciDevice = place.technique !== undefined;
  const technique = place.technique ?? techniqueOf(context, element, type, model, path);
  const device = new VirtualDeviceDraft(context, element, id, technique).note(place.note);
  if (technique === 'emulated-nic') device.set('model', model ?? defaultModel(context));
  device.set(
    'backend',
    technique === 'virtio-net' ? backendOf(context, element, place) : technique === 'emulated-nic' ? place.backend : undefined,
  );
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
  if (isOwnPciDevice) {
    device.set('hostDriver', hostDriver(element));
    device.set('guestAddress', guestAddress(element, log));
  }
  element.attr('managed');
  team(element, id, teams);
  device.finish();
}

/** A VF has no switch port: where tags of the guest pass, the guest tags. */
function asVf({ portMode, ...settings }: LinkSettings): LinkSettings {
  return portMode === undefined ? settings : { ...settings, vlanMode: 'guest' };
}

function techniqueOf(context: DomainContext, element: XmlElement, type: string, model: string | undefined, path: string): string {
  if (context.isContainer) return 'veth';
  const { type: hypervisor } = context;
  if (hypervisor === 'vmware' && (model === 'vmxnet3' || model === undefined)) return 'vmxnet3';
  if (hypervisor === 'hyperv') return 'netvsc';
  if (hypervisor === 'xen' && (model === 'netfront' || (model === undefined && isParavirtualXen(context)))) return 'xen-netfront';
  // vDPA and vhost-user carry virtio, whatever the model says.
  if (type === 'vdpa' || type === 'vhostuser') return 'virtio-net';
  if (model !== undefined) return /^virtio/.test(model) ? 'virtio-net' : 'emulated-nic';
  const filled = defaultModel(context);
  context.log.assume(element, `${path} has no model; libvirt fills in ${filled}.`, path);
  return filled === 'virtio' ? 'virtio-net' : 'emulated-nic';
}

/** What libvirt takes for an interface without a model. Source: libvirt 10.7 src/qemu/qemu_domain.c, qemuDomainDefaultNetModel. */
function defaultModel({ arch, machine }: DomainContext): string {
  if (/^s390/.test(arch) || /^(riscv|loongarch)/.test(arch)) return 'virtio';
  if (/^(arm|aarch64)/.test(arch)) return machine.startsWith('versatile') ? 'smc91c111' : machine.startsWith('virt') ? 'virtio' : 'lan9118';
  return 'rtl8139';
}

function isParavirtualXen({ domain }: DomainContext): boolean {
  const os = domain.descend('os', 'type')?.content();
  return os === 'xen' || os === 'linux' || os === 'xenpvh';
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

/** `<teaming type="transient" persistent="ua-net0"/>` at the VF, `type="persistent"` at the virtio device that stands by. */
export function team(element: XmlElement, id: string, teams: Teaming[]): void {
  const teaming = element.child('teaming');
  if (teaming?.attr('type') !== 'transient') return;
  const persistent = teaming.attr('persistent');
  if (persistent !== undefined) teams.push({ id, persistent });
}
