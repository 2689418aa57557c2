import { NodeIndex, type Scene, type SceneNode } from '../../src/diagram/scene.js';
import type { Controller } from '../controller.js';
import { fill, h } from '../dom.js';
import type { Camera, State } from '../state.js';
import { changed } from '../store.js';
import { progressRing } from '../ui.js';
import { contentOf, fitted, moved, opening, showing, zoomed } from './camera.js';
import { MappingIndex } from './mapping-index.js';
import { matching, ofTenant } from './matches.js';
import { type Direction, neighbour } from './neighbours.js';
import { Picture } from './picture.js';
import { onDragAndWheel } from './pointer.js';
import { Tooltip } from './tooltip.js';

/** What the toolbar does to the picture. */
export interface PictureControls {
  zoom(factor: number): void;
  fit(): void;
  countMatches(): number;
  showNextMatch(step: 1 | -1): void;
}

const ARROWS: Readonly<Record<string, Direction>> = { ArrowLeft: 'left', ArrowRight: 'right', ArrowUp: 'up', ArrowDown: 'down' };

/** The diagram: draws the scene, and lets it be moved, searched, walked through and selected from. */
export class DiagramPane implements PictureControls {
  readonly element: HTMLElement;
  readonly #pane = h('div', { class: 'pane' });
  readonly #message = h('div', { class: 'message', role: 'status' });
  readonly #tooltip = new Tooltip();
  #picture: Picture | undefined;
  #nodes = new NodeIndex<SceneNode>([]);
  #mappings: MappingIndex | undefined;
  #matches: readonly SceneNode[] = [];
  #match = -1;

  constructor(private readonly controller: Controller) {
    this.element = h('section', { class: 'diagram', 'aria-label': 'Diagram' }, this.#pane, this.#message, this.#tooltip.element);
    const { store } = controller;
    onDragAndWheel(this.#pane, {
      move: (x, y) => this.#look(moved(this.#camera, x, y)),
      zoom: (factor, at) => this.#look(zoomed(this.#camera, factor, at)),
    });
    this.#pane.addEventListener('click', (event) => this.#onClick(event, false));
    this.#pane.addEventListener('dblclick', (event) => this.#onClick(event, true));
    this.#pane.addEventListener('pointermove', (event) => this.#onHover(event));
    this.#pane.addEventListener('pointerleave', () => this.#leave());
    this.#pane.addEventListener('keydown', (event) => this.#onKey(event));
    this.#pane.addEventListener('focusin', (event) => this.#onFocus(event));
    new ResizeObserver(() => {
      if (store.state.camera === null) this.#applyCamera();
    }).observe(this.#pane);
    store.add((state, before) => this.#draw(state, before));
  }

  zoom(factor: number): void {
    const { width, height } = this.#size;
    this.#look(zoomed(this.#camera, factor, { x: width / 2, y: height / 2 }));
  }

  fit(): void {
    const { drawn } = this.controller.store.state;
    if (drawn !== null) this.#look(fitted(contentOf(drawn.scene), this.#size));
  }

  countMatches(): number {
    return this.#matches.length;
  }

  showNextMatch(step: 1 | -1): void {
    const count = this.#matches.length;
    if (count === 0) return;
    this.#match = (this.#match + step + count) % count;
    const node = this.#matches[this.#match] as SceneNode;
    this.controller.choose({ selected: node.path });
  }

  get #size() {
    const { width, height } = this.#pane.getBoundingClientRect();
    return { width, height };
  }

  get #camera(): Camera {
    const { camera, drawn } = this.controller.store.state;
    if (camera !== null || drawn === null) return camera ?? { x: 0, y: 0, scale: 1 };
    return opening(contentOf(drawn.scene), this.#size);
  }

  #look(camera: Camera): void {
    this.controller.choose({ camera });
  }

  #applyCamera(): void {
    this.#picture?.look(this.#camera);
  }

  #draw(state: State, before: State | undefined): void {
    const scene = state.drawn?.scene;
    const isNew = changed(state, before, 'drawn') && scene !== before?.drawn?.scene;
    if (isNew) this.#drawScene(scene);
    if (isNew || changed(state, before, 'viewError', 'isLoading')) this.#drawMessage(state);
    if (isNew || changed(state, before, 'search')) {
      this.#matches = scene === undefined ? [] : matching(scene, state.search);
      this.#match = -1;
      this.#picture?.mark(state.search === '' ? null : new Set(this.#matches.map(({ id }) => id)));
    }
    if (isNew || changed(state, before, 'tenant')) this.#picture?.only(scene === undefined ? null : ofTenant(scene, state.tenant));
    if (isNew || changed(state, before, 'selected', 'hovered', 'lit')) this.#highlight(state);
    if (changed(state, before, 'selected') && before !== undefined) this.#showSelected(state);
    if (isNew || changed(state, before, 'camera')) this.#applyCamera();
  }

  #drawScene(scene: Scene | undefined): void {
    const focused = this.#picture?.focused;
    this.#tooltip.hide();
    if (scene === undefined) {
      this.#picture = undefined;
      this.#mappings = undefined;
      this.#nodes = new NodeIndex<SceneNode>([]);
      fill(this.#pane);
      return;
    }
    this.#picture = new Picture(scene);
    this.#mappings = new MappingIndex(scene);
    this.#nodes = new NodeIndex(scene.nodes);
    fill(this.#pane, this.#picture.element);
    // The picture was replaced under the reader's hands: give back the focus.
    if (focused !== undefined) this.#picture.focus(focused);
  }

  #drawMessage({ drawn, viewError, isLoading }: State): void {
    this.#message.hidden = drawn !== null;
    if (drawn === null) fill(this.#message, isLoading && viewError === null ? progressRing('Loading the diagram') : (viewError ?? ''));
  }

  #selectedNode({ selected }: State): SceneNode | undefined {
    return selected === null ? undefined : this.#nodes.find(selected);
  }

  #highlight(state: State): void {
    const node = this.#selectedNode(state);
    const start = state.hovered ?? node?.id;
    this.#picture?.select(node?.id ?? null);
    const { lit, hovered, selected } = state;
    if (lit !== null && hovered === null && lit.selected === selected) {
      const ids = lit.paths.flatMap((path) => this.#nodes.find(path.replace(/#.*$/, ''))?.id ?? []);
      this.#picture?.light(this.#mappings?.along([...new Set(ids)]) ?? null);
      return;
    }
    this.#picture?.light(start === undefined ? null : (this.#mappings?.through(start) ?? null));
  }

  #showSelected(state: State): void {
    const node = this.#selectedNode(state);
    if (node === undefined) return;
    const camera = showing(this.#camera, { ...node.rect, height: node.headerHeight || node.rect.height }, this.#size);
    if (camera !== this.#camera && (camera.x !== this.#camera.x || camera.y !== this.#camera.y)) {
      this.#picture?.glide();
      this.#look(camera);
    }
  }

  #nodeAt(target: EventTarget | null): SceneNode | undefined {
    return this.#picture?.nodeAt(target);
  }

  #onClick(event: MouseEvent, isDouble: boolean): void {
    const node = this.#nodeAt(event.target);
    if (node === undefined) {
      if (!isDouble) this.controller.choose({ selected: null });
      return;
    }
    this.#picture?.focus(node.id);
    if (this.#picture?.isFoldBadge(event.target) === true && node.fold !== null) this.#toggleFold(node.fold);
    else this.controller.reveal(node.path, isDouble);
  }

  #toggleFold(fold: string): void {
    const { unfolded } = this.controller.store.state;
    this.controller.show({ unfolded: unfolded.includes(fold) ? unfolded.filter((id) => id !== fold) : [...unfolded, fold] });
  }

  #onHover(event: PointerEvent): void {
    const node = event.buttons === 0 ? this.#nodeAt(event.target) : undefined;
    const hovered = node?.id ?? null;
    if (hovered !== this.controller.store.state.hovered) this.controller.store.set({ hovered });
    const edge = node === undefined ? this.#picture?.edgeAt(event.target) : undefined;
    this.#tooltip.follow(event, node ?? edge);
  }

  #leave(): void {
    this.#tooltip.hide();
    if (this.controller.store.state.hovered !== null) this.controller.store.set({ hovered: null });
  }

  #onFocus(event: FocusEvent): void {
    const node = this.#nodeAt(event.target);
    if (node === undefined) return;
    const camera = showing(this.#camera, { ...node.rect, height: node.headerHeight || node.rect.height }, this.#size);
    if (camera.x !== this.#camera.x || camera.y !== this.#camera.y) this.#look(camera);
  }

  #onKey(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const scene = this.controller.store.state.drawn?.scene;
    const from = this.#nodeAt(event.target);
    const direction = ARROWS[event.key];
    if (direction !== undefined && scene !== undefined) {
      const to = from === undefined ? scene.nodes[0] : neighbour(scene.nodes, from, direction);
      if (to !== undefined) this.#picture?.focus(to.id);
    } else if (event.key === 'Enter' && from !== undefined) this.controller.reveal(from.path, true);
    else if (event.key === ' ' && from !== undefined) this.controller.reveal(from.path, false);
    else if ((event.key === 'f' || event.key === 'F') && from?.fold != null) this.#toggleFold(from.fold);
    else if (event.key === '+' || event.key === '=') this.zoom(1.25);
    else if (event.key === '-') this.zoom(1 / 1.25);
    else if (event.key === '0') this.fit();
    else if (event.key === 'Escape') this.controller.choose({ selected: null });
    else return;
    event.preventDefault();
  }
}
