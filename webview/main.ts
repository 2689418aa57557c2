import type { PanelStart } from '../src/protocol/webview.js';
import { banner } from './banner.js';
import { Controller } from './controller.js';
import { DiagramPane } from './diagram/pane.js';
import { h } from './dom.js';
import { Host } from './host.js';
import { resultsPane } from './results/pane.js';
import { splitter } from './split.js';
import { initialState } from './state.js';
import { Store } from './store.js';
import { toolbar } from './toolbar.js';

/** The page of a panel. The host has written into the body which document it belongs to. */
function main(): void {
  const start = JSON.parse(document.body.dataset['start'] ?? '{}') as PanelStart;
  const host = new Host();
  const controller = new Controller(new Store(initialState(start, host.saved)), host);
  const pane = new DiagramPane(controller);
  const page = h('main', { class: 'page' });
  page.append(toolbar(controller, pane), banner(controller), pane.element, splitter(controller, page), resultsPane(controller));
  document.body.append(page);
  const isNew = host.saved === undefined;
  // So that the panel can be restored even if nothing is ever chosen in it.
  controller.choose({});
  void controller.start(isNew);
}

main();
