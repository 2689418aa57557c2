import type { SceneGroup } from '../scene.js';
import { escape, escapeLines } from './escape.js';
import { widthOf } from './text.js';

/** A dashed outline; in colour where tenants share what must not be shared. */
export function drawGroup(group: SceneGroup): string {
  const title = escapeLines([nameOf(group), ...group.facts]);
  const outlines = group.outlines
    .filter(({ hasLine }) => hasLine)
    .map(({ rect: { x, y, width, height } }) => {
      const style = isShared(group) ? 'group shared' : 'group';
      return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" class="${style}"/>`;
    });
  return `<g data-id="${escape(group.id)}" role="img" tabindex="0" aria-label="${title.replaceAll('\n', ', ')}"><title>${title}</title>${outlines.join('')}</g>`;
}

/** Names come after all outlines, so that no line strikes one out. */
export function drawGroupNames(group: SceneGroup): string {
  const label = isShared(group) ? `${group.label}, shared` : group.label;
  const width = Math.round(widthOf(label, 10, true) + 10);
  const tags = group.outlines.map(({ labelAt, hasLine }) => {
    const x = labelAt.x - width;
    return `<rect x="${x}" y="${labelAt.y - 7}" width="${width}" height="14" rx="4" class="${hasLine ? 'grouptag' : 'grouptag alone'}"/><text x="${x + width / 2}" y="${labelAt.y + 3.5}" class="ct b">${escape(label)}</text>`;
  });
  return tags.join('');
}

function isShared(group: SceneGroup): boolean {
  return group.tenants.length > 1;
}

function nameOf(group: SceneGroup): string {
  return isShared(group) ? `${group.label}, shared by ${group.tenants.join(', ')}` : group.label;
}
