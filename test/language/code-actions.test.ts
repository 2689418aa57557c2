import { describe, expect, test } from 'vitest';
import type { CodeAction, TextEdit } from 'vscode-languageserver-types';
import { projectOf } from '../../src/core/model/project.js';
import { applyEdits } from '../../src/core/text/edits.js';
import { offsetAt, rangeOf } from '../../src/core/text/source.js';
import { type Analysis, check } from '../../src/language/check.js';
import { codeActions } from '../../src/language/code-actions.js';
import { type Document, documentOf } from '../../src/language/document.js';

const TOO_MANY =
  '{\n  "iovt": "1",\n  "hosts": { "h1": { "devices": { "nic0": { "kind": "nic", "sriov": { "vfs": 10, "totalVfs": 8 } } } } }\n}\n';

function documentFrom(text: string): Document {
  return documentOf(check(projectOf({ uri: 'memory:/main.iovt', text })));
}

function actionsAt(document: Document, options = {}): CodeAction[] {
  const [first] = document.analysis.diagnostics;
  if (first === undefined) throw new Error('nothing is wrong with the document');
  return codeActions(document, rangeOf(first.at), options);
}

function applied(document: Document, action: CodeAction | undefined): Analysis {
  const edits = (action?.edit?.changes?.['memory:/main.iovt'] ?? []).map(({ range, newText }: TextEdit) => ({
    file: document.file,
    start: offsetAt(document.file, range.start),
    end: offsetAt(document.file, range.end),
    newText,
  }));
  expect(edits.length).toBeGreaterThan(0);
  return check(projectOf({ uri: 'memory:/main.iovt', text: applyEdits(document.file.text, edits) }));
}

describe('what can be done about a finding of a rule', () => {
  const document = documentFrom(TOO_MANY);
  const actions = actionsAt(document, { explainCommand: 'x.explain' });

  test('is offered in this order', () => {
    expect(actions.map(({ title }) => title)).toEqual([
      'Enable 8 VFs',
      'Accept this finding for h1/nic0/f0, with a reason',
      'Switch off vf-count-exceeds-total in this design',
      'Explain IOVT110 vf-count-exceeds-total',
    ]);
    expect(actions[0]?.isPreferred).toBe(true);
    expect(actions[3]?.command).toEqual({
      title: 'Explain IOVT110 vf-count-exceeds-total',
      command: 'x.explain',
      arguments: ['vf-count-exceeds-total'],
    });
  });

  test.each([
    [0, 0],
    [1, 1],
    [2, 0],
  ])('action %i makes it go away (%i suppressed)', (index, suppressed) => {
    const after = applied(document, actions[index]);
    expect(after.diagnostics).toEqual([]);
    expect(after.suppressed).toHaveLength(suppressed);
  });

  test('a further acceptance joins the list', () => {
    const text = TOO_MANY.replace(
      '"iovt": "1",',
      '"iovt": "1",\n  "suppress": [{ "rule": "reference-dangling", "reason": "old" }], // kept',
    );
    const made = documentFrom(text);
    const after = applied(made, actionsAt(made)[1]);
    expect(after.suppressed).toHaveLength(1);
    expect(after.project.main.file.text).toContain('"reason": "old" }, { "rule": "vf-count-exceeds-total"');
    expect(after.project.main.file.text).toContain('// kept');
  });

  test('the reason is for the author to write where the editor can ask for it', () => {
    const [, accept] = actionsAt(document, { snippetEdits: true });
    expect(JSON.stringify(accept?.edit)).toContain(`"reason\\\\": \\\\"\${1:why it is accepted}`.replace(/\\\\/g, '\\'));
  });

  test('no command is offered to an editor that has none', () => {
    expect(actionsAt(document).some(({ command }) => command !== undefined)).toBe(false);
  });
});

test('what cannot be read cannot be accepted, only put right', () => {
  const document = documentFrom('{ "iovt": "1", "networks": { "tor": { "latency": "10 usec" } } }');
  const actions = actionsAt(document);
  expect(actions.map(({ title }) => title)).toEqual(['Change to "10 us"']);
  expect(applied(document, actions[0]).diagnostics).toEqual([]);
});

test('nothing is offered where nothing is wrong', () => {
  const document = documentFrom(TOO_MANY);
  expect(codeActions(document, { start: { line: 0, character: 0 }, end: { line: 0, character: 1 } })).toEqual([]);
});
