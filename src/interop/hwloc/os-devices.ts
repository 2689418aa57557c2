import { parseMac } from '../../core/units/pci-address.js';
import type { HwObject } from './hw-object.js';

export interface NetDevice {
  readonly name: string;
  readonly mac: string | undefined;
}

export interface BlockDevice {
  readonly name: string;
  readonly sizeBytes: number | undefined;
  readonly title: string | undefined;
  readonly isRemovable: boolean;
}

/** What the operating system made of a PCI function. */
export interface OsDevices {
  readonly net: readonly NetDevice[];
  readonly block: readonly BlockDevice[];
  /** RDMA devices by name. */
  readonly rdma: readonly string[];
  readonly gpu: { readonly title: string | undefined; readonly memoryBytes: number | undefined } | undefined;
}

type Role = 'block' | 'net' | 'rdma' | 'gpu' | 'other';

/** 1.x and 2.0 count the types. Source: hwloc/include/hwloc.h, hwloc_obj_osdev_type_e. */
const COUNTED: readonly Role[] = ['block', 'gpu', 'net', 'rdma', 'other', 'gpu', 'other'];

/** 3.0 has a bit for each; the port of an RDMA device has two. Source: hwloc 3.0, hwloc_obj_osdev_types_t. */
function rolesOfMask(mask: number): Role {
  if (mask & 32) return 'rdma';
  if (mask & 16) return 'net';
  if (mask & 1) return 'block';
  if (mask & (4 | 8)) return 'gpu';
  return 'other';
}

export function roleOf(osdev: HwObject, hasMasks: boolean): Role {
  const type = Number(osdev.attr('osdev_type'));
  return hasMasks ? rolesOfMask(type) : (COUNTED[type] ?? 'other');
}

export function readOsDevices(function_: HwObject, hasMasks: boolean): OsDevices {
  const net: NetDevice[] = [];
  const block: BlockDevice[] = [];
  const rdma: string[] = [];
  let gpu: OsDevices['gpu'];
  for (const osdev of function_.children.filter(({ type }) => type === 'OSDev')) {
    const name = osdev.attr('name') ?? '';
    switch (roleOf(osdev, hasMasks)) {
      case 'net':
        net.push({ name: osdev.take().attr('name') ?? '', mac: macOf(osdev) });
        break;
      case 'rdma':
        rdma.push(osdev.take() && name);
        break;
      case 'block':
        block.push(readBlock(osdev));
        break;
      case 'gpu': {
        osdev.take();
        const memory = kibibytes(osdev.info('CUDAGlobalMemorySize', 'RSMIVRAMSize', 'OpenCLGlobalMemorySize'));
        gpu = { title: gpu?.title ?? modelOf(osdev), memoryBytes: gpu?.memoryBytes ?? memory };
        break;
      }
      case 'other':
        break;
    }
  }
  return { net, block, rdma, gpu };
}

/** Ethernet has six octets; an InfiniBand address has twenty and is no MAC. */
function macOf(osdev: HwObject): string | undefined {
  const address = osdev.info('Address');
  const parsed = address === undefined ? undefined : parseMac(address);
  return parsed?.ok === true ? parsed.value : undefined;
}

export function readBlock(osdev: HwObject): BlockDevice {
  osdev.take();
  const vendor = osdev.info('Vendor')?.replace(/_+$/, '');
  const model = osdev.info('Model')?.replace(/_/g, ' ').trim();
  const name = osdev.attr('name') ?? '';
  const kind = osdev.info('Type') ?? osdev.attr('subtype') ?? '';
  const title =
    model === undefined ? undefined : vendor === undefined || vendor === 'ATA' || model.startsWith(vendor) ? model : `${vendor} ${model}`;
  return { name, sizeBytes: kibibytes(osdev.info('Size')), title, isRemovable: /Removable/i.test(kind) || /^sr\d/.test(name) };
}

function modelOf(osdev: HwObject): string | undefined {
  const model = osdev.info('GPUModel');
  const vendor = osdev.info('GPUVendor')?.replace(/ Corporation$|, Inc\.$/, '');
  return model === undefined || vendor === undefined || model.startsWith(vendor) ? model : `${vendor} ${model}`;
}

/** Sizes are in KiB, since 3.0 with the unit behind the number. */
function kibibytes(text: string | undefined): number | undefined {
  const match = /^(\d{1,12})(?:KiB|kB)?$/.exec(text ?? '');
  return match === null || Number(match[1]) === 0 ? undefined : Number(match[1]) * 1024;
}
