import { type BusRange, parseBusRange } from '../../core/units/pci-address.js';
import type { IdPool } from '../ids.js';
import type { ImportLog } from '../import-log.js';
import type { HwObject } from './hw-object.js';
import { type NumaNodeFound, nodeNear } from './numa-nodes.js';
import { type PciObject, readPci } from './pci-object.js';

export type PortKind =
  | 'root-port'
  | 'switch-upstream'
  | 'switch-downstream'
  | 'pcie-to-pci-bridge'
  | 'pci-bridge'
  | 'root-complex-integrated';

/** A port of the PCIe tree as it will stand in the design. */
export interface PortFound {
  readonly id: string;
  readonly kind: PortKind;
  /** Missing for the place in a root complex where integrated endpoints sit. */
  readonly pci: PciObject | undefined;
  readonly above: PortFound | undefined;
  readonly numa: NumaNodeFound | undefined;
  readonly buses: string | undefined;
}

/** An endpoint and where it is plugged in. */
export interface EndpointFound {
  readonly pci: PciObject;
  /** Unknown where hwloc left out the bridges above. */
  readonly port: PortFound | undefined;
  readonly numa: NumaNodeFound | undefined;
}

/**
 * Bridges that lead to conventional PCI. Only the ids tell: hwloc has nothing else that does.
 * Source: PCI ID repository (pci-ids.ucw.cz).
 */
const TO_PCI: ReadonlySet<string> = new Set([
  '1a03:1150', // ASPEED AST1150
  '1912:0012', // Renesas SH7757 PCIe-PCI Bridge
  '1912:001a', // Renesas SH7758 PCIe-PCI Bridge
  '104c:8231', // Texas Instruments XIO2000(A)
  '104c:8240', // Texas Instruments XIO2001
  '10b5:8111', // PLX PEX 8111
  '10b5:8112', // PLX PEX 8112
  '10b5:8114', // PLX PEX 8114
  '12d8:e110', // Pericom PI7C9X110
  '12d8:e111', // Pericom PI7C9X111SL
  '1b21:1080', // ASMedia ASM1083/1085
  '1283:8892', // ITE IT8892E
  '1b36:000e', // QEMU PCIe-PCI bridge
]);

/** Bridges of the chipset itself that are conventional PCI: Intel 82801 (ICH). Source: PCI ID repository. */
const CONVENTIONAL: ReadonlySet<string> = new Set(['8086:244e', '8086:2448', '8086:2418', '8086:2428', '1b36:0001']);

const PREFIXES: Record<PortKind, string> = {
  'root-port': 'rp',
  'switch-upstream': 'up',
  'switch-downstream': 'dn',
  'pcie-to-pci-bridge': 'bridge',
  'pci-bridge': 'bridge',
  'root-complex-integrated': 'rc',
};

/** Walks the bridges of a machine from its host bridges down. */
export class PciTree {
  readonly ports: PortFound[] = [];
  readonly endpoints: EndpointFound[] = [];

  constructor(
    machine: HwObject,
    private readonly nodes: readonly NumaNodeFound[],
    private readonly ids: IdPool,
    private readonly log: ImportLog,
  ) {
    this.#search(machine);
  }

  #search(object: HwObject): void {
    for (const child of object.children) {
      if (child.type === 'Bridge') this.#rootComplex(child);
      else if (child.type === 'PCIDev') this.endpoints.push({ pci: readPci(child, this.log), port: undefined, numa: this.#near(child) });
      else this.#search(child);
    }
  }

  #near(object: HwObject): NumaNodeFound | undefined {
    // The parent's CPUs say where it hangs; a package without a mask of its own, or an odd one, says nothing.
    return object.parent === undefined ? undefined : nodeNear(object.parent.cpus, this.nodes);
  }

  #rootComplex(bridge: HwObject): void {
    // A bridge without a host bridge above it: hwloc was told to leave host bridges out.
    if (bridge.attr('bridge_type')?.startsWith('1-') === true) {
      this.#bridge(bridge, undefined, this.#near(bridge));
      return;
    }
    bridge.take();
    const numa = this.#near(bridge);
    const buses = busesOf(bridge);
    let integrated: PortFound | undefined;
    for (const child of bridge.children) {
      if (child.type === 'Bridge') {
        this.#bridge(child, undefined, numa);
      } else if (child.type === 'PCIDev') {
        const pci = readPci(child, this.log);
        if (pci.address !== undefined && buses !== undefined && pci.address.bus !== buses.first) {
          // Not on the root bus: bridges above it were filtered out.
          this.endpoints.push({ pci, port: undefined, numa });
          continue;
        }
        integrated ??= this.#add('root-complex-integrated', undefined, undefined, numa, bridge);
        this.endpoints.push({ pci, port: integrated, numa });
      }
    }
  }

  #bridge(bridge: HwObject, above: PortFound | undefined, numa: NumaNodeFound | undefined): void {
    bridge.attr('bridge_type');
    const pci = readPci(bridge, this.log);
    const port = this.#add(this.#kindOf(bridge, pci, above), pci, above, numa, bridge);
    for (const child of bridge.children) {
      if (child.type === 'Bridge') this.#bridge(child, port, numa);
      else if (child.type === 'PCIDev') this.endpoints.push({ pci: readPci(child, this.log), port, numa });
    }
  }

  /** What a bridge is follows from where it stands, but for bridges to conventional PCI. */
  #kindOf(bridge: HwObject, pci: PciObject, above: PortFound | undefined): PortKind {
    const id = pci.id ?? '';
    if (TO_PCI.has(id)) return 'pcie-to-pci-bridge';
    if (CONVENTIONAL.has(id)) return 'pci-bridge';
    switch (above?.kind) {
      case undefined:
        return 'root-port';
      case 'pcie-to-pci-bridge':
      case 'pci-bridge':
        return 'pci-bridge';
      case 'switch-upstream':
        return 'switch-downstream';
      default: {
        // A switch has ports below its upstream port; a bridge to PCI has devices, which have no link.
        const devices = bridge.children.filter(({ type }) => type === 'PCIDev');
        const hasBridges = bridge.children.some(({ type }) => type === 'Bridge');
        if (hasBridges) return 'switch-upstream';
        const kind = devices.length > 0 ? 'pcie-to-pci-bridge' : 'switch-upstream';
        const isPlain =
          devices.length > 0 && pci.linkGigabytesPerSec !== undefined && devices.every((d) => Number(d.attr('pci_link_speed')) === 0);
        if (!isPlain) {
          const below = devices.length > 0 ? 'devices' : 'nothing';
          this.log.assume(bridge.xml, `Bridge ${bridge.attr('pci_busid')} [${id}] has ${below} directly below it; taken for a ${kind}.`);
        }
        return kind;
      }
    }
  }

  #add(
    kind: PortKind,
    pci: PciObject | undefined,
    above: PortFound | undefined,
    numa: NumaNodeFound | undefined,
    bridge: HwObject,
  ): PortFound {
    const buses = kind === 'root-complex-integrated' ? undefined : busText(bridge);
    const port: PortFound = { id: this.ids.next(PREFIXES[kind]), kind, pci, above, numa, buses };
    this.ports.push(port);
    return port;
  }
}

/** `0000:[40-42]`: domain, secondary and subordinate bus. */
function busText(bridge: HwObject): string | undefined {
  const match = /\[([0-9a-f]{2})-([0-9a-f]{2})\]/i.exec(bridge.attr('bridge_pci') ?? '');
  return match === null ? undefined : match[1] === match[2] ? match[1] : `${match[1]}-${match[2]}`;
}

function busesOf(bridge: HwObject): BusRange | undefined {
  const text = busText(bridge);
  const parsed = text === undefined ? undefined : parseBusRange(text);
  return parsed?.ok === true ? parsed.value : undefined;
}
