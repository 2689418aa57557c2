import { documentSchema } from '../../src/core/schema/source/document.js';
import { factInterfaces } from './facts.js';
import { standIn, writeValidators } from './validators.js';
import { writeGenerated } from './write.js';

/** The schema of the language, the types of what is read through it, and its validator. */
export async function generateSchema(): Promise<void> {
  standIn();
  const { vocabulary } = await import('./vocabulary.js');
  const schema = documentSchema(vocabulary());
  writeGenerated('schemas/iovt.schema.json', `${JSON.stringify(schema, null, 1)}\n`);
  writeGenerated('src/core/model/facts.generated.ts', factInterfaces(schema));
  await writeValidators();
}
