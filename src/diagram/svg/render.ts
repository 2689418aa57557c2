import type { Scene, SymbolName } from '../scene.js';
import { drawEdge, drawEdgeLabel } from './edge.js';
import { escape } from './escape.js';
import { drawGroup, drawGroupNames } from './group.js';
import { drawLegend } from './legend.js';
import { drawNode } from './node.js';
import { Palette } from './palette.js';
import { diagramCss } from './style.js';
import { symbols } from './symbols.js';
import { cut } from './text.js';

export interface SvgOptions {
  /** The style sheet, background and title go with it: a file of its own. Otherwise the page brings `diagramCss`. */
  readonly isStandalone?: boolean;
  readonly hasLegend?: boolean;
}

/** A scene as SVG: text is text, nothing is fetched, every label is escaped. */
export function renderSvg(scene: Scene, { isStandalone = true, hasLegend = true }: SvgOptions = {}): string {
  const palette = new Palette(scene.legend);
  const { width, height } = scene.size;
  const names = new Set(scene.nodes.map((node) => node.symbol));
  const parts = [
    `<svg xmlns="http://www.w3.org/2000/svg" class="iovt" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="graphics-document document" aria-roledescription="diagram" aria-label="${escape(scene.description)}">`,
    `<title>${escape(`${scene.title}: ${scene.subtitle}`)}</title>`,
    ...(isStandalone ? [`<style>${diagramCss}</style>`] : []),
    `<defs>${[...names].map(symbol).join('')}</defs>`,
    ...(isStandalone ? [`<rect width="${width}" height="${height}" class="bg"/>`, title(scene)] : []),
    ...scene.headings.map(({ text, x, y }) => `<text x="${x}" y="${y}" class="h">${escape(text.toUpperCase())}</text>`),
    ...scene.nodes.map((node) => drawNode(node, palette)),
    '<g class="edges">',
    ...scene.edges.map((edge) => drawEdge(edge, palette)),
    ...scene.edges.map(drawEdgeLabel),
    '</g>',
    ...scene.groups.map(drawGroup),
    ...scene.groups.map(drawGroupNames),
    ...(hasLegend ? [drawLegend(scene, palette)] : []),
    '</svg>\n',
  ];
  return parts.filter((part) => part !== '').join('\n');
}

function symbol(name: SymbolName): string {
  return `<path id="iovt-${name}" d="${symbols[name]}"/>`;
}

function title(scene: Scene): string {
  const x = 24;
  const room = scene.size.width - 2 * x;
  return `<text x="${x}" y="38" class="title">${escape(cut(scene.title, room, 17, true))}</text><text x="${x}" y="58" class="s">${escape(cut(scene.subtitle, room, 11))}</text>`;
}
