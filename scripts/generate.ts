/** Makes every generated file of the repository. `npm run ci` fails if one of them was not committed. */
import { generateSchema } from './generate/schema.js';

await generateSchema();
