#pragma once
// How much the property tests try, by the environment:
//
//   LIVE_EFFORT   multiplies the number of random cases, about 1,500 in all, which keep the tier within a few
//   minutes; 15 is a long run
//   LIVE_SEED     another seed than the usual one
//   LIVE_CASE     of random whole queries: only the one of this number
#include <cstdint>
#include <cstdlib>
#include <string>

namespace couch::live {

inline unsigned cases(unsigned usual) {
  const char* text = std::getenv("LIVE_EFFORT");
  return text && *text ? static_cast<unsigned>(static_cast<double>(usual) * std::stod(text)) : usual;
}

inline uint64_t seed() {
  const char* text = std::getenv("LIVE_SEED");
  return text && *text ? std::stoull(text) : 20260401u;
}

// 0: all of them.
inline unsigned only_case() {
  const char* text = std::getenv("LIVE_CASE");
  return text && *text ? static_cast<unsigned>(std::stoul(text)) : 0;
}

}  // namespace couch::live
