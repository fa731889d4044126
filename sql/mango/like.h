#pragma once
// LIKE patterns as PCRE regular expressions for $regex.
#include <optional>
#include <string>
#include <string_view>

namespace couch::sql::mango {

struct LikePattern {
  std::string regex;         // matches exactly the strings that LIKE does
  std::string prefix;        // what every match begins with
  bool literal = false;      // no wildcard: only `prefix` itself matches
  bool only_prefix = false;  // everything that begins with `prefix` matches
};

// escape: one character, or empty for none. nullopt: the pattern is not valid (its escape stands before
// something that needs none); the error is the evaluator's to raise.
std::optional<LikePattern> like_pattern(std::string_view pattern, std::string_view escape);

// A regular expression that matches `text` and nothing else, byte for byte.
std::string exact_regex(std::string_view text);

// Where the strings that begin with `prefix` end in the order of code points: the first string after all of
// them. nullopt: there is none.
std::optional<std::string> after_prefix(std::string_view prefix);

}  // namespace couch::sql::mango
