import type { Scene, SceneEdge, SceneNode } from '../../src/diagram/scene.js';

/** A node of a hand-made scene: what a test does not say is plain. */
export function node(id: string, parts: Partial<SceneNode> = {}): SceneNode {
  return {
    id,
    path: id,
    kind: 'device',
    symbol: 'other',
    form: 'card',
    label: id,
    sublabel: '',
    rect: { x: 0, y: 0, width: 100, height: 40 },
    headerHeight: 40,
    parent: null,
    tenant: null,
    tenants: [],
    count: 1,
    showsCount: false,
    fold: null,
    covers: [],
    problems: { error: 0, warning: 0 },
    heat: null,
    isBottleneck: false,
    status: '',
    marks: [],
    isUnused: false,
    facts: [],
    aria: id,
    ...parts,
  };
}

export function edge(from: string, to: string, ...users: string[]): SceneEdge {
  return {
    id: `${from}>${to}`,
    from,
    to,
    kind: 'mapping',
    points: [],
    tenant: null,
    count: 1,
    users,
    width: 1.5,
    shortfallRatio: null,
    label: '',
    labelAt: null,
  };
}

export function scene(nodes: readonly SceneNode[], edges: readonly SceneEdge[] = []): Scene {
  return {
    view: 'mapping',
    title: '',
    subtitle: '',
    description: '',
    size: { width: 100, height: 100 },
    nodes,
    edges,
    groups: [],
    headings: [],
    legend: {
      rect: { x: 0, y: 0, width: 0, height: 0 },
      tenants: [],
      objectives: [],
      hasHeat: false,
      hasGroups: false,
      problems: { error: 0, warning: 0 },
    },
    notes: [],
  };
}
