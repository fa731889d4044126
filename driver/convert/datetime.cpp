#include "driver/convert/datetime.h"

#include <array>
#include <ctime>

#include "driver/convert/number.h"
#include "sql/datetime.h"

namespace couch::driver {

namespace {

// The quoted text of {d '…'}, {t '…'} or {ts '…'}; any other text as it is.
std::string_view unescaped(std::string_view text) {
  if (text.size() < 2 || text.front() != '{' || text.back() != '}') return text;
  std::string_view inner = trimmed(text.substr(1, text.size() - 2));
  const size_t quote = inner.find('\'');
  if (quote == std::string_view::npos || inner.size() < quote + 2 || inner.back() != '\'') return text;
  const std::string_view word = trimmed(inner.substr(0, quote));
  constexpr std::array<std::string_view, 6> words{"d", "t", "ts", "D", "T", "TS"};
  for (std::string_view known : words)
    if (word == known) return inner.substr(quote + 1, inner.size() - quote - 2);
  return text;
}

}  // namespace

SQL_DATE_STRUCT to_struct(const sql::Date& date) {
  SQL_DATE_STRUCT out{};
  out.year = static_cast<SQLSMALLINT>(date.year);
  out.month = date.month;
  out.day = date.day;
  return out;
}

SQL_TIME_STRUCT to_struct(const sql::Time& time) {
  SQL_TIME_STRUCT out{};
  out.hour = time.hour;
  out.minute = time.minute;
  out.second = time.second;
  return out;
}

SQL_TIMESTAMP_STRUCT to_struct(const sql::Timestamp& timestamp) {
  SQL_TIMESTAMP_STRUCT out{};
  out.year = static_cast<SQLSMALLINT>(timestamp.date.year);
  out.month = timestamp.date.month;
  out.day = timestamp.date.day;
  out.hour = timestamp.time.hour;
  out.minute = timestamp.time.minute;
  out.second = timestamp.time.second;
  out.fraction = timestamp.time.nanosecond;  // billionths of a second
  return out;
}

std::optional<sql::Date> from_struct(const SQL_DATE_STRUCT& in) {
  if (in.month > 12 || in.day > 31) return std::nullopt;
  const sql::Date date{in.year, static_cast<uint8_t>(in.month), static_cast<uint8_t>(in.day)};
  return sql::valid(date) ? std::optional{date} : std::nullopt;
}

std::optional<sql::Time> from_struct(const SQL_TIME_STRUCT& in) {
  if (in.hour > 23 || in.minute > 59 || in.second > 61) return std::nullopt;
  const sql::Time time{static_cast<uint8_t>(in.hour), static_cast<uint8_t>(in.minute),
                       static_cast<uint8_t>(in.second), 0};
  return sql::valid(time) ? std::optional{time} : std::nullopt;
}

std::optional<sql::Timestamp> from_struct(const SQL_TIMESTAMP_STRUCT& in) {
  const auto date = from_struct(SQL_DATE_STRUCT{in.year, in.month, in.day});
  auto time = from_struct(SQL_TIME_STRUCT{in.hour, in.minute, in.second});
  if (!date || !time || in.fraction > 999'999'999) return std::nullopt;
  time->nanosecond = in.fraction;
  return sql::Timestamp{*date, *time};
}

void MomentText::digits(uint32_t value, size_t count) {
  for (size_t i = count; i-- > 0; value /= 10) text_[size_ + i] = static_cast<char>('0' + value % 10);
  size_ += count;
}

void MomentText::put(const sql::Date& date) {
  digits(static_cast<uint32_t>(date.year), 4);
  text_[size_++] = '-';
  digits(date.month, 2);
  text_[size_++] = '-';
  digits(date.day, 2);
}

void MomentText::put(const sql::Time& time) {
  digits(time.hour, 2);
  text_[size_++] = ':';
  digits(time.minute, 2);
  text_[size_++] = ':';
  digits(time.second, 2);
  if (time.nanosecond == 0) return;
  text_[size_++] = '.';
  digits(time.nanosecond, 9);
  while (text_[size_ - 1] == '0') --size_;
}

sql::Date current_date() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  return {parts.tm_year + 1900, static_cast<uint8_t>(parts.tm_mon + 1), static_cast<uint8_t>(parts.tm_mday)};
}

Moment parse_moment(std::string_view text) {
  text = unescaped(trimmed(text));
  if (auto date = sql::parse_date(text, sql::Forms::Any)) return *date;
  if (auto timestamp = sql::parse_timestamp(text, sql::Forms::Any)) return *timestamp;
  if (auto time = sql::parse_time(text, sql::Forms::Any)) return *time;
  return {};
}

}  // namespace couch::driver
