/**
 * Where things lie in the memory of a run: two arrays, one of integers and one of doubles, with the same addresses. A record
 * (a flow, a lane, a job, …) has its integers at `ints[address + FIELD]` and its doubles at `reals[address + FIELD]`, and
 * records name each other by address. An engine of JavaScript checks kind and length of an array at each use; with two
 * arrays in place of fifty nearly all of these checks are gone (half the CPU time of the event loop).
 */

// Registers of a run, at the beginning of the memory.
export const HEAP_SIZE = 0;
/** Number of the next event to be scheduled. */
export const NEXT_ORDER = 1;
/** First of the free job slots, and how many there are. */
export const FREE = 2;
export const FREE_COUNT = 3;
/** The job that goes on after an event; -1 for none. */
export const CURRENT_JOB = 4;
export const REGISTERS = 8;
// Doubles.
export const NOW = 0;
/** Delays of the current job that have added up since now. */
export const AHEAD = 1;

/** Integers of a record whose events can be in the event list, flow or job: when the event was scheduled, as a number. */
export const ORDER = 0;

// A flow.
export const FLOW_SIZE = 10;
export const FLOW_ARRIVAL = 1;
/** Its programs lie side by side, one for each operation class. */
export const FLOW_PROGRAM = 2;
export const FLOW_CLASSES = 3;
/** Jobs that may be under way, 0 for any number; and that are, where there is a limit. */
export const FLOW_LIMIT = 4;
export const FLOW_UNDER_WAY = 5;
export const FLOW_GAPS = 6;
/** 1 if it is a Poisson source of one operation class without a limit. */
export const FLOW_PLAIN = 7;
export const FLOW_NUMBER = 8;
// Doubles.
export const FLOW_GAP = 0;
export const FLOW_THINK = 1;

// A program: what one operation class of a flow does.
export const PROGRAM_SIZE = 8;
export const PROGRAM_START = 0;
export const PROGRAM_FLOW = 1;
export const PROGRAM_HISTOGRAM = 2;
// Doubles.
export const PROGRAM_OFFERED = 0;
export const PROGRAM_DONE = 1;
export const PROGRAM_LOST = 2;
export const PROGRAM_LATENCY = 3;
/** Upper end of the class's part of (0, 1]. */
export const PROGRAM_UP_TO = 4;

// An op; the next one lies behind it.
export const OP_SIZE = 8;
export const OP_KIND = 0;
export const OP_LANE = 1;
/** Where the position in its random stream is; -1 for constant service. */
export const OP_STREAM = 2;
export const OP_PROGRAM = 3;
export const OP_STATION = 4;
/** The lane whose thread has to sleep; -1 for no condition. */
export const OP_IF_ASLEEP = 5;
/** Which of the times in `takenPs` says when it was last done; -1 if it is done each time. */
export const OP_EVERY_KEY = 6;
/** Where the position in the random stream is that draws its lane; -1 where it has but one. */
export const OP_SPREAD_STREAM = 7;
// Doubles.
export const OP_DELAY = 0;
export const OP_MEAN = 1;
export const OP_WAKE = 2;
export const OP_SERVED = 3;
export const OP_WAITED = 4;
export const OP_EVERY = 5;
/** Lanes, from `OP_LANE` on, of which one is drawn. */
export const OP_SPREAD = 6;

// A lane. Jobs wait in a list.
export const LANE_SIZE = 16;
export const LANE_HEAD = 0;
export const LANE_TAIL = 1;
export const LANE_WAITING = 2;
export const LANE_MAX_WAITING = 3;
/** Jobs in service: at the lane that stands for a group, of all its lanes. */
export const LANE_BUSY = 4;
/** How many of its jobs may be in service at once. */
export const LANE_PLACES = 5;
/** 1 if it is the only lane in use of its station. */
export const LANE_SINGLE = 6;
/** The next lane in the ring of a fair station. */
export const LANE_NEXT = 7;
export const LANE_LIMIT = 8;
export const LANE_POLLS = 9;
/** Chains: jobs so far, the first of them that had not begun when last looked at, and where the beginnings are kept. */
export const LANE_COUNT = 10;
export const LANE_BEGUN = 11;
export const LANE_RING_AT = 12;
export const LANE_RING_MASK = 13;
/** The lane that stands for its group, and the jobs that wait in lanes of the group, where a lane is not single. */
export const LANE_GROUP = 14;
export const LANE_ALL_WAITING = 15;
// Doubles.
export const LANE_DEFICIT = 0;
/** What a turn of deficit round robin grants. */
export const LANE_GRANT = 1;
/** Chains: when the station is free. */
export const LANE_FREE = 2;
/** When the last job of the group was done; for how long its thread then looks for work; and needs no notification. */
export const LANE_IDLE_SINCE = 3;
export const LANE_POLL = 4;
export const LANE_HIDES = 5;

// A station.
export const STATION_SIZE = 16;
export const STATION_RULE = 0;
export const STATION_SERVERS = 1;
export const STATION_BUSY = 2;
export const STATION_WAITING = 3;
export const STATION_MAX_WAITING = 4;
/** Lanes with waiting jobs, in a ring. */
export const RING_HEAD = 5;
export const RING_TAIL = 6;
export const RING_SIZE = 7;
export const STATION_LANE = 8;
export const STATION_LANES_END = 9;
/** Processor sharing: its jobs, and the job slot that stands for the one event of the station that counts; -1 for none. */
export const SHARED_HEAD = 10;
export const SHARED_TICKET = 11;
// Doubles.
export const STATION_BURST = 0;
/**
 * Shapers: when the tokens of the last job were there. Policers: tokens of the first bucket, and when they were counted.
 * Processor sharing: work done for each job so far, and until when.
 */
export const STATION_VIRTUAL = 1;
export const STATION_SINCE = 2;
/** Policers: tokens of the second bucket, its depth, and how fast it fills. */
export const STATION_EXCESS = 3;
export const STATION_EXCESS_DEPTH = 4;
export const STATION_PEAK = 5;
/** Longest time that a job keeps a server while others wait; 0: until it is done. */
export const STATION_CHUNK = 6;

// A job. `JOB_NEXT` links the free ones, and the waiting ones of a lane.
export const JOB_SIZE = 6;
export const JOB_OP = 1;
export const JOB_NEXT = 2;
/** The lane it waits or is served in, of stations that are not plain queues. */
export const JOB_LANE = 3;
// Doubles.
export const JOB_BORN = 0;
export const JOB_SINCE = 1;
export const JOB_SERVICE = 2;
export const JOB_WAKE = 3;
/** Service that is still to come after the piece at hand, and the size of a piece. */
export const JOB_LEFT = 4;
export const JOB_PIECE = 5;
