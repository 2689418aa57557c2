/** Makes every generated file of the repository. A test fails where one of them was not committed. */
import { generateSources } from './generate/sources.js';

await generateSources();
// The documentation is made of the schema and of the code that reads it, both of which may have changed just now.
const { generateDocs } = await import('./generate/docs.js');
generateDocs();
const { generateGrammar } = await import('./generate/grammar.js');
generateGrammar();
const { generateCommandPage } = await import('./generate/commands.js');
generateCommandPage();
const { generateVSCodePage } = await import('./generate/vscode-page.js');
generateVSCodePage();
