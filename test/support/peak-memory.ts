/** Runs one call of the command in this process, then says its exit code and the most memory the process ever had. */
import { UserError } from '../../src/cli/io.js';
import { NodeIo } from '../../src/cli/node-io.js';
import { run } from '../../src/cli/program.js';

async function main(): Promise<void> {
  const io = new NodeIo();
  let code: number;
  try {
    code = await run(process.argv.slice(2), io);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`${error.message}\n`);
    code = 2;
  }
  process.stdout.write(JSON.stringify({ code, peakBytes: process.resourceUsage().maxRSS * 1024 }));
}

void main();
