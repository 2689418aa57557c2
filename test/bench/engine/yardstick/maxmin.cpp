// The yardstick of the fluid engine: weighted max-min fair rates with demands by progressive filling, with a heap of resources
// that is corrected lazily.
//
//   maxmin <instance> <repetitions>     prints the median of CPU milliseconds and the sum of rates, as JSON
//
// Instance: int32 flows, resources, entries, 0; start[flows + 1]; resource[entries]; (padded to 8 bytes each) then doubles
// coefficient[entries], capacity[resources], weight[flows], demand[flows] (1e300: none).
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <limits>
#include <numeric>
#include <vector>

struct Problem {
  int flows, resources, entries;
  std::vector<int> start, resource;
  std::vector<double> coefficient, capacity, weight, demand;
};

template <class T> void read(FILE *file, std::vector<T> &into, size_t count, bool pad) {
  const size_t padded = pad ? count + count % 2 : count;
  into.resize(padded);
  if (fread(into.data(), sizeof(T), padded, file) != padded) exit(1);
}

Problem load(const char *name) {
  Problem p;
  FILE *file = fopen(name, "rb");
  int head[4];
  if (!file || fread(head, 4, 4, file) != 4) exit(1);
  p.flows = head[0], p.resources = head[1], p.entries = head[2];
  read(file, p.start, p.flows + 1, true);
  read(file, p.resource, p.entries, true);
  read(file, p.coefficient, p.entries, false);
  read(file, p.capacity, p.resources, false);
  read(file, p.weight, p.flows, false);
  read(file, p.demand, p.flows, false);
  fclose(file);
  return p;
}

struct Solver {
  const Problem &p;
  std::vector<int> userStart, users, at, active, heap, order;
  std::vector<double> left, pull, level, rate, demandLevel;
  std::vector<char> isSet;
  explicit Solver(const Problem &p)
      : p(p), userStart(p.resources + 1), users(p.entries), at(p.resources), active(p.resources), heap(p.resources), order(p.flows),
        left(p.resources), pull(p.resources), level(p.resources), rate(p.flows), demandLevel(p.flows), isSet(p.flows) {}
  void sink(int i, int size) {
    const int r = heap[i];
    for (;;) {
      const int first = 4 * i + 1;
      if (first >= size) break;
      const int last = std::min(first + 4, size);
      int best = first;
      for (int c = first + 1; c < last; c++) if (level[heap[c]] < level[heap[best]]) best = c;
      if (level[heap[best]] >= level[r]) break;
      heap[i] = heap[best];
      i = best;
    }
    heap[i] = r;
  }
  void settle(int f, double value) {
    isSet[f] = 1;
    rate[f] = value;
    for (int k = p.start[f]; k < p.start[f + 1]; k++) {
      const int r = p.resource[k];
      left[r] -= p.coefficient[k] * value;
      pull[r] -= p.coefficient[k] * p.weight[f];
      active[r]--;
    }
  }
  void solve() {
    std::fill(userStart.begin(), userStart.end(), 0);
    std::fill(pull.begin(), pull.end(), 0.0);
    std::fill(isSet.begin(), isSet.end(), 0);
    for (int k = 0; k < p.entries; k++) userStart[p.resource[k] + 1]++;
    for (int r = 0; r < p.resources; r++) {
      userStart[r + 1] += userStart[r];
      at[r] = userStart[r];
      active[r] = userStart[r + 1] - userStart[r];
      left[r] = p.capacity[r];
    }
    for (int f = 0; f < p.flows; f++)
      for (int k = p.start[f]; k < p.start[f + 1]; k++) {
        users[at[p.resource[k]]++] = f;
        pull[p.resource[k]] += p.coefficient[k] * p.weight[f];
      }
    int size = 0;
    for (int r = 0; r < p.resources; r++) if (active[r]) level[r] = left[r] / pull[r], heap[size++] = r;
    for (int i = (size - 2) / 4; i >= 0; i--) sink(i, size);
    int finite = 0;
    for (int f = 0; f < p.flows; f++) if (p.demand[f] < 1e299) demandLevel[f] = p.demand[f] / p.weight[f], order[finite++] = f;
    std::sort(order.begin(), order.begin() + finite, [&](int a, int b) { return demandLevel[a] < demandLevel[b]; });
    for (int unset = p.flows, next = 0; unset > 0;) {
      while (size > 0) {
        const int r = heap[0];
        if (active[r] == 0) heap[0] = heap[--size];
        else {
          const double actual = left[r] / pull[r];
          if (actual <= level[r]) break;
          level[r] = actual;
        }
        if (size > 0) sink(0, size);
      }
      while (next < finite && isSet[order[next]]) next++;
      const double none = std::numeric_limits<double>::infinity();
      const double full = size > 0 ? level[heap[0]] : none, met = next < finite ? demandLevel[order[next]] : none;
      if (full == none && met == none) break;
      if (met <= full) settle(order[next], p.demand[order[next]]), next++, unset--;
      else {
        const int r = heap[0];
        for (int u = userStart[r]; u < userStart[r + 1]; u++) if (!isSet[users[u]]) settle(users[u], p.weight[users[u]] * full), unset--;
      }
    }
  }
};

int main(int argc, char **argv) {
  if (argc < 3) return 2;
  const Problem p = load(argv[1]);
  Solver solver(p);
  std::vector<double> ms(std::max(1, atoi(argv[2])));
  for (double &one : ms) {
    timespec a, b;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);
    solver.solve();
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);
    one = (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) * 1e-6;
  }
  std::sort(ms.begin(), ms.end());
  printf("{\"cpuMs\":%.6f,\"sum\":%.9g}\n", ms[ms.size() / 2], std::accumulate(solver.rate.begin(), solver.rate.end(), 0.0));
}
