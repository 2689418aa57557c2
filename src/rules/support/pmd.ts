import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import type { Topology } from '../../core/model/topology.js';
import { type CpuSet, cpusOf } from '../../core/units/cpu-set.js';
import { switchKinds } from '../../techniques/switches/index.js';
import { fabric, type Nic } from './l2.js';

/** A switch that polls on CPUs of its own, with the ports of guests that it polls. */
export interface Poller {
  readonly entity: Switch;
  readonly nics: readonly Nic[];
  /** Undefined where the document does not say. */
  readonly cpus: CpuSet | undefined;
}

export function pollers(topology: Topology): Poller[] {
  const { onSwitch } = fabric(topology);
  return topology.hosts
    .flatMap(({ switches }) => switches)
    .filter(({ switchKind }) => switchKinds.get(switchKind ?? '')?.runsIn === 'user-space')
    .map((entity) => ({ entity, nics: onSwitch.get(entity) ?? [], cpus: valueOf(entity.facts.cpus) }));
}

/** One pinned queue: `nic0/p0:1` on CPU 3. */
export interface Pin {
  readonly key: string;
  readonly port: string;
  readonly queue: number;
  readonly cpu: number;
}

/** Queues that the switch pins, in the order of the text. */
export function pinsOf(entity: Switch): Pin[] {
  return Object.entries(valueOf(entity.facts.rxqAffinity) ?? {}).flatMap(([key, cpu]) => {
    const match = /^(.+):(\d+)$/.exec(key);
    return match === null ? [] : [{ key, port: match[1] as string, queue: Number(match[2]), cpu }];
  });
}

/** The virtual NIC that a pin names: `web/eth0` or with its host in front. */
export function nicOfPin({ port }: Pin, nics: readonly Nic[]): Nic | undefined {
  return nics.find(({ device }) => device.path === port || device.path.endsWith(`/${port}`));
}

/** More CPUs than this are listed by nobody. */
const MOST = 256;

export function listOf(cpus: CpuSet): readonly number[] {
  return cpus.size > MOST ? [] : cpusOf(cpus);
}
