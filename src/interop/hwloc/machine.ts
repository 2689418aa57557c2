import { type DraftObject, draft } from '../draft.js';
import type { XmlElement } from '../xml/element.js';
import { type HwObject, infoOf } from './hw-object.js';
import { shortVendor } from './pci-object.js';

export interface MachineFacts {
  readonly hostName: string | undefined;
  readonly title: string | undefined;
  readonly properties: Readonly<Record<string, string | DraftObject | undefined>>;
  /** What stands above the host: where it comes from, and what hwloc cannot know. */
  note(file: string): string;
}

const ARCHES: ReadonlySet<string> = new Set(['x86_64', 'aarch64', 'ppc64le', 's390x', 'riscv64', 'loongarch64']);

/** What the infos say of the machine as a whole; 3.0 has some of them beside the machine, not in it. */
export function describeMachine(root: XmlElement, machine: HwObject): MachineFacts {
  const info = (...names: string[]) => machine.info(...names) ?? infoOf(root, ...names);
  const hostName = info('HostName')?.split('.')[0];
  const product = info('DMIProductName', 'PlatformName');
  const vendor = info('DMISysVendor', 'DMIBoardVendor');
  const model = product === undefined ? info('PlatformModel') : vendor === undefined ? product : `${shortVendor(vendor)} ${product}`;
  const arch = info('Architecture');
  const release = info('OSRelease');
  const system = info('OSName');
  const tool = info('hwlocVersion');
  const [pkg] = machine.ofType('Package');
  const cpuModel = pkg?.info('CPUModel')?.replace(/\s+/g, ' ');
  const properties = {
    title: model,
    arch: arch !== undefined && ARCHES.has(arch) ? arch : undefined,
    cpuModel,
    kernel: release === undefined || (system !== undefined && system !== 'Linux') ? undefined : draft({ version: release }),
  };
  return {
    hostName,
    title: hostName ?? model,
    properties,
    note: (file) =>
      `Read from ${file}${tool === undefined ? '' : ` (hwloc ${tool})`}. hwloc does not know the IOMMU and its groups, ACS, drivers, what links can do, and which functions are virtual.`,
  };
}
