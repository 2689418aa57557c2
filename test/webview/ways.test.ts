import { expect, test } from 'vitest';
import { Controller } from '../../webview/controller.js';
import { MappingIndex } from '../../webview/diagram/mapping-index.js';
import type { Host } from '../../webview/host.js';
import { initialState } from '../../webview/state.js';
import { Store } from '../../webview/store.js';
import { edge, node, scene } from './scene.js';

const pair = (a: string, b: string, improvements?: object[]) => ({
  tenants: [a, b],
  shared: [],
  ...(improvements ? { improvements } : {}),
});

/** A page whose host answers with all pairs, or with the one asked for. */
function page() {
  const asked: unknown[] = [];
  const sent: unknown[] = [];
  const host = {
    listen: () => undefined,
    send: (name: string, params: unknown) => sent.push([name, params]),
    save: () => undefined,
    request: async (method: string, params: { pair: [string, string] | null }) => {
      asked.push([method, params]);
      return { pairs: params.pair === null ? [pair('blue', 'red'), pair('blue', 'green')] : [pair(...params.pair, [{ title: 'x' }])] };
    },
  } as unknown as Host;
  const store = new Store(initialState({ uri: 'memory:/main.iovt', view: 'mapping' } as never, undefined));
  return { controller: new Controller(store, host), store, asked, sent };
}

test('what would help is asked for the pair that is looked into', async () => {
  const { controller, store, asked } = page();
  await controller.loadIsolation();
  expect(store.state.isolation?.pairs.length).toBe(2);
  controller.lookInto(['blue', 'green']);
  await new Promise((done) => setTimeout(done));
  expect(asked.at(-1)).toEqual(['getIsolation', { scenarios: [], pair: ['blue', 'green'] }]);
  expect(store.state.pairDetail?.improvements).toEqual([{ title: 'x' }]);
});

test('an answer about a design that has changed since is dropped', async () => {
  const { controller, store } = page();
  const answer = controller.loadIsolation();
  controller.forgetIsolation();
  await answer;
  expect(store.state.isolation).toBe(null);
});

test('a shared component is shown in the text, and both ways light up', () => {
  const { controller, store, sent } = page();
  controller.showShared('h1/br0', 'h1/br0', ['h1/a/eth0', 'h1/br0', 'h1/b/eth0']);
  expect(store.state).toMatchObject({
    component: 'h1/br0',
    selected: 'h1/br0',
    lit: { selected: 'h1/br0', paths: ['h1/a/eth0', 'h1/br0', 'h1/b/eth0'] },
  });
  expect(sent).toEqual([['revealEntity', { path: 'h1/br0', focus: false }]]);
});

test('ways light up with the edges between their nodes and what they are inside of, and nothing else', () => {
  const nodes = [node('h'), node('a', { parent: 'h' }), node('br', { parent: 'h' }), node('b', { parent: 'h' }), node('c')];
  const edges = [edge('a', 'br', 'a'), edge('b', 'br', 'b'), edge('c', 'br', 'c')];
  const lit = new MappingIndex(scene(nodes, edges)).along(['a', 'br']);
  expect([...lit.nodes].sort()).toEqual(['a', 'br', 'h']);
  expect([...lit.edges]).toEqual([edges[0]?.id]);
});
