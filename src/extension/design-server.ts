import type { CancellationToken, Disposable, Event } from 'vscode';
import type { ServerNotifications, ServerRequests } from '../protocol/server.js';
import type { SimulationResult } from '../sim/result.js';

/** Scenes are made by the server and drawn by the webview; here they only pass through. */
export type Requests = ServerRequests<unknown, SimulationResult>;
export type Method = keyof Requests;

export interface Progress {
  /** From 0 to 100. */
  readonly percentage?: number;
  readonly message?: string;
}

/** What the extension needs of the language server. Requests wait until it has started. */
export interface DesignServer {
  request<M extends Method>(method: M, params: Requests[M]['params'], token?: CancellationToken): Promise<Requests[M]['result']>;
  readonly onTopologyChanged: Event<ServerNotifications['iovt/topologyChanged']>;
  /** Progress of the request that was given this `workDoneToken`. */
  onProgress(token: string, listener: (progress: Progress) => void): Disposable;
}
