import { type Disposable, EventEmitter, l10n, Uri, ViewColumn, type WebviewPanel, window } from 'vscode';
import type { ResultsTab, SavedPanel } from '../../protocol/webview.js';
import { DesignPanel, type PanelServices, webviewRoot } from './panel.js';

const VIEW_TYPE = 'iovt.diagram';

/** The panels of this window, one for each document. */
export class Panels implements Disposable {
  readonly #panels = new Map<string, DesignPanel>();
  readonly #changed = new EventEmitter<void>();
  readonly #serializer: Disposable;
  readonly onDidChangeActive = this.#changed.event;

  constructor(private readonly services: PanelServices) {
    this.#serializer = window.registerWebviewPanelSerializer(VIEW_TYPE, {
      deserializeWebviewPanel: async (panel, state: SavedPanel | undefined) => {
        if (typeof state?.uri !== 'string' || this.#panels.has(state.uri)) panel.dispose();
        else this.#add(Uri.parse(state.uri), panel);
      },
    });
  }

  get isEmpty(): boolean {
    return this.#panels.size === 0;
  }

  /** Document of the panel that has the focus. */
  get active(): Uri | undefined {
    return [...this.#panels.values()].find(({ view }) => view.active)?.uri;
  }

  isVisible(uri: Uri): boolean {
    return this.#panels.get(uri.toString())?.view.visible === true;
  }

  open(uri: Uri, where: 'beside' | 'active', preserveFocus = false): DesignPanel {
    const existing = this.#panels.get(uri.toString());
    if (existing !== undefined) {
      existing.view.reveal(undefined, preserveFocus);
      return existing;
    }
    const viewColumn = where === 'beside' ? ViewColumn.Beside : ViewColumn.Active;
    return this.#add(uri, window.createWebviewPanel(VIEW_TYPE, titleOf(uri), { viewColumn, preserveFocus }, {}));
  }

  showResults(uri: Uri, tab: ResultsTab): void {
    this.open(uri, 'beside').showResults(tab);
  }

  select(path: string | null): void {
    for (const panel of this.#panels.values()) panel.select(path);
  }

  #add(uri: Uri, view: WebviewPanel): DesignPanel {
    const { extensionUri } = this.services;
    view.webview.options = { enableScripts: true, localResourceRoots: [webviewRoot(extensionUri)] };
    view.title = titleOf(uri);
    view.iconPath = {
      light: Uri.joinPath(extensionUri, 'assets', 'file-light.svg'),
      dark: Uri.joinPath(extensionUri, 'assets', 'file-dark.svg'),
    };
    const panel = new DesignPanel(uri, view, this.services);
    this.#panels.set(uri.toString(), panel);
    view.onDidChangeViewState(() => this.#changed.fire());
    view.onDidDispose(() => {
      panel.dispose();
      this.#panels.delete(uri.toString());
      this.#changed.fire();
    });
    this.#changed.fire();
    return panel;
  }

  dispose(): void {
    this.#serializer.dispose();
    // The panels themselves stay: VS Code brings them back with the extension.
    for (const panel of this.#panels.values()) panel.dispose();
    this.#changed.dispose();
  }
}

function titleOf(uri: Uri): string {
  return l10n.t('Diagram of {0}', uri.path.slice(uri.path.lastIndexOf('/') + 1));
}
