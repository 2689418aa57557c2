import type { Stage, Thread } from '../stage.js';
import type { PathContext } from '../technique.js';
import { type Terms, vcpus, work } from './cpu.js';

/** Accesses to registers of an emulated device that one operation makes on average, and what the device model does besides. */
export interface RegisterAccesses {
  readonly count: number;
  /** Accesses to device memory are decoded by the hypervisor, those to I/O ports arrive decoded. */
  readonly space: 'memory' | 'port';
  readonly work: Terms;
}

/**
 * The guest touches registers of an emulated device. Each access takes the vCPU out of the guest and up to the device model.
 * The vCPU thread itself runs the device model, under a lock that all devices of the guest share (QEMU's BQL): its work
 * counts on the main loop, which stands for that lock, and the vCPU is charged for the exits.
 */
export function accessRegisters(context: PathContext, deviceModel: Thread, accesses: RegisterAccesses): Stage[] {
  const { count, space } = accesses;
  const decode: Terms = space === 'memory' ? [['exit.emulate', count]] : [];
  return [
    work(context, vcpus(context.instance), 'register exits', [['exit.light', count], ...decode]),
    work(context, deviceModel, 'device model', [['exit.user', count], ...accesses.work]),
  ];
}

/** Costs on which `accessRegisters` draws, beside the work of the device model. */
export const REGISTER_COSTS = ['exit.light', 'exit.user', 'exit.emulate'] as const;
