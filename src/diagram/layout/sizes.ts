/** Lengths of the picture in CSS pixels. Columns and gutters are as wide as this says whatever is in them, so that nothing moves sideways. */
export const sizes = {
  margin: 24,
  titleHeight: 58,
  /** Between columns: room for the vertical parts of lines. */
  gutter: 104,
  laneHeader: 42,
  laneGap: 28,
  lanePadding: 20,
  /** Above and below everything in a lane a line can always pass. */
  corridor: 14,
  headingHeight: 18,
  sectionGap: 18,
  boxGap: 10,
  rowHeight: 20,
  tallRowHeight: 32,
  rowGap: 3,
  frameHeader: 26,
  framePadding: 8,
  cardHeight: 42,
  threadHeight: 16,
  guest: { minHeight: 44, name: 148, padding: 6, device: 180, gap: 18 },
  splitLeft: 300,
  /** To the right of the last column, inside the frame. */
  innerRight: 28,
  minWidth: 480,
} as const;
