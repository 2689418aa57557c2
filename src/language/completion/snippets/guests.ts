import type { Entity } from '../../../core/model/entity.js';
import { switchKinds } from '../../../techniques/switches/index.js';
import type { SwitchKind } from '../../../techniques/switches/switch-kind.js';
import { hole, type Snippet } from '../snippet.js';
import type { EntitySnippet, Names } from './names.js';

/** Virtual machines and containers, connected to what the host has. */
export function guestSnippets(names: Names): EntitySnippet[] {
  const kernel = names.of(['switch'], (each) => runsIn(each) === 'kernel');
  const polling = names.of(['switch'], (each) => runsIn(each) === 'user-space');
  const withVfs = names.of(['nic-port'], (each) => each.kind === 'nic-port' && (each.fn?.numVfs ?? 0) > 0);
  const media = names.of(['namespace', 'volume']);
  const disk = media.length === 0 ? [] : [`"vda": { "technique": "virtio-blk", "media": "${hole(6, ...media)}" }`];
  const tenants = names.of(['tenant']);
  const tenant = tenants.length === 0 ? '' : ` "tenant": "${hole(2, ...tenants)}",`;
  const guest = (kind: string, devices: readonly Snippet[], memory = `"${hole(4, '4 GiB')}"`): Snippet =>
    [
      '{',
      `\t"kind": "${kind}",${tenant} "vcpus": ${hole(3, '2')}, "memory": ${memory},`,
      '\t"devices": {',
      `\t\t${devices.length === 0 ? '$0' : devices.join(',\n\t\t')}`,
      '\t}',
      '}',
    ].join('\n');
  const nic = (targets: readonly string[], write: (target: Snippet) => Snippet) =>
    targets.length === 0 ? [] : [`"eth0": { ${write(hole(5, ...targets))} }`];
  const hugepages = `{ "size": "${hole(4, '4 GiB')}", "hugepages": "1 GiB", "shared": true }`;
  return [
    {
      label: 'virtual machine',
      detail: 'virtio NIC on a bridge, virtio disk',
      id: 'vm',
      value: guest('vm', [...nic(kernel, (at) => `"technique": "virtio-net", "backend": "vhost-net", "connect": "${at}"`), ...disk]),
    },
    {
      label: 'virtual machine with SR-IOV',
      detail: 'a VF as its NIC, virtio disk',
      id: 'vm',
      value: guest('vm', [...nic(withVfs, (at) => `"technique": "sriov-vf", "from": "${at}", "spoofCheck": true`), ...disk]),
    },
    {
      label: 'virtual machine with DPDK',
      detail: 'vhost-user NIC, huge pages',
      id: 'vnf',
      value: guest(
        'vm',
        nic(polling, (at) => `"technique": "virtio-net", "backend": "vhost-user", "connect": "${at}", "driver": "poll-mode"`),
        hugepages,
      ),
    },
    {
      label: 'container',
      detail: 'a veth pair on a bridge',
      id: 'app',
      value: guest(
        'container',
        nic(kernel, (at) => `"technique": "veth", "connect": "${at}"`),
      ),
    },
  ];
}

function runsIn(entity: Entity): SwitchKind['runsIn'] | undefined {
  return entity.kind === 'switch' ? switchKinds.get(entity.switchKind ?? '')?.runsIn : undefined;
}
