/** Fewer pixels than this are a click with an unsteady hand. */
const DRAG_STARTS = 4;

export interface PointerActions {
  readonly move: (x: number, y: number) => void;
  readonly zoom: (factor: number, at: { readonly x: number; readonly y: number }) => void;
}

/** Drag and wheel move; wheel with Ctrl, which is also what a pinch on a touch pad sends, zooms to the pointer. */
export function onDragAndWheel(element: HTMLElement, { move, zoom }: PointerActions): void {
  let from: { x: number; y: number } | undefined;
  let isDragging = false;

  element.addEventListener('pointerdown', (event) => {
    if (event.button > 1) return;
    from = { x: event.clientX, y: event.clientY };
    isDragging = false;
  });
  element.addEventListener('pointermove', (event) => {
    if (from === undefined) return;
    if (event.buttons === 0) {
      from = undefined;
      return;
    }
    const [x, y] = [event.clientX - from.x, event.clientY - from.y];
    if (!isDragging && Math.hypot(x, y) < DRAG_STARTS) return;
    if (!isDragging) element.setPointerCapture(event.pointerId);
    isDragging = true;
    element.classList.add('is-dragging');
    from = { x: event.clientX, y: event.clientY };
    move(x, y);
  });
  const end = () => {
    from = undefined;
    element.classList.remove('is-dragging');
  };
  element.addEventListener('pointerup', end);
  element.addEventListener('pointercancel', end);
  // The click at the end of a drag selects nothing.
  element.addEventListener(
    'click',
    (event) => {
      if (isDragging) event.stopImmediatePropagation();
      isDragging = false;
    },
    { capture: true },
  );
  element.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      if (event.ctrlKey || event.metaKey) {
        const { left, top } = element.getBoundingClientRect();
        zoom(Math.exp((-event.deltaY * unit) / 300), { x: event.clientX - left, y: event.clientY - top });
      } else if (event.shiftKey && event.deltaX === 0) move(-event.deltaY * unit, 0);
      else move(-event.deltaX * unit, -event.deltaY * unit);
    },
    { passive: false },
  );
}
