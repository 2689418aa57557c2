import type { Scene } from '../scene.js';
import { escape } from './escape.js';
import { type LegendItem, legendRows } from './legend-rows.js';
import { problemIcon } from './node.js';
import type { Palette } from './palette.js';
import { cut } from './text.js';

/** What colours and signs mean, which objectives fail, and what the reader must know. */
export function drawLegend(scene: Scene, palette: Palette): string {
  const { legend } = scene;
  const { items } = legendRows(legend, scene.notes, legend.rect.width);
  if (items.length === 0) return '';
  const drawn = items.map((item) =>
    drawItem({ ...item, x: item.x + legend.rect.x, y: item.y + legend.rect.y }, palette, legend.rect.x + legend.rect.width),
  );
  return `<g class="legend">${drawn.join('')}</g>`;
}

function drawItem(item: LegendItem, palette: Palette, right: number): string {
  const { x, y } = item;
  const middle = y + 10;
  const label = (from: number, className = 's') =>
    `<text x="${from}" y="${middle + 4}" class="${className}">${escape(cut(item.text, right - from, 11))}</text>`;
  switch (item.kind) {
    case 'heading':
      return `<text x="${x}" y="${middle + 3.5}" class="h">${item.text}</text>`;
    case 'tenant':
      return `<rect x="${x}" y="${middle - 6}" width="12" height="12" rx="3" class="stripe${palette.className(item.id)}"${palette.attribute(item.id, 'fill')}/>${label(x + 18)}`;
    case 'heat':
      return `<rect x="${x}" y="${middle - 1.5}" width="28" height="3" rx="1.5" class="track"/><rect x="${x}" y="${middle - 1.5}" width="${7 * item.level}" height="3" rx="1.5" class="heat${item.level}"/>${label(x + 34)}`;
    case 'short':
      return `<path d="M${x} ${middle}h28" class="e short" stroke-width="1.5"/>${label(x + 34)}`;
    case 'problem':
      return `${problemIcon(item.severity, x, middle)}${label(x + 18)}`;
    case 'group':
      return `<rect x="${x}" y="${middle - 6}" width="14" height="12" rx="3" class="group"/>${label(x + 20)}`;
    case 'objective': {
      const signs = { pass: '✓', fail: '✗', unknown: '?' } as const;
      const classes = { pass: 'ok', fail: 'err', unknown: 's' } as const;
      return `<text x="${x}" y="${middle + 4}" class="${classes[item.status]}">${signs[item.status]}</text>${label(x + 18)}`;
    }
    case 'note':
      return label(x);
  }
}
