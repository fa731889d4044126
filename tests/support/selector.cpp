#include "tests/support/selector.h"

#include <unicode/regex.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <string_view>

namespace couch::test {
namespace {

using rapidjson::Value;

std::string_view text(const Value& value) { return {value.GetString(), value.GetStringLength()}; }

int rank(const Value& value) {
  if (value.IsNull()) return 0;
  if (value.IsFalse()) return 1;
  if (value.IsTrue()) return 2;
  if (value.IsNumber()) return 3;
  if (value.IsString()) return 4;
  return value.IsArray() ? 5 : 6;
}

int sign(int number) { return (number > 0) - (number < 0); }

bool is_operator(std::string_view name) { return !name.empty() && name.front() == '$'; }

// The value at a path like "a.b", a literal dot escaped; null when it is missing.
const Value* at(const Value& document, std::string_view path) {
  const Value* here = &document;
  std::string step;
  for (size_t i = 0; i <= path.size(); ++i) {
    if (i + 1 < path.size() && path[i] == '\\') {
      step += path[++i];
    } else if (i < path.size() && path[i] != '.') {
      step += path[i];
    } else {
      if (!here->IsObject()) return nullptr;
      const auto found = here->FindMember(
          Value{rapidjson::StringRef(step.data(), static_cast<rapidjson::SizeType>(step.size()))});
      if (found == here->MemberEnd()) return nullptr;
      here = &found->value;
      step.clear();
    }
  }
  return here;
}

std::string_view type_name(const Value& value) {
  constexpr std::string_view names[] = {"null", "boolean", "boolean", "number", "string", "array", "object"};
  return names[rank(value)];
}

bool all(const Value& list, const Value& document) {
  return std::all_of(list.Begin(), list.End(), [&](const Value& each) { return matches(each, document); });
}
bool any(const Value& list, const Value& document) {
  return std::any_of(list.Begin(), list.End(), [&](const Value& each) { return matches(each, document); });
}

// What holds for an array field holds for the array itself ($in also looks inside).
bool in(const Value& list, const Value& value) {
  return std::any_of(list.Begin(), list.End(), [&](const Value& each) {
    if (collate(each, value) == 0) return true;
    return value.IsArray() &&
           std::any_of(value.Begin(), value.End(), [&](const Value& v) { return collate(each, v) == 0; });
  });
}

bool holds(std::string_view op, const Value& wanted, const Value* value);

bool field_matches(const Value& condition, const Value* value) {
  if (!condition.IsObject()) return value && collate(*value, condition) == 0;
  bool operators = false;
  for (const auto& member : condition.GetObject()) operators |= is_operator(text(member.name));
  if (!operators) {
    if (condition.MemberCount() == 0) return value && collate(*value, condition) == 0;
    return value && value->IsObject() && matches(condition, *value);  // {"a": {"b": 1}} is a.b = 1
  }
  return std::all_of(condition.MemberBegin(), condition.MemberEnd(),
                     [&](const auto& member) { return holds(text(member.name), member.value, value); });
}

// CouchDB's is PCRE; what the driver sends of it (groups, possessive ones too, classes, anchors) means the
// same in ICU.
bool regex_finds(std::string_view pattern, std::string_view subject) {
  constexpr std::string_view utf = "(*UTF)";
  if (pattern.starts_with(utf)) pattern.remove_prefix(utf.size());
  const auto from = [](std::string_view t) {
    return icu::UnicodeString::fromUTF8({t.data(), static_cast<int32_t>(t.size())});
  };
  UErrorCode status = U_ZERO_ERROR;
  icu::RegexMatcher matcher{from(pattern), 0, status};
  const icu::UnicodeString where = from(subject);
  matcher.reset(where);
  const bool found = matcher.find(status);
  if (U_FAILURE(status)) throw BadSelector{"Bad argument for operator $regex: " + std::string{pattern}};
  return found;
}

bool holds(std::string_view op, const Value& wanted, const Value* value) {
  if (op == "$exists") return wanted.IsTrue() == (value != nullptr);
  if (op == "$not") return !field_matches(wanted, value);
  if (!value) return false;
  if (op == "$eq") return collate(*value, wanted) == 0;
  if (op == "$ne") return collate(*value, wanted) != 0;
  if (op == "$gt") return collate(*value, wanted) > 0;
  if (op == "$gte") return collate(*value, wanted) >= 0;
  if (op == "$lt") return collate(*value, wanted) < 0;
  if (op == "$lte") return collate(*value, wanted) <= 0;
  if (op == "$in") return in(wanted, *value);
  if (op == "$nin") return !in(wanted, *value);
  if (op == "$regex")
    return value->IsString() && wanted.IsString() && regex_finds(text(wanted), text(*value));
  if (op == "$type") return type_name(*value) == text(wanted);
  throw BadSelector{"Invalid operator: " + std::string{op}};
}

}  // namespace

int collate(const Value& a, const Value& b) {
  if (rank(a) != rank(b)) return sign(rank(a) - rank(b));
  if (a.IsNumber()) {
    if (a.IsInt64() && b.IsInt64()) return (a.GetInt64() > b.GetInt64()) - (a.GetInt64() < b.GetInt64());
    return (a.GetDouble() > b.GetDouble()) - (a.GetDouble() < b.GetDouble());
  }
  if (a.IsString()) return sign(text(a).compare(text(b)));
  if (a.IsArray()) {
    for (rapidjson::SizeType i = 0; i < std::min(a.Size(), b.Size()); ++i)
      if (const int order = collate(a[i], b[i])) return order;
    return (a.Size() > b.Size()) - (a.Size() < b.Size());
  }
  if (a.IsObject()) {
    auto left = a.MemberBegin(), right = b.MemberBegin();
    for (; left != a.MemberEnd() && right != b.MemberEnd(); ++left, ++right) {
      if (const int order = collate(left->name, right->name)) return order;
      if (const int order = collate(left->value, right->value)) return order;
    }
    return (left != a.MemberEnd()) - (right != b.MemberEnd());
  }
  return 0;
}

bool matches(const Value& selector, const Value& document) {
  if (!selector.IsObject()) throw BadSelector{"Selector must be a JSON object"};
  return std::all_of(selector.MemberBegin(), selector.MemberEnd(), [&](const auto& member) {
    const auto name = text(member.name);
    const Value& condition = member.value;
    if (name == "$and") return all(condition, document);
    if (name == "$or") return any(condition, document);
    if (name == "$nor") return !any(condition, document);
    if (name == "$not") return !matches(condition, document);
    if (is_operator(name)) throw BadSelector{"Invalid operator: " + std::string{name}};
    return field_matches(condition, at(document, name));
  });
}

}  // namespace couch::test
