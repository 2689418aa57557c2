import type { NodeKind, SceneNode } from '../scene.js';

/** Kinds of node as people call them. */
const words: Readonly<Record<NodeKind, string>> = {
  host: 'host',
  guest: 'guest',
  'virtual-device': 'virtual device',
  controller: 'virtual I/O controller',
  switch: 'vSwitch',
  vlan: 'VLAN of a vSwitch',
  volume: 'volume',
  function: 'physical function',
  vf: 'virtual function',
  'nic-port': 'NIC port',
  namespace: 'namespace',
  partition: 'GPU instance',
  'mediated-type': 'mediated device type',
  device: 'device',
  'pcie-port': 'PCIe port',
  'numa-node': 'NUMA node',
  cpus: 'CPUs of a NUMA node',
  network: 'network',
  tenant: 'tenant',
  summary: 'summary',
};

/** A node as a sentence for those who do not see it. */
export function speak(node: Omit<SceneNode, 'aria'>, targets: readonly string[]): string {
  const { error, warning } = node.problems;
  const parts = [
    `${node.label}, ${words[node.kind]}`,
    node.count > 1 ? `${node.count} of them` : '',
    node.tenant === null ? '' : `tenant ${node.tenant}`,
    node.tenants.length > 1 ? `used by ${node.tenants.join(' and ')}` : '',
    node.sublabel,
    targets.length === 0 ? '' : `leads to ${targets.slice(0, 4).join(', ')}${targets.length > 4 ? ' and others' : ''}`,
    node.heat === null ? '' : `${Math.round(node.heat * 100)} % busy`,
    node.status,
    node.isBottleneck ? 'bottleneck' : '',
    ...node.marks.map((mark) => mark.text),
    error === 0 ? '' : `${error} ${error === 1 ? 'error' : 'errors'}`,
    warning === 0 ? '' : `${warning} ${warning === 1 ? 'warning' : 'warnings'}`,
    node.isUnused ? 'not used' : '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

export function describeScene(title: string, subtitle: string, nodes: readonly SceneNode[]): string {
  const count = (kind: NodeKind, many: string) => {
    const n = nodes.reduce((sum, node) => sum + (node.kind === kind ? node.count : 0), 0);
    return n === 0 ? [] : [`${n} ${n === 1 ? words[kind] : many}`];
  };
  const parts = [
    ...count('host', 'hosts'),
    ...count('guest', 'guests'),
    ...count('virtual-device', 'virtual devices'),
    ...count('switch', 'vSwitches'),
    ...count('device', 'devices'),
    ...count('network', 'networks'),
  ];
  return `${title}. ${subtitle}.${parts.length === 0 ? '' : ` ${parts.join(', ')}.`}`;
}
