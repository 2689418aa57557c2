import { hole } from '../snippet.js';
import type { EntitySnippet, Names } from './names.js';

/** Traffic and I/O between what the design has. */
export function workloadSnippets(names: Names): EntitySnippet[] {
  const carrying = (what: 'network' | 'storage') =>
    names.of(['virtual-device'], (each) => each.kind === 'virtual-device' && each.technique?.carries.includes(what) === true);
  const nics = carrying('network');
  const disks = carrying('storage');
  const networks = names.of(['network']);
  const near = hole(2, ...(nics.length === 0 ? ['vm/eth0'] : nics));
  const far = hole(3, ...[...networks, ...nics.slice(1), ...(networks.length === 0 && nics.length < 2 ? ['tor'] : [])]);
  const disk = hole(2, ...(disks.length === 0 ? ['vm/vda'] : disks));
  return [
    {
      label: 'traffic at a rate',
      detail: 'open loop: packets at a mean rate',
      id: 'traffic',
      value: `{ "from": "${near}", "to": "${far}", "size": "${hole(4, '1500 B', '64 B', 'imix')}", "rate": "${hole(5, '1 Gbit/s')}" }`,
    },
    {
      label: 'as much as passes',
      detail: 'open loop: saturates its path',
      id: 'bulk',
      value: `{ "from": "${near}", "to": "${far}", "size": "1500 B", "rate": "saturate" }`,
    },
    {
      label: 'request and response',
      detail: 'closed loop over the network',
      id: 'requests',
      value: `{ "from": "${near}", "to": "${far}", "size": "128 B", "reply": { "size": "${hole(4, '1500 B')}" }, "depth": ${hole(5, '8')} }`,
    },
    {
      label: 'disk, closed loop',
      detail: 'reads and writes at a queue depth',
      id: 'io',
      value: `{ "on": "${disk}", "size": "4 KiB", "read": ${hole(3, '0.7')}, "access": "${hole(4, 'random', 'sequential')}", "depth": ${hole(5, '16')} }`,
    },
    {
      label: 'disk at a rate',
      detail: 'open loop: I/O at a mean rate',
      id: 'io',
      value: `{ "on": "${disk}", "size": "4 KiB", "read": ${hole(3, '0.7')}, "rate": "${hole(4, '10k IOPS')}" }`,
    },
  ];
}

/** Promises about workloads and tenants of the design. */
export function objectiveSnippets(names: Names): EntitySnippet[] {
  const workload = names.hole(2, ['workload'], 'traffic');
  const metric = hole(3, 'latency.p99', 'latency.p50', 'latency.p99.9', 'latency.mean');
  const [a, b] = names.of(['tenant']);
  const between =
    a === undefined || b === undefined
      ? []
      : [
          {
            label: 'isolation',
            detail: 'two tenants that must be apart',
            id: 'apart',
            value: `{ "isolate": ["${hole(2, a)}", "${hole(3, b)}"], "from": "${hole(4, 'dma', 'l2', 'interrupt', 'state', 'software')}" }`,
          },
          {
            label: 'interference',
            detail: 'what one tenant costs another',
            id: 'quiet',
            value: `{ "metric": "interference", "of": "${hole(2, a)}", "by": "${hole(3, b)}", "max": ${hole(4, '0.2')} }`,
          },
        ];
  return [
    {
      label: 'tail latency',
      detail: 'upper limit of a percentile',
      id: 'tail',
      value: `{ "metric": "${metric}", "of": "${workload}", "max": "${hole(4, '500 us')}" }`,
    },
    {
      label: 'throughput',
      detail: 'lower limit of a rate',
      id: 'rate',
      value: `{ "metric": "throughput", "of": "${workload}", "min": "${hole(3, '1 Gbit/s')}" }`,
    },
    {
      label: 'loss',
      detail: 'upper limit of lost packets',
      id: 'loss',
      value: `{ "metric": "loss", "of": "${workload}", "max": ${hole(3, '0.001')} }`,
    },
    ...between,
  ];
}
