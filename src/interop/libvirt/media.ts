import { formatPciAddress } from '../../core/units/pci-address.js';
import { lookup } from '../lookup.js';
import type { XmlElement } from '../xml/element.js';
import { folderOf, parseBlockPath } from './block-path.js';
import type { DomainContext } from './context.js';
import { userSpaceProcess } from './interface-place.js';
import { numberAttr, pciAddressOf } from './values.js';

/** Where the data of a disk lies, and who serves it where that is not the device model. */
export interface MediaPlace {
  readonly media?: string | undefined;
  readonly image?: string | undefined;
  readonly backend?: string | undefined;
  readonly path?: string | undefined;
  readonly socketMode?: string | undefined;
  readonly controller?: string | undefined;
  readonly note?: string | undefined;
}

/** The source of a disk, by the type of the disk. */
export function mediaOf(context: DomainContext, disk: XmlElement, type: string, path: string): MediaPlace {
  const source = disk.child('source');
  if (source === undefined) return {};
  switch (type) {
    case 'file':
      return file(context, source.attr('file'));
    case 'dir': {
      context.log.reduce(source, `${path} shows a folder of the host as a FAT file system; the design has it as an image`, path);
      return file(context, source.attr('dir'));
    }
    case 'block':
      return block(context, source.attr('dev'));
    case 'volume':
      return volume(context, source);
    case 'network':
      return network(context, source);
    case 'nvme':
      return nvme(context, source, path);
    case 'vhostuser':
      return vhostUser(context, source, path);
    case 'vhostvdpa':
      return { backend: 'vdpa', path: source.attr('dev') };
    default:
      context.log.invalid(disk, 'type', type, 'a type of disk');
      return {};
  }
}

/** Image files of one folder lie on one volume. */
function file(context: DomainContext, path: string | undefined): MediaPlace {
  if (path === undefined || path === '') return {};
  return { media: onFolder(context, folderOf(path)), image: path };
}

function onFolder({ host }: DomainContext, folder: string): string {
  const id =
    folder
      .split('/')
      .filter((part) => part !== '')
      .at(-1) ?? 'root';
  return host.volumes.get({ name: folder, id, properties: { kind: 'filesystem' } }).id;
}

/** A block device of the host: a namespace, a disk, a partition, a logical volume. */
export function block(context: DomainContext, path: string | undefined): MediaPlace {
  if (path === undefined || path === '') return {};
  const { host } = context;
  const parsed = parseBlockPath(path);
  switch (parsed.kind) {
    case 'namespace': {
      const { ref } = host.disks.namespace(parsed.controller, parsed.nsid);
      return parsed.partition === undefined
        ? { media: ref, image: path }
        : { media: partition(context, parsed.partition, ref), image: path };
    }
    case 'disk': {
      const { ref } = host.disks.disk(parsed.name, parsed.name.startsWith('nvme-') ? 'nvme' : 'disk');
      return parsed.partition === undefined
        ? { media: ref, image: path }
        : { media: partition(context, parsed.partition, ref), image: path };
    }
    case 'lvm':
      return { media: host.volumes.get({ name: parsed.group, id: parsed.group, properties: { kind: 'lvm' } }).id, image: path };
    case 'zfs':
      return { media: host.volumes.get({ name: parsed.pool, id: parsed.pool, properties: { kind: 'zfs' } }).id, image: path };
    case 'mapped':
      return { media: host.volumes.get({ name: path, id: parsed.name, properties: {} }).id, image: path };
    case 'image':
      return { media: onFolder(context, parsed.folder), image: path };
  }
}

function partition({ host }: DomainContext, name: string, on: string): string {
  return host.volumes.get({ name, id: name, properties: { kind: 'partition', on } }).id;
}

/** A volume of a libvirt storage pool; what the pool is made of is in XML of its own. */
function volume(context: DomainContext, source: XmlElement): MediaPlace {
  const pool = source.attr('pool');
  const name = source.attr('volume');
  if (pool === undefined) return { image: name };
  source.attr('mode');
  return {
    media: context.host.volumes.get({ name: pool, id: pool, properties: {}, note: `libvirt storage pool "${pool}"` }).id,
    image: name,
  };
}

/** libvirt's protocols by those of the language. */
const PROTOCOLS: Readonly<Record<string, string>> = {
  rbd: 'rbd',
  iscsi: 'iscsi',
  nbd: 'nbd',
  nfs: 'nfs',
  http: 'http',
  https: 'http',
  gluster: 'gluster',
  ssh: 'ssh',
};

/** A store that is not on this host; the images of one pool or server are on one volume. */
function network(context: DomainContext, source: XmlElement): MediaPlace {
  const protocol = source.attr('protocol') ?? '';
  const name = source.attr('name') ?? '';
  const servers = source.children('host').map((host) => {
    host.attr('transport');
    host.attr('port');
    return host.attr('name') ?? host.attr('socket') ?? '';
  });
  const known = lookup(PROTOCOLS, protocol);
  const server = servers[0] ?? '';
  const pool = name.includes('/') ? (name.replace(/^\/+/, '').split('/')[0] as string) : name;
  const store = protocol === 'rbd' || protocol === 'gluster' ? pool : protocol === 'iscsi' ? (name.split('/')[0] as string) : server;
  const parts = [known ?? protocol, store === server ? '' : store, servers.length > 0 ? `on ${servers.join(', ')}` : ''];
  const what = parts.filter((part) => part !== '').join(' ');
  if (known === undefined)
    context.log.reduce(source, `A store reached by ${protocol === '' ? 'nothing' : protocol} is modelled as remote, without its protocol`);
  const properties = { kind: 'remote', protocol: known, title: what };
  const media = context.host.volumes.get({ name: `${protocol}:${store}:${servers.join(',')}`, id: `${protocol}-${store}`, properties }).id;
  return { media, image: name === '' ? undefined : name };
}

/** QEMU's own NVMe driver takes the whole controller from the host; the guest still sees the bus of the disk. */
function nvme(context: DomainContext, source: XmlElement, path: string): MediaPlace {
  const at = source.child('address');
  at?.attr('type');
  const address = at === undefined ? undefined : pciAddressOf(at, context.log);
  const nsid = numberAttr(source, 'namespace', context.log) ?? 1;
  source.attr('managed');
  if (address === undefined) return {};
  context.log.assume(
    source,
    `QEMU drives the NVMe controller ${formatPciAddress(address)} of ${path} itself: no other guest and no driver of the host can use it.`,
    path,
  );
  return { media: context.host.disks.namespace(formatPciAddress(address), nsid).ref };
}

function vhostUser(context: DomainContext, source: XmlElement, path: string): MediaPlace {
  source.attr('type');
  const socket = source.attr('path');
  const controller = userSpaceProcess(context, 'vhost-user-blk', 'whatever serves the vhost-user sockets of disks, such as SPDK');
  context.log.assume(source, `What serves the socket of ${path} is not in the XML; controller "${controller}" stands for it.`, path);
  return { backend: 'vhost-user', path: socket, controller };
}
