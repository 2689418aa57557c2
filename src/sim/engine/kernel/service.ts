/** Stations with servers and several lanes: by order of arrival, by turns (deficit round robin), or by priority. */

import { lose } from './flows';
import { FAIR, PRIORITY } from './kinds';
import { endWithPiece, pieceOf, serveWhole } from './pieces';
import { isNone, Job, LANE_SIZE, Lane, none, Op, Station } from './records';
import { append, chooseLane, isFull, isIdle } from './waiting';

/**
 * A job comes to a station with lanes, limits, wake-ups, groups or pieces.
 *
 * @returns when its service, or the first piece of it, will be done; below 0 if it has to wait, is lost, or is served whole.
 */
export function enter(op: Op, job: Job, now: f64): f64 {
  const service = op.service();
  const lane = chooseLane(op, job);
  const thread = lane.group;
  const station = op.station;
  const sleeps = op.wake > 0 && isIdle(thread) && now - thread.idleSince >= thread.poll;
  const wake = sleeps ? op.wake : 0;
  const isSingle = lane.isSingle !== 0;
  const chunk = isSingle || station.rule !== FAIR ? 0 : station.chunk;
  const piece = pieceOf(service, chunk);
  job.piece = piece;
  job.left = service - piece;
  if (thread.busy < thread.places && (isSingle || (station.busy < station.servers && lane.waiting === 0))) {
    if (!isSingle) station.busy++;
    thread.busy++;
    op.served += service;
    op.waited += wake;
    job.op = op;
    if (job.left === 0 || station.joins === 0) return now + piece + wake;
    serveWhole(station, job, service, now + wake);
    return -1;
  }
  if (isFull(lane)) {
    lose(op, job, now);
    return -1;
  }
  op.served += service;
  job.since = now;
  job.service = piece;
  job.wake = wake;
  if (append(station, lane, job, op) && !isSingle && station.rule === FAIR) joinRing(station, lane);
  if (station.joins !== 0) endWithPiece(station, now);
  return -1;
}

/**
 * The service of a job at a station with several lanes is over, or a piece of it, the rest of which waits again.
 *
 * @returns the job that begins now; none where nobody waits who may, or it is served whole.
 */
export function leave(job: Job, now: f64): Job {
  const station = job.op.station;
  const group = job.lane.group;
  station.busy--;
  const busy = group.busy - 1;
  group.busy = busy;
  if (busy === 0) group.idleSince = now;
  if (job.left > 0) putBack(station, job, now);
  if (station.waiting === 0) return none<Job>();
  const lane = station.rule === FAIR ? turnOf(station) : station.rule === PRIORITY ? mostUrgent(station) : station.lane;
  if (isNone(lane)) return none<Job>();
  const next = lane.head;
  const behind = next.next;
  lane.head = behind;
  if (isNone(behind)) {
    lane.tail = none<Job>();
    if (station.rule === FAIR) leaveRing(station, lane);
  }
  const thread = lane.group;
  lane.waiting--;
  thread.allWaiting--;
  station.waiting--;
  thread.busy++;
  station.busy++;
  next.op.waited += now - next.since + next.wake;
  if (station.joins === 0 || next.left === 0 || station.waiting > 0) return next;
  serveWhole(station, next, next.service + next.left, now + next.wake);
  return none<Job>();
}

/** The lane that stands before the one whose turn it is; none if that is the first. */
let beforeTurn: Lane = changetype<Lane>(0);
/** Grants in vain after which one looks how many more there would be. */
const VAIN_GRANTS = 64;

/**
 * The lane that is served now by deficit round robin; none if all that wait have as many in service as they may. Such lanes keep
 * their place in the ring: it is their turn as soon as they may.
 */
function turnOf(station: Station): Lane {
  let before = none<Lane>();
  let lane = station.ringHead;
  let left = VAIN_GRANTS;
  while (!isNone(lane)) {
    const next = lane.next;
    if (hasPlace(lane)) {
      const need = lane.head.service;
      const saved = lane.deficit;
      if (saved >= need) {
        lane.deficit = saved - need;
        beforeTurn = before;
        return lane;
      }
      lane.deficit = saved + lane.grant;
      if (--left === 0 && !saveUp(station)) return none<Lane>();
      // Who stands last is behind lanes alone that have to wait, and has the next turn as well.
      if (!isNone(next)) {
        if (isNone(before)) station.ringHead = next;
        else before.next = next;
        station.ringTail.next = lane;
        lane.next = none<Lane>();
        station.ringTail = lane;
        lane = next;
      }
    } else {
      before = lane;
      lane = next;
    }
  }
  return none<Lane>();
}

/** Lanes of small weights get at once what they would save in all the rounds before the one in which one of them may have its turn. */
function saveUp(station: Station): bool {
  let rounds: f64 = Infinity;
  for (let lane = station.ringHead; !isNone(lane); lane = lane.next)
    if (hasPlace(lane)) rounds = min(rounds, floor((lane.head.service - lane.deficit) / lane.grant) - 1);
  // Nobody who may be served is ever granted anything.
  if (!(rounds < Infinity)) return false;
  if (rounds > 0)
    for (let lane = station.ringHead; !isNone(lane); lane = lane.next) if (hasPlace(lane)) lane.deficit += rounds * lane.grant;
  return true;
}

function hasPlace(lane: Lane): bool {
  const group = lane.group;
  return group.busy < group.places;
}

function mostUrgent(station: Station): Lane {
  const end = changetype<usize>(station.lanesEnd);
  for (let at = changetype<usize>(station.lane); at < end; at += LANE_SIZE) {
    const lane = changetype<Lane>(at);
    if (!isNone(lane.head)) return lane;
  }
  return none<Lane>();
}

/** A lane of a fair station has a job that waits: it gets its turns from now on, the first when it comes to the head. */
function joinRing(station: Station, lane: Lane): void {
  lane.deficit = lane.grant;
  lane.next = none<Lane>();
  if (isNone(station.ringTail)) station.ringHead = lane;
  else station.ringTail.next = lane;
  station.ringTail = lane;
}

/** The lane whose turn it was is empty: it leaves the ring and forgets what it had saved. */
function leaveRing(station: Station, lane: Lane): void {
  if (isNone(beforeTurn)) station.ringHead = lane.next;
  else beforeTurn.next = lane.next;
  if (isNone(lane.next)) station.ringTail = beforeTurn;
  lane.next = none<Lane>();
}

/** A piece of a job is done; the rest waits at the head of its lane, so that other lanes have their turn first. */
function putBack(station: Station, job: Job, now: f64): void {
  const lane = job.lane;
  const rest = job.left;
  const piece = min(rest, job.piece);
  job.service = piece;
  job.left = rest - piece;
  job.since = now;
  job.wake = 0;
  const head = lane.head;
  job.next = head;
  lane.head = job;
  if (isNone(head)) {
    lane.tail = job;
    joinRing(station, lane);
  }
  lane.waiting++;
  lane.group.allWaiting++;
  station.waiting++;
}
