import type { RowResult } from './run.js';

export interface Row {
  readonly des: RowResult;
  readonly fluid: RowResult;
}

/** The page `docs/validation.md`. */
export function validationPage(rows: readonly Row[]): string {
  const within = rows.filter(({ des }) => des.isInTolerance).length;
  const byMean = rows.filter(({ des }) => des.meanError <= des.row.tolerance).length;
  const errors = rows.map(({ des }) => des.meanError).sort((a, b) => a - b);
  const points = rows.flatMap(({ des }) => des.points);
  const hits = points.filter((point) => point.isInTolerance).length;
  return [
    '<!-- Made by `npm run verify:published`. Do not edit. -->',
    '',
    '# Published measurements against the simulator',
    '',
    'Each row is a design under `test/validation` that sets up what somebody measured and published. All rows run with one cost model',
    '([costs](costs.md)); what a row sets by itself is in its setup. Not every row is a test of the same weight:',
    '',
    '- *definition*: equations or algorithms are those published; the program must reproduce them.',
    '- *source*: some cost of the model was taken from the row (its source says so). That it comes out again shows that the paths add up.',
    '- *prediction*: nothing of the model was taken from it.',
    '',
    `**${within} of ${rows.length} rows have every point within their tolerance**, ${byMean} have their mean error within it; ${hits} of ${points.length} points are. Median error of a row: ${percent(errors[errors.length >> 1] ?? 0)}. ${byBasis(rows)}`,
    '',
    '| row | what | basis | tolerance | mean error | worst | fluid, mean | |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows.map(
      ({ des, fluid }) =>
        `| [${des.row.id}](#${des.row.id.toLowerCase()}) | ${des.row.title} | ${des.row.basis} | ${percent(des.row.tolerance)} | ${percent(des.meanError)} | ${percent(des.worstError)} | ${percent(fluid.meanError)} | ${des.isInTolerance ? 'in' : '**out**'} |`,
    ),
    ...rows.flatMap(section),
    '',
  ].join('\n');
}

function byBasis(rows: readonly Row[]): string {
  const parts = (['definition', 'source', 'prediction'] as const).map((basis) => {
    const own = rows.filter(({ des }) => des.row.basis === basis);
    return `${own.filter(({ des }) => des.isInTolerance).length} of ${own.length} that are ${basis}`;
  });
  return `In tolerance: ${parts.join(', ')}.`;
}

function section({ des, fluid }: Row): string[] {
  const { row } = des;
  return [
    '',
    `## ${row.id}`,
    '',
    `**${row.title}.** ${row.setup}`,
    '',
    `Source: ${row.source}.`,
    '',
    '| point | measured | simulated | error | fluid | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...des.points.map(
      ({ point, simulated, error, isInTolerance }, i) =>
        `| ${point.name} | ${measuredText(point.measured)} ${point.unit} | ${digits(simulated)} | ${point.isAbsolute === true ? `${digits(error)} absolute` : percent(error)} | ${digits(fluid.points[i]?.simulated ?? Number.NaN)} | ${isInTolerance ? '' : 'out'} |`,
    ),
    ...(row.why === undefined ? [] : ['', des.isInTolerance ? row.why : `Outside: ${row.why}`]),
  ];
}

function measuredText(measured: number | readonly [number, number]): string {
  return typeof measured === 'number' ? String(measured) : `${measured[0]} to ${measured[1]}`;
}

function percent(ratio: number): string {
  return Number.isFinite(ratio) ? `${digits(ratio * 100)} %` : 'nothing';
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
