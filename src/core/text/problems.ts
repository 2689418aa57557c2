import { defineProblem } from '../diagnostics/define.js';

export const syntaxError = defineProblem({
  id: 'IOVT001',
  name: 'syntax-error',
  title: 'The text is not JSON with comments',
  severity: 'error',
  messages: { missing: 'Expected {what} here.', unexpected: '{what}' },
  docs: {
    why: 'What cannot be read cannot be checked, drawn or simulated. The rest of the file is still read as far as possible.',
    fix: 'A topology is JSON; comments (`//` and `/* */`) and a comma behind the last entry are allowed.',
  },
  examples: { bad: ['{ "iovt": "1", "name": }', '{ "iovt" "1" }'], good: ['{ "iovt": "1", } // a trailing comma is fine'] },
});

export const emptyFile = defineProblem({
  id: 'IOVT002',
  name: 'empty-file',
  title: 'The file is empty',
  severity: 'error',
  messages: { empty: 'The file is empty. Type "iovt" and take a snippet to begin a topology.' },
  docs: { why: 'There is nothing to check.', fix: 'Type `iovt` and take one of the snippets, or import a host with `iovt import`.' },
  examples: { bad: ['', '\n\n'], good: ['{ "iovt": "1" }'] },
});

export const tooDeep = defineProblem({
  id: 'IOVT003',
  name: 'nested-too-deep',
  title: 'Brackets are nested too deep',
  severity: 'error',
  messages: { tooDeep: 'Nested more than {limit} levels deep. Nothing behind this bracket is read.' },
  docs: {
    why: 'No topology needs this depth; such a text is generated or hostile, and reading it could exhaust the stack.',
    fix: 'Remove the surplus brackets. A topology nests about ten levels.',
  },
  examples: { bad: ['['.repeat(200)], good: ['{ "iovt": "1", "hosts": { "h1": {} } }'] },
});

export const fileTooLarge = defineProblem({
  id: 'IOVT004',
  name: 'file-too-large',
  title: 'The file is larger than the checks can serve',
  severity: 'error',
  messages: { tooLarge: 'The file has {size} million characters, more than the limit of {limit}. It is not read.' },
  docs: {
    why: 'Checks run while you type; a text of this size would make the editor wait.',
    fix: 'Use `count` for guests that are alike, and `include` to keep hosts in files of their own.',
  },
  examples: { bad: [], good: ['{ "iovt": "1" }'] },
});
