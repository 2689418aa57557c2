import type { Workload } from '../../core/model/document.js';
import { known, valueOf } from '../../core/model/fact.js';
import { readFacts } from '../../core/model/facts.js';
import type { Guest, GuestInstance } from '../../core/model/guest.js';
import type { Host } from '../../core/model/host.js';
import type { VirtualDevice, VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import { HOST_STACK } from '../../techniques/path/host-stack.js';

/**
 * The host itself as an end of a workload, in the form that paths are made of: a process on its kernel, with as many
 * threads as the workload has streams. The document does not declare it; nobody else sees it.
 */
export function hostEnd(host: Host, workload: Workload): VirtualDeviceInstance {
  const path = `${host.path}/host`;
  const base = { path, at: host.at, node: undefined, parent: host } as const;
  const facts = Object.assign(Object.create(readFacts('guest', undefined, [])), {
    kind: known('container', host.at),
    vcpus: known(valueOf(workload.facts.flows) ?? 1, host.at),
  });
  const guest = {
    ...base,
    kind: 'guest',
    id: workload.id,
    path: `${path}/${workload.id}`,
    host,
    facts,
    memory: readFacts('guest-memory', undefined, []),
    count: 1,
    devices: [],
  } as unknown as Guest;
  const decl: VirtualDevice = {
    ...base,
    kind: 'virtual-device',
    id: 'host',
    guest,
    facts: readFacts('virtual-device', undefined, []),
    technique: { name: HOST_STACK, carries: ['network'], keys: [], impliedController: () => undefined },
  };
  const instance: GuestInstance = { decl: guest, index: 0, path: guest.path, devices: [] };
  return { decl, guest: instance, path };
}
