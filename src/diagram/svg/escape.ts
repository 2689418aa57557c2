/** What stands for a character that XML or a reader of the picture cannot have. */
const REPLACEMENT = '\ufffd';

/**
 * Characters that XML 1.0 does not allow, lone surrogates, and controls that turn the direction of a text around and could
 * make one name look like another.
 * Source: XML 1.0 fifth edition, production 2 (Char); Unicode Standard Annex 9.
 */
const UNWANTED =
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Any text as content or attribute value of XML, on one line. */
export function escape(text: string): string {
  return clean(text).replace(/[&<>"']/g, (character) => ENTITIES[character] as string);
}

/** Any text as content of an element in which lines count. */
export function escapeLines(lines: readonly string[]): string {
  return lines.map(escape).join('\n');
}

function clean(text: string): string {
  return text.replace(UNWANTED, REPLACEMENT).replace(/[\t\n\r]/g, ' ');
}
