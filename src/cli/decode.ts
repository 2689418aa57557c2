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
