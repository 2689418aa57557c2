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
 */
export function operationSizes(
  workload: Workload,
  kind: 'packet' | 'io' | 'job',
  members: number,
  cache: HostCache | undefined,
): Operation[] {
  const sizes = sizesOf(workload, kind);
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
