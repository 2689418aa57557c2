import { type Uri, workspace } from 'vscode';
import type { RequestHandlers, ViewChoice } from '../../protocol/webview.js';
import type { SimulationResult } from '../../sim/result.js';
import type { DesignServer } from '../design-server.js';
import { saveAs } from '../save.js';

/** Answers to what the panel of a document asks for. */
export function requestHandlers(uri: Uri, server: DesignServer): RequestHandlers<unknown, SimulationResult> {
  const viewParams = ({ view, scenarios, unfolded }: ViewChoice) => ({ uri: uri.toString(), view, scenarios, unfolded, withRun: true });
  return {
    async getView(choice) {
      await open(uri);
      return server.request('iovt/view', viewParams(choice));
    },
    async getRun() {
      await open(uri);
      return server.request('iovt/run', { uri: uri.toString() });
    },
    async getIsolation({ scenarios, pair }) {
      await open(uri);
      return server.request('iovt/isolation', { uri: uri.toString(), scenarios, ...(pair === null ? {} : { pair }) });
    },
    async saveSvg(choice) {
      await open(uri);
      const svg = await server.request('iovt/render', viewParams(choice));
      return svg !== null && (await saveAs(uri, `${choice.view}.svg`, svg));
    },
    async saveReport({ format }) {
      await open(uri);
      const report = await server.request('iovt/report', { uri: uri.toString(), format });
      return report !== null && (await saveAs(uri, `result.${format}`, report));
    },
  };
}

/** The server knows open documents; VS Code closes those that no editor shows after a while. */
async function open(uri: Uri): Promise<void> {
  await workspace.openTextDocument(uri);
}
