import { draft } from '../draft.js';
import { isId } from '../ids.js';
import { bytes, bytesPerSec } from '../quantities.js';
import type { XmlElement } from '../xml/element.js';
import { folderOf } from './block-path.js';
import { type DomainContext, VirtualDeviceDraft } from './context.js';
import { countAttr, flagAttr, MAX_QUEUE_SIZE, numberAttr, sizeOf } from './values.js';

/** Entropy: its rate is the only thing about it that matters. */
export function writeRng(context: DomainContext, element: XmlElement): void {
  const backend = element.child('backend');
  const device = new VirtualDeviceDraft(context, element, context.ids.next('rng'), 'virtio-rng');
  element.attr('model');
  if (backend?.attr('model') === 'random') device.set('path', backend.content());
  const rate = element.child('rate');
  const amount = numberAttr(rate, 'bytes', context.log);
  const period = numberAttr(rate, 'period', context.log) ?? 1000;
  if (amount !== undefined && amount > 0 && period > 0)
    device.set('limit', draft({ rate: bytesPerSec(Math.round((amount * 1000) / period)) }));
  device.finish();
}

export function writeVsock(context: DomainContext, element: XmlElement): void {
  element.attr('model');
  const cid = element.child('cid');
  const address = cid?.attr('auto') === 'yes' ? undefined : numberAttr(cid, 'address', context.log);
  new VirtualDeviceDraft(context, element, context.ids.next('vsock'), 'virtio-vsock')
    .set('cid', address !== undefined && address >= 3 && address < 2 ** 32 - 1 ? address : undefined)
    .finish();
}

/** Memory that guests share by name: the same name in two guests is the same memory. */
export function writeShmem(context: DomainContext, element: XmlElement): void {
  const name = element.attr('name') ?? '';
  const server = element.child('server');
  const model = element.child('model')?.attr('type');
  const size = sizeOf(element.child('size'), context.log, 'b');
  new VirtualDeviceDraft(context, element, isId(name) ? context.ids.take(name) : context.ids.next('shmem'), 'shmem')
    .set('model', model)
    .set('path', server?.attr('path') ?? (name === '' ? undefined : `/dev/shm/${name}`))
    .set('size', size === undefined ? undefined : bytes(size))
    .finish();
}

/** virtiofs is a device of its own; 9p and the mounts of containers have no technique. */
export function writeFilesystem(context: DomainContext, element: XmlElement): void {
  const driver = element.child('driver')?.attr('type');
  const type = element.attr('type') ?? 'mount';
  const source = element.child('source');
  const folder = source?.attr('dir');
  const socket = source?.attr('socket');
  const tag = element.child('target')?.attr('dir');
  if (driver !== 'virtiofs') {
    const what = folder ?? source?.attr('dev') ?? source?.attr('file') ?? source?.attr('name') ?? '';
    context.notModelled.push(`filesystem ${context.isContainer ? type : (driver ?? '9p')} ${what}`.trim());
    element.setAside();
    return;
  }
  const device = new VirtualDeviceDraft(context, element, context.ids.next('fs'), 'virtio-fs');
  device.set('title', tag).set('path', folder ?? socket);
  const queue = countAttr(element.child('driver'), 'queue', context.log, MAX_QUEUE_SIZE);
  device.set('queueSize', queue);
  if (element.child('readonly') !== undefined) device.set('readonly', true);
  if (folder !== undefined) {
    const known = context.host.volumes.find(folder) ?? context.host.volumes.find(folderOf(folder));
    device.set('media', known);
  }
  device.set('bootOrder', countAttr(element.child('boot'), 'order', context.log)).finish();
}

/** What the guest shows its screen on. */
export function writeVideo(context: DomainContext, element: XmlElement): void {
  const model = element.child('model');
  const type = model?.attr('type');
  if (type === undefined || type === 'none') return;
  const isVirtio = type === 'virtio';
  const memory = countAttr(model, 'vram', context.log);
  const device = new VirtualDeviceDraft(context, element, context.ids.next('video'), isVirtio ? 'virtio-gpu' : 'emulated-gpu');
  if (!isVirtio) device.set('model', type);
  if (memory !== undefined) device.set('framebuffer', bytes(memory * 1024));
  if (isVirtio && flagAttr(model?.child('acceleration'), 'accel3d') === true)
    device.note('3D through the GPU of the host (virgl); add "from" with that GPU');
  device.finish();
}

/** Consoles and channels of one virtio-serial adapter; the guest has one such adapter for up to 31 of them. */
export function writeVirtioSerial(context: DomainContext, ports: readonly XmlElement[]): void {
  const [first] = ports;
  if (first === undefined) return;
  const names = ports.map((port) => port.child('target')?.attr('name') ?? 'console');
  const device = new VirtualDeviceDraft(context, first, context.ids.take('virtio-serial'), 'virtio-console');
  device.note(`carries ${names.join(', ')}`).finish();
}
