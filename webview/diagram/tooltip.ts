import type { SceneEdge, SceneNode } from '../../src/diagram/scene.js';
import { fill, h } from '../dom.js';

const AWAY = 14;
/** A pointer that only passes by shows nothing. */
const PAUSE_MS = 300;

/** Values of what is under the pointer. Screen readers have them in the label of the node. */
export class Tooltip {
  readonly element = h('div', { class: 'tooltip', 'aria-hidden': 'true' });
  #shown: SceneNode | SceneEdge | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.element.hidden = true;
  }

  hide(): void {
    clearTimeout(this.#timer);
    this.#shown = undefined;
    this.element.hidden = true;
  }

  follow(event: PointerEvent, over: SceneNode | SceneEdge | undefined): void {
    const lines = over === undefined ? [] : linesOf(over);
    if (lines.length === 0) {
      this.hide();
      return;
    }
    if (over !== this.#shown) {
      const [title, ...others] = lines;
      fill(this.element, h('strong', null, title), ...others.map((line) => h('div', null, line)));
      const isOpen = this.#shown !== undefined && !this.element.hidden;
      this.#shown = over;
      clearTimeout(this.#timer);
      if (!isOpen) this.#timer = setTimeout(() => this.#open(event), PAUSE_MS);
    }
    this.#place(event);
  }

  #open(event: PointerEvent): void {
    this.element.hidden = false;
    this.#place(event);
  }

  #place(event: PointerEvent): void {
    const around = this.element.parentElement?.getBoundingClientRect();
    if (around === undefined) return;
    const { offsetWidth, offsetHeight } = this.element;
    const x = event.clientX - around.left + AWAY;
    const y = event.clientY - around.top + AWAY;
    this.element.style.left = `${Math.max(4, x + offsetWidth > around.width ? x - offsetWidth - 2 * AWAY : x)}px`;
    this.element.style.top = `${Math.max(4, y + offsetHeight > around.height ? y - offsetHeight - 2 * AWAY : y)}px`;
  }
}

function linesOf(over: SceneNode | SceneEdge): string[] {
  if ('path' in over) return [over.path, ...(over.status === '' ? [] : [over.status]), ...over.facts];
  return over.label === '' && over.count <= 1
    ? []
    : [over.label, ...(over.count > 1 ? [`${over.count} mappings`] : [])].filter((line) => line !== '');
}
