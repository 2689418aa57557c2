/** Slots for jobs under way. */
import { MAX_JOBS } from './kinds';
import { allocate } from './memory';
import { JOB_SIZE, Job } from './records';

/** First of the free job slots, and how many there are. */
let free: Job = changetype<Job>(0);
export let freeCount: i32 = 0;
/** All job slots. */
export let jobs: i32 = 0;

/** @returns whether there was room for more. */
export function addJobs(count: i32): bool {
  if (jobs >= MAX_JOBS) return false;
  jobs += count;
  const from = allocate(<usize>count * JOB_SIZE);
  for (let i = count - 1; i >= 0; i--) release(changetype<Job>(from + <usize>i * JOB_SIZE));
  return true;
}

export function takeJob(): Job {
  const job = free;
  free = job.next;
  freeCount--;
  return job;
}

export function release(job: Job): void {
  job.next = free;
  free = job;
  freeCount++;
}
