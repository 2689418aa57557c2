import type { Mark, SceneNode, SymbolName } from '../scene.js';
import { escape, escapeLines } from './escape.js';
import type { Palette } from './palette.js';
import { cut, widthOf } from './text.js';

const LABEL = 12;
const SMALL = 11;
const TINY = 10;
const GAP = 6;

/** One node with its tooltip. Children are nodes of their own, drawn after it. */
export function drawNode(node: SceneNode, palette: Palette): string {
  const isGroup = node.form === 'frame' || node.form === 'guest';
  const parts = [
    `<g class="n k-${node.kind}${node.isUnused ? ' unused' : ''}" data-id="${escape(node.id)}" data-path="${escape(node.path)}" role="img" tabindex="${isGroup ? 0 : -1}" aria-label="${escape(node.aria)}">`,
    `<title>${escapeLines([node.aria, ...node.facts])}</title>`,
    body(node),
    stripes(node, palette),
  ];
  if (node.form === 'guest') parts.push(guestCell(node));
  else if (node.form === 'card') parts.push(card(node));
  else parts.push(line(node));
  parts.push(heatBar(node), '</g>');
  return parts.join('');
}

const KINDS_TINTED = new Set(['host', 'numa-node']);
const KINDS_OPEN = new Set(['pcie-port']);

function body(node: SceneNode): string {
  const { x, y, width, height } = node.rect;
  const isInner = node.form === 'row' || node.kind === 'nic-port';
  const style = isInner ? 'fill' : KINDS_TINTED.has(node.kind) ? 'tint' : KINDS_OPEN.has(node.kind) ? 'open' : 'box';
  const radius = node.kind === 'host' && node.form === 'frame' ? 10 : node.form === 'thread' ? height / 2 : isInner ? 4 : 6;
  // Several of a kind look like a pile.
  const pile = node.showsCount && !isInner && node.form !== 'thread' ? `${rect(x + 3, y + 3, width, height, radius, 'box')}` : '';
  return pile + rect(x, y, width, height, radius, `${style} m`);
}

function rect(x: number, y: number, width: number, height: number, radius: number, className: string): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" class="${className}"/>`;
}

const STRIPED = new Set(['guest', 'summary', 'vf', 'tenant', 'namespace', 'partition', 'mediated-type']);

/** The colours of its tenants at its left edge, at most four. */
function stripes(node: SceneNode, palette: Palette): string {
  if (!STRIPED.has(node.kind) && node.marks.every((mark) => mark.tone !== 'plain')) return '';
  const { x, y } = node.rect;
  const height = node.form === 'frame' ? node.headerHeight : node.rect.height;
  return node.tenants
    .slice(0, 4)
    .map((tenant, i) => {
      const paint = palette.attribute(tenant, 'fill');
      return `<rect x="${x + i * 5}" y="${y}" width="4" height="${height}" rx="1.5" class="stripe${palette.className(tenant)}"${paint}/>`;
    })
    .join('');
}

function stripeWidth(node: SceneNode): number {
  const isStriped = STRIPED.has(node.kind) || node.marks.some((mark) => mark.tone === 'plain');
  return isStriped ? Math.min(4, node.tenants.length) * 5 : 0;
}

function icon(name: SymbolName, x: number, y: number): string {
  return `<use href="#iovt-${name}" x="${x}" y="${y}" class="i"/>`;
}

function text(content: string, x: number, y: number, className: string): string {
  return content === '' ? '' : `<text x="${round(x)}" y="${round(y)}" class="${className}">${escape(content)}</text>`;
}

/** Name and details on one line, what is remarkable at its right end. */
function line(node: SceneNode): string {
  const { x, y, width } = node.rect;
  const middle = y + (node.form === 'row' ? Math.min(node.headerHeight, 20) : node.headerHeight) / 2;
  const isHost = node.kind === 'host';
  if (node.form === 'thread') return text(cut(node.label, width - 12, TINY), x + width / 2, middle + 3.5, 'ct s');
  const padding = (isHost ? 14 : 7) + stripeWidth(node);
  const right = remarks(node, x + width - 8, middle);
  let left = x + padding;
  const parts = [icon(node.symbol, left, middle - 7)];
  left += 14 + GAP;
  const size = isHost ? 14 : LABEL;
  const badge = countBadge(node, 0, 0);
  const label = cut(node.label, right.left - left - badge.width, size, true);
  parts.push(text(label, left, middle + 4, isHost ? 'b big' : node.form === 'row' ? '' : 'b'));
  left += widthOf(label, size, node.form !== 'row') + GAP;
  if (badge.width > 0) {
    parts.push(countBadge(node, left, middle).svg);
    left += badge.width;
  }
  parts.push(text(cut(node.sublabel, right.left - left - 2, SMALL), left + 2, middle + 4, 's'), right.svg);
  return parts.join('');
}

/** Name above, details below. */
function card(node: SceneNode): string {
  const { x, y, width } = node.rect;
  const left = x + 10 + stripeWidth(node);
  const right = remarks({ ...node, status: '' }, x + width - 8, y + 14);
  const badge = countBadge(node, 0, 0);
  const label = cut(node.label, right.left - left - 20 - badge.width, LABEL, true);
  const labelEnd = left + 20 + widthOf(label, LABEL, true) + GAP;
  const status = statusBelow(node, x + width - 10, y + 34);
  return [
    icon(node.symbol, left, y + 7),
    text(label, left + 20, y + 18, 'b'),
    countBadge(node, labelEnd, y + 14).svg,
    text(cut(node.sublabel, status.left - left, SMALL), left, y + 34, 's'),
    right.svg,
    status.svg,
  ].join('');
}

/** The name of a guest to the left of its devices. */
function guestCell(node: SceneNode): string {
  const { x, y } = node.rect;
  const left = x + 12;
  const end = x + 144;
  const right = remarks({ ...node, status: '', marks: [] }, end, y + 14);
  const badge = countBadge(node, 0, 0);
  const label = cut(node.label, right.left - left - 20 - badge.width, LABEL, true);
  const labelEnd = left + 20 + widthOf(label, LABEL, true) + 4;
  const status = statusBelow(node, end, y + 34);
  return [
    icon(node.symbol, left, y + 7),
    text(label, left + 20, y + 18, 'b'),
    countBadge(node, labelEnd, y + 14).svg,
    text(cut(node.sublabel, status.left - left, SMALL), left, y + 34, 's'),
    right.svg,
    status.svg,
  ].join('');
}

/** Results stand on the second line where there is one, so that names stay whole. */
function statusBelow(node: SceneNode, right: number, baseline: number): { svg: string; left: number } {
  const status = cut(node.status, node.rect.width / 2, SMALL, true);
  return status === ''
    ? { svg: '', left: right }
    : { svg: text(status, right, baseline, 's b r'), left: right - widthOf(status, SMALL, true) - GAP };
}

function countBadge(node: SceneNode, x: number, middle: number): { svg: string; width: number } {
  if (!node.showsCount) return { svg: '', width: 0 };
  const content = `×${node.count}`;
  const width = widthOf(content, TINY, true) + 10;
  const svg = `<rect x="${round(x)}" y="${middle - 7}" width="${round(width)}" height="14" rx="7" class="count"/>${text(content, x + width / 2, middle + 3.5, 'ct b')}`;
  return { svg, width: width + 4 };
}

/** From right to left: problems, marks, the result of a simulation. */
function remarks(node: SceneNode, right: number, middle: number): { svg: string; left: number } {
  const parts: string[] = [];
  let x = right;
  for (const kind of ['warning', 'error'] as const) {
    const count = node.problems[kind];
    if (count === 0) continue;
    const number = count === 1 ? '' : String(count);
    const width = 13 + (number === '' ? 0 : widthOf(number, SMALL, true) + 2);
    parts.push(problemIcon(kind, x - width, middle), text(number, x - width + 15, middle + 4, kind === 'error' ? 'err' : 'warn'));
    x -= width + GAP;
  }
  for (const mark of node.marks) {
    const width = widthOf(mark.text, TINY) + 10;
    parts.push(chip(mark, x - width, middle, width));
    x -= width + 4;
  }
  if (node.isBottleneck) {
    const width = widthOf('bottleneck', TINY) + 10;
    parts.push(chip({ text: 'bottleneck', tone: 'bad' }, x - width, middle, width));
    x -= width + 4;
  }
  if (node.status !== '') {
    const status = cut(node.status, Math.max(60, node.rect.width * 0.45), SMALL, true);
    parts.push(text(status, x, middle + 4, 's b r'));
    x -= widthOf(status, SMALL, true) + GAP;
  }
  return { svg: parts.join(''), left: x - 2 };
}

/** Their shapes tell them apart without colour: a disc with a cross, a triangle with a stroke. */
export function problemIcon(kind: 'error' | 'warning', x: number, middle: number): string {
  if (kind === 'error')
    return `<circle cx="${round(x + 6.5)}" cy="${middle}" r="6.5" class="err"/><path d="M${round(x + 4)} ${middle - 2.5}l5 5m0-5l-5 5" class="glyph"/>`;
  return `<path d="M${round(x + 6.5)} ${middle - 6.5}l6.8 12.5h-13.6z" class="warn"/><path d="M${round(x + 6.5)} ${middle - 2}v3.5m0 2.4v.1" class="glyph"/>`;
}

function chip(mark: Mark, x: number, middle: number, width: number): string {
  return `<rect x="${round(x)}" y="${middle - 7.5}" width="${round(width)}" height="15" rx="7.5" class="chip ${mark.tone}"/>${text(mark.text, x + width / 2, middle + 3.5, 'ct s')}`;
}

/** Bounds of the four steps in which load is coloured; the length of the bar says the same. */
const HEAT_STEPS = [0.5, 0.75, 0.9];

function heatBar(node: SceneNode): string {
  if (node.heat === null) return '';
  const { x, y, width, height } = node.rect;
  const isThread = node.form === 'thread';
  const inset = isThread ? height / 2 : 8;
  const bottom = (node.form === 'row' || isThread ? y + height : node.form === 'guest' ? y + height : y + node.headerHeight) - 4;
  const room = width - 2 * inset;
  const level = 1 + HEAT_STEPS.filter((step) => (node.heat ?? 0) >= step).length;
  const length = round(Math.min(1, node.heat) * room);
  const hatch = level < 4 ? '' : `<path d="${hatching(x + inset, bottom, length)}" class="hatch"/>`;
  return `<rect x="${x + inset}" y="${bottom}" width="${room}" height="3" rx="1.5" class="track"/><rect x="${x + inset}" y="${bottom}" width="${length}" height="3" rx="1.5" class="heat${level}"/>${hatch}`;
}

/** Full is not told by colour alone. */
function hatching(x: number, y: number, length: number): string {
  const strokes = [];
  for (let at = 4; at < length - 3; at += 7) strokes.push(`M${round(x + at)} ${y + 3}l3-3`);
  return strokes.join('');
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
