/** What may stand inside an element; `false` and null draw nothing, so that conditions read well. */
export type Child = Node | string | number | null | false | undefined;

export interface Attributes {
  readonly [name: string]: string | number | boolean | null | undefined | ((event: never) => void);
}

/**
 * Makes an element. A function is a listener for the event of its name (`onclick`); true sets an attribute without a value;
 * false, null and undefined leave it out. Text never becomes markup.
 */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes?: Attributes | null,
  ...children: readonly (Child | readonly Child[])[]
): HTMLElementTagNameMap[Tag];
export function h(tag: string, attributes?: Attributes | null, ...children: readonly (Child | readonly Child[])[]): HTMLElement;
export function h(tag: string, attributes?: Attributes | null, ...children: readonly (Child | readonly Child[])[]): HTMLElement {
  const element = document.createElement(tag);
  setAttributes(element, attributes ?? {});
  append(element, children.flat());
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function s(tag: string, attributes?: Attributes, ...children: readonly Child[]): SVGElement {
  const element = document.createElementNS(SVG, tag);
  setAttributes(element, attributes ?? {});
  append(element, children);
  return element;
}

/** Replaces everything inside an element. */
export function fill(element: Element, ...children: readonly (Child | readonly Child[])[]): void {
  element.replaceChildren();
  append(element, children.flat());
}

function append(element: Element, children: readonly Child[]): void {
  for (const child of children) {
    if (child === null || child === false || child === undefined) continue;
    element.append(typeof child === 'number' ? String(child) : child);
  }
}

function setAttributes(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as (event: Event) => void);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
}
