import type { Controller } from '../../core/model/controller.js';
import type { Device } from '../../core/model/device.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import { exactly, P, S } from '../grade.js';
import type { Hold } from '../graph/reach.js';
import type { Root } from '../graph/root.js';
import { directoryOf } from '../graph/roots.js';
import { type Cause, nameOf } from './cause.js';
import { outage } from './fault.js';
import type { Grader } from './grader.js';
import { loadCause } from './load.js';
import { ownerCauses } from './ownership.js';
import { BOUNDARY, readsOnly, via } from './via.js';

/** A thread or process that serves both. */
export const gradeController: Grader = ({ a, b }, component) => {
  const { controllerKind, facts } = component.subject as Controller;
  const isCard = controllerKind === 'dpu';
  const isKernel = controllerKind === 'vhost-kernel' || controllerKind === 'vios';
  const what = isCard
    ? 'one process on the cores of the card'
    : controllerKind === 'vios'
      ? 'one service partition'
      : isKernel
        ? 'the host kernel'
        : 'one process';
  const recovers = controllerKind === 'vhost-user' && facts.serverMode.state === 'known' && !facts.serverMode.value;
  return [
    {
      axis: 'security',
      about: 'software',
      interval: exactly(isKernel ? S.kernel : S.process),
      reason: `${what} reads the requests of both`,
    },
    outage(
      a,
      b,
      component,
      recovers ? `${nameOf(b)} reconnects when ${component.entity} is back` : `a failure or restart of ${component.entity} interrupts both`,
      recovers,
    ),
    loadCause(a, b, component, { about: 'core' }),
  ];
};

/** A drive: what the aggressor has to get past to reach it, and who waits for whom. */
export const gradeDrive: Grader = ({ a, b }, component) => {
  const device = component.subject as Device;
  const owner = ownerCauses(a, b, device, component.entity);
  const weakest = a.roots.reduce<Root | undefined>(
    (worst, root) => (worst === undefined || BOUNDARY[via(root)].rank > BOUNDARY[via(worst)].rank ? root : worst),
    undefined,
  );
  const way = weakest === undefined ? 'kernel' : via(weakest);
  const causes: Cause[] = [
    ...owner,
    {
      axis: 'security',
      about: way === 'device' ? 'firmware' : 'software',
      interval: exactly(BOUNDARY[way].rank),
      reason: b.roots.every((root) => via(root) === way)
        ? `${BOUNDARY[way].words} keeps the data of both apart on ${component.entity}`
        : `${BOUNDARY[way].words} stands between ${nameOf(a)} and the data of ${nameOf(b)} on ${component.entity}`,
    },
    outage(a, b, component, `a failure of ${component.entity} interrupts both`),
  ];
  const sets = separateSets(a, b);
  if (owner.some(({ axis }) => axis === 'performance')) return causes;
  if (sets === true)
    causes.push({
      axis: 'performance',
      about: 'media',
      interval: exactly(P.dedicated),
      reason: 'namespaces of each are in NVM sets of their own',
    });
  else causes.push(loadCause(a, b, component, { about: 'media', scheduler: weightsOf(device, a, b) }));
  return causes;
};

/** Whether both have namespaces in NVM sets of their own; a set divides the dies of a drive. */
function separateSets(a: Hold, b: Hold): boolean {
  const setsOf = (hold: Hold) =>
    hold.roots.map(({ device }) => {
      const namespace = device === undefined ? undefined : valueOf(device.facts.media)?.as('namespace');
      return namespace === undefined ? undefined : valueOf(namespace.facts.nvmSet);
    });
  const [ours, theirs] = [setsOf(a), setsOf(b)];
  return [...ours, ...theirs].every((set) => set !== undefined) && !ours.some((set) => theirs.includes(set));
}

/** BFQ shares a disk by the weights of its users. */
function weightsOf(device: Device, a: Hold, b: Hold): string | undefined {
  const schedulers = [...a.roots, ...b.roots].map((root) => {
    const medium = root.device === undefined ? undefined : valueOf(root.device.facts.media)?.as('namespace', 'volume', 'device');
    return valueOf(medium === undefined ? device.facts.scheduler : stated(medium.facts.scheduler, device.facts.scheduler));
  });
  return schedulers.length > 0 && schedulers.every((scheduler) => scheduler === 'bfq') ? 'the weights of the BFQ scheduler' : undefined;
}

/** What somebody wrote before what is assumed. */
function stated(own: Fact<string>, other: Fact<string>): Fact<string> {
  return own.state === 'known' || other.state === 'unknown' ? own : other;
}

export const gradeStorageAdapter: Grader = ({ a, b }, component) => [
  ...ownerCauses(a, b, component.subject as Device, component.entity),
  {
    axis: 'security',
    about: 'firmware',
    interval: exactly(S.device),
    reason: `the firmware of ${component.entity} serves the disks of both`,
  },
  outage(a, b, component, `a failure of ${component.entity} interrupts both`),
  loadCause(a, b, component, { about: 'link' }),
];

/** Nested directories meet in the outer one, if one of the two has that one itself. */
export const gradeDirectory: Grader = ({ a, b }, component) => {
  const isOwn = (hold: Hold) => hold.roots.some(({ device }) => device !== undefined && directoryOf(device) === component.subject);
  if (!isOwn(a) && !isOwn(b)) return [];
  const all = [...a.roots, ...b.roots];
  const isReadOnly = all.every(({ device }) => device !== undefined && readsOnly(device));
  return [
    {
      axis: 'security',
      about: 'state',
      interval: exactly(isReadOnly ? S.weakened : S.none),
      reason: isReadOnly
        ? `both read ${component.subject as string} through one page cache`
        : `both mount ${component.subject as string}, and one of them can write it`,
    },
    outage(a, b, component, `a failure of what holds ${component.subject as string} interrupts both`),
    loadCause(a, b, component, { about: 'media' }),
  ];
};

export const gradeSharedMemory: Grader = ({ a, b }, component) => [
  {
    axis: 'security',
    about: 'state',
    interval: exactly(S.none),
    reason: `${nameOf(a)} and ${nameOf(b)} map the same memory, ${component.subject as string}`,
  },
];
