#include "sql/datetime.h"

#include <catch2/catch.hpp>

using namespace couch::sql;

namespace {
std::string utc(std::string_view text, Forms forms = Forms::Calendar) {
  auto t = parse_timestamp(text, forms);
  return t ? format(*t) : "none";
}
std::string date(std::string_view text, Forms forms = Forms::Calendar) {
  auto d = parse_date(text, forms);
  return d ? format(*d) : "none";
}
std::string time(std::string_view text, Forms forms = Forms::Calendar) {
  auto t = parse_time(text, forms);
  return t ? format(*t) : "none";
}
}  // namespace

TEST_CASE("A document's string is a date only in the extended calendar form", "[datetime]") {
  CHECK(date("2022-01-31") == "2022-01-31");
  CHECK(date("0000-02-29") == "0000-02-29");
  CHECK(date("9999-12-31") == "9999-12-31");
  for (auto text : {"2022-02-30", "2022-13-01", "2022-00-10", "2022-01-00", "1900-02-29", "2022-1-1",
                    "22-01-01", "20220131", "2022-031", "2022-W05-1", "2022-01", "2022", "", "2022-01-31 ",
                    " 2022-01-31", "+2022-01-31", "2022/01/31", "2022-01-31T10:00"}) {
    INFO(text);
    CHECK(date(text) == "none");
  }
}

TEST_CASE("CAST takes the basic, ordinal and week forms too", "[datetime]") {
  CHECK(date("20220131", Forms::Any) == "2022-01-31");
  CHECK(date("2022-031", Forms::Any) == "2022-01-31");
  CHECK(date("2022031", Forms::Any) == "2022-01-31");
  CHECK(date("2020-366", Forms::Any) == "2020-12-31");
  CHECK(date("2022-366", Forms::Any) == "none");
  CHECK(date("2022-W05-1", Forms::Any) == "2022-01-31");
  CHECK(date("2022W051", Forms::Any) == "2022-01-31");
  CHECK(date("2020-W53-7", Forms::Any) == "2021-01-03");
  CHECK(date("2021-W53-1", Forms::Any) == "none");
  CHECK(date("2009-W01-1", Forms::Any) == "2008-12-29");
  CHECK(date(" 2022-01-31\n", Forms::Any) == "2022-01-31");
  CHECK(utc("20220131T101530Z", Forms::Any) == "2022-01-31 10:15:30");
  CHECK(utc("20220131T1015+0130", Forms::Any) == "2022-01-31 08:45:00");
  CHECK(utc("2022-01-31T24:00", Forms::Any) == "2022-02-01 00:00:00");
  CHECK(utc("2022-01-31T24:00") == "none");
  CHECK(utc("2022-01-31T24:01", Forms::Any) == "none");
  CHECK(time("1015", Forms::Any) == "none");
}

TEST_CASE("Offsets are converted to UTC", "[datetime]") {
  CHECK(utc("2022-01-31T10:15:30.250Z") == "2022-01-31 10:15:30.25");
  CHECK(utc("2022-01-31 10:15:30,25z") == "2022-01-31 10:15:30.25");
  CHECK(utc("2022-01-01t00:30+02:00") == "2021-12-31 22:30:00");
  CHECK(utc("2022-12-31T23:30-05") == "2023-01-01 04:30:00");
  CHECK(utc("2022-12-31T23:30-0530") == "2023-01-01 05:00:00");
  CHECK(utc("2022-01-31") == "2022-01-31 00:00:00");
  CHECK(time("00:30:00+02:00") == "22:30:00");
  CHECK(time("23:30-01:00") == "00:30:00");
  CHECK(utc("0000-01-01T00:30+02:00") == "none");
  CHECK(utc("9999-12-31T23:30-02:00") == "none");
  for (auto text : {"2022-01-31T10", "2022-01-31T1015", "2022-01-31  10:15",
                    "2022-01-31T10:15:", "2022-01-31T10:15:30.", "2022-01-31T10:60", "2022-01-31T10:15+2",
                    "2022-01-31T10:15+24:00", "2022-01-31T10:15 Z", "2022-01-31T10:15Zx", "2022-01-31T"}) {
    INFO(text);
    CHECK(utc(text) == "none");
  }
}

TEST_CASE("A leap second ends a UTC day or is none", "[datetime]") {
  CHECK(utc("2016-12-31T23:59:60Z") == "2016-12-31 23:59:60");
  CHECK(utc("2016-12-31T15:59:60.5-08:00") == "2016-12-31 23:59:60.5");
  CHECK(utc("2017-01-01T08:59:60+09:00") == "2016-12-31 23:59:60");
  CHECK(utc("2016-12-31T22:59:60Z") == "none");
  CHECK(utc("2016-12-31T23:59:61Z") == "none");
  CHECK(seconds_of(*parse_timestamp("2016-12-31T23:59:60")) == seconds_of(*parse_timestamp("2017-01-01")));
}

TEST_CASE("Past nine digits a fraction is cut, and none is invented", "[datetime]") {
  CHECK(time("10:15:30.123456789987") == "10:15:30.123456789");
  CHECK(time("10:15:30.000000001") == "10:15:30.000000001");
  CHECK(time("10:15:30.0") == "10:15:30");
  CHECK(time("10:15") == "10:15:00");
}

TEST_CASE("The form of a string is what decides whether its text order is the time order", "[datetime]") {
  auto form = classify("2022-01-31T10:15:30.250+02:00");
  REQUIRE(form);
  CHECK(form->kind == DatetimeKind::Timestamp);
  CHECK(form->fraction_digits == 3);
  CHECK(form->offset == OffsetForm::Numeric);
  CHECK(form->separator == 'T');
  CHECK(form->seconds);
  CHECK(classify("2022-01-31")->kind == DatetimeKind::Date);
  CHECK(classify("10:15")->kind == DatetimeKind::Time);
  CHECK_FALSE(classify("10:15")->seconds);
  CHECK(classify("10:15:00Z")->offset == OffsetForm::Utc);
  CHECK(*classify("2022-01-31T10:15Z") == *classify("1999-12-31T23:59Z"));
  CHECK_FALSE(*classify("2022-01-31T10:15:00Z") == *classify("1999-12-31 23:59:00Z"));
  for (auto text : {"", "1", "2022", "20220131", "abc", "12:3", "12:60", "25:00", "2022-01-31T", "2022-01-3",
                    "1234-56-78", "555-1234567"}) {
    INFO(text);
    CHECK_FALSE(classify(text));
  }
}

TEST_CASE("Days, weeks and months", "[datetime]") {
  CHECK(days_of({1970, 1, 1}) == 0);
  for (int64_t day = -719528; day <= 2932896; day += 997) CHECK(days_of(*date_of(day)) == day);
  CHECK_FALSE(date_of(-719529));
  CHECK_FALSE(date_of(2932897));
  CHECK(day_of_week({2022, 1, 30}) == 1);  // a Sunday
  CHECK(day_of_week({2022, 1, 31}) == 2);
  CHECK(day_of_year({2020, 12, 31}) == 366);
  CHECK(week_of_year({2022, 1, 1}) == 1);  // a Saturday
  CHECK(week_of_year({2022, 1, 2}) == 2);
  CHECK(iso_week({2021, 1, 3}) == 53);
  CHECK(iso_week_year({2021, 1, 3}) == 2020);
  CHECK(format(*add_months({2022, 1, 31}, 1)) == "2022-02-28");
  CHECK(format(*add_months({2020, 2, 29}, -12)) == "2019-02-28");
  CHECK_FALSE(add_months({9999, 12, 1}, 1));
  CHECK_FALSE(add_months({0, 1, 1}, -1));
  CHECK_FALSE(add_months({0, 1, 1}, INT64_MAX));
  CHECK(format(*timestamp_of(-1, 5)) == "1969-12-31 23:59:59.000000005");
}
