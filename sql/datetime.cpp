#include "sql/datetime.h"

#include <fmt/format.h>

#include <array>
#include <chrono>

namespace couch::sql {

namespace {

constexpr int64_t seconds_a_day = 86400;

// Reads a string from left to right; every step says whether it matched and moves only when it did.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}
  bool done() const { return at_ == text_.size(); }
  size_t place() const { return at_; }
  void back_to(size_t place) { at_ = place; }
  char peek() const { return done() ? '\0' : text_[at_]; }
  bool one(char c) {
    if (peek() != c || done()) return false;
    ++at_;
    return true;
  }
  // Exactly `count` digits.
  bool digits(size_t count, int& value) {
    if (text_.size() - at_ < count) return false;
    int result = 0;
    for (size_t i = 0; i < count; ++i) {
      char c = text_[at_ + i];
      if (c < '0' || c > '9') return false;
      result = result * 10 + (c - '0');
    }
    value = result;
    at_ += count;
    return true;
  }
  size_t digits_ahead() const {
    size_t n = 0;
    while (at_ + n < text_.size() && text_[at_ + n] >= '0' && text_[at_ + n] <= '9') ++n;
    return n;
  }
  // A fraction's digits: cut to nine for the value, counted for the form.
  bool fraction(uint32_t& nanosecond, size_t& written) {
    written = digits_ahead();
    if (written == 0) return false;
    nanosecond = 0;
    for (size_t i = 0; i < 9; ++i) {
      nanosecond = nanosecond * 10 + (i < written ? static_cast<uint32_t>(text_[at_ + i] - '0') : 0u);
    }
    at_ += written;
    return true;
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

struct Clock {
  Time time;
  bool end_of_day = false;  // 24:00
  int offset_minutes = 0;
  DatetimeForm form;
};

std::string_view without_blanks(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  size_t first = text.find_first_not_of(blanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<Date> make_date(int year, int month, int day) {
  Date date{year, static_cast<uint8_t>(month), static_cast<uint8_t>(day)};
  if (month > 12 || day > 31 || !valid(date)) return std::nullopt;
  return date;
}

std::optional<Date> ordinal_date(int year, int day) {
  auto date = date_of(days_of(Date{year, 1, 1}) + day - 1);
  if (day < 1 || !date || date->year != year) return std::nullopt;
  return date;
}

std::optional<Date> week_date(int year, int week, int day) {
  if (week < 1 || day < 1 || day > 7) return std::nullopt;
  // 4 January is always in week 1; weeks begin on Monday.
  Date fourth{year, 1, 4};
  int64_t monday = days_of(fourth) - (day_of_week(fourth) + 5) % 7;
  auto date = date_of(monday + (week - 1) * 7 + day - 1);
  if (!date || iso_week(*date) != week) return std::nullopt;
  return date;
}

std::optional<Date> scan_date(Scanner& in, Forms forms) {
  int year = 0, month = 0, day = 0;
  size_t start = in.place();
  if (in.digits(4, year) && in.one('-') && in.digits(2, month) && in.one('-') && in.digits(2, day)) {
    return make_date(year, month, day);
  }
  if (forms == Forms::Calendar) return std::nullopt;
  in.back_to(start);
  size_t digits = in.digits_ahead();
  if (digits == 8 && in.digits(4, year) && in.digits(2, month) && in.digits(2, day))
    return make_date(year, month, day);
  if (digits == 7 && in.digits(4, year) && in.digits(3, day)) return ordinal_date(year, day);
  if (digits != 4 || !in.digits(4, year)) return std::nullopt;
  bool extended = in.one('-');
  if (in.one('W')) {
    int week = 0;
    if (!in.digits(2, week) || (extended && !in.one('-')) || !in.digits(1, day)) return std::nullopt;
    return week_date(year, week, day);
  }
  if (!extended || !in.digits(3, day)) return std::nullopt;
  return ordinal_date(year, day);
}

bool scan_offset(Scanner& in, Clock& clock) {
  if (in.one('Z') || in.one('z')) {
    clock.form.offset = OffsetForm::Utc;
    return true;
  }
  int sign = in.one('+') ? 1 : in.one('-') ? -1 : 0;
  if (sign == 0) return true;
  int hours = 0, minutes = 0;
  if (!in.digits(2, hours)) return false;
  if (in.one(':')) {
    if (!in.digits(2, minutes)) return false;
  } else if (in.digits_ahead() == 2) {
    in.digits(2, minutes);
  }
  if (hours > 23 || minutes > 59) return false;
  clock.offset_minutes = sign * (hours * 60 + minutes);
  clock.form.offset = OffsetForm::Numeric;
  return true;
}

// `basic` allows hhmm, hhmmss, hh.
std::optional<Clock> scan_clock(Scanner& in, Forms forms, bool basic) {
  Clock clock;
  int hour = 0, minute = 0, second = 0;
  if (!in.digits(2, hour)) return std::nullopt;
  bool colons = in.one(':');
  if (!colons && !(basic && forms == Forms::Any)) return std::nullopt;
  if (colons || in.digits_ahead() >= 2) {
    if (!in.digits(2, minute)) return std::nullopt;
    if (colons ? in.one(':') : in.digits_ahead() >= 2) {
      if (!in.digits(2, second)) return std::nullopt;
      clock.form.seconds = true;
      if (in.one('.') || in.one(',')) {
        size_t written = 0;
        if (!in.fraction(clock.time.nanosecond, written)) return std::nullopt;
        clock.form.fraction_digits = static_cast<uint8_t>(written > 254 ? 255 : written);
      }
    }
  }
  if (!scan_offset(in, clock)) return std::nullopt;
  if (hour == 24 && minute == 0 && second == 0 && clock.time.nanosecond == 0 && forms == Forms::Any) {
    clock.end_of_day = true;
    hour = 0;
  }
  if (hour > 23 || minute > 59 || second > 60) return std::nullopt;
  if (second == 60) {  // only the last second of a UTC day
    int utc = (hour * 60 + minute - clock.offset_minutes + 2 * 1440) % 1440;
    if (utc != 1439) return std::nullopt;
  }
  clock.time.hour = static_cast<uint8_t>(hour);
  clock.time.minute = static_cast<uint8_t>(minute);
  clock.time.second = static_cast<uint8_t>(second);
  return clock;
}

// Moves the clock to UTC; returns by how many days that moved the date.
int to_utc(Clock& clock) {
  int minutes = clock.time.hour * 60 + clock.time.minute - clock.offset_minutes;
  int days = clock.end_of_day ? 1 : 0;
  if (minutes < 0) {
    minutes += 1440;
    --days;
  } else if (minutes >= 1440) {
    minutes -= 1440;
    ++days;
  }
  clock.time.hour = static_cast<uint8_t>(minutes / 60);
  clock.time.minute = static_cast<uint8_t>(minutes % 60);
  return days;
}

struct Scanned {
  std::optional<Timestamp> value;
  DatetimeForm form;
};

Scanned scan_timestamp(std::string_view text, Forms forms) {
  Scanner in(text);
  Scanned result;
  auto date = scan_date(in, forms);
  if (!date) return result;
  if (in.done()) {
    result.value = Timestamp{*date, {}};
    return result;
  }
  char separator = in.peek();
  if (!in.one('T') && !in.one('t') && !in.one(' ')) return result;
  auto clock = scan_clock(in, forms, true);
  if (!clock || !in.done()) return result;
  result.form = clock->form;
  result.form.kind = DatetimeKind::Timestamp;
  result.form.separator = separator;
  int days = to_utc(*clock);
  auto utc = days == 0 ? date : date_of(days_of(*date) + days);
  if (utc) result.value = Timestamp{*utc, clock->time};
  return result;
}

std::string fraction_text(uint32_t nanosecond) {
  if (nanosecond == 0) return {};
  std::string digits = fmt::format(".{:09}", nanosecond);
  digits.erase(digits.find_last_not_of('0') + 1);
  return digits;
}

std::chrono::year_month_day to_chrono(const Date& date) {
  return std::chrono::year{date.year} / std::chrono::month{date.month} / std::chrono::day{date.day};
}

}  // namespace

std::optional<DatetimeForm> classify(std::string_view text) {
  // The longest useful form has 35 characters with nine digits of fraction; most strings end here by their
  // first characters.
  if (text.size() < 5 || text[0] < '0' || text[0] > '9') return std::nullopt;
  if (text[2] == ':') {
    Scanner in(text);
    auto clock = scan_clock(in, Forms::Calendar, false);
    if (!clock || !in.done()) return std::nullopt;
    clock->form.kind = DatetimeKind::Time;
    return clock->form;
  }
  if (text.size() < 10 || text[4] != '-') return std::nullopt;
  Scanned scanned = scan_timestamp(text, Forms::Calendar);
  if (!scanned.value) return std::nullopt;
  return scanned.form;
}

std::optional<Date> parse_date(std::string_view text, Forms forms) {
  Scanner in(forms == Forms::Any ? without_blanks(text) : text);
  auto date = scan_date(in, forms);
  return date && in.done() ? date : std::nullopt;
}

std::optional<Time> parse_time(std::string_view text, Forms forms) {
  Scanner in(forms == Forms::Any ? without_blanks(text) : text);
  auto clock = scan_clock(in, forms, false);
  if (!clock || !in.done()) return std::nullopt;
  to_utc(*clock);
  return clock->time;
}

std::optional<Timestamp> parse_timestamp(std::string_view text, Forms forms) {
  return scan_timestamp(forms == Forms::Any ? without_blanks(text) : text, forms).value;
}

std::string format(const Date& date) {
  return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

std::string format(const Time& time) {
  return fmt::format("{:02}:{:02}:{:02}", time.hour, time.minute, time.second) +
         fraction_text(time.nanosecond);
}

std::string format(const Timestamp& timestamp) {
  return format(timestamp.date) + ' ' + format(timestamp.time);
}

bool valid(const Date& date) {
  return date.year >= 0 && date.year <= 9999 && date.month >= 1 && date.month <= 12 && date.day >= 1 &&
         date.day <= days_in_month(date.year, date.month);
}

bool valid(const Time& time) {
  return time.hour <= 23 && time.minute <= 59 && time.second <= 60 && time.nanosecond < 1'000'000'000;
}

int64_t days_of(const Date& date) {
  return std::chrono::sys_days{to_chrono(date)}.time_since_epoch().count();
}

std::optional<Date> date_of(int64_t days) {
  constexpr int64_t first = -719528, last = 2932896;  // 0000-01-01, 9999-12-31
  if (days < first || days > last) return std::nullopt;
  std::chrono::year_month_day ymd{std::chrono::sys_days{std::chrono::days{static_cast<int>(days)}}};
  return Date{static_cast<int>(ymd.year()), static_cast<uint8_t>(static_cast<unsigned>(ymd.month())),
              static_cast<uint8_t>(static_cast<unsigned>(ymd.day()))};
}

uint32_t seconds_of(const Time& time) { return time.hour * 3600u + time.minute * 60u + time.second; }

int64_t seconds_of(const Timestamp& timestamp) {
  return days_of(timestamp.date) * seconds_a_day + seconds_of(timestamp.time);
}

std::optional<Timestamp> timestamp_of(int64_t seconds, uint32_t nanosecond) {
  int64_t days = seconds / seconds_a_day, rest = seconds % seconds_a_day;
  if (rest < 0) {
    rest += seconds_a_day;
    --days;
  }
  auto date = date_of(days);
  if (!date) return std::nullopt;
  return Timestamp{*date, Time{static_cast<uint8_t>(rest / 3600), static_cast<uint8_t>(rest / 60 % 60),
                               static_cast<uint8_t>(rest % 60), nanosecond}};
}

uint8_t days_in_month(int32_t year, uint8_t month) {
  constexpr std::array<uint8_t, 12> days{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  return month == 2 && leap ? 29 : days[(month - 1u) % 12];
}

uint8_t day_of_week(const Date& date) {
  return static_cast<uint8_t>(std::chrono::weekday{std::chrono::sys_days{to_chrono(date)}}.c_encoding() + 1);
}

uint16_t day_of_year(const Date& date) {
  return static_cast<uint16_t>(days_of(date) - days_of({date.year, 1, 1}) + 1);
}

uint8_t week_of_year(const Date& date) {
  int first = day_of_week({date.year, 1, 1}) - 1;
  return static_cast<uint8_t>((day_of_year(date) - 1 + first) / 7 + 1);
}

namespace {
// The Thursday of a date's ISO week decides its year. In day numbers, as it may lie in the year -1 or 10000.
std::chrono::year_month_day thursday_of(const Date& date) {
  int weekday = (day_of_week(date) + 5) % 7;  // 0 = Monday
  return std::chrono::sys_days{to_chrono(date)} + std::chrono::days{3 - weekday};
}
}  // namespace

int32_t iso_week_year(const Date& date) { return static_cast<int>(thursday_of(date).year()); }

uint8_t iso_week(const Date& date) {
  auto thursday = thursday_of(date);
  auto start = std::chrono::sys_days{thursday.year() / std::chrono::January / 1};
  return static_cast<uint8_t>((std::chrono::sys_days{thursday} - start).count() / 7 + 1);
}

std::optional<Date> add_months(const Date& date, int64_t months) {
  constexpr int64_t most = 12 * 10000;
  if (months > most || months < -most) return std::nullopt;
  int64_t total = date.year * int64_t{12} + (date.month - 1) + months;
  if (total < 0 || total >= most) return std::nullopt;
  auto year = static_cast<int32_t>(total / 12);
  auto month = static_cast<uint8_t>(total % 12 + 1);
  uint8_t last = days_in_month(year, month);
  return Date{year, month, date.day < last ? date.day : last};
}

Time cut_to(Time time, int16_t digits) {
  uint32_t unit = 1;
  for (int16_t digit = every_digit; digit > digits; --digit) unit *= 10;
  time.nanosecond -= time.nanosecond % unit;
  return time;
}

}  // namespace couch::sql
