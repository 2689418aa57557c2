import type { Controller } from '../../core/model/controller.js';
import type { Device, Namespace } from '../../core/model/device.js';
import { type Fact, valueOf } from '../../core/model/fact.js';
import { namedControllers, type VirtualDevice } from '../../core/model/virtual-device.js';
import type { Volume } from '../../core/model/volume.js';
import { between, exactly, type Interval, P, S } from '../grade.js';
import type { Hold } from '../graph/reach.js';
import type { Root } from '../graph/root.js';
import { directoryOf } from '../graph/roots.js';
import { type Cause, nameOf, remembered } from './cause.js';
import { outage } from './fault.js';
import type { Grader } from './grader.js';
import { loadCause } from './load.js';

/** A thread or process that serves both. */
export const gradeController: Grader = ({ a, b }, component) => {
  const { controllerKind, facts } = component.subject as Controller;
  const isHardware = controllerKind === 'dpu';
  const isKernel = controllerKind === 'vhost-kernel' || controllerKind === 'vios';
  const what = isHardware
    ? 'the software of the card'
    : controllerKind === 'vios'
      ? 'one service partition'
      : isKernel
        ? 'the host kernel'
        : 'one process';
  const recovers = controllerKind === 'vhost-user' && facts.serverMode.state === 'known' && !facts.serverMode.value;
  return [
    {
      axis: 'security',
      about: isHardware ? 'firmware' : 'software',
      interval: exactly(isHardware ? S.device : isKernel ? S.kernel : S.process),
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

/** What is stored: whether both have the same bytes, and what keeps their images apart if not. */
export const gradeStore: Grader = ({ a, b }, component) => {
  const medium = component.subject as Namespace | Volume | Device;
  let worst: Bytes | undefined;
  for (const x of kindsOf(a)) {
    for (const y of kindsOf(b)) {
      const found = sameBytes(x, y, medium);
      if (
        worst === undefined ||
        found.interval.worst > worst.interval.worst ||
        (found.interval.worst === worst.interval.worst && found.interval.best > worst.interval.best)
      )
        worst = found;
    }
  }
  const causes: Cause[] = [];
  if (worst !== undefined) {
    const { interval, reason, of } = worst;
    const open = interval.best < interval.worst ? [{ entity: of.device?.path ?? '', property: 'image' }] : [];
    causes.push({ axis: 'security', about: 'state', interval, reason: reason(), open });
  }
  causes.push(outage(a, b, component, `a failure of ${component.entity} interrupts both`));
  if (medium.kind === 'volume' && valueOf(medium.facts.kind) === 'remote') {
    const rate = valueOf(medium.facts.rate);
    const bits = rate === undefined ? undefined : rate.base === 'bit/s' ? rate.value : rate.base === 'B/s' ? rate.value * 8 : undefined;
    causes.push(loadCause(a, b, component, { about: 'media', capacity: { bitsPerSec: bits, opsPerSec: undefined } }));
  }
  return causes;
};

/** One disk for each way of having the data. */
const kindsOf = remembered(({ roots }: Hold): readonly Root[] => {
  const kinds = new Map<string, Root>();
  for (const root of roots) {
    const key = root.device === undefined ? undefined : `${dataKey(root.device)} ${via(root)}`;
    if (key !== undefined && !kinds.has(key)) kinds.set(key, root);
  }
  return [...kinds.values()];
});

function dataKey({ facts }: VirtualDevice): string {
  return `${valueOf(facts.image)} ${valueOf(facts.size)} ${valueOf(facts.readonly)} ${valueOf(facts.shareable)}`;
}

/** Volumes that images are cut from: each disk on one has its own bytes unless it says otherwise. */
const POOLS: ReadonlySet<string> = new Set(['filesystem', 'lvm', 'zfs']);

/** How far the data of two disks are apart. There are as many as pairs of disks, so only one of them is put into words. */
interface Bytes {
  readonly of: Root;
  readonly interval: Interval;
  readonly reason: () => string;
}

function sameBytes(x: Root, y: Root, medium: Namespace | Volume | Device): Bytes {
  const [a, b] = [x.device as VirtualDevice, y.device as VirtualDevice];
  const boundary = BOUNDARY[via(x)];
  const bytes = (interval: Interval, reason: () => string): Bytes => ({ of: x, interval, reason });
  const names = () => [x.path, y.path].sort().join(' and ');
  const apart = () => bytes(exactly(boundary.rank), () => `${boundary.words} keeps the images of ${names()} apart`);
  const isWritten = valueOf(a.facts.readonly) !== true || valueOf(b.facts.readonly) !== true;
  const writer = () => (valueOf(a.facts.readonly) === true ? y.path : x.path);
  const reasonSame = () =>
    isWritten ? `${names()} have the same data, and ${writer()} can write it` : `${names()} read the same data, and neither can write it`;
  const rankSame = isWritten ? S.none : S.device;
  const same = () => bytes(exactly(rankSame), reasonSame);
  const open = () =>
    bytes(between(boundary.rank, rankSame), () => `nobody states which images they have; if it is the same one, ${reasonSame()}`);
  const [imageA, imageB] = [valueOf(a.facts.image), valueOf(b.facts.image)];
  if (imageA !== undefined && imageB !== undefined) return imageA === imageB ? same() : apart();
  if (valueOf(a.facts.shareable) === true && valueOf(b.facts.shareable) === true) return same();
  const kind = medium.kind === 'volume' ? valueOf(medium.facts.kind) : undefined;
  if (POOLS.has(kind ?? '') || isSlice(a, medium) || isSlice(b, medium)) return apart();
  // A namespace, LUN or disk without images on it is handed over as it is.
  if (medium.kind !== 'volume') return same();
  return kind === 'remote' || medium.facts.kind.state !== 'known' ? open() : same();
}

/** It sees less than all of the medium, so it has a part of it. */
function isSlice({ facts }: VirtualDevice, medium: Namespace | Volume | Device): boolean {
  const [own, whole] = [valueOf(facts.size), valueOf(medium.facts.size)];
  return own !== undefined && whole !== undefined && own < whole;
}

type Via = 'kernel' | 'process' | 'device';

const BOUNDARY: Readonly<Record<Via, { rank: number; words: string }>> = {
  kernel: { rank: S.kernel, words: 'the block layer of the host' },
  process: { rank: S.process, words: 'the process that drives the medium' },
  device: { rank: S.device, words: 'the device' },
};

/** What stands between a disk of a guest and the drive. */
export function via({ device, pf, held }: Root): Via {
  if (pf !== undefined || held.some((member) => member.kind !== 'pcie-port' && device?.technique?.name !== 'nvme-namespace'))
    return 'device';
  if (device === undefined) return 'kernel';
  const kind = namedControllers(device)[0]?.as('controller')?.controllerKind;
  if (kind === 'dpu' || valueOf(device.facts.backend) === 'vdpa') return 'device';
  if (kind === 'vhost-user' || valueOf(device.facts.backend) === 'vhost-user' || device.technique?.name === 'nvme-namespace')
    return 'process';
  return 'kernel';
}

/** A drive: what the aggressor has to get past to reach it, and who waits for whom. */
export const gradeDrive: Grader = ({ a, b }, component) => {
  const device = component.subject as Device;
  const weakest = a.roots.reduce<Root | undefined>(
    (worst, root) => (worst === undefined || BOUNDARY[via(root)].rank > BOUNDARY[via(worst)].rank ? root : worst),
    undefined,
  );
  const way = weakest === undefined ? 'kernel' : via(weakest);
  const causes: Cause[] = [
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
  const isReadOnly = all.every(({ device }) => device !== undefined && valueOf(device.facts.readonly) === true);
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
