import type { Device } from '../../core/model/device.js';
import { valueOf } from '../../core/model/fact.js';
import type { Host } from '../../core/model/host.js';
import { missingAcs, portAcs } from '../../core/model/iommu-groups.js';
import { type NumaNode, numaNodeOf, type PciePort } from '../../core/model/pcie.js';
import { formatCpuSet } from '../../core/units/cpu-set.js';
import { formatBytes, formatBytesPerSec, formatHertz } from '../../core/units/format.js';
import { formatPciAddress } from '../../core/units/pci-address.js';
import { formatPcieLink } from '../../core/units/pcie-link.js';
import type { Mark } from '../scene.js';
import type { Box } from './box.js';
import type { BuildContext } from './context.js';
import { deviceBox } from './device.js';
import { factLines } from './fact-lines.js';

export interface HardwareOptions {
  /** Nested as plugged, in NUMA nodes and PCIe ports; otherwise devices side by side. */
  readonly isTree: boolean;
  /** Every function with its address, and ACS of the ports; otherwise only functions that somebody sees. */
  readonly isDetailed: boolean;
  readonly shows: (device: Device) => boolean;
}

type Plugged = PciePort | Device;

/** Nesting beyond this is drawn side by side; PCIe itself ends far earlier. */
const MAX_DEPTH = 12;

/** The hardware of a host: NUMA nodes, in them what is plugged in there, in document order. */
export function hardwareBoxes(host: Host, context: BuildContext, options: HardwareOptions): Box[] {
  const { drawing } = context;
  const above = parents(host, options);
  const boxes = new Map<Plugged, Box>();
  const inside = new Map<Plugged | NumaNode | undefined, Plugged[]>();
  const shown: Plugged[] = [...(options.isTree ? host.ports : []), ...host.devices.filter(options.shows)];
  for (const entity of shown) {
    const parent = above.get(entity) ?? (options.isTree ? numaNodeOf(entity) : undefined);
    // A NUMA node of another host is a mistake that the rules report; the device is still here.
    const place = parent?.kind === 'numa-node' && parent.host !== host ? undefined : parent;
    const siblings = inside.get(place);
    if (siblings === undefined) inside.set(place, [entity]);
    else siblings.push(entity);
  }
  const build = (entity: Plugged): Box => {
    const box = entity.kind === 'device' ? deviceBox(entity, context, options) : portBox(entity, context, options);
    boxes.set(entity, box);
    drawing.into(box, ...(inside.get(entity) ?? []).map(build));
    return box;
  };
  const bands = options.isTree
    ? host.numaNodes.map((node) => drawing.into(numaBox(node, context), ...(inside.get(node) ?? []).map(build)))
    : [];
  return [...bands, ...(inside.get(undefined) ?? []).map(build)];
}

/** What each port and device is plugged into. A cycle is cut where it closes, and depth ends. */
function parents(host: Host, options: HardwareOptions): Map<Plugged, Plugged> {
  const above = new Map<Plugged, Plugged>();
  const shown = new Set<Plugged>([...(options.isTree ? host.ports : []), ...host.devices.filter(options.shows)]);
  for (const entity of shown) {
    const target = valueOf(entity.facts.at)?.as('pcie-port', 'device');
    if (target === undefined || !shown.has(target) || (entity.kind === 'pcie-port' && target.kind === 'device')) continue;
    const depth = depthOf(target, entity, above);
    if (depth === undefined) continue;
    above.set(entity, depth < MAX_DEPTH ? target : (ancestor(target, depth - MAX_DEPTH + 1, above) ?? target));
  }
  return above;
}

/** How many ancestors there are, itself included; undefined if `forbidden` is among them. */
function depthOf(from: Plugged, forbidden: Plugged, above: ReadonlyMap<Plugged, Plugged>): number | undefined {
  let depth = 0;
  for (let at: Plugged | undefined = from; at !== undefined; at = above.get(at)) {
    if (at === forbidden) return undefined;
    depth++;
  }
  return depth;
}

function ancestor(from: Plugged, steps: number, above: ReadonlyMap<Plugged, Plugged>): Plugged | undefined {
  let at: Plugged | undefined = from;
  for (let i = 0; i < steps && at !== undefined; i++) at = above.get(at);
  return at;
}

function numaBox(node: NumaNode, context: BuildContext): Box {
  const { facts } = node;
  const cpus = valueOf(facts.cpus);
  const memory = valueOf(facts.memory);
  const bandwidth = valueOf(facts.memoryBandwidth);
  const details = [
    cpus === undefined ? '' : `CPUs ${formatCpuSet(cpus)}`,
    facts.clock.state === 'known' ? formatHertz(facts.clock.value) : '',
    memory === undefined ? '' : formatBytes(memory),
    bandwidth === undefined ? '' : formatBytesPerSec(bandwidth),
  ];
  return context.drawing.box(
    {
      id: node.path,
      kind: 'numa-node',
      symbol: 'cpu',
      form: 'frame',
      label: node.id,
      sublabel: details.filter((text) => text !== '').join(' · '),
      facts: factLines('numa-node', facts),
    },
    node,
  );
}

const portWords: Readonly<Record<string, string>> = {
  'root-port': 'root port',
  'switch-upstream': 'switch, upstream',
  'switch-downstream': 'switch, downstream',
  'pcie-to-pci-bridge': 'PCI bridge',
  'pci-bridge': 'PCI bridge',
  'root-complex-integrated': 'integrated',
  'nvlink-bridge': 'NVLink bridge',
};

function portBox(port: PciePort, context: BuildContext, options: HardwareOptions): Box {
  const kind = portWords[valueOf(port.facts.kind) ?? ''] ?? 'PCIe port';
  const link = valueOf(port.facts.link);
  const bdf = valueOf(port.facts.bdf);
  const details = [
    kind,
    link === undefined ? '' : formatPcieLink(link),
    options.isDetailed && bdf !== undefined ? formatPciAddress(bdf) : '',
    options.isDetailed ? (valueOf(port.facts.title) ?? '') : '',
  ].filter((text) => text !== '');
  return context.drawing.box(
    {
      id: port.path,
      kind: 'pcie-port',
      symbol: 'pcie',
      form: 'frame',
      label: port.id,
      sublabel: details.join(' · '),
      marks: options.isDetailed ? [acsMark(port)] : [],
      facts: factLines('pcie-port', port.facts),
      alike: `port|${kind}|${link === undefined ? '' : formatPcieLink(link)}|${portAcs(port)}`,
    },
    port,
  );
}

function acsMark(port: PciePort): Mark {
  const acs = portAcs(port);
  if (acs === true) return { text: 'ACS', tone: 'good' };
  if (acs === undefined) return { text: 'ACS ?', tone: 'unknown' };
  const missing = missingAcs(port);
  return { text: missing.length === 0 || missing.length === 4 ? 'no ACS' : `ACS without ${missing.join(' ')}`, tone: 'bad' };
}
