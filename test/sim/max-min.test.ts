import fc from 'fast-check';
import { expect, test } from 'vitest';
import { MaxMinSolver, type SharingProblem } from '../../src/sim/fluid/max-min.js';

interface Plain {
  readonly routes: readonly (readonly { readonly resource: number; readonly coefficient: number }[])[];
  readonly capacity: readonly number[];
  readonly weight: readonly number[];
  readonly demand: readonly number[];
}

function problemOf({ routes, capacity, weight, demand }: Plain): SharingProblem {
  const start = new Int32Array(routes.length + 1);
  routes.forEach((route, f) => {
    start[f + 1] = (start[f] as number) + route.length;
  });
  return {
    flows: routes.length,
    resources: capacity.length,
    start,
    resource: Int32Array.from(routes.flatMap((route) => route.map((use) => use.resource))),
    coefficient: Float64Array.from(routes.flatMap((route) => route.map((use) => use.coefficient))),
    capacity: Float64Array.from(capacity),
    weight: Float64Array.from(weight),
    demand: Float64Array.from(demand),
  };
}

function solve(plain: Plain): number[] {
  return [...new MaxMinSolver().solve(problemOf(plain)).rate];
}

/** Progressive filling by bisection of the level, one bottleneck at a time, knowing nothing of heaps or sorting. */
function bruteForce({ routes, capacity, weight, demand }: Plain): number[] {
  const rate = routes.map(() => 0);
  const isSet = routes.map(() => false);
  const load = (rates: readonly number[], r: number) =>
    routes.reduce(
      (sum, route, f) => sum + route.reduce((s, use) => s + (use.resource === r ? use.coefficient * (rates[f] as number) : 0), 0),
      0,
    );
  const ratesAt = (level: number) =>
    routes.map((_, f) => (isSet[f] ? (rate[f] as number) : Math.min(demand[f] as number, level * (weight[f] as number))));
  const fits = (level: number) => {
    const rates = ratesAt(level);
    return capacity.every((c, r) => load(rates, r) <= c * (1 + 1e-12));
  };
  for (let guard = 0; isSet.includes(false) && guard < 100; guard++) {
    let low = 0;
    let high = 1e9;
    for (let i = 0; i < 200; i++) {
      const middle = (low + high) / 2;
      if (fits(middle)) low = middle;
      else high = middle;
    }
    const rates = ratesAt(low);
    const full = capacity.map((c, r) => load(rates, r) >= c * (1 - 1e-9));
    routes.forEach((route, f) => {
      if (isSet[f]) return;
      if ((rates[f] as number) >= (demand[f] as number) * (1 - 1e-12) || route.some((use) => full[use.resource])) {
        isSet[f] = true;
        rate[f] = rates[f] as number;
      }
    });
  }
  return rate;
}

test('the textbook: three flows on two links', () => {
  // Bertsekas and Gallager, section 6.5.2: the long flow and one short one share the slower link.
  const routes = [
    [
      { resource: 0, coefficient: 1 },
      { resource: 1, coefficient: 1 },
    ],
    [{ resource: 0, coefficient: 1 }],
    [{ resource: 1, coefficient: 1 }],
  ];
  expect(solve({ routes, capacity: [10, 4], weight: [1, 1, 1], demand: [1e30, 1e30, 1e30] })).toEqual([2, 8, 2]);
});

test('water filling: weights 1, 2, 1 with a modest first flow', () => {
  const routes = [0, 1, 2].map(() => [{ resource: 0, coefficient: 1 }]);
  expect(solve({ routes, capacity: [100], weight: [1, 2, 1], demand: [10, 100, 100] })).toEqual([10, 60, 30]);
});

test('nothing limits a flow that uses nothing and asks for everything', () => {
  expect(solve({ routes: [[]], capacity: [1], weight: [1], demand: [Number.POSITIVE_INFINITY] })).toEqual([Number.POSITIVE_INFINITY]);
});

const plain = fc.integer({ min: 1, max: 5 }).chain((resources) =>
  fc.record({
    capacity: fc.array(fc.double({ min: 0.5, max: 100, noNaN: true }), { minLength: resources, maxLength: resources }),
    flows: fc.array(
      fc.record({
        route: fc.uniqueArray(fc.record({ resource: fc.nat(resources - 1), coefficient: fc.double({ min: 0.1, max: 4, noNaN: true }) }), {
          selector: (use) => use.resource,
          minLength: 1,
          maxLength: resources,
        }),
        weight: fc.double({ min: 0.25, max: 8, noNaN: true }),
        demand: fc.oneof(fc.constant(1e30), fc.double({ min: 0, max: 50, noNaN: true })),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  }),
);

test('agrees with brute force on random problems', () => {
  fc.assert(
    fc.property(plain, ({ capacity, flows }) => {
      const input: Plain = {
        capacity,
        routes: flows.map((f) => f.route),
        weight: flows.map((f) => f.weight),
        demand: flows.map((f) => f.demand),
      };
      const expected = bruteForce(input);
      solve(input).forEach((rate, f) => {
        expect(Math.abs(rate - (expected[f] as number))).toBeLessThanOrEqual(1e-6 * Math.max(1, expected[f] as number));
      });
    }),
    { numRuns: 500, seed: 2 },
  );
});

test('never uses more of a resource than there is', () => {
  fc.assert(
    fc.property(plain, ({ capacity, flows }) => {
      const rates = solve({
        capacity,
        routes: flows.map((f) => f.route),
        weight: flows.map((f) => f.weight),
        demand: flows.map((f) => f.demand),
      });
      capacity.forEach((c, r) => {
        const used = flows.reduce(
          (sum, flow, f) => sum + flow.route.reduce((s, use) => s + (use.resource === r ? use.coefficient * (rates[f] as number) : 0), 0),
          0,
        );
        expect(used).toBeLessThanOrEqual(c * (1 + 1e-9));
      });
    }),
    { numRuns: 500, seed: 3 },
  );
});

test('a solver can be used again, for a problem of another shape', () => {
  const solver = new MaxMinSolver();
  const large: Plain = {
    routes: [0, 1, 2, 3].map((r) => [{ resource: r, coefficient: 1 }]),
    capacity: [1, 2, 3, 4],
    weight: [1, 1, 1, 1],
    demand: [9, 9, 9, 9],
  };
  const small: Plain = { routes: [[{ resource: 0, coefficient: 2 }]], capacity: [5], weight: [3], demand: [1e30] };
  expect([...solver.solve(problemOf(large)).rate]).toEqual([1, 2, 3, 4]);
  expect([...solver.solve(problemOf(small)).rate]).toEqual([2.5]);
  expect([...solver.solve(problemOf(large)).rate]).toEqual([1, 2, 3, 4]);
});
