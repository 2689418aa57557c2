import type { ProblemDefinition } from '../../core/diagnostics/define.js';
import { layOut } from '../../core/text/layout.js';
import { parse } from '../../core/text/parse.js';
import type { Rule, RuleGroup } from '../../rules/rule.js';
import { blocks, list, type Topic } from './topic.js';

export const groupWords: Readonly<Record<RuleGroup, string>> = {
  references: 'References and names',
  feasibility: 'What hardware and hypervisor can do',
  dma: 'DMA, interrupts and IOMMU groups',
  l2: 'Frames and segments',
  sharing: 'What tenants share',
  performance: 'Performance',
  operability: 'Migration, hot-plug, failure',
  objectives: 'Objectives',
};

export function isRule(definition: ProblemDefinition): definition is Rule {
  return 'group' in definition;
}

/** A rule, or a problem of text and schema, whose severity is not for anybody to set. */
export function problemTopic(definition: ProblemDefinition): Topic {
  const { id, name, title, severity, docs } = definition;
  return {
    kind: isRule(definition) ? 'rule' : 'problem',
    name,
    title: `${id} ${name}`,
    page: `rules/${name}.md`,
    text: blocks(
      `**${title}** (${severity})`,
      docs.why,
      docs.fix,
      docs.sources?.length ? `Sources: ${docs.sources.join('; ')}.` : undefined,
    ),
    more: blocks(
      '## What it says',
      list(Object.values(definition.messages).map((message) => message.replace(/\{(\w+)\}/g, '*$1*'))),
      ...examples('## Reported', definition.examples.bad),
      ...examples('## Not reported', definition.examples.good),
      isRule(definition) && silencing(name),
    ),
  };
}

const LONGEST_EXAMPLE = 3000;

function examples(title: string, texts: readonly string[]): string[] {
  const shown = texts.filter((text) => text.trim() !== '' && text.length <= LONGEST_EXAMPLE);
  return shown.length === 0 ? [] : [title, ...shown.map((text) => `\`\`\`jsonc\n${laidOut(text)}\n\`\`\``)];
}

/** Examples are written on one line. What cannot be read as JSON, or has comments that say something, stays as it is. */
function laidOut(text: string): string {
  const { root, comments, diagnostics } = parse({ uri: 'iovt:example', text });
  return root === undefined || comments.length > 0 || diagnostics.length > 0 ? text.trimEnd() : layOut(root.value);
}

function silencing(name: string): string {
  return blocks(
    '## Severity and suppression',
    'In a design, the severity of the rule is set with `rules`, and single findings are accepted with `suppress`, each with its reason:',
    `\`\`\`jsonc\n{\n  "rules": { "${name}": "info" }, // off, hint, info, warning, error\n  "suppress": [{ "rule": "${name}", "at": "h1/web[*]/eth0", "reason": "why it is accepted" }]\n}\n\`\`\``,
  );
}
