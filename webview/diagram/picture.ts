import type { Scene, SceneEdge, SceneNode } from '../../src/diagram/scene.js';
import { renderSvg } from '../../src/diagram/svg/render.js';
import { diagramCss } from '../../src/diagram/svg/style.js';
import type { Camera } from '../state.js';
import type { Lit } from './mapping-index.js';

// A style sheet made by a script is no inline style, which the content security policy refuses.
const sheet = new CSSStyleSheet();
sheet.replaceSync(diagramCss);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

/** The scene on the page: finds its elements, and marks them. */
export class Picture {
  readonly element: SVGSVGElement;
  readonly #nodes = new Map<string, SVGElement>();
  readonly #edges = new Map<string, SVGElement>();
  readonly #sceneNodes: ReadonlyMap<string, SceneNode>;
  readonly #sceneEdges: ReadonlyMap<string, SceneEdge>;
  #selected: SVGElement | undefined;
  /** The one node that the Tab key goes to. */
  #stop: SVGElement | undefined;

  constructor(scene: Scene) {
    this.element = parse(renderSvg(scene, { isStandalone: false, hasLegend: true }));
    this.element.classList.add('scene');
    this.#sceneNodes = new Map(scene.nodes.map((node) => [node.id, node]));
    this.#sceneEdges = new Map(scene.edges.map((edge) => [edge.id, edge]));
    for (const element of this.element.querySelectorAll<SVGElement>('g[data-id]')) {
      const id = element.dataset['id'] as string;
      if (this.#sceneNodes.has(id) && element.dataset['from'] === undefined) this.#prepareNode(id, element);
      else this.#edges.set(id, element);
    }
    // The pane has tooltips of its own, and screen readers read the label.
    for (const title of this.element.querySelectorAll('title')) title.remove();
  }

  #prepareNode(id: string, element: SVGElement): void {
    this.#nodes.set(id, element);
    element.setAttribute('role', 'button');
    element.setAttribute('tabindex', '-1');
    if (this.#stop === undefined) this.#stopAt(element);
  }

  #stopAt(element: SVGElement): void {
    this.#stop?.setAttribute('tabindex', '-1');
    this.#stop = element;
    element.setAttribute('tabindex', '0');
  }

  /** Id of the node that has the keyboard. */
  get focused(): string | undefined {
    const focused = document.activeElement;
    return focused !== null && this.element.contains(focused) ? this.nodeAt(focused)?.id : undefined;
  }

  focus(id: string): void {
    const element = this.#nodes.get(id);
    if (element === undefined) return;
    this.#stopAt(element);
    element.focus({ preventScroll: true });
  }

  look({ x, y, scale }: Camera): void {
    this.element.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
  }

  /** The next change of the camera is seen as a movement. */
  glide(): void {
    this.element.classList.add('is-gliding');
    setTimeout(() => this.element.classList.remove('is-gliding'), 250);
  }

  nodeAt(target: EventTarget | null): SceneNode | undefined {
    const id = idAt(target);
    return id === undefined ? undefined : this.#sceneNodes.get(id);
  }

  edgeAt(target: EventTarget | null): SceneEdge | undefined {
    const id = idAt(target);
    return id === undefined ? undefined : this.#sceneEdges.get(id);
  }

  /** The badge that says how many a node stands for also opens it. */
  isFoldBadge(target: EventTarget | null): boolean {
    if (!(target instanceof Element)) return false;
    return target.matches('.count') || (target.matches('text.ct.b') && target.previousElementSibling?.matches('.count') === true);
  }

  select(id: string | null): void {
    this.#selected?.classList.remove('selected');
    this.#selected?.removeAttribute('aria-current');
    this.#selected = id === null ? undefined : this.#nodes.get(id);
    this.#selected?.classList.add('selected');
    this.#selected?.setAttribute('aria-current', 'true');
    if (this.#selected !== undefined && this.focused === undefined) this.#stopAt(this.#selected);
  }

  /** Lets everything stand back but some mappings; null brings everything forward. */
  light(lit: Lit | null): void {
    const isPartial = lit !== null && (lit.edges.size > 0 || lit.isWays === true);
    this.element.classList.toggle('is-lit', isPartial);
    for (const [id, element] of this.#edges) {
      element.classList.toggle('dim', isPartial && !lit.edges.has(id));
      element.firstElementChild?.classList.toggle('hot', isPartial && lit.edges.has(id));
    }
    for (const [id, element] of this.#nodes) element.classList.toggle('aside', isPartial && !lit.nodes.has(id));
  }

  /** Marks what a search found; null for no search. */
  mark(found: ReadonlySet<string> | null): void {
    for (const [id, element] of this.#nodes) {
      element.classList.toggle('found', found?.has(id) === true);
      element.classList.toggle('missed', found !== null && !found.has(id));
    }
    for (const [id, element] of this.#edges) {
      const ends = this.#sceneEdges.get(id);
      element.classList.toggle('missed', found !== null && ends !== undefined && !found.has(ends.from) && !found.has(ends.to));
    }
  }

  /** Shows some nodes and the edges between them; null shows all. */
  only(ids: ReadonlySet<string> | null): void {
    for (const [id, element] of this.#nodes) element.classList.toggle('others', ids !== null && !ids.has(id));
    for (const [id, element] of this.#edges) {
      const edge = this.#sceneEdges.get(id);
      element.classList.toggle('others', ids !== null && edge !== undefined && !(ids.has(edge.from) && ids.has(edge.to)));
    }
  }
}

function parse(svg: string): SVGSVGElement {
  const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml').documentElement;
  if (!(parsed instanceof SVGSVGElement)) throw new Error('The diagram is not well-formed.');
  return document.importNode(parsed, true);
}

function idAt(target: EventTarget | null): string | undefined {
  const element = target instanceof Element ? target.closest<SVGElement>('g[data-id]') : null;
  return element?.dataset['id'];
}
