import { s } from './dom.js';

/** Icons on a grid of 16 by 16, drawn as lines in the colour of the text. */
const paths = {
  play: 'M4.5 3v10l8-5z',
  stop: 'M4 4h8v8H4z',
  bolt: 'M9 1.5 4 9h3.5L7 14.5 12 7H8.5z',
  zoomIn: 'M8 3.5v9M3.5 8h9',
  zoomOut: 'M3.5 8h9',
  fit: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  save: 'M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9M10.3 10.3 13.5 13.5',
  pass: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M5 8.2 7.2 10.4 11 6',
  fail: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M5.7 5.7l4.6 4.6M10.3 5.7l-4.6 4.6',
  unknown: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M6 6.3a2 2 0 1 1 2.900 1.800c-.6.3-.9.7-.9 1.3M8 11.3v.4',
  warning: 'M8 2 1.5 13.5h13zM8 6.5v3.5M8 11.5v.5',
  chart: 'M2.5 2v11.5H14M5.5 11V8M8.5 11V4.5M11.5 11V6.5',
  up: 'M3.5 10 8 5.5 12.5 10',
  down: 'M3.5 6 8 10.5 12.5 6',
  close: 'M4 4l8 8M12 4l-8 8',
  clock: 'M8 1.5a6.5 6.5 0 1 0 0 13a6.5 6.5 0 0 0 0-13M8 4.5V8l2.5 1.5',
} as const;

export type IconName = keyof typeof paths;

const FILLED: ReadonlySet<IconName> = new Set(['play', 'stop', 'bolt']);

/** An icon for the eye only: what it means is said beside it or by the control it is in. */
export function icon(name: IconName): SVGElement {
  const isFilled = FILLED.has(name);
  return s(
    'svg',
    { viewBox: '0 0 16 16', width: 16, height: 16, 'aria-hidden': 'true', class: `icon icon-${name}`, focusable: 'false' },
    s('path', {
      d: paths[name],
      fill: isFilled ? 'currentColor' : 'none',
      stroke: 'currentColor',
      'stroke-width': 1.3,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }),
  );
}
