import type { Knowledge } from '../losses.js';
import type { XmlElement } from '../xml/element.js';

/** Elements of hwloc that say nothing of I/O, or repeat what other elements say. */
const ELEMENTS: ReadonlySet<string> = new Set([
  'info',
  'userdata',
  'support',
  'cpukind',
  'memattr',
  'memattr_value',
  'memtier',
  'page_type',
  'distances',
  'distances2',
  'distances2hetero',
  'pci_locality',
]);

/** Objects that carry no I/O: caches, cores, groups. */
const OBJECTS: ReadonlySet<string> = new Set([
  'Core',
  'PU',
  'Cache',
  'Group',
  'Die',
  'Tile',
  'Module',
  'Cluster',
  'Misc',
  'MemCache',
  'OSDev',
  'System',
  'Machine',
  'Package',
]);

/** Sets that follow from `cpuset`, and hwloc's own numbering. */
const ATTRIBUTES: ReadonlySet<string> = new Set([
  'os_index',
  'gp_index',
  'id',
  'name',
  'subtype',
  'depth',
  'kind',
  'subkind',
  'cpuset',
  'nodeset',
  'complete_cpuset',
  'complete_nodeset',
  'online_cpuset',
  'allowed_cpuset',
  'allowed_nodeset',
  'bridge_type',
  'bridge_pci',
  'pci_link_speed',
  'osdev_type',
  'local_memory',
  'flags',
]);

export const hwlocKnowledge: Knowledge = {
  kindOf,
  isNotModelled(element, attribute) {
    if (attribute !== undefined) return ATTRIBUTES.has(attribute);
    if (element.name !== 'object') return ELEMENTS.has(element.name);
    const type = typeOf(element);
    return OBJECTS.has(type) || /^L\di?Cache$/.test(type);
  },
  placeOf(element) {
    if (element.name !== 'object')
      return element.parent === undefined ? '/topology' : `${hwlocKnowledge.placeOf?.(element.parent)}/${element.name}`;
    const telling = ['pci_busid', 'name', 'os_index'].flatMap((name) => element.raw.attributes.find((a) => a.name === name) ?? [])[0];
    return `//object[@type="${typeOf(element)}"]${telling === undefined ? '' : `[@${telling.name}="${telling.value}"]`}`;
  },
};

function kindOf(element: XmlElement): string {
  if (element.name === 'object') return typeOf(element);
  const name = element.raw.attributes.find((a) => a.name === 'name')?.value ?? '';
  return `${element.parent === undefined ? '' : kindOf(element.parent)}/${element.name} ${name}`;
}

function typeOf(element: XmlElement): string {
  return element.raw.attributes.find(({ name }) => name === 'type')?.value ?? '';
}
