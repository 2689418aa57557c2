/** Text of a file, or why its bytes are not text that is read. A byte order mark is dropped. */
export function decode(bytes: Uint8Array): { text: string; hasBom: boolean; problem?: string } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: '', hasBom: true, problem: 'the file is UTF-16 (little endian), not UTF-8.' };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: '', hasBom: true, problem: 'the file is UTF-16 (big endian), not UTF-8.' };
  const hasBom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), hasBom };
  } catch {
    const at = firstInvalidByte(bytes);
    return { text: '', hasBom, problem: `byte ${at} is not UTF-8; the file has another encoding or is not text.` };
  }
}

function firstInvalidByte(bytes: Uint8Array): number {
  let low = 0;
  let high = bytes.length;
  const decoder = () => new TextDecoder('utf-8', { fatal: true });
  while (low < high) {
    const middle = (low + high) >> 1;
    try {
      decoder().decode(bytes.subarray(0, middle + 1), { stream: true });
      low = middle + 1;
    } catch {
      high = middle;
    }
  }
  return low;
}

/**
 * Text of a file that other programs wrote, in whatever encoding: by its byte order mark, UTF-8, the encoding that its XML
 * declaration names, and at last Windows-1252, in which every byte means something. `assumed` names the last.
 */
export function decodeForeign(bytes: Uint8Array): { text: string; assumed?: string } {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { text: new TextDecoder('utf-16le').decode(bytes) };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { text: new TextDecoder('utf-16be').decode(bytes) };
  const { text, problem } = decode(bytes);
  if (problem === undefined) return { text };
  const head = new TextDecoder('windows-1252').decode(bytes.subarray(0, 200));
  const declared = /^<\?xml[^>]*\sencoding=["']([A-Za-z][\w.-]*)["']/.exec(head)?.[1];
  if (declared !== undefined && !/^utf-?8$/i.test(declared)) {
    try {
      return { text: new TextDecoder(declared).decode(bytes) };
    } catch {
      // An encoding that nobody knows: read on as if it were not declared.
    }
  }
  return { text: new TextDecoder('windows-1252').decode(bytes), assumed: 'Windows-1252' };
}
