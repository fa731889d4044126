#include "driver/convert/number.h"
#include "driver/convert/output.h"
#include "driver/convert/sources.h"

namespace couch::driver {

Converted bool_to_c(bool value, const Conversion& to) {
  const Target& target = to.target;
  const std::string_view digit = value ? "1" : "0";
  switch (target.c_type) {
    case SQL_C_BIT: return write_fixed(target, static_cast<SQLCHAR>(value));
    case SQL_C_CHAR:
    case SQL_C_WCHAR: return write_characters(target, to.progress, digit, 1);
    case SQL_C_FLOAT:
    case SQL_C_DOUBLE: return put_double(value ? 1 : 0, target);
    case SQL_C_NUMERIC: return put_numeric(*parse_number(digit), digit, target);
    case SQL_C_BINARY: return put_as_default_binary(value, to);
    default:
      if (is_integer_c(target.c_type)) return put_integer(whole_part(int64_t{value}), digit, target);
      return text_to_c(digit, to);
  }
}

}  // namespace couch::driver
