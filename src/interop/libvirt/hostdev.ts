import type { XmlElement } from '../xml/element.js';
import { type DomainContext, VirtualDeviceDraft } from './context.js';
import { guestAddress } from './guest-address.js';
import { type Teaming, team } from './interface.js';
import { reportStandIn } from './interface-place.js';
import type { ScsiController } from './scsi-controllers.js';
import { countAttr, numberAttr, parseNumber, pciAddressOf } from './values.js';

/** A device of the host that the guest is given. */
export function writeHostdev(context: DomainContext, element: XmlElement, scsi: (index: number) => ScsiController, teams: Teaming[]): void {
  const type = element.attr('type');
  element.attr('managed');
  const mode = element.attr('mode') ?? 'subsystem';
  const source = element.child('source');
  if (mode === 'capabilities') {
    keep(context, element, `hostdev ${type ?? ''} ${source?.raw.children[0]?.raw.text.trim() ?? ''}`.trim());
    return;
  }
  switch (type) {
    case 'pci':
      pci(context, element, source, teams);
      return;
    case 'mdev':
      mediated(context, element, source);
      return;
    case 'scsi':
      lun(context, element, source, scsi);
      return;
    case 'scsi_host':
      vhostScsi(context, element, source);
      return;
    case 'usb':
      keep(context, element, `hostdev usb ${usbName(source)}`.trim());
      return;
    default:
      context.log.invalid(element, 'type', type ?? '', 'a type of host device');
  }
}

/** Kept by name: nothing in the language says how it is shared or how fast it is. */
function keep(context: DomainContext, element: XmlElement, name: string): void {
  context.notModelled.push(name);
  element.setAside();
}

/** A VF where the host's design knows one at the address, else the function as a whole. */
function pci(context: DomainContext, element: XmlElement, source: XmlElement | undefined, teams: Teaming[]): void {
  const at = source?.child('address');
  at?.attr('type');
  const address = at === undefined ? undefined : pciAddressOf(at, context.log);
  const id = context.ids.next('hostdev');
  if (address === undefined || at === undefined) {
    context.log.missing(element, 'PCI address');
    return;
  }
  const found = context.host.pci.function(address);
  reportStandIn(context, at, `${context.path}/${id}`, address, found);
  const driver = element.child('driver');
  const name = driver?.attr('name');
  const model = driver?.attr('model');
  new VirtualDeviceDraft(context, element, id, found.kind === 'vf' ? 'sriov-vf' : 'passthrough')
    .set('from', found.ref)
    .set('hostDriver', model ?? (name === 'vfio' ? 'vfio-pci' : undefined))
    .set('bootOrder', countAttr(element.child('boot'), 'order', context.log))
    .set('guestAddress', guestAddress(element, context.log))
    .finish();
  team(element, id, teams);
}

/** A mediated device is named by its UUID; which device mediates it, only the host knows. */
function mediated(context: DomainContext, element: XmlElement, source: XmlElement | undefined): void {
  const id = context.ids.next('mdev');
  const path = `${context.path}/${id}`;
  const uuid = source?.child('address')?.attr('uuid');
  const model = element.attr('model');
  const parents = context.host.existing?.devices.filter((device) => device.mediatedTypes.length > 0) ?? [];
  const [only, ...others] = parents;
  const from = only !== undefined && others.length === 0 ? only.id : undefined;
  if (from !== undefined)
    context.log.assume(element, `${path} is taken to be of "${from}", the only device of the host with mediated types.`, path);
  else context.log.assume(element, `Which device of the host mediates ${path} (${uuid ?? 'no UUID'}) is not in the XML; add "from".`, path);
  new VirtualDeviceDraft(context, element, id, 'mdev')
    .set('from', from)
    .set('uuid', uuid)
    .set('model', model === 'vfio-pci' ? undefined : model)
    .set('bootOrder', countAttr(element.child('boot'), 'order', context.log))
    .finish();
}

/** A LUN of the host or of an iSCSI target, its commands passed through. */
function lun(context: DomainContext, element: XmlElement, source: XmlElement | undefined, scsi: (index: number) => ScsiController): void {
  const id = context.ids.next('lun');
  const drive = element.child('address');
  const index = drive?.attr('type') === 'drive' ? (numberAttr(drive, 'controller', context.log) ?? 0) : 0;
  const adapter = scsi(index);
  const technique = adapter.isVirtio ? 'virtio-scsi' : 'emulated-disk';
  const { media, image } = lunPlace(context, source);
  const iothread = adapter.iothread === undefined ? undefined : context.iothreads.get(adapter.iothread);
  const device = new VirtualDeviceDraft(context, element, id, technique).set('presentedAs', 'lun').set('media', media).set('image', image);
  if (technique === 'emulated-disk') device.set('bus', 'scsi').set('model', adapter.model);
  else device.set('controller', iothread).set('queues', adapter.queues);
  if (element.child('readonly') !== undefined) device.set('readonly', true);
  if (element.child('shareable') !== undefined) device.set('shareable', true);
  device.set('bootOrder', countAttr(element.child('boot'), 'order', context.log)).finish();
}

function lunPlace({ host, log }: DomainContext, source: XmlElement | undefined): { media?: string; image?: string } {
  if (source?.attr('protocol') === 'iscsi') {
    const name = source.attr('name') ?? '';
    const servers = source.children('host').flatMap((server) => {
      server.attr('port');
      return server.attr('name') ?? [];
    });
    const target = name.split('/')[0] as string;
    const title = `iscsi ${target}${servers.length > 0 ? ` on ${servers.join(', ')}` : ''}`;
    const wanted = {
      name: `iscsi:${target}:${servers.join(',')}`,
      id: `iscsi-${target}`,
      properties: { kind: 'remote', protocol: 'iscsi', title },
    };
    return { media: host.volumes.get(wanted).id, image: name };
  }
  const adapter = source?.child('adapter')?.attr('name');
  const address = source?.child('address');
  if (adapter === undefined || address === undefined) return {};
  const [bus, target, unit] = ['bus', 'target', 'unit'].map((name) => numberAttr(address, name, log) ?? 0);
  // Linux writes host:channel:target:lun.
  const name = `${adapter.replace('scsi_host', '')}:${bus}:${target}:${unit}`;
  return { media: host.disks.disk(`scsi-${name.replace(/:/g, '-')}`).ref, image: `SCSI ${name}` };
}

/** vhost-scsi: the kernel's SCSI target serves the guest's rings. */
function vhostScsi(context: DomainContext, element: XmlElement, source: XmlElement | undefined): void {
  const id = context.ids.next('vhost-scsi');
  source?.attr('protocol');
  const wwpn = source?.attr('wwpn');
  const model = element.attr('model');
  new VirtualDeviceDraft(context, element, id, 'virtio-scsi').set('backend', 'vhost-kernel').set('path', wwpn).set('model', model).finish();
}

/** By vendor and product, or by bus and device number. */
function usbName(source: XmlElement | undefined): string {
  const hex = (name: string) => {
    const text = source?.child(name)?.attr('id');
    const value = text === undefined ? undefined : parseNumber(text);
    return value?.toString(16).padStart(4, '0');
  };
  const [vendor, product] = [hex('vendor'), hex('product')];
  const address = source?.child('address');
  const place =
    address === undefined ? '' : `bus ${address.attr('bus') ?? '?'} device ${address.attr('device') ?? address.attr('port') ?? '?'}`;
  return [vendor === undefined ? '' : `${vendor}:${product ?? '*'}`, place].filter((part) => part !== '').join(' ');
}
