import { costs, time, UNCALIBRATED } from './define.js';

/** GPUs and other accelerators. */
export const computeCosts = costs({
  'gpu.submit': time('Handing one job to a GPU from the guest driver', '9000 cycles', UNCALIBRATED),
  'gpu.context-switch': time('Change from one client of a GPU to the next', '100 us', UNCALIBRATED),
  'mdev.mediate': time('Vendor driver: mediation of one job', '15000 cycles', UNCALIBRATED),
  'virtio-gpu.command': time('virtio-gpu: one command buffer in the device model', '60000 cycles', UNCALIBRATED),
  'emulated-gpu.frame': time('Emulated display adapter: one update in the device model', '300000 cycles', UNCALIBRATED),
});
