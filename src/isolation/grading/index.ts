import type { Component, ComponentType } from '../component.js';
import type { Cause } from './cause.js';
import { gradeGpu, gradeGpuInstance, gradeMediated } from './compute.js';
import type { Grader, GradingContext } from './grader.js';
import {
  gradeContainerKernel,
  gradeCpus,
  gradeEmulator,
  gradeNumaNode,
  gradePciePort,
  gradeServiceStack,
  gradeSlotUnknown,
} from './host.js';
import {
  gradeBufferPool,
  gradeCard,
  gradeExternalSwitch,
  gradeFunction,
  gradeMacvtapParent,
  gradeNetwork,
  gradePort,
  gradeSwitch,
  gradeSwitchCores,
} from './network.js';
import { gradeController, gradeDirectory, gradeDrive, gradeSharedMemory, gradeStorageAdapter } from './storage.js';
import { gradeStore } from './store.js';

/** Those that a pair of tenants alone decides are graded where the pair is. */
type ReachedType = Exclude<ComponentType, 'memory' | 'interrupts' | 'iommu' | 'iommu-group'>;

const graders: Readonly<Record<ReachedType, Grader>> = {
  'pcie-port': gradePciePort,
  'pcie-slot-unknown': gradeSlotUnknown,
  function: gradeFunction,
  card: gradeCard,
  port: gradePort,
  switch: gradeSwitch,
  'switch-cores': gradeSwitchCores,
  'buffer-pool': gradeBufferPool,
  'macvtap-parent': gradeMacvtapParent,
  'external-switch': gradeExternalSwitch,
  controller: gradeController,
  store: gradeStore,
  drive: gradeDrive,
  'storage-adapter': gradeStorageAdapter,
  directory: gradeDirectory,
  'shared-memory': gradeSharedMemory,
  gpu: gradeGpu,
  'gpu-instance': gradeGpuInstance,
  'mediated-device': gradeMediated,
  'service-stack': gradeServiceStack,
  'container-kernel': gradeContainerKernel,
  emulator: gradeEmulator,
  'numa-node': gradeNumaNode,
  cpus: gradeCpus,
  network: gradeNetwork,
};

/** What `a` can do to `b` in a component that both reach. */
export function causesOf(direction: GradingContext, component: Component): readonly Cause[] {
  return graders[component.type as ReachedType]?.(direction, component) ?? [];
}
