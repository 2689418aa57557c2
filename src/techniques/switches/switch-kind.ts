import type { CostId } from '../../catalog/costs/index.js';
import { valueOf } from '../../core/model/fact.js';
import type { Switch } from '../../core/model/switch.js';
import { clockOf, hostKernel } from '../path/cpu.js';
import type { Stage, Thread } from '../stage.js';
import type { PathContext, Sharing } from '../technique.js';

/** A kind of virtual switch: all that this program knows of it, in one place. */
export interface SwitchKind {
  readonly name: string;
  readonly title: string;
  /** Markdown. */
  readonly help: string;
  /** Where it forwards: in whatever kernel context carries the packet, on polling cores of its own, or inside the NIC. */
  readonly runsIn: 'kernel' | 'user-space' | 'nic';
  readonly needs: readonly { readonly what: string; readonly isMet: (entity: Switch) => boolean | undefined }[];
  readonly sharing: Sharing;
  readonly costs: readonly CostId[];
  readonly sources: readonly string[];
  /** What one packet costs between two ports. `carrier` is the thread that brings it, for switches that run in its context. */
  forward(context: PathContext, entity: Switch, carrier: Thread): Stage[];
  /** Handing a packet to the driver of a physical port, and taking one from it. */
  uplinkTransmit(context: PathContext, entity: Switch, carrier: Thread): Stage[];
  uplinkReceive(context: PathContext, entity: Switch): Stage[];
}

export function defineSwitchKind(definition: SwitchKind): SwitchKind {
  return definition;
}

/** The polling cores of a user-space switch, or the CPUs on which the kernel takes packets from its uplinks. */
export function switchThread(entity: Switch, runsIn: SwitchKind['runsIn']): Thread {
  const { host, facts, path } = entity;
  const cpus = valueOf(facts.cpus);
  if (runsIn !== 'user-space') return hostKernel(host, path, cpus);
  // A poll-mode switch without stated CPUs has at least one core; where it runs nobody knows.
  return {
    id: `${path}#pmd`,
    role: 'poll',
    host,
    entity: path,
    cpus,
    width: Math.max(1, cpus?.size ?? 1),
    polls: true,
    weight: 100,
    clockHz: clockOf(host, cpus),
    isHostWork: true,
    isHashed: true,
  };
}
