import { probe } from './probe.js';

declare const DESIGNS: readonly string[];
declare const document: { body: { textContent: string } };

/** The probe in a page; what it found becomes the text of the page. */
void probe(DESIGNS).then(
  (lines) => {
    document.body.textContent = lines.join('\n');
  },
  (error: unknown) => {
    document.body.textContent = `failed: ${String(error)}`;
  },
);
