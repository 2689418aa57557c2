import { profileCatalog } from '../../../catalog/profiles/index.js';
import { hole, type Snippet } from '../snippet.js';
import type { EntitySnippet } from './names.js';

interface HostParts {
  readonly nic: Snippet;
  readonly vswitch: Snippet;
  readonly memory?: Snippet;
  readonly guests?: Snippet;
}

/** Whole servers. */
export function hostSnippets(): EntitySnippet[] {
  return [
    { label: 'host with a bridge', detail: 'KVM, NIC, NVMe, Linux bridge', id: 'h1', value: bridgeHost('$0') },
    { label: 'host with SR-IOV', detail: 'KVM, NIC with VFs, NVMe', id: 'h1', value: sriovHost('$0') },
    { label: 'host with OVS-DPDK', detail: 'KVM, NIC, NVMe, huge pages, polling switch', id: 'h1', value: dpdkHost('$0') },
    {
      label: 'empty host',
      detail: 'a server to fill in',
      id: 'h1',
      value: `{\n\t"hypervisor": "${hole(2, 'kvm', 'xen', 'esxi', 'hyperv', 'powervm', 'container')}"$0\n}`,
    },
  ];
}

export function bridgeHost(guests: Snippet): Snippet {
  return host({ nic: '', vswitch: '"kind": "linux-bridge", "uplinks": ["nic0/p0"]', guests });
}

export function sriovHost(guests: Snippet): Snippet {
  return host({ nic: `, "sriov": { "vfs": ${hole(6, '16')} }`, vswitch: '"kind": "linux-bridge", "uplinks": ["nic0/p0"]', guests });
}

export function dpdkHost(guests: Snippet): Snippet {
  return host({
    nic: '',
    vswitch: `"kind": "ovs-dpdk", "uplinks": ["nic0/p0"], "cpus": "${hole(6, '2-3')}"`,
    memory: ', "hugepages": { "1 GiB": 64 }',
    guests,
  });
}

function host({ nic, vswitch, memory = '', guests = '' }: HostParts): Snippet {
  const [cpus, clock, size, bandwidth] = [hole(2, '0-31'), hole(3, '2.9 GHz'), hole(4, '256 GiB'), hole(5, '170 GB/s')];
  return [
    '{',
    '\t"hypervisor": "kvm",',
    '\t"iommu": { "state": "on", "interruptRemapping": true },',
    '\t"numa": {',
    `\t\t"n0": { "cpus": "${cpus}", "clock": "${clock}", "memory": "${size}", "memoryBandwidth": "${bandwidth}"${memory} }`,
    '\t},',
    '\t"pcie": {',
    '\t\t"rp0": { "kind": "root-port", "numa": "n0", "link": "gen4 x16", "acs": true },',
    '\t\t"rp1": { "kind": "root-port", "numa": "n0", "link": "gen4 x4", "acs": true }',
    '\t},',
    '\t"devices": {',
    `\t\t"nic0": { "profile": "${profileFor('nic')}", "at": "rp0"${nic} },`,
    `\t\t"ssd0": { "profile": "${profileFor('nvme')}", "at": "rp1", "namespaces": { "ns1": { "size": "1 TB" } } }`,
    '\t},',
    `\t"switches": { "br0": { ${vswitch} } },`,
    '\t"guests": {',
    `\t\t${guests}`,
    '\t}',
    '}',
  ].join('\n');
}

/** A well-known card of a kind: of those of the catalogue the first with two ports, else the first. */
function profileFor(kind: string): string {
  const values = profileCatalog.names.map((name) => [name, profileCatalog.node(name)?.value as { kind?: string; ports?: object }] as const);
  const fitting = values.filter(([, value]) => value.kind === kind);
  const [name] = fitting.find(([, { ports = {} }]) => Object.keys(ports).length === 2) ?? fitting[0] ?? [''];
  return name;
}
