import type { ImportFormat } from './format.js';
import { hwloc } from './hwloc/import.js';
import { libvirt } from './libvirt/import.js';

/** Every format that designs are imported from, in the order of the help. */
export const importFormats: readonly ImportFormat[] = [libvirt, hwloc];
