/**
 * Widths of characters in thousandths of the font size, from space to `~`.
 * Source: Adobe Core 14 font metrics, Helvetica; the fonts of editors and browsers differ from it by a few per cent.
 */
const WIDTHS = [
  278, 278, 355, 556, 556, 889, 667, 222, 333, 333, 389, 584, 278, 333, 278, 278, 556, 556, 556, 556, 556, 556, 556, 556, 556, 556, 278,
  278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667, 611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667, 611, 722,
  667, 944, 667, 667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278, 556, 556, 222, 222, 500, 222, 833, 556, 556, 556,
  556, 333, 500, 278, 556, 500, 722, 500, 500, 500, 334, 260, 334, 584,
];

/** What a font that is wider than Helvetica may add. */
const SAFETY = 1.05;
const BOLD = 1.07;

/** Estimated width of a text in pixels; there is nobody to ask who would know. */
export function widthOf(text: string, size: number, isBold = false): number {
  let sum = 0;
  for (const character of text) sum += widthOfCharacter(character.codePointAt(0) as number);
  return (sum / 1000) * size * SAFETY * (isBold ? BOLD : 1);
}

function widthOfCharacter(code: number): number {
  if (code < 0x20) return 0;
  if (code < 0x7f) return WIDTHS[code - 0x20] as number;
  if ((code >= 0x300 && code < 0x370) || (code >= 0x200b && code <= 0x200f) || (code >= 0xfe00 && code <= 0xfe0f)) return 0;
  if (code === 0xb7 || code === 0xd7) return code === 0xb7 ? 278 : 584;
  if (code >= 0x2010 && code <= 0x2015) return 600;
  // East Asian scripts and pictures are as wide as they are high.
  if (
    (code >= 0x1100 && code < 0x1200) ||
    (code >= 0x2e80 && code < 0xd800) ||
    (code >= 0xf900 && code < 0xfb00) ||
    (code >= 0xff00 && code < 0xff61)
  )
    return 1000;
  return code >= 0x1f000 ? 1200 : 667;
}

/** The text, or as much of it as fits with an ellipsis behind it; empty where not even that fits. */
export function cut(text: string, width: number, size: number, isBold = false): string {
  if (text === '' || widthOf(text, size, isBold) <= width) return text;
  const room = width - widthOf('…', size, isBold);
  if (room <= 0) return '';
  let end = 0;
  let sum = 0;
  for (const character of text) {
    sum += widthOf(character, size, isBold);
    if (sum > room) break;
    end += character.length;
  }
  const kept = text.slice(0, end).trimEnd();
  return kept === '' ? '' : `${kept}…`;
}
