import { type ExtensionContext, type LogOutputChannel, window } from 'vscode';

export function createOutput(context: ExtensionContext): LogOutputChannel {
  const output = window.createOutputChannel('IOVT', { log: true });
  context.subscriptions.push(output);
  return output;
}
