import { NetworkBuilder, type StationOptions, type StepOptions } from './builder.js';
import { CLOSED, CONSTANT, FAIR, type Network, ON_OFF, POISSON, POLICER, PRIORITY, SHAPER, SHARED, SLOTS, TRACE } from './network.js';

/**
 * A small network that has one of everything. Who runs it first spares the event loop from being compiled again at the first
 * loss, the first tie or the first sleeping thread of a run: an optimising compiler leaves out code that has never been run.
 */
export function trainingNetwork(): Network {
  const builder = new NetworkBuilder();
  const classes = [
    { share: 0.5, bits: 8 },
    { share: 0.5, bits: 16 },
  ];
  const only = (options: StationOptions) => builder.station(options).lanes[0] as number;
  const queue = only({});
  const wide = only({ servers: 2 });
  const fair = builder.station({ discipline: FAIR }).station;
  const lanes = [builder.lane(fair, { weight: 2, limit: 2 }), builder.lane(fair, { width: 1 }), builder.lane(fair, { polls: true })];
  const urgent = builder.station({ discipline: PRIORITY }).lanes;
  const shared = only({ discipline: SHARED });
  const shaper = only({ discipline: SHAPER, burstPs: 2000 });
  const slots = only({ discipline: SLOTS, servers: 1 });
  const chunked = builder.station({ discipline: FAIR, chunkPs: 300 }).station;
  const rings = [builder.lane(chunked, { pollPs: 2000, pollHides: true })];
  for (let i = 1; i < 3; i++) rings.push(builder.lane(chunked, { group: rings[0] as number }));
  const policer = only({ discipline: POLICER, burstPs: 2000, excessPs: 2000 });
  const step = (lane: number, law: StepOptions['law'] = 'constant'): StepOptions => ({ lane, servicePs: [1000, 500], law, wakePs: 100 });
  const plain = (lane: number): StepOptions => ({ lane, servicePs: [1000, 900], law: 'exponential' });
  const flow = (name: string, arrival: number, steps: readonly StepOptions[], depth = 3) =>
    builder.flow({
      name,
      arrival,
      gapPs: 2000,
      onPs: 8000,
      offPs: 8000,
      depth,
      thinkPs: depth === 3 ? 0 : 500,
      limit: depth,
      classes,
      trace: { timesPs: [0, 10, 20], classes: [0, 1, 0], periodPs: 9000 },
      steps,
    });
  const asleep: StepOptions = { servicePs: [300, 0], onlyIfAsleep: lanes[1] as number };
  [POISSON, CONSTANT, ON_OFF, TRACE, CLOSED].forEach((arrival, i) => {
    const own = lanes[i % 3] as number;
    flow(`a${i}`, arrival, [
      plain(queue),
      plain(wide),
      { servicePs: [200, 0] },
      step(own, 'exponential'),
      asleep,
      step(urgent[i % 2] as number),
    ]);
    flow(`b${i}`, arrival, [step(shared, 'erlang4'), step(shaper), { servicePs: [50, 70], law: 'exponential' }, step(own)], 5);
    flow(`c${i}`, arrival, [
      { lane: slots, servicePs: [1, 1] },
      plain(wide),
      { lane: own, servicePs: [0, 10], onlyIfAsleep: lanes[0] as number },
      { givesBack: slots, servicePs: [0, 0] },
    ]);
  });
  for (const ps of [3000, -3000]) {
    flow(`g${ps}`, POISSON, [
      step(policer),
      { servicePs: [300, 100], every: { key: 'bell', ps } },
      { lane: rings[0] as number, servicePs: [900, 1000], spread: 3, wakePs: 100 },
      { servicePs: [300, 0], onlyIfAsleep: rings[0] as number },
    ]);
  }
  flow('idle', CLOSED, [{ servicePs: [0, 0] }]);
  // A chain, and a lane of the same kind of station that is full.
  const chain = [plain(only({})), plain(only({}))];
  for (const name of ['d', 'e']) builder.flow({ name, arrival: POISSON, gapPs: 2500, classes, steps: chain });
  return builder.build();
}
