/** How the grammar colours a design, with the tokenizer of VS Code. No browser. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import test from 'node:test';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';

const require = createRequire(import.meta.url);
const root = new URL('../../../', import.meta.url);
const read = (file) => readFileSync(new URL(file, root), 'utf8');
await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(read('syntaxes/iovt.tmLanguage.json'), 'iovt.json'),
});
const grammar = await registry.loadGrammar('source.iovt');

/** Tokens of a text as `[text, innermost scope]`, without punctuation and space. */
function tokens(text) {
  let stack = textmate.INITIAL;
  return text.split('\n').flatMap((line) => {
    const result = grammar.tokenizeLine(line, stack);
    stack = result.ruleStack;
    return result.tokens.map((t) => [line.slice(t.startIndex, t.endIndex), t.scopes.at(-1).replace(/\.iovt$/, '')]);
  });
}

/** The scope of the one value of `{ "k": <value> }`. */
function scopesOf(value) {
  return tokens(`{ "k": ${value} }`)
    .slice(6)
    .filter(([text, scope]) => text.trim() !== '' && !scope.startsWith('punctuation') && !scope.startsWith('meta'))
    .map(([text, scope]) => `${text.trim()} ${scope}`);
}

const cases = [
  ['"25 Gbit/s"', '25 constant.numeric.quantity', 'G keyword.other.unit', 'bit/s keyword.other.unit'],
  ['"600k IOPS"', '600 constant.numeric.quantity', 'k keyword.other.unit', 'IOPS keyword.other.unit'],
  ['"4 KiB"', '4 constant.numeric.quantity', 'Ki keyword.other.unit', 'B keyword.other.unit'],
  ['"80 us"', '80 constant.numeric.quantity', 'us keyword.other.unit'],
  ['"0.2 cycles/B"', '0.2 constant.numeric.quantity', 'cycles/B keyword.other.unit'],
  ['"2.9 GHz"', '2.9 constant.numeric.quantity', 'G keyword.other.unit', 'Hz keyword.other.unit'],
  ['"gen4 x16"', 'gen4 keyword.other.unit.pcie', 'x16 constant.numeric.lanes'],
  ['"0000:3b:00.0"', '0000:3b:00.0 constant.other.pci-address'],
  ['"52:54:00:12:34:56"', '52:54:00:12:34:56 constant.other.address'],
  ['"0-31,64-95"', '0-31,64-95 constant.numeric.cpu-set'],
  ['"5"', '5 constant.numeric.cpu-set'],
  ['"sriov-vf"', 'sriov-vf support.class.technique'],
  ['"ovs-dpdk"', 'ovs-dpdk support.class.technique'],
  ['"nic0/p0/vf3"', 'nic0/p0/vf3 variable.other.reference'],
  ['"web[*]/eth0"', 'web[*]/eth0 variable.other.reference'],
  ['"web[3]"', 'web[3] variable.other.reference'],
  ['"nic0"', 'nic0 string.quoted.double'],
  ['"25 Gbps"', '25 Gbps string.quoted.double'],
  ['"saturate"', 'saturate string.quoted.double'],
  ['0.7', '0.7 constant.numeric'],
  ['true', 'true constant.language'],
  ['"a\\n"', 'a string.quoted.double', '\\n constant.character.escape'],
  ['"a\\q"', 'a string.quoted.double', '\\q invalid.illegal.unrecognized-escape'],
];
for (const [value, ...expected] of cases) test(`the value ${value}`, () => assert.deepEqual(scopesOf(value), expected));

test('keys, also those that carry a reference', () => {
  const scopes = new Map(tokens('{ "hosts": {}, "h1/web/eth0.technique": "veth" }'));
  assert.equal(scopes.get('hosts'), 'support.type.property-name.json');
  assert.equal(scopes.get('h1/web/eth0.technique'), 'variable.other.reference');
});

test('comments, and text that is no JSON', () => {
  assert.deepEqual(tokens('{ // why').at(-1), [' why', 'comment.line.double-slash']);
  assert.ok(tokens('/* a\n b */ {}').some(([text, scope]) => text === ' b ' && scope === 'comment.block'));
  assert.ok(tokens('{ hosts: 1 }').some(([, scope]) => scope.startsWith('invalid')));
});

test('strings count as strings for the editor, so that brackets in them close nothing', () => {
  const line = grammar.tokenizeLine('{ "of": "web[*]/eth0" }', textmate.INITIAL);
  const token = line.tokens.find(({ scopes }) => scopes.includes('variable.other.reference.iovt'));
  assert.ok(token?.scopes.some((scope) => scope.startsWith('string.')));
});

test('every technique, kind of switch and kind of controller of the language is coloured as one', () => {
  const { $defs } = JSON.parse(read('schemas/iovt.schema.json'));
  const names = [
    ...$defs['virtual-device'].properties.technique.enum,
    ...$defs.switch.properties.kind.enum,
    ...$defs.controller.properties.kind.enum,
  ];
  assert.ok(names.length > 10);
  assert.deepEqual(
    names.filter((name) => scopesOf(`"${name}"`)[0] !== `${name} support.class.technique`),
    [],
  );
});

test('the fixture of the other tests has nothing invalid', () => {
  const bad = tokens(read('test/e2e/fixture/shop.iovt')).filter(([, scope]) => scope.startsWith('invalid'));
  assert.deepEqual(bad, []);
});
