import fc from 'fast-check';
import { expect, test } from 'vitest';
import { NetworkBuilder } from '../../../src/sim/engine/builder.js';
import { run, start } from '../../../src/sim/engine/des.js';
import { CLOSED, FAIR, type Network, ON_OFF, POISSON } from '../../../src/sim/engine/network.js';

const NS = 1000;
const classes = [{ share: 1, bits: 8 }];

/** Flows over a link that serves in pieces, each in a lane of its own, beside other work. */
const design = fc.record({
  chunkNs: fc.integer({ min: 20, max: 300 }),
  flows: fc.array(
    fc.record({
      arrival: fc.constantFrom(POISSON, POISSON, ON_OFF, CLOSED),
      gapNs: fc.integer({ min: 500, max: 20_000 }),
      depth: fc.integer({ min: 1, max: 4 }),
      linkNs: fc.integer({ min: 1, max: 6000 }),
      otherNs: fc.integer({ min: 1, max: 900 }),
      weight: fc.integer({ min: 1, max: 4 }),
      limit: fc.constantFrom(0, 3, 50),
      wakePs: fc.constantFrom(0, 700 * NS),
    }),
    { minLength: 1, maxLength: 5 },
  ),
});

function build({ chunkNs, flows }: typeof design extends fc.Arbitrary<infer T> ? T : never): Network {
  const builder = new NetworkBuilder();
  const link = builder.station({ discipline: FAIR, chunkPs: chunkNs * NS }).station;
  const other = builder.station({ servers: 2 }).lanes[0] as number;
  flows.forEach(({ arrival, gapNs, depth, linkNs, otherNs, weight, limit, wakePs }, i) => {
    builder.flow({
      name: `f${i}`,
      arrival,
      gapPs: gapNs * NS,
      onPs: 5 * gapNs * NS,
      offPs: 3 * gapNs * NS,
      depth,
      limit: arrival === CLOSED ? 0 : limit,
      classes,
      steps: [
        { lane: builder.lane(link, { weight, limit }), servicePs: [linkNs * NS], wakePs },
        // Random, so that nothing happens at the same picosecond.
        { lane: other, servicePs: [otherNs * NS], law: 'exponential' },
      ],
    });
  });
  // A second lane in use, or nothing would be served in pieces.
  builder.flow({ name: 'rare', arrival: POISSON, gapPs: 1e9, classes, steps: [{ lane: builder.lane(link, {}), servicePs: [5 * NS] }] });
  return builder.build();
}

test('pieces that are joined where nobody waits count what pieces one by one count', () => {
  let [joined, single] = [0, 0];
  fc.assert(
    fc.property(
      design,
      fc.nat(1000),
      fc.array(fc.integer({ min: 1, max: 300_000 }), { minLength: 1, maxLength: 3 }),
      (options, seed, ends) => {
        const [a, b] = [true, false].map((fuses) => start(build(options), seed, 0, { fuses }));
        let untilPs = 0;
        for (const ns of ends) {
          untilPs += ns * NS;
          const seen = [a, b].map((state) => {
            if (state === undefined) return undefined;
            run(state, untilPs, 1e9);
            const { offered, done, lost, latencySumPs, histogram, stepTotalsPs, queueMax } = state;
            return { offered, done, lost, latencySumPs, histogram, stepTotalsPs, queueMax };
          });
          expect(seen[0]).toEqual(seen[1]);
        }
        joined += a?.events ?? 0;
        single += b?.events ?? 0;
      },
    ),
    { numRuns: 300, seed: 7 },
  );
  expect(joined).toBeLessThan(single * 0.95);
});
