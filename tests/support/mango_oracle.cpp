#include "tests/support/mango_oracle.h"

#include <unicode/regex.h>

#include <algorithm>
#include <stdexcept>

namespace couch::test::model {

namespace {

[[noreturn]] void refuse(const std::string& why) {
  throw std::invalid_argument("CouchDB would refuse this selector: " + why);
}

bool is_list(const Json& json) {
  // Empty lists mean surprising things to the server: nobody should send one.
  return json.kind == Json::Kind::Array && !json.items.empty();
}

// PCRE as far as our patterns go, by ICU's engine (atomic groups and \x{…} are the same in both).
bool regex_matches(std::string pattern, const std::string& subject) {
  constexpr std::string_view utf = "(*UTF)";
  if (pattern.starts_with(utf)) pattern.erase(0, utf.size());
  UErrorCode status = U_ZERO_ERROR;
  icu::RegexMatcher matcher{icu::UnicodeString::fromUTF8(pattern), 0, status};
  if (U_FAILURE(status)) refuse("bad pattern " + pattern);
  icu::UnicodeString text = icu::UnicodeString::fromUTF8(subject);
  matcher.reset(text);
  return matcher.find(status);
}

bool holds(const std::string& op, const Json& operand, const Found& found);

// {"$gt": 5, "$lt": ""}, a scalar, or (in $elemMatch) a selector on the element's fields.
bool condition_holds(const Json& condition, const Found& found) {
  bool operators = condition.kind == Json::Kind::Object && !condition.members.empty() &&
                   std::all_of(condition.members.begin(), condition.members.end(),
                               [](const auto& m) { return m.first.starts_with('$'); });
  if (!operators) return found.value && compare(*found.value, condition) == 0;
  return std::all_of(condition.members.begin(), condition.members.end(),
                     [&](const auto& m) { return holds(m.first, m.second, found); });
}

bool is_operator(const std::string& name) {
  return name.starts_with('$') && name != "$and" && name != "$or" && name != "$nor" && name != "$not";
}

bool element_matches(const Json& condition, const Json& element) {
  if (condition.kind != Json::Kind::Object) refuse("$elemMatch without an object");
  bool operators = std::any_of(condition.members.begin(), condition.members.end(),
                               [](const auto& m) { return is_operator(m.first); });
  return operators ? condition_holds(condition, {&element, false}) : mango_matches(condition, element);
}

bool in(const Json& list, const Json& value) {
  if (!is_list(list)) refuse("$in without a list");
  return std::any_of(list.items.begin(), list.items.end(), [&](const Json& item) {
    if (compare(item, value) == 0) return true;
    return value.kind == Json::Kind::Array &&
           std::any_of(value.items.begin(), value.items.end(),
                       [&](const Json& v) { return compare(item, v) == 0; });
  });
}

bool holds(const std::string& op, const Json& operand, const Found& found) {
  if (found.unreachable) return false;  // neither there nor missing
  if (op == "$exists") return (found.value != nullptr) == (operand.kind == Json::Kind::True);
  if (!found.value) return false;
  const Json& value = *found.value;
  if (op == "$eq") return compare(value, operand) == 0;
  if (op == "$ne") return compare(value, operand) != 0;
  if (op == "$lt") return compare(value, operand) < 0;
  if (op == "$lte") return compare(value, operand) <= 0;
  if (op == "$gt") return compare(value, operand) > 0;
  if (op == "$gte") return compare(value, operand) >= 0;
  if (op == "$in") return in(operand, value);
  if (op == "$nin") return !in(operand, value);
  if (op == "$regex") return value.kind == Json::Kind::String && regex_matches(operand.text, value.text);
  if (op == "$elemMatch") {
    return value.kind == Json::Kind::Array &&
           std::any_of(value.items.begin(), value.items.end(),
                       [&](const Json& item) { return element_matches(operand, item); });
  }
  refuse("operator " + op);
}

}  // namespace

std::vector<std::string> mango_path(const std::string& name) {
  std::vector<std::string> path(1);
  for (size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '\\' && i + 1 < name.size()) {
      path.back() += name[++i];
    } else if (name[i] == '.') {
      path.emplace_back();
    } else {
      path.back() += name[i];
    }
  }
  return path;
}

Found find_path(const Json& document, const std::vector<std::string>& path) {
  const Json* here = &document;
  for (size_t i = 0; i < path.size(); ++i) {
    if (here->kind != Json::Kind::Object) return {nullptr, true};
    here = here->find(path[i]);
    if (!here) return {};
  }
  return {here, false};
}

bool mango_matches(const Json& selector, const Json& document) {
  if (selector.kind != Json::Kind::Object) refuse("not an object");
  return std::all_of(selector.members.begin(), selector.members.end(), [&](const auto& member) {
    const auto& [name, condition] = member;
    auto each = [&](const Json& term) { return mango_matches(term, document); };
    if (name == "$and" || name == "$or") {
      if (!is_list(condition)) refuse(name + " without terms");
      return name == "$and" ? std::all_of(condition.items.begin(), condition.items.end(), each)
                            : std::any_of(condition.items.begin(), condition.items.end(), each);
    }
    if (name.starts_with('$')) refuse("operator " + name);
    return condition_holds(condition, find_path(document, mango_path(name)));
  });
}

}  // namespace couch::test::model
