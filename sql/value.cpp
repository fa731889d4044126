#include "sql/value.h"

#include <type_traits>

namespace couch::sql {

Cell view(const Value& value) {
  return std::visit(
      [](const auto& v) -> Cell {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, Decimal>)
          return DecimalView{v.digits};
        else if constexpr (std::is_same_v<T, std::string>)
          return std::string_view{v};
        else if constexpr (std::is_same_v<T, Binary>)
          return BinaryView{v.bytes};
        else
          return v;
      },
      value);
}

Value own(const Cell& cell) {
  return std::visit(
      [](const auto& v) -> Value {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, DecimalView>)
          return Decimal{std::string{v.digits}};
        else if constexpr (std::is_same_v<T, std::string_view>)
          return std::string{v};
        else if constexpr (std::is_same_v<T, BinaryView>)
          return Binary{std::string{v.bytes}};
        else
          return v;
      },
      cell);
}

TypeClass class_of(const Cell& cell) {
  return std::visit(
      [](const auto& v) {
        using T = std::decay_t<decltype(v)>;
        if constexpr (std::is_same_v<T, std::monostate>)
          return TypeClass::Null;
        else if constexpr (std::is_same_v<T, bool>)
          return TypeClass::Bit;
        else if constexpr (std::is_same_v<T, int64_t> || std::is_same_v<T, double> ||
                           std::is_same_v<T, DecimalView>)
          return TypeClass::Number;
        else if constexpr (std::is_same_v<T, std::string_view>)
          return TypeClass::Text;
        else if constexpr (std::is_same_v<T, Date>)
          return TypeClass::Date;
        else if constexpr (std::is_same_v<T, Time>)
          return TypeClass::Time;
        else if constexpr (std::is_same_v<T, Timestamp>)
          return TypeClass::Timestamp;
        else if constexpr (std::is_same_v<T, Interval>)
          return TypeClass::Interval;
        else {
          static_assert(std::is_same_v<T, BinaryView>);
          return TypeClass::Binary;
        }
      },
      cell);
}

}  // namespace couch::sql
