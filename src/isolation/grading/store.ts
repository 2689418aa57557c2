import type { Device, Namespace } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { VirtualDevice } from '../../core/model/virtual-device.js';
import type { Volume } from '../../core/model/volume.js';
import { between, exactly, type Interval, S } from '../grade.js';
import type { Hold } from '../graph/reach.js';
import type { Root } from '../graph/root.js';
import { directoryOf } from '../graph/roots.js';
import { type Cause, type OpenFact, remembered } from './cause.js';
import { outage } from './fault.js';
import type { Grader } from './grader.js';
import { loadCause } from './load.js';
import { BOUNDARY, readsOnly, via } from './via.js';

type Medium = Namespace | Volume | Device;

/** What is stored: whether both have the same bytes, and what keeps their images apart if not. */
export const gradeStore: Grader = ({ a, b }, component) => {
  const medium = component.subject as Medium;
  const [ours, theirs] = [disksOn(a), disksOn(b)];
  // What stands on a drive in two namespaces meets in the drive.
  if (medium.kind !== 'volume' && !ours.own && !theirs.own) return [];
  let worst: Bytes | undefined;
  for (const x of ours.kinds) {
    for (const y of theirs.kinds) {
      const found = x.isOwn || y.isOwn ? sameBytes(x, y, medium) : standApart(x, y, medium);
      if (worst === undefined || isWorse(found.interval, worst.interval)) worst = found;
    }
  }
  const causes: Cause[] = [];
  if (worst !== undefined) {
    const { interval, reason, open } = worst;
    causes.push({ axis: 'security', about: 'state', interval, reason: reason(), open: interval.best < interval.worst ? [open()] : [] });
  }
  causes.push(outage(a, b, component, `a failure of ${component.entity} interrupts both`));
  if (medium.kind === 'volume' && valueOf(medium.facts.kind) === 'remote') {
    const rate = valueOf(medium.facts.rate);
    const bits = rate === undefined ? undefined : rate.base === 'bit/s' ? rate.value : rate.base === 'B/s' ? rate.value * 8 : undefined;
    causes.push(loadCause(a, b, component, { about: 'media', capacity: { bitsPerSec: bits, opsPerSec: undefined } }));
  }
  return causes;
};

function isWorse(x: Interval, y: Interval): boolean {
  return x.worst > y.worst || (x.worst === y.worst && x.best > y.best);
}

/** A way of having data of the medium: as the medium of the disk, or as one that stands on it. */
interface Disk {
  readonly root: Root;
  readonly device: VirtualDevice;
  readonly isOwn: boolean;
}

/** One disk for each way of having the data. */
const disksOn = remembered(({ roots, component }: Hold): { readonly kinds: readonly Disk[]; readonly own: boolean } => {
  const kinds = new Map<string, Disk>();
  let own = false;
  for (const root of roots) {
    const { device } = root;
    if (device === undefined) continue;
    const isOwn = mediumOf(device) === component.subject;
    own ||= isOwn;
    const key = `${isOwn} ${dataKey(device)} ${via(root)}`;
    if (!kinds.has(key)) kinds.set(key, { root, device, isOwn });
  }
  return { kinds: [...kinds.values()], own };
});

function mediumOf({ facts }: VirtualDevice): Medium | undefined {
  return valueOf(facts.media)?.as('namespace', 'volume', 'device');
}

function dataKey(device: VirtualDevice): string {
  const { image, size, shareable } = device.facts;
  return `${valueOf(image)} ${valueOf(size)} ${readsOnly(device)} ${valueOf(shareable)} ${directoryOf(device)}`;
}

/** Volumes that images are cut from: each disk on one has its own bytes unless it says otherwise. */
const POOLS: ReadonlySet<string> = new Set(['filesystem', 'lvm', 'zfs']);

/** How far the data of two disks are apart. There are as many as pairs of disks, so only one of them is put into words. */
interface Bytes {
  readonly interval: Interval;
  readonly reason: () => string;
  /** What would decide it. */
  readonly open: () => OpenFact;
}

/** Both have volumes that stand on this one. */
function standApart(x: Disk, y: Disk, medium: Medium): Bytes {
  const { rank, words } = BOUNDARY[via(x.root)];
  const reason = () => `${words} keeps what ${pathsOf(x, y)} have on ${medium.path} apart`;
  return { interval: exactly(rank), reason, open: () => imageOf(x) };
}

const pathsOf = (x: Disk, y: Disk) => [x.root.path, y.root.path].sort().join(' and ');
const imageOf = ({ device }: Disk): OpenFact => ({ entity: device.path, property: 'image' });

function sameBytes(x: Disk, y: Disk, medium: Medium): Bytes {
  const [a, b] = [x.device, y.device];
  const boundary = BOUNDARY[via(x.root)];
  const names = () => pathsOf(x, y);
  const isWritten = !readsOnly(a) || !readsOnly(b);
  const rankSame = isWritten ? S.none : S.device;
  const written = () =>
    isWritten
      ? `${names()} have the same data, and ${readsOnly(a) ? y.root.path : x.root.path} can write it`
      : `${names()} read the same data, and neither can write it`;
  const inside = () => {
    const [whole, part] = x.isOwn ? [x, y] : [y, x];
    return `${whole.root.path} has every block of ${medium.path}, and with it what ${part.root.path} has there`;
  };
  const reasonSame = x.isOwn && y.isOwn ? written : inside;
  const bytes = (interval: Interval, reason: () => string, open = () => imageOf(x)): Bytes => ({ interval, reason, open });
  const apart = () => bytes(exactly(boundary.rank), () => `${boundary.words} keeps the images of ${names()} apart`);
  const same = (reason = reasonSame) => bytes(exactly(rankSame), reason);
  const maybe = (reason: () => string, open?: () => OpenFact) => bytes(between(boundary.rank, rankSame), reason, open);

  const [dirA, dirB] = [directoryOf(a), directoryOf(b)];
  if (dirA !== undefined && dirB !== undefined) return areNested(dirA, dirB) ? same(written) : apart();
  const [imageA, imageB] = [valueOf(a.facts.image), valueOf(b.facts.image)];
  if (imageA !== undefined && imageB !== undefined && x.isOwn && y.isOwn) return imageA === imageB ? same(written) : apart();
  if (x.isOwn && y.isOwn && valueOf(a.facts.shareable) === true && valueOf(b.facts.shareable) === true) return same(written);
  const [partA, partB] = [partOf(x, medium), partOf(y, medium)];
  // A part is apart from what lies beside it; whoever has the whole has the part as well.
  if (partA === true && partB === true) return apart();
  if (partA === false || partB === false) return same();
  const undecided = partA === undefined ? x : y;
  return medium.kind === 'volume'
    ? maybe(
        () => `nobody states which images they have; if it is the same one, ${reasonSame()}`,
        () => imageOf(undecided),
      )
    : maybe(
        () => `nobody states the size of ${medium.path}; if ${undecided.root.path} has all of it, ${reasonSame()}`,
        () => ({ entity: medium.path, property: 'size' }),
      );
}

/** Whether a disk has only a part of the medium: an image, a smaller size, a volume cut from a pool, something that stands on it. */
function partOf({ device, isOwn }: Disk, medium: Medium): boolean | undefined {
  const { image, size } = device.facts;
  if (!isOwn || valueOf(image) !== undefined || directoryOf(device) !== undefined) return true;
  if (medium.kind === 'volume') {
    const kind = valueOf(medium.facts.kind) ?? '';
    if (POOLS.has(kind)) return true;
    if (kind === 'remote' || medium.facts.kind.state !== 'known') return isSmaller(size, medium) === true ? true : undefined;
  }
  // A namespace, LUN or disk without images on it is handed over as it is.
  const smaller = isSmaller(size, medium);
  return smaller === undefined && valueOf(size) !== undefined ? undefined : smaller === true;
}

/** It sees less than all of the medium, so it has a part of it. Undefined where one of the two sizes is not known. */
function isSmaller(size: VirtualDevice['facts']['size'], medium: Medium): boolean | undefined {
  const [own, whole] = [valueOf(size), valueOf(medium.facts.size)];
  return own === undefined || whole === undefined ? undefined : own < whole;
}

export function areNested(one: string, other: string): boolean {
  const within = (inner: string, outer: string) => inner === outer || inner.startsWith(outer.endsWith('/') ? outer : `${outer}/`);
  return within(one, other) || within(other, one);
}
