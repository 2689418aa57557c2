import { profileCatalog } from '../../../catalog/profiles/index.js';
import type { Host } from '../../../core/model/host.js';
import { upstream } from '../../../core/model/pcie.js';
import { hole, type Snippet } from '../snippet.js';
import type { EntitySnippet, Names } from './names.js';

const IDS: Readonly<Record<string, string>> = {
  nic: 'nic0',
  nvme: 'ssd0',
  gpu: 'gpu0',
  hba: 'hba0',
  disk: 'disk0',
  dpu: 'dpu0',
  accelerator: 'acc0',
};

/** One for each profile of the catalogue, plugged into a port that is free, and a NIC of one's own. */
export function deviceSnippets(names: Names): EntitySnippet[] {
  const ports = freePorts(names);
  const at = ports.length === 0 ? '' : `, "at": "${hole(2, ...ports)}"`;
  const known = profileCatalog.names.map((name) => {
    const { kind = 'other', title = name } = (profileCatalog.node(name)?.value ?? {}) as { kind?: string; title?: string };
    return { label: name, detail: title, id: IDS[kind] ?? 'dev0', value: `{ "profile": "${name}"${at}${setUp(kind)} }` };
  });
  const own = {
    label: 'NIC without a profile',
    detail: 'ports and rates of your own',
    id: 'nic0',
    value: `{ "kind": "nic"${at}, "ports": { "p0": { "rate": "${hole(3, '25 Gbit/s')}" } } }`,
  };
  return [...known, own];
}

function setUp(kind: string): Snippet {
  if (kind === 'nic') return `, "sriov": { "vfs": ${hole(3, '8')} }`;
  return kind === 'nvme' ? `, "namespaces": { "ns1": { "size": "${hole(3, '1 TB')}" } }` : '';
}

/** Ports into which nothing is plugged, or all of them. */
function freePorts(names: Names): string[] {
  const host = names.owner as Host | undefined;
  const taken = new Set((host?.devices ?? []).map((device) => upstream(device)));
  const all = names.of(['pcie-port']);
  const free = names.of(['pcie-port'], (each) => each.kind === 'pcie-port' && !taken.has(each));
  return free.length > 0 ? free : all;
}
