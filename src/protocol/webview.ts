/**
 * Messages between the panel and the extension. Types only, so that neither side can drift. The webview sends `ready`, then
 * asks for what it needs; the host only says that something changed. Every request gets an answer.
 */
import type { SimulateParams, View, ViewName } from './server.js';

export const PROTOCOL_VERSION = 1;

/** Host tells the webview. */
export interface HostEvents {
  /** The design changed; ask for the view again. */
  topologyChanged: { readonly version: number };
  /** The cursor of the editor is in this entity. */
  entitySelected: { readonly path: string | null };
  runStarted: { readonly engine: string };
  runProgress: { readonly ratio: number; readonly message: string };
  /** A run ended; ask for it, unless it failed. */
  runEnded: { readonly error: string | null; readonly cancelled: boolean };
}

/** Webview tells the host. */
export interface WebviewEvents {
  ready: { readonly protocol: number };
  /** Show the entity in the text. */
  revealEntity: { readonly path: string };
  runSimulation: Omit<SimulateParams, 'uri' | 'workDoneToken'>;
  cancelRun: Record<string, never>;
  openLink: { readonly name: string };
}

/** Webview asks, host answers. */
export interface HostRequests<Scene, Result> {
  getView: {
    readonly params: { readonly view: ViewName; readonly scenarios: readonly string[]; readonly unfolded: readonly string[] };
    readonly result: View<Scene> | null;
  };
  getRun: { readonly params: Record<string, never>; readonly result: { readonly result: Result; readonly isStale: boolean } | null };
  saveSvg: { readonly params: { readonly svg: string }; readonly result: boolean };
}

export type RequestMessage<Scene, Result> = {
  [Method in keyof HostRequests<Scene, Result>]: {
    readonly kind: 'request';
    readonly id: number;
    readonly method: Method;
    readonly params: HostRequests<Scene, Result>[Method]['params'];
  };
}[keyof HostRequests<Scene, Result>];

export type ResponseMessage<Scene, Result> =
  | {
      readonly kind: 'response';
      readonly id: number;
      readonly ok: true;
      readonly result: HostRequests<Scene, Result>[keyof HostRequests<Scene, Result>]['result'];
    }
  | {
      readonly kind: 'response';
      readonly id: number;
      readonly ok: false;
      readonly error: { readonly code: string; readonly message: string };
    };

export type EventMessage<Events> = {
  [Name in keyof Events]: { readonly kind: 'event'; readonly name: Name; readonly params: Events[Name] };
}[keyof Events];

/** A request without a handler does not compile. */
export type RequestHandlers<Scene, Result> = {
  [Method in keyof HostRequests<Scene, Result>]: (
    params: HostRequests<Scene, Result>[Method]['params'],
  ) => Promise<HostRequests<Scene, Result>[Method]['result']>;
};
