import type { Property } from '../text/tree.js';
import type { BuildContext } from './build.js';
import type { Device } from './device.js';
import { declared, type EntityBase } from './entity.js';
import { type Fact, known, valueOf } from './fact.js';
import type { AcsControlsFacts, NumaNodeFacts, PciePortFacts } from './facts.generated.js';
import { readFacts } from './facts.js';
import type { Host } from './host.js';

export interface NumaNode extends EntityBase<'numa-node'> {
  readonly host: Host;
  readonly facts: NumaNodeFacts;
}

export interface PciePort extends EntityBase<'pcie-port'> {
  readonly host: Host;
  readonly facts: PciePortFacts;
  readonly acs: AcsControlsFacts;
}

export function buildNumaNode(prop: Property, host: Host, context: BuildContext): NumaNode {
  const base = declared('numa-node', prop, host);
  const node = Object.assign(base, { host }) as NumaNode;
  return Object.assign(node, { facts: context.read('numa-node', base.node, node) });
}

export function buildPciePort(prop: Property, host: Host, context: BuildContext): PciePort {
  const base = declared('pcie-port', prop, host);
  const port = Object.assign(base, { host }) as PciePort;
  const facts = context.read('pcie-port', base.node, port);
  return Object.assign(port, { facts, acs: acsControls(facts.acs) });
}

/** `acs: true` stands for what Linux enables by default: SV, RR, CR and UF, not TB (drivers/pci/pci.c, pci_std_enable_acs). */
function acsControls(fact: PciePortFacts['acs']): AcsControlsFacts {
  if (fact.state !== 'known') return readFacts('acs-controls', undefined, []);
  if (typeof fact.value !== 'boolean') return fact.value;
  const all: Fact<boolean> = known(fact.value, fact.at);
  const never: Fact<boolean> = known(false, fact.at);
  return {
    sourceValidation: all,
    translationBlocking: never,
    requestRedirect: all,
    completionRedirect: all,
    upstreamForwarding: all,
    egressControl: never,
  };
}

/** Each bridge below another one takes a bus, and a PCI domain has 256 of them. */
const MAX_DEPTH = 256;

/** The ports above a port or device, the nearest first. Stops at a cycle, which the rules report. */
export function portsAbove(from: PciePort | Device): PciePort[] {
  const ports: PciePort[] = [];
  let at = upstream(from);
  while (at !== undefined && at !== from && ports.length < MAX_DEPTH && !ports.includes(at)) {
    ports.push(at);
    at = upstream(at);
  }
  return ports;
}

/** The port something is plugged into. A disk hangs on an HBA, which is plugged into a port. */
export function upstream(from: PciePort | Device): PciePort | undefined {
  let target = valueOf(from.facts.at)?.as('pcie-port', 'device');
  if (target?.kind !== 'device') return target;
  const seen = new Set<PciePort | Device>([from]);
  while (target?.kind === 'device' && !seen.has(target)) {
    seen.add(target);
    target = valueOf(target.facts.at)?.as('pcie-port', 'device');
  }
  return target?.kind === 'pcie-port' ? target : undefined;
}

/** The devices that a device hangs on, the nearest first: of a disk its HBA. Cycles end where they began. */
export function devicesAbove(device: Device): Device[] {
  const above = new Set<Device>();
  let at = valueOf(device.facts.at)?.as('device');
  while (at !== undefined && at !== device && !above.has(at)) {
    above.add(at);
    at = valueOf(at.facts.at)?.as('device');
  }
  return [...above];
}

/** The NUMA node of a port or device: its own, or that of the nearest port above which has one. */
export function numaNodeOf(from: PciePort | Device): NumaNode | undefined {
  const own = valueOf(from.facts.numa)?.as('numa-node');
  if (own !== undefined) return own;
  for (const { facts } of portsAbove(from)) {
    const node = valueOf(facts.numa)?.as('numa-node');
    if (node !== undefined) return node;
  }
  // A host of one node leaves no doubt.
  return from.host.numaNodes.length === 1 ? from.host.numaNodes[0] : undefined;
}
