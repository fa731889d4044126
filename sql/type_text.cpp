#include "sql/type_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

namespace couch::sql {

namespace {

struct TypeName {
  std::string_view name;
  TypeKind kind;
  int arguments = 0;        // at most
  uint32_t first_most = 0;  // the first one's bounds and default
  uint32_t first_default = 0;
};
constexpr std::array type_names{
    TypeName{"BIT", TypeKind::Bit},
    TypeName{"BOOLEAN", TypeKind::Bit},
    TypeName{"SMALLINT", TypeKind::SmallInt},
    TypeName{"INTEGER", TypeKind::Integer},
    TypeName{"INT", TypeKind::Integer},
    TypeName{"BIGINT", TypeKind::BigInt},
    TypeName{"REAL", TypeKind::Real},
    TypeName{"DOUBLE", TypeKind::Double},
    TypeName{"FLOAT", TypeKind::Double},
    TypeName{"DECIMAL", TypeKind::Decimal, 2, 1000, 38},
    TypeName{"NUMERIC", TypeKind::Decimal, 2, 1000, 38},
    TypeName{"VARCHAR", TypeKind::Varchar, 1, 1'073'741'823, 255},
    TypeName{"CHAR", TypeKind::Varchar, 1, 1'073'741'823, 255},
    TypeName{"LONGVARCHAR", TypeKind::LongVarchar},
    TypeName{"TEXT", TypeKind::LongVarchar},
    TypeName{"JSON", TypeKind::LongVarchar},
    TypeName{"DATE", TypeKind::Date},
    TypeName{"TIME", TypeKind::Time, 1, 9, 0},
    TypeName{"TIMESTAMP", TypeKind::Timestamp, 1, 9, 0},
};

}  // namespace

std::optional<Type> type_named(std::string_view text) {
  const size_t open = std::min(text.find('('), text.size());
  std::string name;
  for (char c : text.substr(0, open))
    if (c != ' ') name += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  const auto known = std::find_if(type_names.begin(), type_names.end(),
                                  [&](const TypeName& type) { return type.name == name; });
  if (known == type_names.end()) return std::nullopt;
  std::vector<uint32_t> arguments;
  if (open < text.size()) {
    if (text.back() != ')') return std::nullopt;
    std::string_view rest = text.substr(open + 1, text.size() - open - 2);
    for (bool more = true; more;) {
      while (rest.starts_with(' ')) rest.remove_prefix(1);
      uint32_t number = 0;
      const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
      if (error != std::errc{}) return std::nullopt;
      rest.remove_prefix(static_cast<size_t>(end - rest.data()));
      while (rest.starts_with(' ')) rest.remove_prefix(1);
      more = rest.starts_with(',');
      if (more) rest.remove_prefix(1);
      if (!more && !rest.empty()) return std::nullopt;
      arguments.push_back(number);
    }
  }
  if (static_cast<int>(arguments.size()) > known->arguments) return std::nullopt;
  const uint32_t first = arguments.empty() ? known->first_default : arguments[0];
  if (first > known->first_most || (!arguments.empty() && first == 0 && known->first_default > 0))
    return std::nullopt;
  Type type;
  type.kind = known->kind;
  type.json = name == "JSON";
  if (type.kind == TypeKind::Varchar || type.kind == TypeKind::Decimal) type.size = first;
  if (type.kind == TypeKind::Time || type.kind == TypeKind::Timestamp)
    type.scale = static_cast<int16_t>(first);
  if (arguments.size() > 1) {
    if (arguments[1] > first) return std::nullopt;
    type.scale = static_cast<int16_t>(arguments[1]);
  }
  return type;
}

std::string type_text(const Type& type) { return type.json ? "JSON" : name_of(type); }

}  // namespace couch::sql
