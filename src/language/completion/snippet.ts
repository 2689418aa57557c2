/**
 * Text with places to fill in, in the syntax of the Language Server Protocol: `$1`, `${1:default}`, `${1|a,b|}`. Tabs stand
 * for one step of indentation. Filled in with its defaults, every snippet of this folder is JSON.
 */
export type Snippet = string;

/** Text that stands for itself in a snippet. */
export function literally(text: string): Snippet {
  return text.replace(/[\\$}]/g, '\\$&');
}

/** A place to fill in with a proposal, or a choice of several. */
export function hole(number: number, ...proposals: readonly string[]): Snippet {
  const [first] = proposals;
  if (first === undefined) return `$${number}`;
  if (proposals.length === 1) return `\${${number}:${literally(first)}}`;
  return `\${${number}|${proposals.map((text) => text.replace(/[\\,|$}]/g, '\\$&')).join(',')}|}`;
}

/** The same without places to fill in, for editors that do not know them. */
export function plainText(snippet: Snippet): string {
  let result = '';
  for (let i = 0; i < snippet.length; i++) {
    const c = snippet[i] as string;
    if (c === '\\') result += snippet[++i] ?? '';
    else if (c !== '$') result += c;
    else {
      const place = /^\$(?:\d+|\{\d+(?:\}|:((?:\\.|[^\\}])*)\}|\|((?:\\.|[^\\|,])*)(?:\\.|[^\\|])*\|\}))/.exec(snippet.slice(i));
      if (place === null) result += c;
      else {
        result += (place[1] ?? place[2] ?? '').replace(/\\(.)/g, '$1');
        i += place[0].length - 1;
      }
    }
  }
  return result;
}
