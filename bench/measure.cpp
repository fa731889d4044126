#include "bench/measure.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace couch::bench {
namespace {

std::string time_text(double seconds) {
  return seconds < 0.1 ? fmt::format("{:.2f} ms", seconds * 1000) : fmt::format("{:.3f} s", seconds);
}

}  // namespace

double seconds_of(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double lower_quartile(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.empty() ? 0 : values[values.size() / 4];
}

Pair compare(int rounds, const std::function<void()>& ours, const std::function<void()>& theirs) {
  ours();
  theirs();
  std::vector<double> a, b, again;
  for (int round = 0; round < rounds; ++round) {
    // By turns in both orders: what runs first in a round is not always the same.
    if (round % 2 == 0) a.push_back(seconds_of(ours));
    b.push_back(seconds_of(theirs));
    if (round % 2 == 1) a.push_back(seconds_of(ours));
    again.push_back(seconds_of(theirs));
  }
  Pair pair;
  pair.rounds = rounds;
  pair.ours = lower_quartile(a);
  pair.theirs = lower_quartile(b);
  pair.ratio = pair.ours / pair.theirs;
  pair.noise = lower_quartile(again) / pair.theirs;
  return pair;
}

void print_head(const std::string& ours, const std::string& theirs) {
  fmt::print("| what | {} | {} | ratio | {} against itself | at most | pairs |\n", ours, theirs, theirs);
  fmt::print("| --- | --- | --- | --- | --- | --- | --- |\n");
  std::fflush(stdout);
}

void print_row(const std::string& what, const Pair& pair, double limit) {
  fmt::print("| {} | {} | {} | **{:.2f}** | {:.2f} | {:.2f} | {} |\n", what, time_text(pair.ours),
             time_text(pair.theirs), pair.ratio, pair.noise, limit, pair.rounds);
  std::fflush(stdout);
}

}  // namespace couch::bench
