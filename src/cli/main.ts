import { TooDeep } from '../sim/des-run.js';
import { type ExitCode, UserError } from './io.js';
import { NodeIo } from './node-io.js';
import { run } from './program.js';

/** The only place that knows of the process: arguments in, exit code out. 3 is our bug; nothing else prints a stack. */
async function main(): Promise<void> {
  const io = new NodeIo();
  try {
    const code: ExitCode = await run(process.argv.slice(2), io);
    process.exitCode = code;
  } catch (error) {
    if (error instanceof UserError) {
      io.message(`iovt: ${error.message}${error.hint === undefined ? '' : `\n      ${error.hint}`}`);
      process.exitCode = 2;
    } else if (error instanceof TooDeep) {
      io.message(`iovt: ${error.message}`);
      process.exitCode = 2;
    } else {
      io.message(`iovt: internal error; please report it.\n${error instanceof Error ? error.stack : String(error)}`);
      process.exitCode = 3;
    }
  }
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // Somebody closed the pipe, as `head` does: nothing is left to say.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
void main();
