import { child, type Property } from '../text/tree.js';
import { type CpuSet, emptyCpuSet, union } from '../units/cpu-set.js';
import type { BuildContext } from './build.js';
import { buildController, type Controller } from './controller.js';
import { buildDevice, type Device } from './device.js';
import { declared, type EntityBase, entries } from './entity.js';
import { valueOf } from './fact.js';
import type { HostFacts } from './facts.generated.js';
import { buildGuest, type Guest } from './guest.js';
import { buildNumaNode, buildPciePort, type NumaNode, type PciePort } from './pcie.js';
import { buildSwitch, type Switch } from './switch.js';
import { buildVolume, type Volume } from './volume.js';

export interface Host extends EntityBase<'host'> {
  readonly facts: HostFacts;
  readonly numaNodes: readonly NumaNode[];
  readonly ports: readonly PciePort[];
  readonly devices: readonly Device[];
  readonly volumes: readonly Volume[];
  readonly switches: readonly Switch[];
  readonly controllers: readonly Controller[];
  readonly guests: readonly Guest[];
}

export function buildHost(prop: Property, context: BuildContext): Host {
  const base = declared('host', prop, undefined);
  const host = base as Host;
  Object.assign(host, { facts: context.read('host', base.node, host) });
  const build = <T>(key: string, make: (prop: Property, host: Host, context: BuildContext) => T): T[] =>
    entries(child(base.node, key)).map((entry) => make(entry, host, context));
  return Object.assign(host, {
    numaNodes: build('numa', buildNumaNode),
    ports: build('pcie', buildPciePort),
    devices: build('devices', buildDevice),
    volumes: build('volumes', buildVolume),
    switches: build('switches', buildSwitch),
    controllers: build('controllers', buildController),
    guests: build('guests', buildGuest),
  });
}

/** All logical CPUs that the NUMA nodes of a host list. */
export function hostCpus(host: Host): CpuSet {
  return host.numaNodes.reduce((all, node) => union(all, valueOf(node.facts.cpus) ?? emptyCpuSet), emptyCpuSet);
}
