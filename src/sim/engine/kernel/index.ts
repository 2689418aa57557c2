/** What the host calls. Everything else it writes into the memory, or reads there. */
export { countWaiting } from './chain';
export { eventCount, makeRoom, now } from './loop';
export { allocate } from './memory';
export { draw } from './random';
export { run } from './run';
export { begin } from './sources';
