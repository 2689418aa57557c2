import { isId } from '../ids.js';
import type { XmlElement } from '../xml/element.js';
import { type DomainContext, VirtualDeviceDraft } from './context.js';
import { limitOf } from './iotune.js';
import { type MediaPlace, mediaOf } from './media.js';
import type { ScsiController } from './scsi-controllers.js';
import { countAttr, flagAttr, MAX_QUEUE_SIZE, numberAttr } from './values.js';

const FORMATS = new Set(['raw', 'qcow2', 'vmdk', 'vhdx']);
const CACHES = new Set(['none', 'writeback', 'writethrough', 'directsync', 'unsafe']);
const IO = new Set(['native', 'threads', 'io_uring']);
const BUSES = new Set(['ide', 'sata', 'scsi', 'usb', 'fdc']);

/** A disk, CD-ROM, LUN or floppy. */
export function writeDisk(context: DomainContext, element: XmlElement, scsi: (index: number) => ScsiController): void {
  const target = element.child('target');
  const dev = target?.attr('dev') ?? '';
  const bus = target?.attr('bus') ?? defaultBus(dev);
  const id = isId(dev) ? context.ids.take(dev) : context.ids.next('disk');
  const path = `${context.path}/${id}`;
  const kind = element.attr('device') ?? 'disk';
  const adapter = bus === 'scsi' ? scsi(controllerIndex(context, element, dev)) : undefined;
  const type = element.attr('type') ?? 'file';
  const technique = techniqueOf(context, type, bus, adapter);
  const place = mediaOf(context, element, type, path);
  const device = new VirtualDeviceDraft(context, element, id, technique).note(place.note);
  if (technique === 'emulated-disk') {
    if (BUSES.has(bus)) device.set('bus', bus);
    const model = adapter === undefined ? (BUSES.has(bus) ? undefined : bus) : adapter.model;
    device.set('model', model);
  }
  if (kind === 'cdrom' || kind === 'lun' || kind === 'floppy') device.set('presentedAs', kind);
  writePlace(device, place);
  writeDriver(context, element, device, adapter, technique);
  device.set('limit', limitOf(context, element, path) ?? undefined);
  // libvirt attaches a CD-ROM read-only whether or not it says so.
  if (element.child('readonly') !== undefined || kind === 'cdrom') device.set('readonly', true);
  if (element.child('shareable') !== undefined) device.set('shareable', true);
  device.set('serial', element.child('serial')?.content());
  device.set('bootOrder', countAttr(element.child('boot'), 'order', context.log));
  device.finish();
}

function writePlace(device: VirtualDeviceDraft, { media, image, backend, path, socketMode, controller }: MediaPlace): void {
  device
    .set('backend', backend)
    .set('media', media)
    .set('image', image)
    .set('path', path)
    .set('socketMode', socketMode)
    .set('controller', controller);
}

function techniqueOf(
  { type: hypervisor, isContainer }: DomainContext,
  type: string,
  bus: string,
  adapter: ScsiController | undefined,
): string {
  if (isContainer) return 'block-volume';
  // The driver inside QEMU has the drive; the guest sees a virtio disk.
  if (bus === 'virtio') return type === 'nvme' ? 'nvme-namespace' : 'virtio-blk';
  if (bus === 'xen') return 'xen-blkfront';
  if (adapter?.isVirtio === true) return 'virtio-scsi';
  if (hypervisor === 'vmware' && adapter !== undefined && /pvscsi/.test(adapter.model)) return 'pvscsi';
  return 'emulated-disk';
}

/** What libvirt takes for a target without a bus. Source: libvirt docs/formatdomain, "target". */
function defaultBus(dev: string): string {
  if (dev.startsWith('hd')) return 'ide';
  if (dev.startsWith('sd')) return 'scsi';
  if (dev.startsWith('xvd')) return 'xen';
  if (dev.startsWith('fd')) return 'fdc';
  return 'virtio';
}

/** The adapter a SCSI disk sits on: as its address says, or the one that libvirt fills in seven units each. */
function controllerIndex(context: DomainContext, element: XmlElement, dev: string): number {
  const address = element.child('address');
  if (address?.attr('type') === 'drive') return numberAttr(address, 'controller', context.log) ?? 0;
  const letters = /^sd([a-z]{1,3})$/.exec(dev)?.[1] ?? 'a';
  const position = [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 96, 0) - 1;
  return Math.floor(position / 7);
}

function writeDriver(
  context: DomainContext,
  element: XmlElement,
  device: VirtualDeviceDraft,
  adapter: ScsiController | undefined,
  technique: string,
): void {
  const { log } = context;
  const driver = element.child('driver');
  const format = driver?.attr('type');
  if (format !== undefined && FORMATS.has(format)) {
    if (format !== 'raw') device.set('format', format);
  } else if (format !== undefined && driver !== undefined) {
    log.reduce(driver, `Image format ${format} of ${device.path} has no place in the design`, device.path);
  }
  driver?.attr('name');
  const cache = driver?.attr('cache');
  if (cache !== undefined && CACHES.has(cache)) device.set('cache', cache);
  const io = driver?.attr('io');
  if (io !== undefined && IO.has(io)) device.set('io', io);
  if (driver?.attr('discard') === 'unmap') device.set('discard', true);
  const isVirtio = technique === 'virtio-blk' || technique === 'virtio-scsi' || technique === 'nvme-namespace';
  const queues = countAttr(driver, 'queues', log) ?? (isVirtio ? adapter?.queues : undefined);
  device.set('queues', queues);
  const size = countAttr(driver, 'queue_size', log, MAX_QUEUE_SIZE) ?? (isVirtio ? adapter?.queueSize : undefined);
  device.set('queueSize', size);
  if (flagAttr(driver, 'packed') === true || (isVirtio && adapter?.isPacked === true)) device.set('packed', true);
  if (flagAttr(driver, 'event_idx') === false) device.set('eventIdx', false);
  device.set('controller', iothreads(context, driver, isVirtio ? adapter : undefined));
}

/** The iothread of the disk or of its adapter; several, where its queues are spread over them. */
function iothreads(
  context: DomainContext,
  driver: XmlElement | undefined,
  adapter: ScsiController | undefined,
): string | string[] | undefined {
  const { log } = context;
  const mapped = (driver?.child('iothreads')?.children('iothread') ?? []).flatMap((thread) => {
    const number = numberAttr(thread, 'id', log);
    for (const queue of thread.children('queue')) {
      queue.attr('id');
      log.reduce(queue, `Which queues iothread ${number} serves is not modelled`);
    }
    return number === undefined ? [] : [number];
  });
  const single = numberAttr(driver, 'iothread', log) ?? adapter?.iothread;
  const numbers = mapped.length > 0 ? mapped : single === undefined ? [] : [single];
  const ids = numbers.flatMap((number) => {
    const id = context.iothreads.get(number);
    if (id === undefined && driver !== undefined)
      log.invalid(driver, 'iothread', String(number), 'the number of an iothread of the domain');
    return id ?? [];
  });
  return ids.length > 1 ? ids : ids[0];
}
