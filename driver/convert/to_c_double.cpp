#include <cmath>

#include "driver/convert/errors.h"
#include "driver/convert/interval.h"
#include "driver/convert/number.h"
#include "driver/convert/output.h"
#include "driver/convert/sources.h"

namespace couch::driver {

namespace {

// A REAL's text has the digits of a float: 0.1, not 0.10000000149011612.
NumberText shortest(double value, const sql::Type& type) {
  return type.kind == sql::TypeKind::Real ? NumberText{static_cast<float>(value)} : NumberText{value};
}

}  // namespace

Converted double_to_c(double value, const Conversion& to) {
  const Target& target = to.target;
  if (target.c_type == SQL_C_DOUBLE || target.c_type == SQL_C_FLOAT) return put_double(value, target);
  if (target.c_type == SQL_C_BINARY) return put_as_default_binary(value, to);
  const NumberText text = shortest(value, to.type);
  if (target.c_type == SQL_C_CHAR || target.c_type == SQL_C_WCHAR)
    return write_characters(target, to.progress, text.view(), uncuttable(text.view()));
  if (is_integer_c(target.c_type)) return put_integer(whole_part(value), text.view(), target);
  const bool number = std::isfinite(value);  // a computed infinity has no digits
  if (target.c_type == SQL_C_NUMERIC) {
    if (!number) does_not_fit(SqlState::s22003, text.view(), c_type_name(target.c_type));
    return put_numeric(*parse_number(text.view()), text.view(), target);
  }
  // Reached for a fraction in a BIGINT column: the column's type decides what is allowed.
  if (is_interval(target.c_type) && is_single_field(target.c_type) && number)
    return put_number_as_interval(*parse_number(text.view()), text.view(), target);
  return text_to_c(text.view(), to);
}

}  // namespace couch::driver
