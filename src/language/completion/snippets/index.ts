import type { EntityKind } from '../../../core/model/entity-kind.js';
import { controllerKinds } from '../../../techniques/controllers/index.js';
import { switchKinds } from '../../../techniques/switches/index.js';
import { hole, type Snippet } from '../snippet.js';
import { objectiveSnippets, workloadSnippets } from './demands.js';
import { deviceSnippets } from './devices.js';
import { guestSnippets } from './guests.js';
import { hostSnippets } from './hosts.js';
import { type EntitySnippet, Names, type SnippetPlace } from './names.js';
import { virtualDeviceSnippets } from './virtual-devices.js';

/** Whole entities for a map of a kind, made of what the design has already. */
export function entitySnippets(kind: EntityKind, place: SnippetPlace): EntitySnippet[] {
  const names = new Names(place);
  switch (kind) {
    case 'host':
      return hostSnippets();
    case 'guest':
      return guestSnippets(names);
    case 'virtual-device':
      return virtualDeviceSnippets(names);
    case 'device':
      return deviceSnippets(names);
    case 'workload':
      return workloadSnippets(names);
    case 'objective':
      return objectiveSnippets(names);
    case 'switch':
      return [...switchKinds.values()].map(({ name, title, runsIn }) => {
        const cpus = runsIn === 'user-space' ? `, "cpus": "${hole(3, '2-3')}"` : '';
        return one(name, title, 'br0', `{ "kind": "${name}", "uplinks": [${names.list(2, ['nic-port'])}]${cpus} }`);
      });
    case 'controller':
      return [...controllerKinds.values()].map(({ name, title }) =>
        one(name, title, 'io0', `{ "kind": "${name}", "cpus": "${hole(2, '4')}" }`),
      );
    default:
      return simple(kind, names);
  }
}

/** Kinds of which one form is enough. */
function simple(kind: EntityKind, names: Names): EntitySnippet[] {
  switch (kind) {
    case 'pcie-port': {
      const numa = names.hole(2, ['numa-node'], 'n0');
      const link = hole(3, 'gen4 x16', 'gen4 x8', 'gen4 x4', 'gen5 x16', 'gen3 x16', 'gen3 x8');
      return [one('root port', 'a slot', 'rp0', `{ "kind": "root-port", "numa": "${numa}", "link": "${link}", "acs": true }`)];
    }
    case 'numa-node':
      return [
        one(
          'NUMA node',
          'CPUs and memory',
          'n0',
          `{ "cpus": "${hole(2, '0-31')}", "clock": "${hole(3, '2.9 GHz')}", "memory": "${hole(4, '256 GiB')}" }`,
        ),
      ];
    case 'volume':
      return [
        one(
          'filesystem',
          'image files on a device',
          'images',
          `{ "kind": "filesystem", "on": "${names.hole(2, ['namespace', 'device'], 'ssd0')}" }`,
        ),
      ];
    case 'tenant':
      return [
        one(
          'tenant',
          'an owner of guests',
          'blue',
          `{ "title": "${hole(2, 'Customer')}", "trust": "${hole(3, 'untrusted', 'trusted', 'platform')}" }`,
        ),
      ];
    case 'network':
      return [
        one(
          'top-of-rack switch',
          'a physical network',
          'tor',
          `{ "uplinks": [${names.list(2, ['nic-port'])}], "rate": "${hole(3, '100 Gbit/s')}" }`,
        ),
      ];
    case 'nic-port':
      return [one('port', 'an uplink', 'p0', `{ "rate": "${hole(2, '25 Gbit/s', '10 Gbit/s', '100 Gbit/s', '200 Gbit/s')}" }`)];
    case 'namespace':
      return [one('namespace', 'an NVMe namespace', 'ns1', `{ "size": "${hole(2, '1 TB')}" }`)];
    case 'scenario':
      return [one('scenario', 'changes to compare with the design', 'variant', '{\n\t"set": {\n\t\t$2\n\t}\n}')];
    case 'template':
      return [
        one(
          'virtual NIC',
          'a template',
          'fast-nic',
          `{ "technique": "virtio-net", "backend": "${hole(2, 'vhost-net', 'vhost-user', 'qemu')}", "queues": ${hole(3, '2')} }`,
        ),
        one('guest', 'a template', 'small-vm', `{ "kind": "vm", "vcpus": ${hole(2, '2')}, "memory": "${hole(3, '4 GiB')}" }`),
      ];
    default:
      return [];
  }
}

function one(label: string, detail: string, id: string, value: Snippet): EntitySnippet {
  return { label, detail, id, value };
}
