/**
 * Published measurements against the simulator: `npm run verify:published [-- V13 V14]`. Every case of `test/validation` is
 * run in both engines; without arguments the table goes to `docs/validation.md` as well.
 */
import { validationCases } from '../test/validation/case.js';
import { type RowResult, runCase } from '../test/validation/run.js';
import { validationPage } from '../test/validation/table.js';
import { writeGenerated } from './generate/write.js';

const wanted = process.argv.slice(2).filter((argument) => /^V\d+$/.test(argument));
const rows: { des: RowResult; fluid: RowResult }[] = [];
let failed = 0;
for (const row of validationCases(wanted)) {
  const began = performance.now();
  try {
    const fluid = await runCase(row, 'fluid');
    const des = await runCase(row, 'des');
    rows.push({ des, fluid });
    const mark = des.isInTolerance ? 'in ' : 'OUT';
    process.stdout.write(
      `${row.id} ${mark} mean ${percent(des.meanError)} worst ${percent(des.worstError)} of ${percent(row.tolerance)}  ${row.title} (${((performance.now() - began) / 1000).toFixed(1)} s)\n`,
    );
    if (wanted.length > 0 || !des.isInTolerance)
      des.points.forEach(({ point, simulated, error, isInTolerance }, i) => {
        process.stdout.write(
          `      ${isInTolerance ? ' ' : '!'} ${point.name}: measured ${String(point.measured)} ${point.unit}, simulated ${digits(simulated)} (${percent(error)}), fluid ${digits(fluid.points[i]?.simulated ?? Number.NaN)}\n`,
        );
      });
  } catch (error) {
    failed++;
    process.stdout.write(`${row.id} FAILED ${error instanceof Error ? error.message : String(error)}\n`);
  }
}

const within = rows.filter(({ des }) => des.isInTolerance).length;
const medians = rows.map(({ des }) => des.meanError).sort((a, b) => a - b);
process.stdout.write(
  `${within} of ${rows.length} rows have every point within tolerance; median error of a row ${percent(medians[medians.length >> 1] ?? 0)}.\n`,
);
if (wanted.length === 0 && failed === 0) writeGenerated('docs/validation.md', validationPage(rows));
process.exitCode = failed === 0 ? 0 : 1;

function percent(ratio: number): string {
  return `${digits(ratio * 100)} %`;
}

function digits(value: number): string {
  return String(Number(value.toPrecision(3)));
}
