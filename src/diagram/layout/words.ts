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
  let text = `${node.label}, ${words[node.kind]}`;
  if (node.count > 1) text += `, ${node.count} of them`;
  if (node.tenant !== null) text += `, tenant ${node.tenant}`;
  if (node.tenants.length > 1) text += `, used by ${node.tenants.join(' and ')}`;
  if (node.sublabel !== '') text += `, ${node.sublabel}`;
  if (targets.length > 0) text += `, leads to ${targets.slice(0, 4).join(', ')}${targets.length > 4 ? ' and others' : ''}`;
  if (node.heat !== null) text += `, ${Math.round(node.heat * 100)} % busy`;
  if (node.status !== '') text += `, ${node.status}`;
  if (node.isBottleneck) text += ', bottleneck';
  for (const mark of node.marks) text += `, ${mark.text}`;
  if (error > 0) text += `, ${error} ${error === 1 ? 'error' : 'errors'}`;
  if (warning > 0) text += `, ${warning} ${warning === 1 ? 'warning' : 'warnings'}`;
  return node.isUnused ? `${text}, not used` : text;
}

export function describeScene(title: string, subtitle: string, nodes: readonly SceneNode[]): string {
  const counts = new Map<NodeKind, number>();
  for (const { kind, count } of nodes) counts.set(kind, (counts.get(kind) ?? 0) + count);
  const parts = COUNTED.flatMap(([kind, many]) => {
    const n = counts.get(kind) ?? 0;
    return n === 0 ? [] : [`${n} ${n === 1 ? words[kind] : many}`];
  });
  return `${title}. ${subtitle}.${parts.length === 0 ? '' : ` ${parts.join(', ')}.`}`;
}

const COUNTED: readonly (readonly [kind: NodeKind, many: string])[] = [
  ['host', 'hosts'],
  ['guest', 'guests'],
  ['virtual-device', 'virtual devices'],
  ['switch', 'vSwitches'],
  ['device', 'devices'],
  ['network', 'networks'],
];
