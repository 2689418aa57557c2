export type TopicKind = 'rule' | 'problem' | 'technique' | 'switch' | 'controller' | 'profile' | 'cost' | 'definition' | 'property';

/** One thing that can be explained. */
export interface Topic {
  readonly kind: TopicKind;
  /** What it is called in a design, in settings and on the command line. */
  readonly name: string;
  /** One line. */
  readonly title: string;
  /** Markdown, without a heading: hovers, `iovt explain` and the documentation show the same. */
  readonly text: string;
  /** What only the page in the documentation adds: examples, long tables. Markdown. */
  readonly more?: string;
  /** Its place in the documentation, such as `rules/duplicate-id.md`, with a fragment where it shares a page. */
  readonly page: string;
}

export const topicWords: Readonly<Record<TopicKind, string>> = {
  rule: 'rule',
  problem: 'problem',
  technique: 'technique',
  switch: 'kind of vSwitch',
  controller: 'kind of virtual I/O controller',
  profile: 'device profile',
  cost: 'cost',
  definition: 'object of the language',
  property: 'property',
};

/** Blocks of Markdown, one below the other; what is empty is left out. */
export function blocks(...parts: readonly (string | undefined | false)[]): string {
  return parts.filter((part): part is string => typeof part === 'string' && part !== '').join('\n\n');
}

export function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join('\n');
}

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replace(/\|/g, '\\|').replace(/\n/g, ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

export function code(text: string): string {
  return `\`${text}\``;
}

/** Text that a design holds, in Markdown that is shown to people: it must not turn into links, images or HTML. */
export function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|~]/g, '\\$&').replace(/\s+/g, ' ');
}
