#pragma once
// One document's JSON into a Shape, by SAX: nothing of it is kept but what was seen.
#include <cstdint>
#include <span>

#include "driver/schema/shape.h"

namespace couch::driver::schema {

struct Observation {
  uint32_t flatten_arrays = 0;  // the first n elements of arrays are seen by position too
  uint32_t depth = 32;          // objects and arrays below that are seen as text only
};

// A sampled row is not what CouchDB gives: throws http::Error(LinkFailure). A schema with less in it than
// there is would make wrong answers.
[[noreturn]] void malformed_sample();

// `json` is one object; it is changed, and one byte after it too. False: it is no JSON object, and nothing
// certain was seen. Throws as malformed_sample() where it is no JSON.
bool observe(std::span<char> json, Shape& shape, Budget& budget, const Observation& how);

}  // namespace couch::driver::schema
