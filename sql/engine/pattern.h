#pragma once
// LIKE by SQL's rules: code points, case matters, '%' any number of them, '_' one. Independent of the
// collation, as CouchDB's $regex is.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace couch::sql::engine {

class LikePattern {
 public:
  // `escape`: one character, or none. Throws Error(InvalidEscape): the escape is not one character, stands
  // last, or before anything but '%', '_' and itself.
  LikePattern(std::string_view pattern, std::optional<std::string_view> escape);
  // In time proportional to text times pattern at worst.
  bool matches(std::string_view text) const;

 private:
  struct Step {
    enum class Kind : unsigned char { Character, Any, Many } kind;
    std::string character;
  };
  std::vector<Step> steps_;
};

}  // namespace couch::sql::engine
