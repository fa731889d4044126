#pragma once
// A Mango selector as a tree. Operands are JSON texts that a writer made; the selector's own text is made by
// a writer, too.
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace couch::sql::mango {

using Path = std::vector<std::string>;  // raw field names

enum class Operator : uint8_t {
  Equal,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  In,
  NotIn,
  Regex,
  Exists
};

struct Test {
  Operator op;
  std::string operand;  // JSON text
};

struct Selector;
// All of the tests hold for the value at the path. An empty path (inside ElementMatches only) is the element
// itself.
struct Field {
  Path path;
  std::vector<Test> tests;
};
struct AllOf {
  std::vector<Selector> terms;
};  // none: every document
struct AnyOf {
  std::vector<Selector> terms;
};  // none: no document, which no selector can say: never written
struct ElementMatches {
  Path path;                  // of an array
  std::vector<Selector> all;  // of one and the same element; paths from the element
};

struct Selector {
  std::variant<AllOf, AnyOf, Field, ElementMatches> node;
};

Selector everything();
Selector nothing();
bool is_everything(const Selector& selector);
bool is_nothing(const Selector& selector);
// Flat: an AllOf in an AllOf is opened, nothing() absorbs (and the other way round for any()).
Selector all(std::vector<Selector> terms);
Selector any(std::vector<Selector> terms);

// The JSON text that _find takes. The selector is not nothing().
std::string to_json(const Selector& selector);

// "a.b" for {a, b}: dots and backslashes in names are escaped, and a leading '$', which would be an operator.
std::string field_name(const Path& path);
// The same for `fields` of _find, where '$' is nothing special.
std::string projection_name(const Path& path);
// False: the path has no name that every server reads the same way (empty names, say).
bool nameable(const Path& path);

}  // namespace couch::sql::mango
