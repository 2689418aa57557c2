import type { ControllerKind } from './controller-kind.js';
import { dpu } from './dpu.js';
import { iothread } from './iothread.js';
import { qemuMainLoop } from './qemu-main-loop.js';
import { vhostKernel } from './vhost-kernel.js';
import { vhostUser } from './vhost-user.js';
import { vios } from './vios.js';

/** Every kind of virtual I/O controller, by name. */
export const controllerKinds: ReadonlyMap<string, ControllerKind> = new Map(
  [qemuMainLoop, iothread, vhostKernel, vhostUser, vios, dpu].map((kind) => [kind.name, kind]),
);
