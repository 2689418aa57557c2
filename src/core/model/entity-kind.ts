/** Everything a reference can name. The words are those of the language. */
export type EntityKind =
  | 'tenant'
  | 'host'
  | 'numa-node'
  | 'pcie-port'
  | 'device'
  | 'function'
  | 'vf'
  | 'nic-port'
  | 'namespace'
  | 'partition'
  | 'mediated-type'
  | 'volume'
  | 'switch'
  | 'controller'
  | 'guest'
  | 'virtual-device'
  | 'network'
  | 'workload'
  | 'objective'
  | 'scenario'
  | 'template'
  | 'profile';

/** As a message names it. */
export const entityWords: Readonly<Record<EntityKind, string>> = {
  tenant: 'tenant',
  host: 'host',
  'numa-node': 'NUMA node',
  'pcie-port': 'PCIe port',
  device: 'device',
  function: 'physical function',
  vf: 'virtual function',
  'nic-port': 'NIC port',
  namespace: 'NVMe namespace',
  partition: 'GPU instance',
  'mediated-type': 'mediated device type',
  volume: 'volume',
  switch: 'vSwitch',
  controller: 'virtual I/O controller',
  guest: 'guest',
  'virtual-device': 'virtual device',
  network: 'network',
  workload: 'workload',
  objective: 'objective',
  scenario: 'scenario',
  template: 'template',
  profile: 'device profile',
};
