import type { Workload } from '../../core/model/document.js';
import { valueOf } from '../../core/model/fact.js';
import type { Operation } from '../../techniques/stage.js';
import type { HostCache } from '../../techniques/technique.js';
import { MIN_FRAME_BYTES } from './frames.js';

/** The usual mix of Internet packet sizes, 7:4:1. Source: Agilent "simple IMIX" as CSIT and others use it. */
const IMIX = [
  { size: 64, share: 7 },
  { size: 570, share: 4 },
  { size: 1518, share: 1 },
];

/** Where a workload does not say: a full Ethernet frame, a page, a megabyte of data for an accelerator. */
const DEFAULT_BYTES = { packet: 1518, io: 4096, job: 1 << 20 };

/**
 * The kinds of operation a workload consists of, with their shares: sizes, reads and writes, hits of the page cache, and
 * the members of a volume they spread over.
 *
 * @param recorded sizes of a recording, which come before those that the workload states
 */
export function operationSizes(
  workload: Workload,
  kind: 'packet' | 'io' | 'job',
  members: number,
  cache: HostCache | undefined,
  recorded?: readonly number[],
): Operation[] {
  const sizes = recorded === undefined || kind === 'job' ? sizesOf(workload, kind) : mixOf(recorded);
  if (kind === 'packet') return sizes.map(({ size, share }) => ({ kind, sizeBytes: Math.max(MIN_FRAME_BYTES, size), share }));
  if (kind === 'job') return sizes.map(({ size, share }) => ({ kind, sizeBytes: size, share }));
  const reads = valueOf(workload.facts.read) ?? 1;
  const { readHitRatio, absorbsWrites } = cache ?? { readHitRatio: 0, absorbsWrites: false };
  const operations = sizes.flatMap(({ size, share }): Operation[] => [
    { kind: 'read', sizeBytes: size, share: share * reads * readHitRatio, isCached: true },
    ...spread({ kind: 'read', sizeBytes: size, share: share * reads * (1 - readHitRatio) }, members),
    ...(absorbsWrites
      ? [{ kind: 'write' as const, sizeBytes: size, share: share * (1 - reads), isCached: true }]
      : spread({ kind: 'write', sizeBytes: size, share: share * (1 - reads) }, members)),
  ]);
  return operations.filter((operation) => operation.share > 0);
}

/** Sizes of a recording that are told apart; of more, each stands for those near it. */
const MAX_RECORDED = 64;

/** The sizes of a recording and how often each occurs. Where there are many, equal parts of all arrivals share their mean. */
function mixOf(recorded: readonly number[]): { size: number; share: number }[] {
  const counts = new Map<number, number>();
  for (const size of recorded) counts.set(Math.max(1, size), (counts.get(Math.max(1, size)) ?? 0) + 1);
  if (counts.size <= MAX_RECORDED) return [...counts].map(([size, share]) => ({ size, share })).sort((a, b) => a.size - b.size);
  const sorted = Float64Array.from(recorded, (size) => Math.max(1, size)).sort();
  return Array.from({ length: MAX_RECORDED }, (_, i) => {
    const part = sorted.subarray(Math.floor((i * sorted.length) / MAX_RECORDED), Math.floor(((i + 1) * sorted.length) / MAX_RECORDED));
    return { size: part.reduce((sum, size) => sum + size, 0) / part.length, share: part.length };
  });
}

/** Whether some of its packets are shorter than any frame. */
export function hasRunts(workload: Workload): boolean {
  return sizesOf(workload, 'packet').some(({ size }) => size < MIN_FRAME_BYTES);
}

function spread(operation: Operation, members: number): Operation[] {
  if (members < 2) return [operation];
  return Array.from({ length: members }, (_, member) => ({ ...operation, member, share: operation.share / members }));
}

function sizesOf(workload: Workload, kind: 'packet' | 'io' | 'job'): { size: number; share: number }[] {
  const stated = valueOf(workload.facts.size);
  if (kind === 'job')
    return [{ size: valueOf(workload.facts.transfer) ?? (typeof stated === 'number' ? stated : DEFAULT_BYTES.job), share: 1 }];
  if (stated === 'imix') return IMIX;
  if (typeof stated === 'number') return [{ size: stated, share: 1 }];
  if (Array.isArray(stated)) {
    const mix = (
      stated as readonly { size: Parameters<typeof valueOf<number>>[0]; share: Parameters<typeof valueOf<number>>[0] }[]
    ).flatMap((entry) => {
      const size = valueOf(entry.size);
      return size === undefined ? [] : [{ size, share: valueOf(entry.share) ?? 1 }];
    });
    if (mix.length > 0) return mix;
  }
  return [{ size: DEFAULT_BYTES[kind], share: 1 }];
}
