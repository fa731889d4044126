#include <algorithm>

#include "driver/convert/errors.h"
#include "driver/convert/interval.h"
#include "driver/convert/number.h"
#include "driver/convert/output.h"
#include "driver/convert/sources.h"
#include "sql/interval_text.h"

namespace couch::driver {

Converted interval_to_c(const sql::Interval& value, const Conversion& to) {
  const Target& target = to.target;
  const SQLSMALLINT own = interval_code({value.leading, value.trailing});
  if (target.c_type == SQL_C_BINARY) return put_as_default_binary(value, to);
  if (is_interval(target.c_type) && is_year_month(target.c_type) == value.year_month)
    return put_interval(value, target);
  const std::string text = sql::interval_text(value);
  if (target.c_type == SQL_C_CHAR || target.c_type == SQL_C_WCHAR)
    return write_characters(target, to.progress, text, uncuttable(text));
  if (is_single_field(own) && (is_integer_c(target.c_type) || target.c_type == SQL_C_NUMERIC)) {
    // The text of a single field is its number.
    const auto number = parse_number(text);
    return target.c_type == SQL_C_NUMERIC ? put_numeric(*number, text, target)
                                          : put_integer(whole_part(*number), text, target);
  }
  return text_to_c(text, to);
}

}  // namespace couch::driver
