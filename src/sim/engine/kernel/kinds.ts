// Numbers that the kernel and its host share: this file is read by both compilers.

// How a station chooses who is next.
export const FIFO = 0;
export const FAIR = 1;
export const PRIORITY = 2;
/** All at once, each at an equal part of the capacity. */
export const SHARED = 3;
/** Token bucket: nobody serves; an operation leaves as soon as its tokens are there. */
export const SHAPER = 4;
/** Places that an operation takes at one step of its path and gives back at a later one: tags, queue entries. */
export const SLOTS = 5;
/** Two token buckets that never make anybody wait: an operation for which neither has tokens is lost (RFC 2697, RFC 2698). */
export const POLICER = 6;

// When jobs of a flow come.
export const CLOSED = 0;
export const POISSON = 1;
export const CONSTANT = 2;
export const ON_OFF = 3;
export const TRACE = 4;

// What a random stream yields.
export const UNIFORM = 0;
export const EXPONENTIAL = 1;
export const ERLANG4 = 2;

// Kinds of ops. The order matters: from the first that needs a place on, a job that still has a delay before it waits for an event.
/** The job is done: an open flow forgets it, one with a limit counts it, a closed one starts again. */
export const END_OPEN = 0;
export const END_LIMITED = 1;
export const END_CLOSED = 2;
/** A delay that is random, or that not every job has. */
export const DELAY = 3;
export const NEEDS_PLACE = 4;
/** A station without events: departures follow from arrivals (see `chains.ts`). The job goes on to the next op of the chain, or is done. */
export const CHAIN = 4;
/** The last station of a chain, where something else follows: the departure is an event. */
export const CHAIN_LAST = 5;
/** A station with one lane and nothing special about it. */
export const QUEUE = 6;
/** Any other station where one is served: several lanes, wake-ups, limits, groups, pieces. */
export const QUEUE_ANY = 7;
/** The same, and not every job visits it. */
export const QUEUE_IF = 8;
export const PROCESSOR_SHARING = 9;
export const TOKENS = 10;
export const TAKE_SLOT = 11;
export const GIVE_SLOT = 12;
export const POLICE = 13;

/** Variates that are drawn at once for a stream. */
export const BLOCK = 32;

// Histograms of times: 32 buckets for each power of two.
export const SUB_BITS = 5;
/** Smallest exponent with buckets of its own: 2^10 ps is 1 ns. Shorter times share the first bucket. */
export const FIRST_EXPONENT = 10;
export const EXPONENTS = 40;

/** Jobs under way for which there may be room: 84 bytes for each, 350 MB. */
export const MAX_JOBS = 4_194_304;

/** What jobs of chains may have still to do at the end of a run that goes on: 40 bytes for each, 300 MB. */
export const MAX_LATER = 7_500_000;

/** At most so many pieces of one job. */
export const MAX_PIECES = 64;

// Why a run came back.
export const REACHED = 0;
export const INTERRUPTED = 1;
export const IDLE = 2;
export const FULL = 3;
