const PAGE_BITS: i32 = 16;

/** Everything below is in use. Nothing is ever given back: what a run needs more of doubles. */
let top: usize = (__heap_base + 7) & ~7;

/** Memory for the rest of the run, filled with zeros, at a multiple of 8. Traps where there is none. */
export function allocate(bytes: usize): usize {
  const at = top;
  top = (at + bytes + 7) & ~7;
  // The address went round.
  if (top < at) unreachable();
  const pages = <i32>((top - 1) >> PAGE_BITS) + 1 - memory.size();
  // Twice as much at once, so that growing costs nothing in the long run.
  if (pages > 0 && memory.grow(max(pages, memory.size())) < 0 && memory.grow(pages) < 0) unreachable();
  return at;
}
