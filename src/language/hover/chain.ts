import { valueOf } from '../../core/model/fact.js';
import { instances } from '../../core/model/guest.js';
import { type MappingNode, mappingOf } from '../../core/model/mapping.js';
import type { VirtualDevice, VirtualDeviceInstance } from '../../core/model/virtual-device.js';
import { formatCpuSet } from '../../core/units/cpu-set.js';
import { formatBitsPerSec } from '../../core/units/format.js';
import { formatPcieLink } from '../../core/units/pcie-link.js';

const MAX_LINES = 40;

/** The way from a virtual device down to the hardware, one step a line, indented where it forks. Of several copies, the first. */
export function chainText(device: VirtualDevice): string | undefined {
  const [guest] = instances(device.guest);
  const instance = guest?.devices.find(({ decl }) => decl === device);
  if (instance === undefined) return undefined;
  const steps = mappingOf(instance);
  if (steps.length === 0) return undefined;
  const lines = [titleOf(instance)];
  const drawn = new Set<MappingNode>();
  const draw = (from: MappingNode | undefined, indent: string) => {
    for (const { to } of steps.filter((step) => step.from === from)) {
      if (lines.length > MAX_LINES) return;
      const isAgain = drawn.has(to);
      lines.push(`${indent}└ ${nameOf(to)}${isAgain ? ' (see above)' : noteOf(to)}`);
      if (isAgain) continue;
      drawn.add(to);
      draw(to, `${indent}  `);
    }
  };
  draw(undefined, '');
  return lines.join('\n');
}

function titleOf({ decl, path }: VirtualDeviceInstance): string {
  const technique = valueOf(decl.facts.technique);
  const backend = valueOf(decl.facts.backend);
  return `${path}  ${[technique, backend].filter((word) => word !== undefined).join(', ')}`.trimEnd();
}

/** Without the host, which is the same for all of them. */
function nameOf(node: MappingNode): string {
  if (node.kind === 'controller' && node.isImplied) return `${node.controllerKind} (implied)`;
  return node.kind === 'network' ? node.path : node.path.slice(node.path.indexOf('/') + 1);
}

function noteOf(node: MappingNode): string {
  const note = detailOf(node);
  return note === undefined || note === '' ? '' : `  ${note}`;
}

function detailOf(node: MappingNode): string | undefined {
  switch (node.kind) {
    case 'switch':
    case 'controller': {
      const kind = node.kind === 'switch' ? node.switchKind : node.isImplied ? undefined : node.controllerKind;
      const cpus = valueOf(node.facts.cpus);
      return [kind, cpus === undefined ? undefined : `CPUs ${formatCpuSet(cpus)}`].filter((word) => word !== undefined).join(', ');
    }
    case 'nic-port': {
      const rate = valueOf(node.facts.rate);
      return rate === undefined ? undefined : formatBitsPerSec(rate);
    }
    case 'device':
      return valueOf(node.facts.title);
    case 'pcie-port': {
      const link = valueOf(node.facts.link);
      return link === undefined ? undefined : formatPcieLink(link);
    }
    case 'numa-node':
      return 'NUMA node';
    case 'function':
      return 'physical function';
    default:
      return undefined;
  }
}
