/**
 * The state in which the generator of a stream begins, sfc32 (Doty-Humphrey, PractRand), from a hash of its name.
 *
 * @returns four integers.
 */
export function seedOf(name: string): readonly [number, number, number, number] {
  // Four lanes of a multiplicative hash with different constants; equal names give equal streams, similar ones do not.
  let a = 0x243f6a88;
  let b = 0x85a308d3;
  let c = 0x13198a2e;
  let d = 0x03707344;
  for (let i = 0; i < name.length; i++) {
    const k = name.charCodeAt(i);
    a = Math.imul(a ^ k, 0x9e3779b1) ^ (b >>> 15);
    b = Math.imul(b ^ k, 0x85ebca77) ^ (c >>> 13);
    c = Math.imul(c ^ k, 0xc2b2ae3d) ^ (d >>> 16);
    d = Math.imul(d ^ k, 0x27d4eb2f) ^ (a >>> 14);
  }
  d |= 1;
  for (let i = 0; i < 20; i++) {
    const t = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + t) | 0;
  }
  return [a, b, c, d];
}
