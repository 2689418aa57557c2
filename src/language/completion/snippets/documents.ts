import { hole, type Snippet } from '../snippet.js';
import { bridgeHost, sriovHost } from './hosts.js';
import type { EntitySnippet } from './names.js';

/** Whole documents, for a file that is empty. Their label begins with what the message about empty files says to type. */
export function documentSnippets(): EntitySnippet[] {
  const webGuests = [
    '"web": {',
    '\t"count": 2, "tenant": "blue", "vcpus": 2, "memory": "4 GiB",',
    '\t"devices": { "eth0": { "technique": "virtio-net", "backend": "vhost-net", "connect": "br0" } }',
    '}',
  ].join('\n\t\t');
  const vnf = [
    '"vnf": {',
    '\t"tenant": "blue", "vcpus": 4, "memory": "8 GiB",',
    '\t"devices": { "eth0": { "technique": "sriov-vf", "from": "nic0/p0", "spoofCheck": true } }',
    '}',
  ].join('\n\t\t');
  return [
    {
      label: 'iovt: host with a bridge',
      detail: 'a host, two virtual machines, traffic and an objective',
      id: '',
      value: document(hole(1, 'two virtual machines on a bridge'), bridgeHost(webGuests), [
        '"workloads": { "out": { "from": "web[*]/eth0", "to": "tor", "size": "1500 B", "rate": "1 Gbit/s" } },',
        '"objectives": { "tail": { "metric": "latency.p99", "of": "out", "max": "500 us" } }',
      ]),
    },
    {
      label: 'iovt: host with SR-IOV',
      detail: 'a host, a virtual machine with a VF, traffic',
      id: '',
      value: document(hole(1, 'a virtual machine with a VF'), sriovHost(vnf), [
        '"workloads": { "out": { "from": "vnf/eth0", "to": "tor", "size": "1500 B", "rate": "10 Gbit/s" } }',
      ]),
    },
    {
      label: 'iovt: empty topology',
      detail: 'only the frame',
      id: '',
      value: `{\n\t"iovt": "1",\n\t"name": "${hole(1, 'my design')}",\n\t"hosts": {\n\t\t$0\n\t}\n}\n`,
    },
  ];
}

function document(name: Snippet, host: Snippet, rest: readonly Snippet[]): Snippet {
  return [
    '{',
    '\t"iovt": "1",',
    `\t"name": "${name}",`,
    '\t"tenants": { "blue": { "trust": "untrusted" } },',
    '\t"hosts": {',
    `\t\t"h1": ${host.replace(/\n/g, '\n\t\t')}`,
    '\t},',
    '\t"networks": { "tor": { "uplinks": ["h1/nic0/p0"], "rate": "100 Gbit/s" } },',
    ...rest.map((line) => `\t${line}`),
    '}',
    '',
  ].join('\n');
}
