#pragma once
// Mango selectors, as the scripted server evaluates them: an implementation independent of the driver's, so
// that tests compare two.
#include <rapidjson/document.h>

#include <stdexcept>

namespace couch::test {

struct BadSelector : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// CouchDB's order: null < false < true < numbers < strings < arrays < objects. Text by bytes (the real one:
// ICU).
int collate(const rapidjson::Value& a, const rapidjson::Value& b);

// Throws BadSelector for an operator that is not implemented: a wrong answer would be worse.
bool matches(const rapidjson::Value& selector, const rapidjson::Value& document);

}  // namespace couch::test
