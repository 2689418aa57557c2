import { DraftObject, type DraftValue } from './draft.js';

/** Beyond this, an object gets a line for each entry. */
const WIDTH = 120;
/** Comments are wrapped earlier: prose reads better in shorter lines. */
const COMMENT_WIDTH = 110;
/** A comment behind an entry ends here at the latest. */
const COMMENT_END = 150;
const INDENT = '  ';

/** A whole file: comments at its head, then the document. */
export function writeDocument(root: DraftObject, header: readonly string[]): string {
  return `${header.flatMap((line) => comment(line, '')).join('\n')}${header.length > 0 ? '\n' : ''}${writeValue(root, '', 0)}\n`;
}

/**
 * The entries of an object as lines, without its braces and without a comma behind the last one; for putting into a text
 * that exists.
 */
export function writeEntries(object: DraftObject, indent: string): string {
  const { entries } = object;
  return entries
    .map(({ key, value, above, behind }, i) => {
      const head = `${indent}${JSON.stringify(key)}: `;
      const isLast = i === entries.length - 1;
      const body = head + writeValue(value, indent, head.length + 1) + (isLast ? '' : ',');
      const tail = behind === undefined ? '' : ` // ${oneLine(behind)}`;
      // A comment behind the closing brace of many lines, or far to the right, is not seen; it goes in front.
      const isFar = body.includes('\n') || body.length + tail.length > COMMENT_END;
      const texts = [...(typeof above === 'string' ? [above] : (above ?? [])), ...(isFar && behind !== undefined ? [behind] : [])];
      return [...texts.flatMap((text) => comment(text, indent)), isFar ? body : body + tail].join('\n');
    })
    .join('\n');
}

function writeValue(value: DraftValue, indent: string, column: number): string {
  if (value instanceof DraftObject) {
    const short = inline(value);
    if (short !== undefined && column + short.length <= WIDTH) return short;
    return value.isEmpty ? '{}' : `{\n${writeEntries(value, indent + INDENT)}\n${indent}}`;
  }
  if (Array.isArray(value)) {
    const items = value as readonly DraftValue[];
    const short = inline(items);
    if (short !== undefined && column + short.length <= WIDTH) return short;
    const inner = indent + INDENT;
    return `[\n${items.map((item) => inner + writeValue(item, inner, inner.length + 1)).join(',\n')}\n${indent}]`;
  }
  return JSON.stringify(value);
}

/** The value on one line; undefined where comments or its author forbid it. */
function inline(value: DraftValue): string | undefined {
  if (value instanceof DraftObject) {
    if (value.isEmpty) return '{}';
    if (value.isBlock) return undefined;
    const parts: string[] = [];
    for (const entry of value.entries) {
      const text = entry.above === undefined && entry.behind === undefined ? inline(entry.value) : undefined;
      if (text === undefined) return undefined;
      parts.push(`${JSON.stringify(entry.key)}: ${text}`);
    }
    return `{ ${parts.join(', ')} }`;
  }
  if (Array.isArray(value)) {
    const parts = (value as readonly DraftValue[]).map(inline);
    return parts.some((part) => part === undefined) ? undefined : `[${parts.join(', ')}]`;
  }
  return JSON.stringify(value);
}

/** Comment lines of at most the width; whatever a source put into a name cannot end the comment. */
function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(' ')) {
    if (line !== '' && indent.length + line.length + word.length + 4 > COMMENT_WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line].map((content) => `${indent}// ${content}`.trimEnd());
}

function oneLine(text: string): string {
  return text.replace(/[\s\u0000-\u001f\u0085\u2028\u2029]+/g, ' ').trim();
}
