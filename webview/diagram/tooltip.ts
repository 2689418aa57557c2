import type { SceneEdge, SceneNode } from '../../src/diagram/scene.js';
import { fill, h } from '../dom.js';

const AWAY = 14;

/** Values of what is under the pointer. Screen readers have them in the label of the node. */
export class Tooltip {
  readonly element = h('div', { class: 'tooltip', 'aria-hidden': 'true' });
  #shown: SceneNode | SceneEdge | undefined;

  constructor() {
    this.element.hidden = true;
  }

  hide(): void {
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
      this.#shown = over;
      this.element.hidden = false;
    }
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
