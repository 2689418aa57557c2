import { expect, test } from 'vitest';
import { Controller } from '../../webview/controller.js';
import type { Host } from '../../webview/host.js';
import { initialState } from '../../webview/state.js';
import { Store } from '../../webview/store.js';

/** A host that has nothing but, perhaps, a run that has ended. */
function page(hasRun: boolean): { controller: Controller; store: Store } {
  const host = {
    listen: () => undefined,
    send: () => undefined,
    save: () => undefined,
    request: async (method: string) => (method === 'getRun' && hasRun ? { result: {}, isStale: false } : null),
  } as unknown as Host;
  const store = new Store(initialState({ uri: 'memory:/main.iovt', view: 'mapping' } as never, undefined));
  return { controller: new Controller(store, host), store };
}

test.each([
  ['a new page shows the results of a run that ended before it was there', true, true, true],
  ['a page that comes back stays as its reader left it', true, false, false],
  ['a new page without a run has no results to show', false, true, false],
])('%s', async (_title, hasRun, isNew, isOpen) => {
  const { controller, store } = page(hasRun);
  await controller.start(isNew);
  expect(store.state.isResultsOpen).toBe(isOpen);
});
