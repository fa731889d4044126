#include <variant>

#include "driver/convert/datetime.h"
#include "driver/convert/errors.h"
#include "driver/convert/guid.h"
#include "driver/convert/interval.h"
#include "driver/convert/number.h"
#include "driver/convert/output.h"
#include "driver/convert/sources.h"

namespace couch::driver {

namespace {

Converted text_to_number(std::string_view text, const Target& target) {
  const std::string_view literal = trimmed(text);
  const auto number = parse_number(literal);
  if (!number) not_a(SqlState::s22018, text, "number", c_type_name(target.c_type));
  if (is_integer_c(target.c_type)) return put_integer(whole_part(*number), literal, target);
  if (target.c_type == SQL_C_NUMERIC) return put_numeric(*number, literal, target);
  const auto value = to_double(literal, *number);
  if (!value) does_not_fit(SqlState::s22003, literal, c_type_name(target.c_type));
  return put_double(*value, target);
}

Converted text_to_moment(std::string_view text, const Target& target) {
  const Moment moment = parse_moment(text);
  const auto* date = std::get_if<sql::Date>(&moment);
  const auto* time = std::get_if<sql::Time>(&moment);
  const auto* timestamp = std::get_if<sql::Timestamp>(&moment);
  if (target.c_type == SQL_C_TYPE_DATE) {
    if (date) return write_fixed(target, to_struct(*date));
    if (timestamp)
      return write_fixed(target, to_struct(timestamp->date),
                         is_midnight(timestamp->time) ? Converted::Whole : Converted::Fraction);
    not_a(SqlState::s22018, text, "date", c_type_name(target.c_type));
  }
  if (target.c_type == SQL_C_TYPE_TIME) {
    const sql::Time* part = time ? time : timestamp ? &timestamp->time : nullptr;
    if (!part) not_a(SqlState::s22018, text, "time", c_type_name(target.c_type));
    return write_fixed(target, to_struct(*part),
                       part->nanosecond == 0 ? Converted::Whole : Converted::Fraction);
  }
  if (timestamp) return write_fixed(target, to_struct(*timestamp));
  if (date) return write_fixed(target, to_struct(sql::Timestamp{*date, {}}));
  if (time) return write_fixed(target, to_struct(sql::Timestamp{current_date(), *time}));
  not_a(SqlState::s22018, text, "timestamp", c_type_name(target.c_type));
}

}  // namespace

Converted text_to_c(std::string_view text, const Conversion& to) {
  const Target& target = to.target;
  switch (target.c_type) {
    case SQL_C_CHAR:
    case SQL_C_WCHAR: return write_text(target, to.progress, text);
    case SQL_C_BINARY: return write_bytes(target, to.progress, text);  // UTF-8
    case SQL_C_TYPE_DATE:
    case SQL_C_TYPE_TIME:
    case SQL_C_TYPE_TIMESTAMP: return text_to_moment(text, target);
    case SQL_C_GUID: {
      const auto guid = parse_guid(text);
      if (!guid) not_a(SqlState::s22018, text, "GUID", c_type_name(target.c_type));
      return write_fixed(target, *guid);
    }
    default: break;
  }
  if (!is_interval(target.c_type)) return text_to_number(text, target);
  const auto interval = parse_interval(text, target.c_type);
  if (!interval) not_a(SqlState::s22018, text, "interval", c_type_name(target.c_type));
  return put_interval(*interval, target);
}

// A GUID column's values are text in the documents.
Converted guid_to_c(std::string_view text, const Conversion& to) {
  const Target& target = to.target;
  if (target.c_type == SQL_C_CHAR || target.c_type == SQL_C_WCHAR)
    return write_characters(target, to.progress, text, text.size());
  if (target.c_type != SQL_C_BINARY) return text_to_c(text, to);
  const auto guid = parse_guid(text);
  if (!guid) not_a(SqlState::s22018, text, "GUID", c_type_name(target.c_type));
  return write_bytes_whole(target, {reinterpret_cast<const char*>(&*guid), sizeof *guid});
}

}  // namespace couch::driver
