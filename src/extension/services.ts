import type { ExtensionContext, LogOutputChannel } from 'vscode';
import type { DesignServer } from './design-server.js';
import type { Panels } from './panel/panels.js';
import type { Simulations } from './simulations.js';

/** Everything the commands and listeners share. */
export interface Services {
  readonly context: ExtensionContext;
  readonly server: DesignServer;
  readonly output: LogOutputChannel;
  readonly simulations: Simulations;
  readonly panels: Panels;
}
