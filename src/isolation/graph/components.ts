import type { Controller } from '../../core/model/controller.js';
import type { Device, Namespace, NicPort, Partition } from '../../core/model/device.js';
import type { Network } from '../../core/model/document.js';
import type { PhysicalFunction } from '../../core/model/function.js';
import type { Host } from '../../core/model/host.js';
import type { NumaNode, PciePort } from '../../core/model/pcie.js';
import type { Switch } from '../../core/model/switch.js';
import type { Volume } from '../../core/model/volume.js';
import type { Component } from '../component.js';
import type { ComponentGraph } from './graph.js';

/** The component that an entity is, by the part it plays. One name for each, so that two tenants meet in it. */
export const componentOf = {
  switch: (g: ComponentGraph, s: Switch) => g.component('switch', s.path, s.path, s, s.host),
  switchCores: (g: ComponentGraph, s: Switch) => g.component('switch-cores', `${s.path}#cores`, s.path, s, s.host),
  bufferPool: (g: ComponentGraph, s: Switch) => g.component('buffer-pool', `${s.path}#buffers`, s.path, s, s.host),
  controller: (g: ComponentGraph, c: Controller) => g.component('controller', c.path, c.path, c, c.host),
  function: (g: ComponentGraph, f: PhysicalFunction) =>
    g.component('function', f.path, f.port === undefined || f.isDeclared ? f.path : f.port.path, f, f.device.host),
  card: (g: ComponentGraph, d: Device) => g.component('card', d.path, d.path, d, d.host),
  port: (g: ComponentGraph, p: NicPort) => g.component('port', p.path, p.path, p, p.device.host),
  macvtapParent: (g: ComponentGraph, p: NicPort) => g.component('macvtap-parent', `${p.path}#macvtap`, p.path, p, p.device.host),
  externalSwitch: (g: ComponentGraph, p: NicPort) => g.component('external-switch', `${p.path}#vswitch`, p.path, p, p.device.host),
  network: (g: ComponentGraph, n: Network) => g.component('network', n.path, n.path, n, undefined),
  store: (g: ComponentGraph, m: Namespace | Volume | Device) =>
    g.component('store', m.kind === 'device' ? `${m.path}#data` : m.path, m.path, m, m.kind === 'namespace' ? m.device.host : m.host),
  drive: (g: ComponentGraph, d: Device) => g.component('drive', d.path, d.path, d, d.host),
  storageAdapter: (g: ComponentGraph, d: Device) => g.component('storage-adapter', d.path, d.path, d, d.host),
  directory: (g: ComponentGraph, h: Host, path: string) => g.component('directory', `${h.path}#dir:${path}`, h.path, path, h),
  sharedMemory: (g: ComponentGraph, h: Host, path: string) => g.component('shared-memory', `${h.path}#shm:${path}`, h.path, path, h),
  gpu: (g: ComponentGraph, d: Device) => g.component('gpu', d.path, d.path, d, d.host),
  gpuInstance: (g: ComponentGraph, p: Partition) => g.component('gpu-instance', p.path, p.path, p, p.device.host),
  mediated: (g: ComponentGraph, d: Device) => g.component('mediated-device', d.path, d.path, d, d.host),
  serviceStack: (g: ComponentGraph, h: Host) => g.component('service-stack', `${h.path}#service`, h.path, h, h),
  emulator: (g: ComponentGraph, h: Host) => g.component('emulator', `${h.path}#emulator`, h.path, h, h),
  containerKernel: (g: ComponentGraph, h: Host) => g.component('container-kernel', `${h.path}#kernel`, h.path, h, h),
  numaNode: (g: ComponentGraph, n: NumaNode) => g.component('numa-node', n.path, n.path, n, n.host),
  cpus: (g: ComponentGraph, h: Host) => g.component('cpus', `${h.path}#cpus`, h.path, h, h),
  pciePort: (g: ComponentGraph, p: PciePort) => g.component('pcie-port', p.path, p.path, p, p.host),
  slotUnknown: (g: ComponentGraph, h: Host) => g.component('pcie-slot-unknown', `${h.path}#slots`, h.path, h, h),
};

/** What a device is to everybody who has anything of it. A card with one function is that function. */
export function wholeOf(graph: ComponentGraph, device: Device): Component {
  switch (device.deviceKind) {
    case 'gpu':
      return componentOf.gpu(graph, device);
    case 'nvme':
    case 'disk':
      return componentOf.drive(graph, device);
    case 'hba':
      return componentOf.storageAdapter(graph, device);
    default: {
      if (device.mediatedTypes.length > 0) return componentOf.mediated(graph, device);
      const [only, ...others] = device.functions;
      return only === undefined || others.length > 0 ? componentOf.card(graph, device) : componentOf.function(graph, only);
    }
  }
}
