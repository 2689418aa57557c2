import type { Box, Link } from '../build/box.js';
import type { Picture, Section } from '../build/drawing.js';
import type { SceneHeading } from '../scene.js';
import { measure, place } from './nest.js';
import { anchorY } from './route/anchors.js';
import { sizes } from './sizes.js';

export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Where things stand, as much as routes need to know. */
export interface Geometry {
  /** Left and right of each column; the last one is outside of all lanes. */
  readonly columns: readonly Interval[];
  /** Room for vertical parts of lines to the right of each column. */
  readonly gutters: readonly Interval[];
  /** The same inside the frame, to the right of the last column in it. */
  readonly innerRight: Interval;
  readonly lanes: readonly LaneGeometry[];
}

export interface LaneGeometry {
  /** Between the header and the lower border of the frame. */
  readonly content: Interval;
  /** By column, from top to bottom: what a line must not cross. */
  readonly obstacles: readonly (readonly Interval[])[];
}

export interface Arrangement {
  readonly geometry: Geometry;
  readonly headings: readonly SceneHeading[];
  readonly width: number;
  /** Where the last lane or network ends. */
  readonly bottom: number;
}

/** Gives every box its place: columns side by side, lanes below each other, what is outside at the height of what it is linked to. */
export function arrange(picture: Picture, links: readonly Link[]): Arrangement {
  const columns = columnsOf(picture);
  const last = columns.at(-1) as Interval;
  const isFramed = picture.lanes.some((lane) => lane.frame !== undefined);
  const frameRight = last.to + (isFramed ? sizes.innerRight : 0);
  const headings: SceneHeading[] = [];
  const lanes: LaneGeometry[] = [];
  let y: number = sizes.margin + sizes.titleHeight;
  for (const [i, lane] of picture.lanes.entries()) {
    const top = y;
    const contentTop = top + (lane.frame === undefined ? 0 : sizes.laneHeader);
    let bottom = contentTop + sizes.corridor;
    const obstacles = columns.map((column, c) => {
      const { end, taken } = stackSections(lane.cells[c] ?? [], column, contentTop + sizes.corridor, c, i, headings);
      bottom = Math.max(bottom, end);
      return taken;
    });
    const end = bottom + sizes.lanePadding;
    if (lane.frame !== undefined) {
      const { frame } = lane;
      Object.assign(frame, {
        x: sizes.margin,
        y: top,
        width: frameRight - sizes.margin,
        height: end - top,
        headerHeight: sizes.laneHeader,
        column: columns.length - 1,
        lane: i,
      });
    }
    lanes.push({ content: { from: contentTop, to: end }, obstacles });
    y = end + sizes.laneGap;
  }
  const outsideFrom = frameRight + sizes.gutter;
  const outsideWidth = picture.outside.length === 0 ? 0 : OUTSIDE_WIDTH;
  const bottomOutside = placeOutside(
    picture.outside,
    links,
    { from: outsideFrom, to: outsideFrom + outsideWidth },
    columns.length,
    headings,
    lanes[0]?.content.from,
  );
  const right = picture.outside.length === 0 ? frameRight : outsideFrom + outsideWidth;
  return {
    geometry: {
      columns: [...columns, { from: outsideFrom, to: outsideFrom + outsideWidth }],
      gutters: columns.map((column, i) =>
        i + 1 < columns.length
          ? { from: column.to, to: (columns[i + 1] as Interval).from }
          : { from: frameRight, to: frameRight + sizes.gutter },
      ),
      innerRight: { from: last.to, to: frameRight },
      lanes,
    },
    headings,
    width: Math.max(sizes.minWidth, right + sizes.margin),
    bottom: Math.max(y - sizes.laneGap, bottomOutside),
  };
}

const OUTSIDE_WIDTH = 204;

function columnsOf(picture: Picture): Interval[] {
  let x: number = sizes.margin + (picture.lanes.some((lane) => lane.frame !== undefined) ? sizes.lanePadding : 0);
  return picture.columns.map(({ width }) => {
    const column = { from: x, to: x + width };
    x += width + sizes.gutter;
    return column;
  });
}

function stackSections(sections: readonly Section[], column: Interval, top: number, c: number, lane: number, headings: SceneHeading[]) {
  const taken: Interval[] = [];
  let y = top;
  let end = top;
  for (const { heading, boxes } of sections) {
    if (heading !== '') {
      headings.push({ text: heading, x: column.from, y: y + HEADING_BASELINE });
      taken.push({ from: y, to: y + sizes.headingHeight - HEADING_GAP });
      y += sizes.headingHeight;
    }
    for (const box of boxes) {
      measure(box, column.to - column.from);
      place(box, column.from, y, c, lane);
      end = y + box.height;
      taken.push({ from: y, to: end });
      y = end + sizes.boxGap;
    }
    y = end + sizes.sectionGap;
  }
  return { end, taken };
}

const HEADING_BASELINE = 9;
const HEADING_GAP = 6;

const PLUGGED = new Set<Box['kind']>(['nic-port', 'device', 'host']);

/** Networks stand at the height of the first port that is plugged into them, or below the one before. */
function placeOutside(
  sections: readonly Section[],
  links: readonly Link[],
  room: Interval,
  column: number,
  headings: SceneHeading[],
  top: number = sizes.margin + sizes.titleHeight,
): number {
  const preferred = new Map<Box, number>();
  // Ports only: hardware stays where it is when guests come and go.
  for (const { from, to } of links) if (from.lane >= 0 && PLUGGED.has(from.kind) && !preferred.has(to)) preferred.set(to, anchorY(from));
  let y: number = top + sizes.corridor;
  for (const { heading, boxes } of sections) {
    headings.push({ text: heading, x: room.from, y: y + HEADING_BASELINE });
    y += sizes.headingHeight;
    for (const box of boxes) {
      measure(box, room.to - room.from);
      const wanted = (preferred.get(box) ?? y) - box.headerHeight / 2;
      place(box, room.from, Math.max(y, wanted), column, -1);
      y = box.y + box.height + sizes.boxGap;
    }
  }
  return sections.length === 0 ? 0 : y;
}
