#include "driver/convert/interval.h"
#include "driver/convert/number.h"
#include "driver/convert/output.h"
#include "driver/convert/sources.h"

namespace couch::driver {

Converted integer_to_c(int64_t value, const Conversion& to) {
  const Target& target = to.target;
  switch (target.c_type) {
    case SQL_C_SBIGINT: return write_fixed(target, value);
    case SQL_C_CHAR:
    case SQL_C_WCHAR: {
      const NumberText text{value};
      return write_characters(target, to.progress, text.view(), text.view().size());
    }
    case SQL_C_FLOAT:
    case SQL_C_DOUBLE: return put_double(static_cast<double>(value), target);
    case SQL_C_BINARY: return put_as_default_binary(value, to);
    default: break;
  }
  const NumberText text{value};
  if (is_integer_c(target.c_type)) return put_integer(whole_part(value), text.view(), target);
  if (target.c_type == SQL_C_NUMERIC) return put_numeric(*parse_number(text.view()), text.view(), target);
  if (is_interval(target.c_type) && is_single_field(target.c_type))
    return put_number_as_interval(*parse_number(text.view()), text.view(), target);
  return text_to_c(text.view(), to);
}

}  // namespace couch::driver
