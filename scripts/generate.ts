/** Makes every generated file of the repository. `npm run ci` fails if one of them was not committed. */
import { generateKernel } from './generate/kernel.js';
import { generateSchema } from './generate/schema.js';

await generateKernel();
await generateSchema();
// The documentation is made of the schema and of the code that reads it, both of which may have changed just now.
const { generateDocs } = await import('./generate/docs.js');
generateDocs();
const { generateGrammar } = await import('./generate/grammar.js');
generateGrammar();
const { generateCommandPage } = await import('./generate/commands.js');
generateCommandPage();
const { generateVSCodePage } = await import('./generate/vscode-page.js');
generateVSCodePage();
