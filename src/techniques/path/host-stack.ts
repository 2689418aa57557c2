import type { Stage, Thread } from '../stage.js';
import type { PathContext } from '../technique.js';
import { perPass, type Terms, vcpus, work } from './cpu.js';
import { hostReceive, hostTransmit, softirqOf } from './host-nic.js';
import { tcpReceive, tcpSend } from './tcp.js';

/** Name of the technique that stands for the host itself as an end of a workload. It is not one that a document can name. */
export const HOST_STACK = 'host-stack';

/** A process of the host sends. `isOnPort`: the packet goes straight to a physical port, not to a switch. */
export function hostSends(context: PathContext, isOnPort: boolean): Stage[] {
  const { instance } = context;
  const process = vcpus(instance);
  return [
    work(context, process, 'host stack', [...stack(context), ...tcpSend(context)]),
    ...(isOnPort ? hostTransmit(context, instance.decl.guest.host, process) : []),
  ];
}

/** The host receives: its stack runs where the packet came in, what an application does with the bytes in its process. */
export function hostReceives(context: PathContext, isOnPort: boolean, carrier: Thread): Stage[] {
  const softirq = isOnPort ? softirqOf(context) : carrier;
  return [
    ...(isOnPort ? hostReceive(context, softirq) : []),
    work(context, softirq, 'host stack', stack(context)),
    ...(context.load.isTcp ? tcpReceive(context, vcpus(context.instance), 'application', [['host-stack.packet', 0]]) : []),
  ];
}

/** What the kernel does with a packet that is for itself, beside the driver. */
function stack(context: PathContext): Terms {
  return [perPass(context, 'host-stack.packet')];
}
