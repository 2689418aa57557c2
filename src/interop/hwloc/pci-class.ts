import type { DeviceKind } from '../../core/model/device.js';
import { lookup } from '../lookup.js';

/** What a PCI class stands for, and the prefix of ids of such devices. */
export interface ClassMeaning {
  readonly kind: DeviceKind;
  readonly prefix: string;
  readonly name: string;
}

/** By class, or class and subclass, the longest that matches. Source: PCI Code and ID Assignment Specification. */
const MEANINGS: Readonly<Record<string, ClassMeaning>> = {
  '00': { kind: 'other', prefix: 'dev', name: 'device' },
  '01': { kind: 'hba', prefix: 'hba', name: 'storage controller' },
  '0101': { kind: 'hba', prefix: 'ide', name: 'IDE controller' },
  '0104': { kind: 'hba', prefix: 'raid', name: 'RAID controller' },
  '0106': { kind: 'hba', prefix: 'sata', name: 'SATA controller' },
  '0107': { kind: 'hba', prefix: 'sas', name: 'SAS controller' },
  '0108': { kind: 'nvme', prefix: 'nvme', name: 'NVMe drive' },
  '02': { kind: 'nic', prefix: 'nic', name: 'network controller' },
  '03': { kind: 'gpu', prefix: 'gpu', name: 'display controller' },
  '0302': { kind: 'gpu', prefix: 'gpu', name: '3D controller' },
  '0403': { kind: 'audio', prefix: 'audio', name: 'audio device' },
  '0401': { kind: 'audio', prefix: 'audio', name: 'audio device' },
  '05': { kind: 'other', prefix: 'mem', name: 'memory controller' },
  '0600': { kind: 'other', prefix: 'hostbridge', name: 'host bridge' },
  '0601': { kind: 'other', prefix: 'isa', name: 'ISA bridge' },
  '0604': { kind: 'other', prefix: 'bridge', name: 'PCI bridge' },
  '06': { kind: 'other', prefix: 'bridge', name: 'bridge' },
  '0680': { kind: 'other', prefix: 'bridge', name: 'bridge' },
  '07': { kind: 'other', prefix: 'serial', name: 'communication controller' },
  '08': { kind: 'other', prefix: 'sys', name: 'system peripheral' },
  '0b': { kind: 'accelerator', prefix: 'acc', name: 'co-processor' },
  '0c03': { kind: 'usb', prefix: 'usb', name: 'USB controller' },
  '0c04': { kind: 'hba', prefix: 'fc', name: 'Fibre Channel adapter' },
  '0c05': { kind: 'other', prefix: 'smbus', name: 'SMBus controller' },
  '0c06': { kind: 'nic', prefix: 'nic', name: 'InfiniBand adapter' },
  '0d': { kind: 'other', prefix: 'wireless', name: 'wireless controller' },
  '10': { kind: 'accelerator', prefix: 'acc', name: 'encryption controller' },
  '11': { kind: 'other', prefix: 'sys', name: 'signal processing controller' },
  '12': { kind: 'accelerator', prefix: 'acc', name: 'processing accelerator' },
};

const UNKNOWN: ClassMeaning = { kind: 'other', prefix: 'dev', name: 'device' };

/**
 * Display controllers that are the console of a server, no GPU: everything of Matrox and ASPEED, and of ATI the Rage XL and
 * the ES1000. Source: PCI ID repository.
 */
const CONSOLE = /^(102b:|1a03:|1002:(4752|515e)$)/;

export function meaningOf(pciClass: string, id: string | undefined): ClassMeaning {
  if (pciClass.startsWith('03') && CONSOLE.test(id ?? '')) return { kind: 'other', prefix: 'vga', name: 'console graphics' };
  return lookup(MEANINGS, pciClass) ?? lookup(MEANINGS, pciClass.slice(0, 2)) ?? UNKNOWN;
}
