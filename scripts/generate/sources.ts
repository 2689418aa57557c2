import { fileURLToPath } from 'node:url';
import { generateKernel } from './kernel.js';
import { generateSchema } from './schema.js';

/** Makes what the sources import and git does not have. The kernel comes first: everything else may import it. */
export async function generateSources(): Promise<void> {
  await generateKernel();
  await generateSchema();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await generateSources();
