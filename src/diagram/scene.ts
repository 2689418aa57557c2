/**
 * What the diagram shows, laid out: plain JSON, so that it crosses workers and webviews as it is. Lengths are CSS pixels at
 * 100 %. Everything that needs knowledge of the design has happened; who draws a scene needs none.
 *
 * A node inside another one is part of what the outer one stands for: a VF in its port, the port in its NIC, the NIC behind
 * its PCIe port, that at its NUMA node. These steps of a mapping have no edge; a way goes on from a node to its parents.
 */
export interface Scene {
  readonly view: ViewName;
  readonly title: string;
  readonly subtitle: string;
  /** The picture in one sentence, for those who do not see it. */
  readonly description: string;
  readonly size: Size;
  /** A parent comes before its children; siblings as in the document. */
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
  readonly groups: readonly SceneGroup[];
  readonly headings: readonly SceneHeading[];
  readonly legend: Legend;
  /** What the reader must know: things folded to keep the picture readable, problems that belong to no node. */
  readonly notes: readonly string[];
}

export type ViewName = 'mapping' | 'physical' | 'network' | 'storage' | 'tenants';

export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect extends Point, Size {}

export type NodeKind =
  | 'host'
  | 'guest'
  | 'virtual-device'
  | 'controller'
  | 'switch'
  | 'vlan'
  | 'volume'
  | 'function'
  | 'vf'
  | 'nic-port'
  | 'namespace'
  | 'partition'
  | 'mediated-type'
  | 'device'
  | 'pcie-port'
  | 'numa-node'
  | 'cpus'
  | 'network'
  | 'tenant'
  | 'summary';

/**
 * How a node is drawn. `row`: one line. `card`: name above, details below. `frame`: a header, and children in it. `guest`: a
 * name cell with devices beside it. `thread`: a pill.
 */
export type NodeForm = 'row' | 'card' | 'frame' | 'guest' | 'thread';

export interface SceneNode {
  /** Unique in the scene, and the same as long as the document names the thing the same: its path, but for rare clashes. */
  readonly id: string;
  /** Reference of the entity, or of the first one where several are folded into the node. */
  readonly path: string;
  readonly kind: NodeKind;
  /** A finer word that decides the symbol: `vm`, `nic`, `nvme`, `virtio-net`. */
  readonly symbol: SymbolName;
  readonly form: NodeForm;
  readonly label: string;
  readonly sublabel: string;
  readonly rect: Rect;
  /** Height of the part that belongs to the node itself, above its children. */
  readonly headerHeight: number;
  readonly parent: string | null;
  /** Its owner, or the only tenant that uses it. */
  readonly tenant: string | null;
  /** All tenants that use it, in document order. */
  readonly tenants: readonly string[];
  /** How many alike it stands for; 1 if it is not folded. */
  readonly count: number;
  /** The number is not said already, by the label or by what it is in. */
  readonly showsCount: boolean;
  /** The id under which these nodes are folded or unfolded; null where there is nothing to fold. */
  readonly fold: string | null;
  /** References of everything it stands for besides `path`; long ranges of VFs are left out. */
  readonly covers: readonly string[];
  readonly problems: { readonly error: number; readonly warning: number };
  /** Utilisation of its busiest resource in the simulation that is drawn; null without one. */
  readonly heat: number | null;
  readonly isBottleneck: boolean;
  /** Short result of the simulation: `tx 92 %`, `2 of 2 Gbit/s`. Empty without one. */
  readonly status: string;
  readonly marks: readonly Mark[];
  /** Nothing refers to it: drawn quieter. */
  readonly isUnused: boolean;
  /** Lines for a tooltip: resolved values with their units. */
  readonly facts: readonly string[];
  /** The node in words, for screen readers. */
  readonly aria: string;
}

/** A word about the node that is always visible, such as the state of ACS. */
export interface Mark {
  readonly text: string;
  readonly tone: 'good' | 'bad' | 'unknown' | 'plain';
}

export type SymbolName =
  | 'host'
  | 'vm'
  | 'container'
  | 'network'
  | 'storage'
  | 'compute'
  | 'thread'
  | 'switch'
  | 'volume'
  | 'vf'
  | 'function'
  | 'port'
  | 'chip'
  | 'disk'
  | 'gpu'
  | 'pcie'
  | 'cpu'
  | 'cloud'
  | 'tenant'
  | 'other';

export type EdgeKind =
  /** A virtual device or the thread that serves it, and what it is mapped to. */
  | 'mapping'
  /** A vSwitch and the port below it. */
  | 'uplink'
  /** A volume or a storage controller, and the medium below it. */
  | 'backing'
  /** A NIC port and the network it is plugged into. */
  | 'network'
  /** Sockets of one host. */
  | 'interconnect';

export interface SceneEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly kind: EdgeKind;
  /** Corners of the route: the first on the border of `from`, the last on that of `to`; horizontal and vertical in turn. */
  readonly points: readonly Point[];
  /** The only tenant whose data passes; null for none or several. */
  readonly tenant: string | null;
  /** How many mappings it stands for. */
  readonly count: number;
  /** Nodes of the virtual devices whose mapping takes this way: what to highlight together. */
  readonly users: readonly string[];
  /** Pixels; grows with the simulated rate. */
  readonly width: number;
  /** Load that did not get through, as a fraction of what was offered; null without a simulation. */
  readonly shortfallRatio: number | null;
  /** `2 of 2 Gbit/s`, `41 GB/s`; empty where there is nothing to say. */
  readonly label: string;
  /** Where the label starts or ends; null where there is no room for it and only a tooltip has it. */
  readonly labelAt: (Point & { readonly anchor: 'start' | 'end' }) | null;
}

/** Nodes that belong together without being in one box: an IOMMU group. */
export interface SceneGroup {
  readonly id: string;
  readonly kind: 'iommu';
  readonly label: string;
  /** One outline for each stretch of nodes that lie together, with the right end of its name; a single member needs no line. */
  readonly outlines: readonly { readonly rect: Rect; readonly labelAt: Point; readonly hasLine: boolean }[];
  readonly members: readonly string[];
  readonly tenants: readonly string[];
  readonly facts: readonly string[];
}

export interface SceneHeading extends Point {
  readonly text: string;
}

export interface Legend {
  readonly rect: Rect;
  readonly tenants: readonly LegendTenant[];
  /** Objectives of the run, those that fail first. */
  readonly objectives: readonly { readonly id: string; readonly status: 'pass' | 'fail' | 'unknown'; readonly message: string }[];
  /** A simulation is drawn: explain the load scale. */
  readonly hasHeat: boolean;
  readonly hasGroups: boolean;
  readonly problems: { readonly error: number; readonly warning: number };
}

export interface LegendTenant {
  readonly id: string;
  readonly title: string;
  /** Place in the palette, from 0. */
  readonly index: number;
  /** `#rrggbb` as the design sets it, instead of the palette. */
  readonly color: string | null;
}

/** Finds what stands for an entity: itself, the fold it is in, or the nearest thing around it that is drawn. */
export class NodeIndex<Node extends Pick<SceneNode, 'id' | 'path' | 'covers'>> {
  readonly #byPath = new Map<string, Node>();

  constructor(nodes: Iterable<Node>) {
    for (const node of nodes) this.add(node);
  }

  add(node: Node): void {
    for (const path of [node.id, node.path, ...node.covers]) if (!this.#byPath.has(path)) this.#byPath.set(path, node);
  }

  /** @param path as in diagnostics, results and references: `h1/web[3]/eth0`, `h1/web[*]/eth0`. */
  find(path: string): Node | undefined {
    for (let at = path; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/'), at.lastIndexOf('#')))) {
      const node = this.#byPath.get(at) ?? this.#byPath.get(at.replace(/\[[^\]]*\]/g, ''));
      if (node !== undefined) return node;
    }
    return undefined;
  }
}
