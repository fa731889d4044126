#pragma once
// JSON as CouchDB compares it: numbers keep their digits, text is ordered by ICU's root collation. A model
// for tests, independent of the driver's own reading.
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace couch::test::model {

struct Json {
  enum class Kind : unsigned char { Null, False, True, Number, String, Array, Object };

  // Declared, so that a pair of a name and a Json can be made before Json is complete (clang asks).
  Json() noexcept;
  Json(Kind its_kind, std::string its_text, std::vector<Json> its_items,
       std::vector<std::pair<std::string, Json>> its_members);

  Kind kind = Kind::Null;
  std::string text;                                   // Number: digits as written; String: unescaped UTF-8
  std::vector<Json> items;                            // Array
  std::vector<std::pair<std::string, Json>> members;  // Object

  static Json null();
  static Json boolean(bool value);
  static Json number(std::string digits);
  static Json string(std::string text);
  static Json array(std::vector<Json> items);
  static Json object(std::vector<std::pair<std::string, Json>> members);

  // The last member of that name; nullptr: none, or no object.
  const Json* find(std::string_view name) const;
  // Sets or replaces a member.
  void set(std::string name, Json value);
};

inline Json::Json() noexcept = default;
inline Json::Json(Kind its_kind, std::string its_text, std::vector<Json> its_items,
                  std::vector<std::pair<std::string, Json>> its_members)
    : kind(its_kind),
      text(std::move(its_text)),
      items(std::move(its_items)),
      members(std::move(its_members)) {}
inline Json Json::null() { return {}; }
inline Json Json::boolean(bool value) { return {value ? Kind::True : Kind::False, {}, {}, {}}; }
inline Json Json::number(std::string digits) { return {Kind::Number, std::move(digits), {}, {}}; }
inline Json Json::string(std::string text) { return {Kind::String, std::move(text), {}, {}}; }
inline Json Json::array(std::vector<Json> items) { return {Kind::Array, {}, std::move(items), {}}; }
inline Json Json::object(std::vector<std::pair<std::string, Json>> members) {
  return {Kind::Object, {}, {}, std::move(members)};
}

// Throws std::invalid_argument.
Json parse_json(std::string_view text);
std::string to_text(const Json& json);

enum class TextOrder : unsigned char { Icu, Bytes };
int compare_text(std::string_view a, std::string_view b, TextOrder order);
// Numbers by their exact values (an integer has all its digits, a fraction is the nearest double).
int compare_numbers(std::string_view a, std::string_view b);
// By all their digits.
int compare_decimals(std::string_view a, std::string_view b);
// CouchDB's order of everything: null < false < true < numbers < strings < arrays < objects.
int compare(const Json& a, const Json& b, TextOrder order = TextOrder::Icu);

}  // namespace couch::test::model
