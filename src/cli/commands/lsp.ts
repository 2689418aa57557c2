import type { CommandSpec } from '../command.js';
import { UserError } from '../io.js';

export const lspCommand: CommandSpec = {
  name: 'lsp',
  summary: 'Run the language server, for any editor that speaks the Language Server Protocol',
  options: [{ flags: '--stdio', description: 'talk over standard input and output' }],
  async action(_arguments, { stdio }) {
    if (stdio !== true) throw new UserError('say how the editor talks to the server.', 'iovt lsp --stdio');
    const { startNodeServer } = await import('../../server/node.js');
    startNodeServer([]);
    // The server ends the process when its client says so or goes away.
    return new Promise<never>(() => undefined);
  },
};
