#include "driver/convert/datetime.h"
#include "driver/convert/output.h"
#include "driver/convert/sources.h"

namespace couch::driver {

namespace {

constexpr size_t date_length = 10, time_length = 8,
                 timestamp_length = 19;  // without the fraction, which may be cut

}  // namespace

Converted date_to_c(const sql::Date& value, const Conversion& to) {
  switch (to.target.c_type) {
    case SQL_C_TYPE_DATE: return write_fixed(to.target, to_struct(value));
    case SQL_C_TYPE_TIMESTAMP: return write_fixed(to.target, to_struct(sql::Timestamp{value, {}}));
    case SQL_C_CHAR:
    case SQL_C_WCHAR: return write_characters(to.target, to.progress, MomentText{value}.view(), date_length);
    case SQL_C_BINARY: return put_as_default_binary(value, to);
    default: return text_to_c(MomentText{value}.view(), to);
  }
}

Converted time_to_c(const sql::Time& value, const Conversion& to) {
  switch (to.target.c_type) {
    case SQL_C_TYPE_TIME:
      return write_fixed(to.target, to_struct(value),
                         value.nanosecond == 0 ? Converted::Whole : Converted::Fraction);
    case SQL_C_TYPE_TIMESTAMP:
      return write_fixed(to.target, to_struct(sql::Timestamp{current_date(), value}));
    case SQL_C_CHAR:
    case SQL_C_WCHAR: return write_characters(to.target, to.progress, MomentText{value}.view(), time_length);
    case SQL_C_BINARY: return put_as_default_binary(value, to);
    default: return text_to_c(MomentText{value}.view(), to);
  }
}

Converted timestamp_to_c(const sql::Timestamp& value, const Conversion& to) {
  switch (to.target.c_type) {
    case SQL_C_TYPE_TIMESTAMP: return write_fixed(to.target, to_struct(value));
    case SQL_C_TYPE_DATE:
      return write_fixed(to.target, to_struct(value.date),
                         is_midnight(value.time) ? Converted::Whole : Converted::Fraction);
    case SQL_C_TYPE_TIME:
      return write_fixed(to.target, to_struct(value.time),
                         value.time.nanosecond == 0 ? Converted::Whole : Converted::Fraction);
    case SQL_C_CHAR:
    case SQL_C_WCHAR:
      return write_characters(to.target, to.progress, MomentText{value}.view(), timestamp_length);
    case SQL_C_BINARY: return put_as_default_binary(value, to);
    default: return text_to_c(MomentText{value}.view(), to);
  }
}

}  // namespace couch::driver
