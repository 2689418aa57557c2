import type { ComputeStages, NetworkStages, PathContext, StorageStages } from '../technique.js';
import { sourceDevice } from './backend.js';
import { delay, perPass, type Terms, vcpus, work } from './cpu.js';
import { deliverAssigned, isPollMode } from './guest-side.js';
import { streams, tcpSend } from './tcp.js';

/**
 * Stages of hardware that the guest has for itself: a VF, a function, a whole device. The guest's driver talks to it
 * directly; only interrupts may come in between.
 *
 * @param isVirtual a function that the device makes up for the guest (a VF) takes it a little time more
 */
export function assignedNetwork(isVirtual: boolean): NetworkStages {
  const device = (context: PathContext) => (isVirtual ? [delay(context, 'VF', 'vf.latency')] : []);
  return {
    transmit: (context) => [
      work(context, streams(context, vcpus(context.instance)), 'guest driver', [...nativeNic(context, isVirtual), ...tcpSend(context)]),
      ...device(context),
    ],
    receive: (context) => [...device(context), ...deliverAssigned(context, 'guest driver', nativeNic(context, isVirtual))],
  };
}

export const assignedStorage: StorageStages = {
  via: () => 'guest',
  submit: (context) => [work(context, vcpus(context.instance), 'guest block layer and driver', nativeDisk(context))],
  complete: (context) => [
    ...(isPollMode(context) ? [] : [delay(context, 'interrupt path', 'nvme-vf.latency')]),
    ...deliverAssigned(context, 'completion', []),
  ],
};

export const assignedCompute: ComputeStages = {
  submit: (context) => [work(context, vcpus(context.instance), 'guest driver', ['gpu.submit'])],
  complete: (context) => deliverAssigned(context, 'completion', []),
};

/** Costs on which these stages draw, without those of what they carry. */
export const ASSIGNED_COSTS = ['irq.inject', 'irq.posted', 'irq.host', 'irq.moderation', 'wake.vcpu'] as const;

/** A native driver in the guest. Its stack carries large segments (TSO, GRO) in one pass. */
export function nativeNic(context: PathContext, isVirtual: boolean): Terms {
  if (!isPollMode(context)) return [perPass(context, 'guest.nic-kernel')];
  return isVirtual ? ['guest.nic-pmd', 'guest.vf-pmd'] : ['guest.nic-pmd'];
}

/** NVMe has a driver of its own; behind an HBA lies the SCSI layer. */
function nativeDisk(context: PathContext): Terms {
  if (isPollMode(context)) return ['guest.spdk'];
  const kind = sourceDevice(context.instance.decl)?.deviceKind;
  return kind === 'hba' || kind === 'disk' ? ['guest.nvme', 'virtio-scsi.io'] : ['guest.nvme'];
}

/** A virtio driver in the guest, whatever stands behind the rings. */
export function virtioNic(context: PathContext): Terms {
  return isPollMode(context) ? ['guest.virtio-pmd'] : [perPass(context, 'guest.virtio-kernel')];
}

/**
 * A virtio NIC whose rings hardware serves. Its doorbells are mapped into the guest and cost no exit; interrupts come as from
 * an assigned device.
 */
export function hardwareVirtioNetwork(latency: 'vdpa.latency' | 'dpu.latency'): NetworkStages {
  return {
    transmit: (context) => [
      work(context, streams(context, vcpus(context.instance)), 'guest driver', [...virtioNic(context), ...tcpSend(context)]),
      delay(context, 'virtio data path', latency),
    ],
    receive: (context) => [delay(context, 'virtio data path', latency), ...deliverAssigned(context, 'guest driver', virtioNic(context))],
  };
}
