import type { Host } from '../core/model/host.js';

/** Kinds of thing that two tenants can have in common. */
export type ComponentType =
  | 'memory'
  | 'interrupts'
  | 'iommu'
  | 'iommu-group'
  | 'pcie-port'
  | 'pcie-slot-unknown'
  | 'function'
  | 'card'
  | 'port'
  | 'switch'
  | 'switch-cores'
  | 'buffer-pool'
  | 'macvtap-parent'
  | 'external-switch'
  | 'controller'
  | 'store'
  | 'drive'
  | 'storage-adapter'
  | 'directory'
  | 'shared-memory'
  | 'gpu'
  | 'gpu-instance'
  | 'mediated-device'
  | 'service-stack'
  | 'container-kernel'
  | 'emulator'
  | 'numa-node'
  | 'cpus'
  | 'network';

export const TYPE_WORDS: Readonly<Record<ComponentType, string>> = {
  memory: 'host memory',
  interrupts: 'interrupt delivery',
  iommu: 'IOMMU and its translation cache',
  'iommu-group': 'IOMMU group',
  'pcie-port': 'PCIe port',
  'pcie-slot-unknown': 'PCIe slot that nobody stated',
  function: 'physical function: firmware, e-switch, driver',
  card: 'card with several functions',
  port: 'NIC port',
  switch: 'vSwitch',
  'switch-cores': 'polling cores of a vSwitch',
  'buffer-pool': 'packet buffers of a vSwitch',
  'macvtap-parent': 'port under macvtap',
  'external-switch': 'vSwitch of the hypervisor on a port',
  controller: 'virtual I/O controller',
  store: 'stored data',
  drive: 'drive',
  'storage-adapter': 'storage adapter',
  directory: 'shared directory',
  'shared-memory': 'shared memory',
  gpu: 'GPU',
  'gpu-instance': 'GPU instance',
  'mediated-device': 'parent of mediated devices',
  'service-stack': 'I/O stack of the service partition',
  'container-kernel': 'kernel that containers run on',
  emulator: 'emulation without hardware virtualization',
  'numa-node': 'NUMA node: memory bandwidth and caches',
  cpus: 'CPU cores',
  network: 'physical network',
};

/** What about a component couples its users. The values of an objective's `from`, in the order in which reports list them. */
export const CLASSES = [
  'dma',
  'interrupt',
  'l2',
  'software',
  'firmware',
  'state',
  'reset',
  'queue',
  'link',
  'core',
  'cache',
  'media',
] as const;

export type IsolationClass = (typeof CLASSES)[number];

/**
 * What a tenant's activity at the source does to the target of an edge: reads and writes memory as a requester, raises
 * interrupts, passes payload through, has its input parsed, sends control messages, resets it, uses up its capacity.
 */
export type EdgeKind = 'dma' | 'intr' | 'data' | 'exec' | 'ctrl' | 'reset' | 'cap';

export interface Component {
  readonly id: string;
  readonly type: ComponentType;
  /** Reference of the entity of the design that it is, or belongs to. */
  readonly entity: string;
  /** What the grading looks at: an entity of the design, or what the type needs. */
  readonly subject: unknown;
  readonly host: Host | undefined;
}

export interface Edge {
  readonly to: Component;
  readonly kind: EdgeKind;
  /** Edges of one fork with the same name stand in for each other when one fails: a bond, a mirror. */
  readonly fork?: string;
}
