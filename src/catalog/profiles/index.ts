import { parseOnce } from '../../core/model/project.js';
import type { ProfileCatalog } from '../../core/model/topology.js';
import type { SyntaxNode } from '../../core/text/tree.js';
import nvidiaConnectx6dx2x100g from './nvidia-connectx6dx-2x100g.json' with { type: 'json' };
import solidigmP55103t84 from './solidigm-p5510-3.84t.json' with { type: 'json' };

/** Every device profile of the catalogue, by name. A profile has the form that `profiles` has in a document. */
export const profileTable: Readonly<Record<string, object>> = {
  'nvidia-connectx6dx-2x100g': nvidiaConnectx6dx2x100g,
  'solidigm-p5510-3.84t': solidigmP55103t84,
};

const nodes = new Map<string, SyntaxNode>();

/** The catalogue as text: a fact that comes from a profile has a place in it, like every other fact. */
export const profileCatalog: ProfileCatalog = {
  names: Object.keys(profileTable),
  node(name) {
    let node = nodes.get(name);
    if (node === undefined && Object.hasOwn(profileTable, name)) {
      node = parseOnce({ uri: profileUri(name), text: JSON.stringify(profileTable[name], null, 2) }).root as SyntaxNode;
      nodes.set(name, node);
    }
    return node;
  },
};

export function profileUri(name: string): string {
  return `iovt-catalog:/profiles/${name}.iovt`;
}

/** The profile that a URI of the catalogue stands for. */
export function profileOfUri(uri: string): string | undefined {
  return /^iovt-catalog:\/profiles\/(.+)\.iovt$/.exec(uri)?.[1];
}
