// The workloads of the event engine with the simulator core of ns-3: ns3 WORKLOAD COMPLETIONS SCHEDULER. Prints requests per second
// of CPU, and their mean time, as JSON. Queues are plain C++; events, time and random numbers are those of ns-3.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <deque>
#include <string>
#include <vector>

#include "ns3/core-module.h"

using namespace ns3;

namespace {

struct Job {
  int source;
  int station;
  int64_t born;
  double service;
};

struct Station {
  int servers = 1, busy = 0;
  double mean = 1;
  bool isFair = false;
  Ptr<ExponentialRandomVariable> law = CreateObject<ExponentialRandomVariable>();
  std::deque<Job> waiting;
  // Deficit round robin: a queue for each source, and whose turn it is.
  std::array<std::deque<Job>, 32> lanes;
  std::array<double, 32> deficit{}, quantum{}, size{};
  std::deque<int> turns;
};

struct Model {
  std::vector<Station> stations;
  std::vector<double> gaps;
  Ptr<ExponentialRandomVariable> gapLaw = CreateObject<ExponentialRandomVariable>();
  bool isClosed = false;
  uint64_t done = 0, wanted = 0;
  double sum = 0;

  static Time at(double units) { return PicoSeconds(int64_t(units * 1e6 + 0.5)); }

  void arrive(int source) {
    enter({source, 0, Simulator::Now().GetPicoSeconds(), 0});
    Simulator::Schedule(at(gapLaw->GetValue(gaps[source], 0)), &Model::arrive, this, source);
  }

  void enter(Job job) {
    Station &s = stations[job.station];
    job.service = s.law->GetValue(s.mean, 0);
    if (s.busy < s.servers) {
      s.busy++;
      Simulator::Schedule(at(job.service), &Model::leave, this, job);
    } else if (s.isFair) {
      auto &lane = s.lanes[job.source];
      if (lane.empty()) s.deficit[job.source] = 0, s.turns.push_back(job.source);
      lane.push_back(job);
    } else s.waiting.push_back(job);
  }

  bool next(Station &s, Job &job) {
    if (!s.isFair) {
      if (s.waiting.empty()) return false;
      job = s.waiting.front();
      s.waiting.pop_front();
      return true;
    }
    while (!s.turns.empty()) {
      const int lane = s.turns.front();
      if (s.deficit[lane] >= s.size[lane]) {
        s.deficit[lane] -= s.size[lane];
        job = s.lanes[lane].front();
        s.lanes[lane].pop_front();
        if (s.lanes[lane].empty()) s.turns.pop_front();
        return true;
      }
      s.deficit[lane] += s.quantum[lane];
      s.turns.pop_front();
      s.turns.push_back(lane);
    }
    return false;
  }

  void leave(Job job) {
    Station &s = stations[job.station];
    Job waiting;
    if (next(s, waiting)) Simulator::Schedule(at(waiting.service), &Model::leave, this, waiting);
    else s.busy--;
    if (size_t(++job.station) < stations.size()) return enter(job);
    sum += double(Simulator::Now().GetPicoSeconds() - job.born) / 1e6;
    if (++done == wanted) Simulator::Stop();
    if (isClosed) enter({job.source, 0, Simulator::Now().GetPicoSeconds(), 0});
  }
};

double cpuSeconds() { return double(std::clock()) / CLOCKS_PER_SEC; }

}  // namespace

int main(int argc, char **argv) {
  if (argc < 4) return 2;
  const std::string workload = argv[1];
  Time::SetResolution(Time::PS);
  ObjectFactory scheduler;
  scheduler.SetTypeId(std::string("ns3::") + argv[3] + "Scheduler");
  Simulator::SetScheduler(scheduler);
  Model model;
  model.wanted = std::strtoull(argv[2], nullptr, 10);
  if (workload == "W1" || workload == "W2") {
    const bool isOne = workload == "W1";
    for (double mean : isOne ? std::vector<double>{1} : std::vector<double>{0.7, 0.4, 0.6}) {
      model.stations.emplace_back();
      model.stations.back().mean = mean;
    }
    model.gaps.assign(isOne ? 1 : 64, isOne ? 1.25 : 64);
    for (size_t i = 0; i < model.gaps.size(); i++)
      Simulator::Schedule(Model::at(model.gapLaw->GetValue(model.gaps[i], 0)), &Model::arrive, &model, int(i));
  } else {
    model.isClosed = true;
    model.stations.emplace_back();
    Station &s = model.stations.back();
    s.servers = 32, s.mean = 100, s.isFair = workload == "W3";
    for (int c = 0; c < 32; c++) s.size[c] = c & 1 ? 16384 : 4096, s.quantum[c] = 4096.0 * (1 << (c >> 3));
    for (int c = 0; c < 32; c++)
      for (int d = 0; d < 32; d++) model.enter({c, 0, 0, 0});
  }
  const double began = cpuSeconds();
  Simulator::Run();
  const double sec = cpuSeconds() - began;
  std::printf("{\"rate\":%.1f,\"mean\":%.4f}\n", double(model.done) / sec, model.sum / double(model.done));
}
