import type { Connection, InitializeParams } from 'vscode-languageserver';
import type { Analysis } from '../language/check.js';
import { type Document, documentOf, type Estimates, noEstimates } from '../language/document.js';
import type { ClientCommands, InitializationOptions, ServerSettings } from '../protocol/server.js';
import { Designs } from './designs.js';
import { Files } from './files.js';
import type { ServerHost } from './host.js';
import { Publisher } from './publisher.js';
import { Runs } from './runs.js';
import { defaultSettings, settingsOf } from './settings.js';

/** What a client can do, as far as the server makes a difference. */
export interface ClientAbilities {
  readonly configuration: boolean;
  readonly snippets: boolean;
  readonly snippetEdits: boolean;
  readonly watchedFiles: boolean;
  readonly workspaceFolders: boolean;
  readonly progress: boolean;
  readonly inlayHintRefresh: boolean;
  readonly codeLensRefresh: boolean;
  readonly semanticTokensRefresh: boolean;
}

/** Texts of the catalogue and of the documentation are shown, not checked. */
const READ_ONLY = /^iovt-(catalog|docs):/;

/** All that the server holds of one client: its files, designs, runs and settings. */
export class Session {
  readonly files: Files;
  readonly designs: Designs;
  readonly runs = new Runs();
  readonly publisher: Publisher;
  can: ClientAbilities = NOTHING;
  options: InitializationOptions = {};
  #settings = new Map<string, Promise<ServerSettings>>();
  #pushed: ServerSettings = defaultSettings;

  constructor(
    readonly connection: Connection,
    readonly host: ServerHost,
  ) {
    this.files = new Files((uri) => this.#readStored(uri));
    this.publisher = new Publisher((uri, diagnostics, version) => {
      void connection.sendDiagnostics({ uri, diagnostics, ...(version === undefined ? {} : { version }) });
    });
    const optionsFor = async (uri: string) => ({ severities: (await this.settingsFor(uri)).rules });
    this.designs = new Designs(
      this.files,
      {
        checked: (uri, version, analysis) => this.#publish(uri, version, analysis),
        changed: (uri, version) => void connection.sendNotification('iovt/topologyChanged', { uri, version }),
        closed: (uri) => {
          this.publisher.withdraw(uri);
          this.runs.forget(uri);
          this.#settings.delete(uri);
        },
        failed: (uri, error) => this.report(`checking ${uri}`, error),
      },
      optionsFor,
      host.debounceMs ?? 150,
    );
  }

  initialize(params: InitializeParams): void {
    this.can = abilitiesOf(params);
    this.options = (params.initializationOptions ?? {}) as InitializationOptions;
    this.#pushed = settingsOf(this.options.settings);
    this.files.roots = params.workspaceFolders?.map(({ uri }) => uri) ?? (params.rootUri == null ? [] : [params.rootUri]);
  }

  /** A command to put into what is sent to the client, if it knows it. */
  command(name: keyof ClientCommands): keyof ClientCommands | undefined {
    return (this.options.commands ?? this.host.commands).includes(name) ? name : undefined;
  }

  /** The document a request is about, in its present version. */
  async document(uri: string): Promise<Document | undefined> {
    if (READ_ONLY.test(uri)) return undefined;
    const analysis = await this.designs.current(uri);
    return analysis === undefined ? undefined : documentOf(analysis);
  }

  estimates(uri: string, analysis: Analysis): Estimates {
    try {
      return this.host.estimates?.estimates(analysis, this.runs.current(uri, analysis.project)) ?? noEstimates;
    } catch (error) {
      this.report(`estimating ${uri}`, error);
      return noEstimates;
    }
  }

  settingsFor(uri: string): Promise<ServerSettings> {
    if (!this.can.configuration) return Promise.resolve(this.#pushed);
    let settings = this.#settings.get(uri);
    if (settings === undefined) {
      settings = Promise.resolve(this.connection.workspace.getConfiguration({ scopeUri: uri, section: 'iovt' })).then(
        settingsOf,
        (error) => {
          this.report('reading settings', error);
          return defaultSettings;
        },
      );
      this.#settings.set(uri, settings);
    }
    return settings;
  }

  /** @param pushed what a client that cannot be asked sends along. */
  settingsChanged(pushed: unknown): void {
    this.#settings.clear();
    const section = typeof pushed === 'object' && pushed !== null && 'iovt' in pushed ? pushed.iovt : undefined;
    if (section !== undefined) this.#pushed = settingsOf(section);
    this.designs.invalidateAll();
  }

  /** Something of ours went wrong: it is logged and the server goes on. */
  report(what: string, error: unknown): void {
    this.connection.console.error(
      `Internal error while ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`,
    );
  }

  /** Hints and lenses that follow from more than the text are asked for again. */
  refresh(): void {
    if (this.can.inlayHintRefresh) void this.connection.languages.inlayHint.refresh();
    if (this.can.codeLensRefresh) void this.connection.sendRequest('workspace/codeLens/refresh').catch(() => undefined);
  }

  #publish(uri: string, version: number, analysis: Analysis): void {
    if (READ_ONLY.test(uri)) return;
    const diagnostics = [...analysis.diagnostics, ...this.runs.findings(uri, analysis)];
    const files = analysis.project.files.map(({ file }) => file.uri);
    this.publisher.publish(uri, version, diagnostics, files);
  }

  async #readStored(uri: string): Promise<string | undefined> {
    try {
      const own = await this.host.readFile(uri);
      if (own !== undefined) return own;
      const text = await this.connection.sendRequest<string | null>('iovt/readFile', { uri });
      return typeof text === 'string' ? text : undefined;
    } catch {
      return undefined; // the client has no such request, or no such file
    }
  }
}

const NOTHING: ClientAbilities = {
  configuration: false,
  snippets: false,
  snippetEdits: false,
  watchedFiles: false,
  workspaceFolders: false,
  progress: false,
  inlayHintRefresh: false,
  codeLensRefresh: false,
  semanticTokensRefresh: false,
};

function abilitiesOf({ capabilities }: InitializeParams): ClientAbilities {
  const { workspace, textDocument, window } = capabilities;
  return {
    configuration: workspace?.configuration === true,
    snippets: textDocument?.completion?.completionItem?.snippetSupport === true,
    snippetEdits: workspace?.workspaceEdit?.snippetEditSupport === true,
    watchedFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    progress: window?.workDoneProgress === true,
    inlayHintRefresh: workspace?.inlayHint?.refreshSupport === true,
    codeLensRefresh: workspace?.codeLens?.refreshSupport === true,
    semanticTokensRefresh: workspace?.semanticTokens?.refreshSupport === true,
  };
}
