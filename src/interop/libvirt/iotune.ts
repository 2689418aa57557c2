import { DraftObject } from '../draft.js';
import { bytes, bytesPerSec, iops } from '../quantities.js';
import type { XmlElement } from '../xml/element.js';
import type { DomainContext } from './context.js';
import { numberText } from './values.js';

/**
 * `iotune` of a disk: the leaky buckets of QEMU. A burst is given as a rate and the seconds it may last; the language
 * counts what may pass at once, which is their product (QEMU docs/throttle.txt).
 */
export function limitOf(context: DomainContext, disk: XmlElement, path: string): DraftObject | undefined {
  const { log } = context;
  const tune = disk.child('iotune');
  const limit = new DraftObject();
  if (tune !== undefined) {
    const value = (name: string) => {
      const number = numberText(tune.child(name), log);
      return number === undefined || number <= 0 ? undefined : number;
    };
    const format = (name: string, print: (n: number) => string) => {
      const number = value(name);
      return number === undefined ? undefined : print(number);
    };
    limit.set('rate', format('total_bytes_sec', bytesPerSec));
    limit.set('readRate', format('read_bytes_sec', bytesPerSec)).set('writeRate', format('write_bytes_sec', bytesPerSec));
    limit.set('iops', format('total_iops_sec', iops));
    limit.set('readIops', format('read_iops_sec', iops)).set('writeIops', format('write_iops_sec', iops));
    const burst = burstOf('total_bytes_sec', value);
    if (burst !== undefined && limit.has('rate')) limit.set('burst', bytes(burst));
    const operations = burstOf('total_iops_sec', value);
    if (operations !== undefined && limit.has('iops')) limit.set('iopsBurst', Math.round(operations));
    for (const name of ['read_bytes_sec', 'write_bytes_sec', 'read_iops_sec', 'write_iops_sec']) {
      const own = burstOf(name, value);
      if (own !== undefined)
        log.reduce(tune, `A burst of ${name.replace(/_/g, ' ').replace(' sec', '')} (${own}) of ${path} is not modelled`, path);
    }
    limit.set('iopsSize', format('size_iops_sec', bytes));
    limit.set('group', tune.child('group_name')?.content());
    if (!limit.isEmpty) limit.set('by', 'qemu');
  }
  return limit.isEmpty ? cgroupLimit(context, disk) : limit;
}

/** Rate of a burst times its length, one second where none is given. */
function burstOf(name: string, value: (name: string) => number | undefined): number | undefined {
  const most = value(`${name}_max`);
  const seconds = value(`${name}_max_length`) ?? 1;
  return most === undefined ? undefined : most * seconds;
}

const cgroupsOf = new WeakMap<XmlElement, ReadonlyMap<string, XmlElement>>();

/** Entries of `blkiotune` by the path of the device of the host that they are about. */
function cgroupEntries(domain: XmlElement): ReadonlyMap<string, XmlElement> {
  let entries = cgroupsOf.get(domain);
  if (entries === undefined) {
    const devices = domain.child('blkiotune')?.children('device') ?? [];
    entries = new Map(devices.flatMap((device) => [[device.child('path')?.content() ?? '', device] as const]));
    cgroupsOf.set(domain, entries);
  }
  return entries;
}

/** Limits of the guest's control group (io.max) on the medium of a disk. */
function cgroupLimit({ domain, log }: DomainContext, disk: XmlElement): DraftObject | undefined {
  const source = disk.child('source');
  const device = cgroupEntries(domain).get(source?.attr('file') ?? source?.attr('dev') ?? '');
  if (device === undefined) return undefined;
  const limit = new DraftObject();
  const set = (key: string, name: string, print: (n: number) => string) => {
    const number = numberText(device.child(name), log);
    if (number !== undefined && number > 0) limit.set(key, print(number));
  };
  set('readRate', 'read_bytes_sec', bytesPerSec);
  set('writeRate', 'write_bytes_sec', bytesPerSec);
  set('readIops', 'read_iops_sec', iops);
  set('writeIops', 'write_iops_sec', iops);
  return limit.isEmpty ? undefined : limit.set('by', 'cgroup');
}

/**
 * What the guest's control group is given of disks of the host, where the design cannot have it: a weight, and limits on a
 * device that is no source of a disk, such as the drive below a volume. They decide who waits for whom, so each is said.
 */
export function noteCgroupRest({ domain, log, path }: DomainContext): void {
  const weight = domain.descend('blkiotune', 'weight');
  if (weight !== undefined) log.reduce(weight, `The block I/O weight ${weight.content()} of ${path} is not modelled`, path);
  const disks = domain.child('devices')?.children('disk') ?? [];
  const sources = new Set(disks.map((disk) => disk.child('source')?.attr('file') ?? disk.child('source')?.attr('dev')));
  for (const [device, entry] of cgroupEntries(domain)) {
    if (sources.has(device)) continue;
    log.reduce(entry, `Block I/O limits or weight of ${path} on ${device} are left out: no disk of it has that as its source`, path);
    entry.setAside();
  }
}
