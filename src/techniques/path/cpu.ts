import type { Cost } from '../../catalog/costs/book.js';
import type { CostId } from '../../catalog/costs/index.js';
import type { Controller } from '../../core/model/controller.js';
import { valueOf } from '../../core/model/fact.js';
import { guestCpus } from '../../core/model/guest.js';
import { type Host, hostCpus } from '../../core/model/host.js';
import type { VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import { type CpuSet, intersects } from '../../core/units/cpu-set.js';
import { controllerKinds } from '../controllers/index.js';
import type { Operation, Stage, Thread } from '../stage.js';
import type { PathContext } from '../technique.js';

/** Clock where no NUMA node says it: the default of the language. */
const DEFAULT_CLOCK_HZ = 3e9;

/** The clock of the node a CPU set lies on; of several nodes the slowest. */
export function clockOf(host: Host, cpus: CpuSet | undefined): number {
  const clocks = host.numaNodes.flatMap((node) => {
    const own = valueOf(node.facts.cpus);
    const touches = cpus === undefined || own === undefined || intersects(own, cpus);
    return touches ? [valueOf(node.facts.clock) ?? DEFAULT_CLOCK_HZ] : [];
  });
  return clocks.length === 0 ? DEFAULT_CLOCK_HZ : Math.min(...clocks);
}

/** Linux grants no less: 1 ms in each 100 ms. Source: Linux Documentation/scheduler/sched-bwc. */
const LEAST_QUOTA = 0.01;

/** The vCPUs of a guest, or the processes of a container. */
export function vcpus(instance: VirtualDeviceInstance): Thread {
  const { guest } = instance;
  const { decl } = guest;
  const cpus = valueOf(guestCpus(decl));
  const isContainer = valueOf(decl.facts.kind) === 'container';
  const quota = valueOf(decl.facts.cpuQuota);
  const count = valueOf(decl.facts.vcpus) ?? 1;
  const width = quota === undefined ? count : Math.max(1, Math.min(count, Math.ceil(quota)));
  // A quota of 2.5 CPUs lets three run, each five sixths of the time; of one that is short of a CPU likewise.
  const dilation = quota === undefined || quota >= width ? 1 : width / Math.max(LEAST_QUOTA, quota);
  return {
    id: `${guest.path}#${isContainer ? 'processes' : 'vcpu'}`,
    role: 'vcpu',
    host: decl.host,
    entity: guest.path,
    cpus,
    width,
    ...(dilation === 1 ? {} : { dilation }),
    polls: valueOf(instance.decl.facts.driver) === 'poll-mode',
    weight: valueOf(decl.facts.cpuWeight) ?? 100,
    clockHz: clockOf(decl.host, cpus),
    isHostWork: false,
    ...(isContainer ? {} : { pollSec: valueOf(decl.facts.haltPoll) ?? 0, pollHides: false }),
  };
}

/** The thread or process behind a virtual I/O controller. */
export function controllerThread(controller: Controller): Thread {
  const { facts, host } = controller;
  const kind = controllerKinds.get(controller.controllerKind ?? '');
  const role = kind?.role ?? 'process';
  const card = kind?.width === 'device-cores' ? valueOf(facts.device)?.as('device') : undefined;
  const cpus = kind?.isHardware ? undefined : valueOf(facts.cpus);
  const cores = kind?.width === 'cpus' ? cpus?.size : card === undefined ? undefined : valueOf(card.facts.cores)?.size;
  return {
    id: controller.path,
    role,
    host,
    entity: controller.isImplied ? (controller.parent?.path ?? host.path) : controller.path,
    cpus,
    width: Math.max(1, cores ?? 1),
    polls: valueOf(facts.poll) === 'always' || (kind?.alwaysPolls === true && valueOf(facts.poll) === undefined),
    weight: 100,
    clockHz: (card === undefined ? undefined : valueOf(card.facts.coreClock)) ?? clockOf(host, cpus),
    isHostWork: kind?.isHardware !== true,
    ...(polls(controller) ? { pollSec: valueOf(facts.pollTime) ?? 0, pollHides: true } : {}),
  };
}

/** An iothread looks at its rings for a while before it sleeps, unless it is told not to. */
function polls({ facts, controllerKind }: Controller): boolean {
  const poll = valueOf(facts.poll);
  return poll === 'adaptive' || (poll === undefined && controllerKind === 'iothread');
}

/** Softirqs of the host that handle packets: a NIC hashes the flows over their cores (RSS). */
export function hostKernel(host: Host, entity: string, cpus: CpuSet | undefined): Thread {
  const id = cpus === undefined ? `${host.path}#softirq` : `${entity}#softirq`;
  return {
    id,
    role: 'softirq',
    host,
    entity: cpus === undefined ? host.path : entity,
    cpus,
    width: Math.max(1, (cpus ?? hostCpus(host)).size),
    polls: false,
    weight: 100,
    clockHz: clockOf(host, cpus),
    isHostWork: true,
    isHashed: true,
  };
}

/** Kernel work of the host for I/Os and interrupts: it is not tied to a core by a hash. */
export function hostBlockKernel(host: Host): Thread {
  return { ...hostKernel(host, host.path, undefined), id: `${host.path}#kernel`, isHashed: false };
}

/** One cost of a stage: for each operation, each of its bytes, or each pass through the stack that carries several packets. */
export interface Term {
  readonly cost: Cost;
  readonly per: 'operation' | 'byte' | 'pass';
  readonly times: number;
}

export type Terms = readonly (CostId | readonly [CostId, number] | Term)[];

/** Work of a thread: the sum of some costs. A plain id counts for each operation; per-byte costs for each of its bytes. */
export function work(context: PathContext, thread: Thread, label: string, terms: Terms, extra: Partial<Stage> = {}): Stage {
  const resolved = terms.map((term) => resolve(context, term));
  const { segmentBytes } = context.load;
  const { clockHz, dilation = 1 } = thread;
  return {
    label,
    thread,
    serviceSec: (operation) => dilation * resolved.reduce((sum, term) => sum + secondsOf(term, operation, clockHz, segmentBytes), 0),
    costs: resolved.map((term) => term.cost),
    ...extra,
  };
}

/** Time that passes without anybody working. */
export function delay(context: PathContext, label: string, id: CostId, extra: Partial<Stage> = {}): Stage {
  const cost = context.cost(id);
  return { label, serviceSec: () => cost.quantity.value, costs: [cost], ...extra };
}

/** A cost that is paid once for all packets that one pass through the stack carries (TSO, GRO). */
export function perPass(context: PathContext, id: CostId): Term {
  return { cost: context.cost(id), per: 'pass', times: 1 };
}

function resolve(context: PathContext, term: Terms[number]): Term {
  if (typeof term === 'object' && 'cost' in term) return term;
  const [id, times] = typeof term === 'string' ? [term, 1] : term;
  const cost = context.cost(id);
  const per = cost.quantity.base === 's/B' || cost.quantity.base === 'cycle/B' ? 'byte' : 'operation';
  return { cost, per, times };
}

function secondsOf(term: Term, operation: Operation, clockHz: number, segmentBytes: number | undefined): number {
  const { base, value } = term.cost.quantity;
  const unit = base === 'cycle' || base === 'cycle/B' ? value / clockHz : value;
  if (term.per === 'byte') return unit * operation.sizeBytes * term.times;
  if (term.per === 'pass' && segmentBytes !== undefined) return unit * Math.min(1, operation.sizeBytes / segmentBytes) * term.times;
  return unit * term.times;
}

export function secondsOfCost(cost: Cost, clockHz: number): number {
  return cost.quantity.base === 'cycle' ? cost.quantity.value / clockHz : cost.quantity.value;
}
