#pragma once
// Two things timed by turns, so that whatever else the machine does befalls both, and compared by their lower
// quartiles: what they take when nothing disturbs them. The second thing runs twice a turn, and its second
// time against its first says how much of a ratio is noise.
#include <functional>
#include <string>
#include <vector>

namespace couch::bench {

double seconds_of(const std::function<void()>& work);
double lower_quartile(std::vector<double> values);

struct Pair {
  double ours = 0, theirs = 0;  // lower quartiles, seconds
  double ratio = 0;             // ours / theirs
  double noise = 0;             // theirs / theirs
  int rounds = 0;
};
// One round before them warms both up and does not count.
Pair compare(int rounds, const std::function<void()>& ours, const std::function<void()>& theirs);

// A row of docs/performance.md.
void print_head(const std::string& ours, const std::string& theirs);
void print_row(const std::string& what, const Pair& pair, double limit);

}  // namespace couch::bench
