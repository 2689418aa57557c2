import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';
import type { Document } from '../language/document.js';
import type { Session } from './session.js';

/** Lets what the client sent in the meantime be read: a request that it took back is then not worked on. */
export function breathe(): Promise<void> {
  return new Promise((done) => {
    setTimeout(done, 0);
  });
}

/** Answers a request: one that was taken back is dropped, one that fails for a fault of ours yields the fallback. */
export async function guarded<Result>(
  session: Session,
  name: string,
  token: CancellationToken,
  fallback: Result,
  answer: () => Promise<Result>,
): Promise<Result | ResponseError> {
  try {
    const result = await answer();
    return token.isCancellationRequested ? cancelled() : result;
  } catch (error) {
    if (error instanceof ResponseError) return error;
    session.report(`answering ${name}`, error);
    return fallback;
  }
}

/** Answers a request of our own clients: they say what went wrong to whoever asked, so a fault of ours is told as well. */
export async function told<Result>(
  session: Session,
  name: string,
  token: CancellationToken,
  answer: () => Promise<Result>,
): Promise<Result | ResponseError> {
  return guarded<Result | ResponseError>(session, name, token, refused('Internal error.'), async () => {
    try {
      return await answer();
    } catch (error) {
      if (error instanceof ResponseError) throw error;
      session.report(`answering ${name}`, error);
      return refused(error instanceof Error ? error.message : String(error));
    }
  });
}

/** A request about an open text: the text is checked in its present version, and the request is dropped if that took too long. */
export function onDocument<Params extends { readonly textDocument: { readonly uri: string } }, Result>(
  session: Session,
  name: string,
  fallback: Result,
  answer: (document: Document, params: Params) => Result | Promise<Result>,
): (params: Params, token: CancellationToken) => Promise<Result | ResponseError> {
  return (params, token) =>
    guarded<Result | ResponseError>(session, name, token, fallback, async () => {
      const document = await session.document(params.textDocument.uri);
      await breathe();
      if (token.isCancellationRequested) return cancelled();
      return document === undefined ? fallback : answer(document, params);
    });
}

/** The request cannot be granted; the message is for the person who asked. */
export function refused(message: string): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestFailed, message);
}

function cancelled(): ResponseError {
  return new ResponseError(LSPErrorCodes.RequestCancelled, 'cancelled');
}
