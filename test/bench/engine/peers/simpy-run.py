"""The workloads of the event engine in SimPy: simpy-run.py W1|W2|W3f REQUESTS. Prints requests per second of CPU."""
import json
import random
import sys
import time

import simpy

name, requests = sys.argv[1], int(sys.argv[2])
env = simpy.Environment()
rng = random.Random(1)
done = 0


def visit(stations):
    global done
    for resource, mean in stations:
        with resource.request() as turn:
            yield turn
            yield env.timeout(rng.expovariate(1 / mean))
    done += 1
    if done == requests:
        finished.succeed()


def source(gap, stations):
    while True:
        yield env.timeout(rng.expovariate(1 / gap))
        env.process(visit(stations))


def loop(stations):
    while True:
        yield env.process(visit(stations))


finished = env.event()
if name == "W1":
    env.process(source(1.25, [(simpy.Resource(env), 1)]))
elif name == "W2":
    line = [(simpy.Resource(env), mean) for mean in (0.7, 0.4, 0.6)]
    for _ in range(64):
        env.process(source(64, line))
else:
    medium = [(simpy.Resource(env, 32), 100)]
    for _ in range(1024):
        env.process(loop(medium))
began = time.process_time()
env.run(finished)
print(json.dumps({"rate": requests / (time.process_time() - began)}))
