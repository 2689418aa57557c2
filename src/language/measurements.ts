import type { Measurement } from './calibrate.js';

/** Reads what fio and iperf3 write with their JSON options. Anything may be missing: what cannot be used says why. */

type Read = { readonly ok: true; readonly measurements: Measurement[] } | { readonly ok: false; readonly problem: string };
type Json = Readonly<Record<string, unknown>>;

const object = (value: unknown): Json => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {});
const number = (value: unknown): number | undefined => {
  const n = typeof value === 'string' ? Number(value) : value;
  return typeof n === 'number' && Number.isFinite(n) && n >= 0 ? n : undefined;
};

function parse(text: string): unknown {
  // fio writes warnings in front of its JSON.
  const start = text.indexOf('{');
  try {
    return start < 0 ? undefined : JSON.parse(text.slice(start));
  } catch {
    return undefined;
  }
}

/** `fio --output-format=json`: one measurement for each job. */
export function readFio(text: string, source: string, workload: string | undefined): Read {
  const root = object(parse(text));
  const jobs = root['jobs'];
  if (!Array.isArray(jobs)) return { ok: false, problem: 'is not the output of fio --output-format=json: it has no list "jobs"' };
  const general = object(root['global options']);
  const measurements = jobs.flatMap((entry): Measurement[] => {
    const job = object(entry);
    const options = { ...general, ...object(job['job options']) };
    const reads = number(object(job['read'])['iops']) ?? 0;
    const writes = number(object(job['write'])['iops']) ?? 0;
    const total = reads + writes;
    if (total === 0) return [];
    const jobsAtOnce = number(options['numjobs']) ?? 1;
    const depth = (number(options['iodepth']) ?? 1) * jobsAtOnce;
    const pattern = typeof options['rw'] === 'string' ? options['rw'] : '';
    const size = blockSize(options['bs']);
    return [
      {
        source: `fio, ${source}${typeof job['jobname'] === 'string' ? `, job ${job['jobname']}` : ''}`,
        workload,
        kind: 'io',
        opsPerSec: total,
        settings: {
          rate: 'null',
          depth: String(Math.max(1, Math.round(depth))),
          read: String(Number((reads / total).toFixed(4))),
          access: pattern.startsWith('rand') || pattern === '' ? 'random' : 'sequential',
          ...(size === undefined ? {} : { size: JSON.stringify(`${size} B`) }),
        },
      },
    ];
  });
  return measurements.length === 0 ? { ok: false, problem: 'holds no job that did any I/O' } : { ok: true, measurements };
}

/** `4k` is 4096 to fio. */
function blockSize(value: unknown): number | undefined {
  const found = /^\s*(\d+)\s*([kmg]?)i?b?\s*$/i.exec(String(value ?? ''));
  const power = ['', 'k', 'm', 'g'].indexOf((found?.[2] ?? '').toLowerCase());
  return found === null ? undefined : Number(found[1]) * 1024 ** power;
}

/** `iperf3 --json`. */
export function readIperf3(text: string, source: string, workload: string | undefined): Read {
  const root = object(parse(text));
  if (typeof root['error'] === 'string') return { ok: false, problem: `is an iperf3 run that failed: ${root['error']}` };
  const end = object(root['end']);
  const sum = { ...object(end['sum']), ...object(end['sum_received']) };
  const bitsPerSec = number(sum['bits_per_second']);
  if (bitsPerSec === undefined || bitsPerSec === 0)
    return { ok: false, problem: 'is not the output of iperf3 --json: it has no end.sum_received.bits_per_second' };
  const test = object(object(root['start'])['test_start']);
  const protocol = String(test['protocol'] ?? 'TCP').toLowerCase();
  return {
    ok: true,
    measurements: [
      {
        source: `iperf3, ${source}`,
        workload,
        kind: 'packet',
        bitsPerSec,
        settings: {
          rate: 'saturate',
          protocol: protocol === 'udp' ? 'udp' : 'tcp',
          flows: String(Math.max(1, Math.round(number(test['num_streams']) ?? 1))),
        },
      },
    ],
  };
}
