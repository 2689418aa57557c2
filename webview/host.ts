import type { Scene } from '../src/diagram/scene.js';
import type { IsolationResult } from '../src/isolation/result.js';
import type {
  EventHandlers,
  EventMessage,
  HostEvents,
  HostRequests,
  RequestMessage,
  ResponseMessage,
  WebviewEvents,
} from '../src/protocol/webview.js';
import type { SimulationResult } from '../src/sim/result.js';
import type { Saved } from './state.js';

interface VsCodeApi {
  postMessage(message: RequestMessage | EventMessage<WebviewEvents>): void;
  getState(): Saved | undefined;
  setState(state: Saved): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

type Requests = HostRequests<Scene, SimulationResult, IsolationResult>;

/** The extension, as the page sees it. */
export class Host {
  readonly #api = acquireVsCodeApi();
  readonly #waiting = new Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>();
  #lastId = 0;

  get saved(): Saved | undefined {
    return this.#api.getState();
  }

  save(state: Saved): void {
    this.#api.setState(state);
  }

  listen(handlers: EventHandlers<HostEvents>): void {
    window.addEventListener('message', ({ data }: MessageEvent<EventMessage<HostEvents> | ResponseMessage>) => {
      if (data.kind === 'response') this.#onResponse(data);
      else if (data.kind === 'event') (handlers[data.name] as ((params: unknown) => void) | undefined)?.(data.params);
    });
  }

  send<Name extends keyof WebviewEvents>(name: Name, params: WebviewEvents[Name]): void {
    this.#api.postMessage({ kind: 'event', name, params } as EventMessage<WebviewEvents>);
  }

  request<Method extends keyof Requests>(method: Method, params: Requests[Method]['params']): Promise<Requests[Method]['result']> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#api.postMessage({ kind: 'request', id, method, params } as RequestMessage);
    });
  }

  #onResponse(response: ResponseMessage): void {
    const waiting = this.#waiting.get(response.id);
    this.#waiting.delete(response.id);
    if (response.ok) waiting?.resolve(response.result as never);
    else waiting?.reject(new Error(response.error.message));
  }
}
