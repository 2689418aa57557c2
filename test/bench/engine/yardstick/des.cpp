// The yardstick of the event engine: a generic queueing simulator as one would write it in C++ for speed. Event list: a heap
// with four children a node and a hole at the root. Structures of arrays, no allocation while it runs, exponential variates
// by the ziggurat method, statistics (count, sum, histogram) for each source.
//
//   des <workload: 1, 2, 3, 3f> <completions>     prints CPU seconds and what it found, as JSON
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <string>

namespace {

constexpr int kMaxRequests = 1 << 16, kMaxSources = 64, kMaxStations = 4, kBuckets = 1280, kBucketBase = (1023 - 20) << 5;

struct Ziggurat {
  double edge[257], density[257];
  static constexpr double kTail = 7.69711747013104972, kArea = 0.0039496598225815571993;
  Ziggurat() {
    edge[0] = kArea / std::exp(-kTail);
    edge[1] = kTail;
    for (int i = 1; i < 255; i++) edge[i + 1] = -std::log(kArea / edge[i] + std::exp(-edge[i]));
    edge[256] = 0;
    for (int i = 0; i < 257; i++) density[i] = std::exp(-edge[i]);
  }
};
const Ziggurat zig;

struct Random {  // sfc64 (Doty-Humphrey)
  uint64_t a = 0x9e3779b97f4a7c15, b = 0xbf58476d1ce4e5b9, c = 12345, d = 1;
  Random() { for (int i = 0; i < 16; i++) next(); }
  uint64_t next() {
    const uint64_t t = a + b + d++;
    a = b ^ (b >> 11);
    b = c + (c << 3);
    c = ((c << 24) | (c >> 40)) + t;
    return t;
  }
  double uniform() { return double(next() >> 11) * 0x1p-53; }
  double exponential() {
    for (;;) {
      const uint64_t r = next();
      const int layer = r & 255;
      const double x = double(r >> 11) * 0x1p-53 * zig.edge[layer];
      if (__builtin_expect(x < zig.edge[layer + 1], 1)) return x;
      if (layer == 0) return Ziggurat::kTail - std::log(1 - uniform());
      if (zig.density[layer] + uniform() * (zig.density[layer + 1] - zig.density[layer]) < std::exp(-x)) return x;
    }
  }
};

struct EventList {
  double time[kMaxRequests + kMaxSources + 8];
  int what[kMaxRequests + kMaxSources + 8];
  int size = 0;
  bool hole = false;
  void down(double t, int w) {
    int i = 0;
    for (;;) {
      const int c = 4 * i + 1;
      if (c >= size) break;
      int best;
      if (c + 3 < size) {
        const int a = c + (time[c + 1] < time[c]), b = c + 2 + (time[c + 3] < time[c + 2]);
        best = a ^ ((a ^ b) & -int(time[b] < time[a]));
      } else {
        best = c;
        for (int k = c + 1; k < size; k++) if (time[k] < time[best]) best = k;
      }
      if (time[best] >= t) break;
      time[i] = time[best];
      what[i] = what[best];
      i = best;
    }
    time[i] = t;
    what[i] = w;
  }
  void push(double t, int w) {
    if (hole) {
      hole = false;
      down(t, w);
      return;
    }
    int i = size++;
    for (; i > 0; ) {
      const int parent = (i - 1) >> 2;
      if (time[parent] <= t) break;
      time[i] = time[parent];
      what[i] = what[parent];
      i = parent;
    }
    time[i] = t;
    what[i] = w;
  }
  void close() {
    if (!hole) return;
    hole = false;
    if (--size > 0) down(time[size], what[size]);
  }
};

struct Engine {
  Random random;
  EventList events;
  double now = 0;
  // Requests.
  double born[kMaxRequests];
  int source[kMaxRequests], next[kMaxRequests], stage[kMaxRequests], freeHead = 0;
  // Stations: first come, first served, or deficit round robin over sources.
  int stations = 1, servers[kMaxStations], busy[kMaxStations], head[kMaxStations], tail[kMaxStations];
  bool fair[kMaxStations];
  double service[kMaxStations];
  int classHead[kMaxStations][kMaxSources], classTail[kMaxStations][kMaxSources], ringNext[kMaxStations][kMaxSources];
  int ringHead[kMaxStations], ringTail[kMaxStations];
  double deficit[kMaxStations][kMaxSources];
  // Sources.
  int sources = 1, depth[kMaxSources];
  double gap[kMaxSources], size[kMaxSources], quantum[kMaxSources];
  // Statistics.
  double sum[kMaxSources];
  uint64_t done[kMaxSources], completed = 0, processed = 0;
  uint32_t histogram[kMaxSources][kBuckets];

  Engine() {
    for (int i = 0; i < kMaxRequests; i++) next[i] = i + 1 < kMaxRequests ? i + 1 : -1;
    for (int s = 0; s < kMaxStations; s++) {
      servers[s] = 1; busy[s] = 0; head[s] = tail[s] = ringHead[s] = ringTail[s] = -1; fair[s] = false; service[s] = 1;
      for (int c = 0; c < kMaxSources; c++) { classHead[s][c] = classTail[s][c] = -1; deficit[s][c] = 0; }
    }
    for (int c = 0; c < kMaxSources; c++) { depth[c] = 0; gap[c] = 1; size[c] = quantum[c] = 4096; sum[c] = 0; done[c] = 0; }
    std::memset(histogram, 0, sizeof histogram);
  }
  int begin(int s) {
    const int r = freeHead;
    if (r < 0) std::abort();
    freeHead = next[r];
    born[r] = now;
    source[r] = s;
    stage[r] = 0;
    return r;
  }
  void serve(int s, int r) { events.push(now + random.exponential() * service[s], r << 1 | 1); }
  void enter(int s, int r) {
    if (busy[s] < servers[s]) {
      busy[s]++;
      serve(s, r);
      return;
    }
    next[r] = -1;
    if (!fair[s]) {
      if (tail[s] < 0) head[s] = r; else next[tail[s]] = r;
      tail[s] = r;
      return;
    }
    const int c = source[r];
    if (classTail[s][c] < 0) {
      classHead[s][c] = r;
      if (ringTail[s] < 0) ringHead[s] = c; else ringNext[s][ringTail[s]] = c;
      ringTail[s] = c;
      ringNext[s][c] = -1;
      deficit[s][c] = 0;
    } else next[classTail[s][c]] = r;
    classTail[s][c] = r;
  }
  int choose(int s) {
    if (!fair[s]) {
      const int r = head[s];
      if (r >= 0 && (head[s] = next[r]) < 0) tail[s] = -1;
      return r;
    }
    for (;;) {
      const int c = ringHead[s];
      if (c < 0) return -1;
      const int r = classHead[s][c];
      if (deficit[s][c] >= size[c]) {
        deficit[s][c] -= size[c];
        if ((classHead[s][c] = next[r]) < 0) {
          classTail[s][c] = -1;
          if ((ringHead[s] = ringNext[s][c]) < 0) ringTail[s] = -1;
          deficit[s][c] = 0;
        }
        return r;
      }
      deficit[s][c] += quantum[c];
      if (ringNext[s][c] >= 0) {
        ringHead[s] = ringNext[s][c];
        ringNext[s][ringTail[s]] = c;
        ringTail[s] = c;
        ringNext[s][c] = -1;
      }
    }
  }
  void record(int c, double latency) {
    uint64_t bits;
    std::memcpy(&bits, &latency, sizeof bits);
    int bucket = int(bits >> 47) - kBucketBase;
    bucket = bucket < 0 ? 0 : bucket >= kBuckets ? kBuckets - 1 : bucket;
    completed++;
    done[c]++;
    sum[c] += latency;
    histogram[c][bucket]++;
  }
  void prime() {
    for (int c = 0; c < sources; c++) {
      if (depth[c] == 0) events.push(random.exponential() * gap[c], c << 1);
      for (int d = 0; d < depth[c]; d++) enter(0, begin(c));
    }
  }
  void run(uint64_t target) {
    while (completed < target) {
      processed++;
      now = events.time[0];
      const int what = events.what[0];
      events.hole = true;
      if ((what & 1) == 0) {
        const int c = what >> 1;
        const int r = begin(c);
        events.push(now + random.exponential() * gap[c], what);
        enter(0, r);
      } else {
        const int r = what >> 1, s = stage[r];
        const int chosen = choose(s);
        if (chosen >= 0) serve(s, chosen); else busy[s]--;
        if (++stage[r] < stations) enter(stage[r], r);
        else {
          const int c = source[r];
          record(c, now - born[r]);
          next[r] = freeHead;
          freeHead = r;
          if (depth[c] > 0) enter(0, begin(c));
        }
      }
      events.close();
    }
  }
};

double cpuSeconds() {
  timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return double(t.tv_sec) + double(t.tv_nsec) * 1e-9;
}

}  // namespace

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  const std::string workload = argv[1];
  const uint64_t completions = std::strtoull(argv[2], nullptr, 10);
  auto engine = std::make_unique<Engine>();
  if (workload == "1") {
    engine->gap[0] = 1.25;
  } else if (workload == "2") {
    engine->stations = 3;
    engine->service[0] = 0.7, engine->service[1] = 0.4, engine->service[2] = 0.6;
    engine->sources = 64;
    for (int c = 0; c < 64; c++) engine->gap[c] = 64;
  } else {
    engine->servers[0] = 32, engine->service[0] = 100, engine->fair[0] = workload == "3";
    engine->sources = 32;
    for (int c = 0; c < 32; c++) {
      engine->depth[c] = 32;
      engine->size[c] = c & 1 ? 16384 : 4096;
      engine->quantum[c] = 4096.0 * (1 << (c >> 3));
    }
  }
  engine->prime();
  const double began = cpuSeconds();
  engine->run(completions);
  const double sec = cpuSeconds() - began;
  double sum = 0;
  for (int c = 0; c < engine->sources; c++) sum += engine->sum[c];
  std::printf("{\"cpuSec\":%.6f,\"completions\":%llu,\"events\":%llu,\"mean\":%.6f}\n", sec, (unsigned long long)engine->completed,
              (unsigned long long)engine->processed, sum / double(engine->completed));
}
