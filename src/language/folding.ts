import type { FoldingRange } from 'vscode-languageserver-types';
import type { ParseResult } from '../core/text/parse.js';
import { positionAt } from '../core/text/source.js';
import type { SyntaxNode } from '../core/text/tree.js';

/** What can be folded away: objects and lists, comments over several lines, `// #region` to `// #endregion`. */
export function foldingRanges(parsed: ParseResult, limit = Number.POSITIVE_INFINITY): FoldingRange[] {
  const ranges = [...containers(parsed), ...comments(parsed)];
  ranges.sort((a, b) => a.startLine - b.startLine || b.endLine - a.endLine);
  // Editors fold one range for each line that it begins on.
  const first = ranges.filter((range, i) => range.startLine !== ranges[i - 1]?.startLine);
  return first.length <= limit ? first : outermost(first, limit);
}

function containers({ root, file }: ParseResult): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const visit = (node: SyntaxNode | undefined) => {
    if (node?.type !== 'object' && node?.type !== 'array') return;
    const startLine = positionAt(file, node.start).line;
    const last = positionAt(file, node.end);
    const isClosed = /[}\]]/.test(file.text[node.end - 1] ?? '');
    // The closing bracket stays in sight.
    const endLine = isClosed ? last.line - 1 : last.line;
    if (endLine > startLine) ranges.push({ startLine, endLine });
    if (last.line === startLine) return; // nothing inside spans lines either
    if (node.type === 'object') for (const prop of node.properties) visit(prop.value);
    else for (const item of node.items) visit(item);
  };
  visit(root);
  return ranges;
}

function comments({ comments: all, file }: ParseResult): FoldingRange[] {
  const ranges: FoldingRange[] = [];
  const regions: number[] = [];
  let run: { first: number; last: number } | undefined;
  const endRun = () => {
    if (run !== undefined && run.last > run.first) ranges.push({ startLine: run.first, endLine: run.last, kind: 'comment' });
    run = undefined;
  };
  for (const { start, end } of all) {
    const first = positionAt(file, start).line;
    const text = file.text.slice(start, end);
    if (text.startsWith('/*')) {
      const last = positionAt(file, end).line;
      if (last > first) ranges.push({ startLine: first, endLine: last, kind: 'comment' });
      continue;
    }
    const begin = regions.at(-1);
    if (/^\/\/\s*#region\b/.test(text)) regions.push(first);
    else if (begin !== undefined && /^\/\/\s*#endregion\b/.test(text)) {
      regions.pop();
      ranges.push({ startLine: begin, endLine: first, kind: 'region' });
    } else if (standsAlone(file.text, start)) {
      if (run?.last !== first - 1) endRun();
      run = { first: run?.first ?? first, last: first };
    }
  }
  endRun();
  return ranges;
}

function standsAlone(text: string, start: number): boolean {
  let at = start - 1;
  while (text[at] === ' ' || text[at] === '\t') at--;
  return at < 0 || text[at] === '\n' || text[at] === '\r';
}

/** As many as are wanted, those that hold others first. */
function outermost(ranges: readonly FoldingRange[], limit: number): FoldingRange[] {
  const depths: number[] = [];
  const open: FoldingRange[] = [];
  for (const range of ranges) {
    while (open.length > 0 && (open.at(-1) as FoldingRange).endLine < range.startLine) open.pop();
    depths.push(open.length);
    open.push(range);
  }
  const byDepth = ranges.map((range, i) => ({ range, depth: depths[i] as number })).sort((a, b) => a.depth - b.depth);
  return byDepth
    .slice(0, limit)
    .map(({ range }) => range)
    .sort((a, b) => a.startLine - b.startLine);
}
