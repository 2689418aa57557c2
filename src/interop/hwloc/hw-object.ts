import { lookup } from '../lookup.js';
import type { XmlElement } from '../xml/element.js';
import { type CpuMask, parseMask } from './cpuset.js';

/** Object types by the names of today; 1.x called packages sockets. */
const RENAMED: Readonly<Record<string, string>> = { Socket: 'Package', Node: 'NUMANode' };

/**
 * One `<object>` of a topology, the same for all three forms that hwloc has written: 1.x without a version (`Socket`, NUMA
 * nodes above their cores), 2.0 (NUMA nodes beside their cores), 3.0 (OS devices by bit mask).
 */
export class HwObject {
  readonly type: string;
  readonly children: readonly HwObject[];

  constructor(
    readonly xml: XmlElement,
    readonly parent: HwObject | undefined,
  ) {
    const written = xml.raw.attributes.find(({ name }) => name === 'type')?.value ?? '';
    this.type = lookup(RENAMED, written) ?? written;
    this.children = xml.raw.children.filter(({ name }) => name === 'object').map((child) => new HwObject(child, this));
  }

  /** Takes the object as read: its type and place are in the design from now on. */
  take(): this {
    this.xml.isRead = true;
    this.xml.attr('type');
    return this;
  }

  attr(name: string): string | undefined {
    return this.xml.attr(name);
  }

  /** A whole number, 0 or more. */
  number(name: string): number | undefined {
    const text = this.attr(name);
    return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
  }

  info(...names: readonly string[]): string | undefined {
    return infoOf(this.xml, ...names);
  }

  /** CPUs near to the object; none where the file does not say. */
  get cpus(): CpuMask {
    return parseMask(this.attr('cpuset') ?? '') ?? 0n;
  }

  /** The object and all below it, from the outside in and in the order of the text. */
  *all(): Generator<HwObject> {
    yield this;
    for (const child of this.children) yield* child.all();
  }

  ofType(...types: readonly string[]): HwObject[] {
    return [...this.all()].filter(({ type }) => types.includes(type));
  }

  /** The nearest object around it of a type. */
  above(...types: readonly string[]): HwObject | undefined {
    let at = this.parent;
    while (at !== undefined && !types.includes(at.type)) at = at.parent;
    return at;
  }
}

/** The value of the first of several names that an element has an `<info>` for; empty and made-up values do not count. */
export function infoOf(element: XmlElement, ...names: readonly string[]): string | undefined {
  for (const wanted of names) {
    for (const child of element.raw.children) {
      if (child.name !== 'info' || child.raw.attributes.find(({ name }) => name === 'name')?.value !== wanted) continue;
      child.isRead = true;
      child.attr('name');
      const value = child.attr('value')?.trim() ?? '';
      if (isTelling(value)) return value;
    }
  }
  return undefined;
}

/** Firmware tables are full of placeholders. */
function isTelling(value: string): boolean {
  return value !== '' && !/^([.\-_ ]*|\(none\)|n\/?a|none|not specified|unknown|to be filled.*|default string|0+|x+)$/i.test(value);
}
