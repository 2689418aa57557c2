import type { Controller } from '../controller.js';
import { h } from '../dom.js';

/** The name of something in the design; choosing it selects it in the diagram and shows its text. */
export function entityLink(controller: Controller, path: string, text = path): HTMLElement {
  return h(
    'button',
    {
      class: 'entity',
      title: `Show ${path}`,
      onclick: (event: Event) => {
        event.stopPropagation();
        controller.reveal(path, false);
      },
    },
    text,
  );
}
