#include "driver/convert/errors.h"
#include "driver/convert/interval.h"
#include "driver/convert/number.h"
#include "driver/convert/output.h"
#include "driver/convert/sources.h"

namespace couch::driver {

Converted decimal_to_c(std::string_view digits, const Conversion& to) {
  const Target& target = to.target;
  if (target.c_type == SQL_C_CHAR || target.c_type == SQL_C_WCHAR)
    return write_characters(target, to.progress, digits, uncuttable(digits));
  if (target.c_type == SQL_C_BINARY) return put_as_default_binary(sql::DecimalView{digits}, to);
  const auto number = parse_number(digits);
  if (!number) return text_to_c(digits, to);
  if (target.c_type == SQL_C_DOUBLE || target.c_type == SQL_C_FLOAT) {
    const auto value = to_double(digits, *number);
    if (!value) does_not_fit(SqlState::s22003, digits, c_type_name(target.c_type));
    return put_double(*value, target);
  }
  if (is_integer_c(target.c_type)) return put_integer(whole_part(*number), digits, target);
  if (target.c_type == SQL_C_NUMERIC) return put_numeric(*number, digits, target);
  if (is_interval(target.c_type) && is_single_field(target.c_type))
    return put_number_as_interval(*number, digits, target);
  return text_to_c(digits, to);
}

}  // namespace couch::driver
