import { wholeCores } from '../../core/model/cores.js';
import { valueOf } from '../../core/model/fact.js';
import type { Guest } from '../../core/model/guest.js';
import { guestCpus } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import { portAcs } from '../../core/model/iommu-groups.js';
import type { NumaNode } from '../../core/model/pcie.js';
import { namedControllers } from '../../core/model/virtual-device.js';
import { type CpuSet, formatCpuSet, intersection } from '../../core/units/cpu-set.js';
import { between, exactly, F, P, S } from '../grade.js';
import { isUnplaced } from '../graph/edges.js';
import type { Hold } from '../graph/reach.js';
import { isContainer } from '../graph/root.js';
import { numaUseOf, servesSeveral } from '../graph/roots.js';
import { type Cause, nameOf, remembered } from './cause.js';
import { outage } from './fault.js';
import type { Grader } from './grader.js';
import { loadCause } from './load.js';
import { devicesOf, drivenBy, type Meeting, meetingsBelow } from './peer-to-peer.js';
import { moveRemedies } from './slots.js';

/** A PCIe port above devices of both: a shared link, and below a switch a way that bypasses the IOMMU. */
export const gradePciePort: Grader = ({ a, b, all }, component) => {
  const causes: Cause[] = [
    { axis: 'security', about: 'link', interval: exactly(S.hardware), reason: `traffic of both crosses ${component.entity}` },
  ];
  for (const meeting of meetingsBelow(a, b)) {
    const cause = peerCause(meeting, a, b);
    const { interval, reason } = cause;
    causes.push(
      meeting.isCertain
        ? cause
        : Object.assign(cause, {
            interval: between(S.hardware, interval.worst),
            reason: `${reason}, if guests of ${nameOf(a)} drive it themselves`,
          }),
    );
  }
  causes.push(
    outage(a, b, component, `a failure of ${component.entity} or its link interrupts both`),
    loadCause(a, b, component, {
      about: 'link',
      isTimingChannel: true,
      isInherent: true,
      all,
      noControl: 'no control of a PCIe link exists but the caps of all that use it',
    }),
  );
  return causes;
};

function peerCause({ port, other, ours, theirs }: Meeting, a: Hold, b: Hold): Cause {
  const override = valueOf(port.host.facts.kernel.acsOverride);
  const cleared = (valueOf(port.host.facts.kernel.disableAcsRedir) ?? []).some(({ target }) => target === port || target === other);
  const redirects = cleared ? false : both(portAcs(port), portAcs(other));
  const names = `${ours.path} of ${nameOf(a)} and ${theirs.path} of ${nameOf(b)}`;
  if (redirects === false)
    return {
      axis: 'security',
      about: 'dma',
      interval: exactly(S.none),
      reason: `DMA between ${names} bypasses the IOMMU: ${port.path} and ${other.path} do not both redirect it (ACS)`,
      remedies: moveRemedies(ours),
    };
  if (override !== undefined && override !== 'none')
    return {
      axis: 'security',
      about: 'dma',
      interval: exactly(S.weakened),
      reason: `${port.host.path} boots with an ACS override, so nothing proves that DMA between ${names} passes the IOMMU`,
    };
  if (redirects === undefined) {
    const open = [port, other].filter((each) => portAcs(each) === undefined).map(({ path }) => ({ entity: path, property: 'acs' }));
    return {
      axis: 'security',
      about: 'dma',
      interval: between(S.hardware, S.none),
      reason: `nobody states whether ${open.map(({ entity }) => entity).join(' and ')} redirect DMA between ${names} to the IOMMU (ACS)`,
      remedies: moveRemedies(ours),
      open,
    };
  }
  return { axis: 'security', about: 'dma', interval: exactly(S.hardware), reason: `ACS sends DMA between ${names} through the IOMMU` };
}

function both(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  if (a === false || b === false) return false;
  return a === true && b === true ? true : undefined;
}

/** Cards that nobody placed: they may share a port or a link with any other, or have a way to it that bypasses the IOMMU. */
export const gradeSlotUnknown: Grader = ({ a, b }, component) => {
  const [driven, ours, theirs] = [drivenBy(a), devicesOf(a), devicesOf(b)];
  const lost = [...ours, ...theirs].filter(isUnplaced);
  const [first] = lost;
  if (first === undefined || ours.length === 0 || theirs.length === 0) return [];
  const canMeet = driven.some((one) => theirs.some((other) => other !== one && (isUnplaced(one) || isUnplaced(other))));
  const names = [...new Set(lost.map(({ path }) => path))].sort();
  const reason = `nobody states where ${names.slice(0, 3).join(', ')} ${names.length === 1 ? 'is' : 'are'} plugged in on ${component.entity}`;
  const open = names.map((entity) => ({ entity, property: 'at' }));
  return [
    { axis: 'security', about: 'dma', interval: between(S.disjoint, canMeet ? S.none : S.hardware), reason, open },
    { axis: 'fault', about: 'link', interval: between(F.none, F.disruptive), reason, open },
    { axis: 'performance', about: 'link', interval: between(P.dedicated, P.unmanaged), reason, open, isInherent: true },
  ];
};

const usesForCertain = remembered(({ roots, component }: Hold) =>
  roots.some(({ guest }) => numaUseOf(guest).certain.includes(component.subject as NumaNode)),
);

export const gradeNumaNode: Grader = ({ a, b }, component) => {
  const node = component.subject as NumaNode;
  const certain = usesForCertain(a) && usesForCertain(b);
  const open = (certain ? [] : [...a.roots, ...b.roots])
    .filter(({ guest }) => numaUseOf(guest).possible.includes(node))
    .map(({ guest }) => ({ entity: guest.path, property: guest.memory.nodes.state === 'unknown' ? 'memory.nodes' : 'cpus' }));
  return [
    {
      axis: 'performance',
      about: 'cache',
      interval: certain ? exactly(P.unmanaged) : between(P.dedicated, P.unmanaged),
      reason: certain
        ? `guests of both use memory bandwidth and caches of ${component.entity}, which nothing here divides`
        : `guests of both may use ${component.entity}; nobody states on which node they run`,
      isInherent: true,
      isTimingChannel: true,
      ...(certain || open.length === 0 ? {} : { open: unique(open) }),
    },
  ];
};

function unique<T extends { readonly entity: string; readonly property: string }>(facts: readonly T[]): T[] {
  return [...new Map(facts.map((fact) => [`${fact.entity} ${fact.property}`, fact])).values()];
}

/** CPUs on which both run: stated for both, or possible because one of them floats. */
export const gradeCpus: Grader = ({ a, b }, component) => {
  const host = component.subject as Host;
  let floating = false;
  const [ours, theirs] = [threadsOf(a), threadsOf(b)];
  let worst: Cause | undefined;
  for (const x of ours) {
    for (const y of theirs) {
      // A thread that serves both is a component of its own.
      if (x.name === y.name) continue;
      if (x.cpus === undefined || y.cpus === undefined) {
        floating ||= !(x.isExclusive || y.isExclusive);
        continue;
      }
      const common = intersection(x.cpus, y.cpus);
      if (common.size === 0) {
        const shared = worst?.interval.worst === P.unmanaged ? undefined : siblings(host, x, y);
        worst = shared ?? worst;
        continue;
      }
      const polls = x.polls;
      const rank = polls ? P.unmanaged : P.weighted;
      if (worst !== undefined && worst.interval.worst >= rank) continue;
      worst = {
        axis: 'performance',
        about: 'core',
        interval: exactly(rank),
        reason: `${x.name} and ${y.name} run on the same CPUs (${formatCpuSet(common)})${polls ? ', and the first never lets go of them' : ', which the scheduler shares by weight'}`,
        isTimingChannel: true,
      };
    }
  }
  if (worst !== undefined) return [worst];
  if (!floating) return [];
  const open = [...ours, ...theirs].filter(({ cpus }) => cpus === undefined).map(({ guest }) => ({ entity: guest.path, property: 'cpus' }));
  return [
    {
      axis: 'performance',
      about: 'core',
      interval: between(P.dedicated, P.weighted),
      reason: `guests that are not pinned may run on the CPUs of others on ${host.path}`,
      isTimingChannel: true,
      open: unique(open).slice(0, 8),
    },
  ];
};

/** Threads of one core share its units and caches, and nothing divides those. */
function siblings(host: Host, x: GuestThread, y: GuestThread): Cause | undefined {
  if (x.cpus === undefined || y.cpus === undefined) return undefined;
  const common = intersection(wholeCores(host, x.cpus), y.cpus);
  if (common.size === 0) return undefined;
  return {
    axis: 'performance',
    about: 'core',
    interval: exactly(P.unmanaged),
    reason: `${x.name} and ${y.name} run on threads of the same cores (CPUs ${formatCpuSet(common)} of the second), whose units and caches nothing divides`,
    isTimingChannel: true,
  };
}

interface GuestThread {
  readonly name: string;
  readonly guest: Guest;
  readonly cpus: CpuSet | undefined;
  readonly polls: boolean;
  readonly isExclusive: boolean;
}

const threadsByGuest = new WeakMap<Guest, readonly GuestThread[]>();

/** vCPUs and the threads that serve the devices of a tenant, where they are pinned; each pinning once. */
const threadsOf = remembered((hold: Hold): readonly GuestThread[] => {
  const found = new Map<string, GuestThread>();
  for (const root of hold.component.host === undefined ? [] : (hold.reach.rootsOn.get(hold.component.host) ?? [])) {
    if (root.device !== undefined) continue;
    for (const thread of threadsOfGuest(root.guest)) {
      const key = `${thread.cpus === undefined ? '*' : formatCpuSet(thread.cpus)} ${thread.polls} ${thread.isExclusive}`;
      if (!found.has(key)) found.set(key, thread);
    }
  }
  return [...found.values()];
});

function threadsOfGuest(guest: Guest): readonly GuestThread[] {
  let threads = threadsByGuest.get(guest);
  if (threads === undefined) {
    const isExclusive = valueOf(guest.facts.exclusiveCpus) === true;
    const polls = guest.devices.some(({ facts }) => valueOf(facts.driver) === 'poll-mode');
    const list: GuestThread[] = [{ name: guest.path, guest, cpus: valueOf(guestCpus(guest)), polls, isExclusive }];
    const emulator = valueOf(guest.facts.emulatorCpus);
    if (emulator !== undefined)
      list.push({ name: `the emulator of ${guest.path}`, guest, cpus: emulator, polls: false, isExclusive: false });
    for (const device of guest.devices) {
      for (const reference of namedControllers(device)) {
        const controller = reference.as('controller');
        const cpus = controller === undefined ? undefined : valueOf(controller.facts.cpus);
        if (controller === undefined || cpus === undefined || controller.controllerKind === 'dpu') continue;
        const alwaysPolls = controller.controllerKind === 'vhost-user' || valueOf(controller.facts.poll) === 'always';
        // An iothread is one thread in the process of each guest, on the same CPUs.
        const name = servesSeveral(controller) ? controller.path : `${controller.path} of ${guest.path}`;
        list.push({ name, guest, cpus, polls: alwaysPolls, isExclusive: false });
      }
    }
    threads = list;
    threadsByGuest.set(guest, threads);
  }
  return threads;
}

const hasContainer = remembered(({ roots }: Hold) => roots.some(isContainer));

/** Containers ask the kernel of the host directly; machines do not, but their memory lies in its hands. */
export const gradeContainerKernel: Grader = ({ a, b }, component) => {
  if (!hasContainer(a)) return [];
  const reason = hasContainer(b)
    ? `containers of ${nameOf(a)} and ${nameOf(b)} make system calls to one kernel on ${component.entity}`
    : `containers of ${nameOf(a)} make system calls to the kernel of ${component.entity}, which owns the memory of ${nameOf(b)}`;
  return [{ axis: 'security', about: 'software', interval: exactly(S.kernel), reason }];
};

/** QEMU says so itself (docs/system/security.rst): only hardware virtualization counts as a security boundary. */
export const gradeEmulator: Grader = ({ a }, component) =>
  a.roots.every(isContainer)
    ? []
    : [
        {
          axis: 'security',
          about: 'software',
          interval: exactly(S.weakened),
          reason: `QEMU without KVM runs the machines of ${nameOf(a)} on ${component.entity}, and its emulation is no security boundary`,
          remedies: [
            {
              title: `"hypervisor": "kvm" on ${component.entity}`,
              changes: [{ entity: component.subject as Host, keys: ['hypervisor'], value: 'kvm' }],
            },
          ],
        },
      ];

export const gradeServiceStack: Grader = ({ a, b }, component) => [
  {
    axis: 'security',
    about: 'software',
    interval: exactly(S.kernel),
    reason: `the I/O stack of the parent partition of ${component.entity} reads the requests of both`,
  },
  outage(a, b, component, `a failure of the parent partition's I/O stack on ${component.entity} interrupts both`),
  loadCause(a, b, component, { about: 'core' }),
];
