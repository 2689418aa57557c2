import { version as fromManifest } from '../../package.json';

/** Version of the program, from the manifest. */
export const version: string = fromManifest;
