// C to SQL, every C type against every SQL type (ODBC 3.8 Appendix D, "Converting Data from C to SQL Data
// Types"). A row names the SQL types that take the value and what it becomes; every SQL type that a row does
// not name must be refused with 07006.
#include <catch2/catch.hpp>
#include <cstring>
#include <limits>
#include <map>
#include <sstream>

#include "driver/types.h"
#include "tests/unit/driver/convert_harness.h"

namespace couch::driver {

namespace {

using test::parameter;

const std::map<std::string, std::string> groups{
    {"text", "CHAR,VARCHAR,LONGVARCHAR,WCHAR,WVARCHAR,WLONGVARCHAR"},
    {"integers", "TINYINT,SMALLINT,INTEGER,BIGINT"},
    {"decimals", "DECIMAL,NUMERIC"},
    {"floats", "REAL,FLOAT,DOUBLE"},
    {"binary", "BINARY,VARBINARY,LONGVARBINARY"},
    {"intervals",
     "YEAR,MONTH,DAY,HOUR,MINUTE,SECOND,YEAR_TO_MONTH,DAY_TO_HOUR,DAY_TO_MINUTE,DAY_TO_SECOND,HOUR_TO_MINUTE,"
     "HOUR_TO_SECOND,MINUTE_TO_SECOND"},
    {"compound",
     "YEAR_TO_MONTH,DAY_TO_HOUR,DAY_TO_MINUTE,DAY_TO_SECOND,HOUR_TO_MINUTE,HOUR_TO_SECOND,MINUTE_TO_SECOND"},
};

std::string_view strip(std::string_view text) {
  const size_t from = text.find_first_not_of(" \n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \n") - from + 1);
}

std::vector<std::string> split(const std::string& text, char by) {
  std::vector<std::string> parts;
  std::istringstream stream{text};
  for (std::string part; std::getline(stream, part, by);) parts.push_back(part);
  return parts;
}

bool is_sql_name(const std::string& name) {
  for (const auto& type : test::sql_types())
    if (name == type.name) return true;
  return false;
}

std::map<std::string, std::string> expectations(const std::string& row) {
  std::map<std::string, std::string> result;
  for (const std::string& cell : split(row, '|')) {
    const std::string_view text = strip(cell);
    const size_t gap = text.find(' ');
    REQUIRE(gap != std::string_view::npos);
    for (const std::string& entry : split(std::string{text.substr(0, gap)}, ',')) {
      const auto group = groups.find(entry);
      for (const std::string& name : split(group == groups.end() ? entry : group->second, ',')) {
        INFO(name);
        REQUIRE(is_sql_name(name));
        REQUIRE(result.emplace(name, strip(text.substr(gap))).second);
      }
    }
  }
  return result;
}

// A parameter's bytes, one off so that nothing is aligned.
class Bytes {
 public:
  explicit Bytes(std::string_view bytes) : room_("x" + std::string{bytes}), size_(bytes.size()) {}
  template <class T>
  static Bytes of(const T& value) {
    return Bytes{{reinterpret_cast<const char*>(&value), sizeof value}};
  }
  Source as(SQLSMALLINT c_type, SQLSMALLINT precision = 6) const {
    return {c_type, room_.data() + 1, static_cast<SQLLEN>(size_), precision, 0};
  }

 private:
  std::string room_;
  size_t size_;
};

void becomes(const Source& source, const std::string& row) {
  const auto expected = expectations(row);
  for (const auto& type : test::sql_types()) {
    INFO("C type " << source.c_type << " to SQL_" << type.name);
    const auto found = expected.find(type.name);
    const std::string want = found == expected.end() ? "07006" : found->second;
    CHECK(parameter(source, type.code) == want);
    CHECK(convertible_from_c(source.c_type, type.code) == (want != "07006"));
  }
}

void text_becomes(std::string_view text, const std::string& row) {
  becomes(Bytes{text}.as(SQL_C_CHAR), row);
  std::u16string wide(text.begin(), text.end());
  becomes(Bytes{test::utf16(wide)}.as(SQL_C_WCHAR), row);
}

}  // namespace

TEST_CASE("from_c: character data to every SQL type", "[convert][matrix]") {
  text_becomes("12", R"(text '12' | integers,decimals 12 | floats double 12 | BIT 22003 | binary binary 12
    | DATE,TIME,TIMESTAMP,GUID 22018 | YEAR interval 144 months | MONTH interval 12 months | DAY interval 1036800s 0ns
    | HOUR interval 43200s 0ns | MINUTE interval 720s 0ns | SECOND interval 12s 0ns | YEAR_TO_MONTH interval 144 months
    | DAY_TO_HOUR,DAY_TO_MINUTE,DAY_TO_SECOND interval 1036800s 0ns | HOUR_TO_MINUTE,HOUR_TO_SECOND interval 43200s 0ns
    | MINUTE_TO_SECOND interval 720s 0ns)");
  text_becomes(
      " 12.5 ",
      R"(text ' 12.5 ' | integers 22001 | decimals decimal 12.5 | floats double 12.5 | BIT 22003 | binary 22018
    | DATE,TIME,TIMESTAMP,GUID 22018 | YEAR,MONTH,DAY,HOUR,MINUTE 22018 | SECOND interval 12s 500000000ns | compound 22018)");
  text_becomes("1", R"(text '1' | integers,decimals 1 | floats double 1 | BIT true | binary binary 
    | DATE,TIME,TIMESTAMP,GUID 22018 | YEAR interval 12 months | MONTH interval 1 months | DAY interval 86400s 0ns
    | HOUR interval 3600s 0ns | MINUTE interval 60s 0ns | SECOND interval 1s 0ns | YEAR_TO_MONTH interval 12 months
    | DAY_TO_HOUR,DAY_TO_MINUTE,DAY_TO_SECOND interval 86400s 0ns | HOUR_TO_MINUTE,HOUR_TO_SECOND interval 3600s 0ns
    | MINUTE_TO_SECOND interval 60s 0ns)");
  text_becomes(
      "abc",
      R"(text 'abc' | integers,decimals,floats,BIT 22018 | binary binary AB | DATE,TIME,TIMESTAMP,GUID,intervals 22018)");
  text_becomes("99999999999999999999",
               R"(text '99999999999999999999' | integers 22001 | decimals decimal 99999999999999999999
    | floats double 1e+20 | BIT 22003 | binary binary 99999999999999999999 | DATE,TIME,TIMESTAMP,GUID,intervals 22018)");
  text_becomes(
      "2022-01-31",
      R"(text '2022-01-31' | integers,decimals,floats,BIT,binary 22018 | DATE date 2022-01-31 | TIME 22018
    | TIMESTAMP timestamp 2022-01-31 00:00:00.000000000 | GUID,intervals 22018)");
  text_becomes("{ts '2022-01-31 10:15:30'}",
               R"(text '{ts '2022-01-31 10:15:30'}' | integers,decimals,floats,BIT,binary 22018 | DATE 22008
    | TIME time 10:15:30.000000000 | TIMESTAMP timestamp 2022-01-31 10:15:30.000000000 | GUID,intervals 22018)");
  text_becomes("2022-01-31T10:15:30.25+02:00",
               R"(text '2022-01-31T10:15:30.25+02:00' | integers,decimals,floats,BIT,binary 22018
    | DATE,TIME 22008 | TIMESTAMP timestamp 2022-01-31 08:15:30.250000000 | GUID,intervals 22018)");
  text_becomes("6f9619ff-8b86-d011-b42d-00c04fc964ff", R"(text '6f9619ff-8b86-d011-b42d-00c04fc964ff'
    | integers,decimals,floats,BIT,binary,DATE,TIME,TIMESTAMP,intervals 22018 | GUID '6f9619ff-8b86-d011-b42d-00c04fc964ff')");
}

TEST_CASE("from_c: integers to every SQL type", "[convert][matrix]") {
  const std::string one =
      R"(text '1' | integers,decimals 1 | floats double 1 | BIT true | YEAR interval 12 months
    | MONTH interval 1 months | DAY interval 86400s 0ns | HOUR interval 3600s 0ns | MINUTE interval 60s 0ns | SECOND interval 1s 0ns)";
  becomes(Bytes::of(SQLSCHAR{1}).as(SQL_C_STINYINT), one);
  becomes(Bytes::of(SQLSCHAR{1}).as(SQL_C_TINYINT), one);
  becomes(Bytes::of(SQLCHAR{1}).as(SQL_C_UTINYINT), one);
  becomes(Bytes::of(SQLSMALLINT{1}).as(SQL_C_SSHORT), one);
  becomes(Bytes::of(SQLSMALLINT{1}).as(SQL_C_SHORT), one);
  becomes(Bytes::of(SQLUSMALLINT{1}).as(SQL_C_USHORT), one);
  becomes(Bytes::of(SQLINTEGER{1}).as(SQL_C_SLONG), one);
  becomes(Bytes::of(SQLINTEGER{1}).as(SQL_C_LONG), one);
  becomes(Bytes::of(SQLUINTEGER{1}).as(SQL_C_ULONG), one);
  becomes(Bytes::of(int64_t{1}).as(SQL_C_SBIGINT), one);
  becomes(Bytes::of(uint64_t{1}).as(SQL_C_UBIGINT), one);
  SQL_NUMERIC_STRUCT numeric{};
  numeric.precision = 10;
  numeric.sign = 1;
  numeric.val[0] = 1;
  becomes(Bytes::of(numeric).as(SQL_C_NUMERIC), one);

  becomes(Bytes::of(int64_t{-70000}).as(SQL_C_SBIGINT),
          R"(text '-70000' | TINYINT,SMALLINT,BIT 22003 | INTEGER,BIGINT,decimals -70000
    | floats double -70000 | YEAR interval -840000 months | MONTH interval -70000 months | DAY interval -6048000000s 0ns
    | HOUR interval -252000000s 0ns | MINUTE interval -4200000s 0ns | SECOND interval -70000s 0ns)");
  becomes(Bytes::of(std::numeric_limits<uint64_t>::max()).as(SQL_C_UBIGINT),
          R"(text '18446744073709551615' | integers,BIT 22003
    | decimals decimal 18446744073709551615 | floats double 1.84467440737096e+19
    | YEAR,MONTH,DAY,HOUR,MINUTE,SECOND 22015)");
}

TEST_CASE("from_c: SQL_C_NUMERIC with a scale to every SQL type", "[convert][matrix]") {
  SQL_NUMERIC_STRUCT numeric{};
  numeric.precision = 10;
  numeric.scale = 2;
  numeric.sign = 0;
  numeric.val[0] = 0xE2;
  numeric.val[1] = 0x04;  // 1250
  becomes(Bytes::of(numeric).as(SQL_C_NUMERIC),
          R"(text '-12.50' | integers -12 (01S07) | decimals decimal -12.50
    | floats double -12.5 | BIT 22003 | YEAR,MONTH,DAY,HOUR,MINUTE 22015 | SECOND interval -12s -500000000ns)");
}

TEST_CASE("from_c: floating numbers to every SQL type", "[convert][matrix]") {
  const std::string row =
      R"(text '2.75' | integers 2 (01S07) | decimals decimal 2.75 | floats double 2.75 | BIT 22003)";
  becomes(Bytes::of(2.75).as(SQL_C_DOUBLE), row);
  becomes(Bytes::of(2.75F).as(SQL_C_FLOAT), row);
  becomes(Bytes::of(0.5).as(SQL_C_DOUBLE),
          "text '0.5' | integers 0 (01S07) | decimals decimal 0.5 | floats double 0.5 | BIT 22001");
  becomes(Bytes::of(1e300).as(SQL_C_DOUBLE),
          "text '1e+300' | integers,BIT,REAL 22003 | FLOAT,DOUBLE double 1e+300 | decimals decimal 1" +
              std::string(300, '0'));
  becomes(Bytes::of(std::numeric_limits<double>::infinity()).as(SQL_C_DOUBLE),
          "text 'inf' | integers,decimals,floats,BIT 22003");
}

TEST_CASE("from_c: bits to every SQL type", "[convert][matrix]") {
  becomes(Bytes::of(SQLCHAR{1}).as(SQL_C_BIT), "text '1' | integers,decimals 1 | floats double 1 | BIT true");
  becomes(Bytes::of(SQLCHAR{0}).as(SQL_C_BIT),
          "text '0' | integers,decimals 0 | floats double 0 | BIT false");
  CHECK(parameter(Bytes::of(SQLCHAR{2}).as(SQL_C_BIT), SQL_BIT) == "22003");
}

TEST_CASE("from_c: binary data to every SQL type", "[convert][matrix]") {
  becomes(
      Bytes{"abc"}.as(SQL_C_BINARY),
      R"(text 'abc' | integers,floats,BIT,DATE,TIME,TIMESTAMP 22003 | decimals 22018 | binary binary 616263)");
  becomes(Bytes::of(SQLCHAR{1}).as(SQL_C_BINARY),
          "text '\x01' | TINYINT 1 | SMALLINT,INTEGER,BIGINT,floats,DATE,TIME,TIMESTAMP 22003 "
          "| decimals 22018 | BIT true | binary binary 01");
  becomes(Bytes::of(SQL_DATE_STRUCT{2022, 1, 31}).as(SQL_C_BINARY),
          "text '\xEF\xBF\xBD\x07\x01" + std::string(1, '\0') + "\x1F" + std::string(1, '\0') +
              "' | integers,floats,BIT,TIMESTAMP 22003 | TIME 22007 | decimals 22018 | DATE date 2022-01-31 "
              "| binary binary E60701001F00");
}

TEST_CASE("from_c: dates and times to every SQL type", "[convert][matrix]") {
  for (SQLSMALLINT code : {SQLSMALLINT{SQL_C_TYPE_DATE}, SQLSMALLINT{SQL_C_DATE}})
    becomes(Bytes::of(SQL_DATE_STRUCT{2022, 1, 31}).as(code),
            "text '2022-01-31' | DATE date 2022-01-31 | TIMESTAMP timestamp 2022-01-31 00:00:00.000000000");
  const auto today =
      parameter(Bytes::of(SQL_TIME_STRUCT{10, 15, 30}).as(SQL_C_TYPE_TIME), SQL_TYPE_TIMESTAMP);
  CHECK(today.substr(20) == " 10:15:30.000000000");
  for (SQLSMALLINT code : {SQLSMALLINT{SQL_C_TYPE_TIME}, SQLSMALLINT{SQL_C_TIME}})
    becomes(Bytes::of(SQL_TIME_STRUCT{10, 15, 30}).as(code),
            "text '10:15:30' | TIME time 10:15:30.000000000 | TIMESTAMP " + today);
  for (SQLSMALLINT code : {SQLSMALLINT{SQL_C_TYPE_TIMESTAMP}, SQLSMALLINT{SQL_C_TIMESTAMP}}) {
    becomes(Bytes::of(SQL_TIMESTAMP_STRUCT{2022, 1, 31, 10, 15, 30, 0}).as(code),
            "text '2022-01-31 10:15:30' | DATE 22008 | TIME time 10:15:30.000000000 | TIMESTAMP timestamp "
            "2022-01-31 10:15:30.000000000");
    becomes(Bytes::of(SQL_TIMESTAMP_STRUCT{2022, 1, 31, 0, 0, 0, 0}).as(code),
            "text '2022-01-31 00:00:00' | DATE date 2022-01-31 | TIME time 00:00:00.000000000 "
            "| TIMESTAMP timestamp 2022-01-31 00:00:00.000000000");
    becomes(Bytes::of(SQL_TIMESTAMP_STRUCT{2022, 1, 31, 10, 15, 30, 250'000'000}).as(code),
            "text '2022-01-31 10:15:30.25' | DATE,TIME 22008 | TIMESTAMP timestamp 2022-01-31 "
            "10:15:30.250000000");
  }
}

TEST_CASE("from_c: structures that hold no date, no time, no interval", "[convert]") {
  CHECK(parameter(Bytes::of(SQL_DATE_STRUCT{2022, 2, 29}).as(SQL_C_TYPE_DATE), SQL_TYPE_DATE) == "22007");
  CHECK(parameter(Bytes::of(SQL_DATE_STRUCT{2022, 257, 1}).as(SQL_C_TYPE_DATE), SQL_TYPE_DATE) == "22007");
  CHECK(parameter(Bytes::of(SQL_DATE_STRUCT{-1, 1, 1}).as(SQL_C_TYPE_DATE), SQL_TYPE_DATE) == "22007");
  CHECK(parameter(Bytes::of(SQL_TIME_STRUCT{24, 0, 0}).as(SQL_C_TYPE_TIME), SQL_TYPE_TIME) == "22007");
  CHECK(parameter(Bytes::of(SQL_TIMESTAMP_STRUCT{2022, 1, 1, 0, 60, 0, 0}).as(SQL_C_TYPE_TIMESTAMP),
                  SQL_TYPE_TIMESTAMP) == "22007");
  CHECK(
      parameter(Bytes::of(SQL_TIMESTAMP_STRUCT{2022, 1, 1, 0, 0, 0, 1'000'000'000}).as(SQL_C_TYPE_TIMESTAMP),
                SQL_TYPE_TIMESTAMP) == "22007");
  SQL_INTERVAL_STRUCT interval{};
  interval.intval.day_second.day = 1;
  interval.intval.day_second.hour = 24;
  CHECK(parameter(Bytes::of(interval).as(SQL_C_INTERVAL_DAY_TO_HOUR), SQL_INTERVAL_DAY_TO_HOUR) == "22015");
}

TEST_CASE("from_c: intervals to every SQL type", "[convert][matrix]") {
  SQL_INTERVAL_STRUCT ym{};
  ym.interval_sign = SQL_TRUE;
  ym.intval.year_month.year = 1;
  ym.intval.year_month.month = 2;
  becomes(Bytes::of(ym).as(SQL_C_INTERVAL_YEAR_TO_MONTH),
          "text '-1-02' | YEAR 22015 | MONTH,YEAR_TO_MONTH interval -14 months");
  becomes(Bytes::of(ym).as(SQL_C_INTERVAL_YEAR),
          "text '-1' | integers,decimals -1 | YEAR,MONTH,YEAR_TO_MONTH interval -12 months");
  SQL_INTERVAL_STRUCT ds{};
  ds.intval.day_second.day = 1;
  ds.intval.day_second.hour = 2;
  ds.intval.day_second.minute = 3;
  ds.intval.day_second.second = 4;
  ds.intval.day_second.fraction = 500'000;
  becomes(Bytes::of(ds).as(SQL_C_INTERVAL_DAY_TO_SECOND),
          R"(text '1 02:03:04.5' | DAY,HOUR,MINUTE,DAY_TO_HOUR,DAY_TO_MINUTE,HOUR_TO_MINUTE 22015
    | SECOND,DAY_TO_SECOND,HOUR_TO_SECOND,MINUTE_TO_SECOND interval 93784s 500000000ns)");
  becomes(Bytes::of(ds).as(SQL_C_INTERVAL_HOUR), R"(text '2' | integers,decimals 2 | DAY 22015
    | HOUR,MINUTE,SECOND,DAY_TO_HOUR,DAY_TO_MINUTE,DAY_TO_SECOND,HOUR_TO_MINUTE,HOUR_TO_SECOND,MINUTE_TO_SECOND interval 7200s 0ns)");
  becomes(Bytes::of(ds).as(SQL_C_INTERVAL_SECOND), R"(text '4.5' | integers 4 (01S07) | decimals decimal 4.5
    | DAY,HOUR,MINUTE,DAY_TO_HOUR,DAY_TO_MINUTE,HOUR_TO_MINUTE 22015
    | SECOND,DAY_TO_SECOND,HOUR_TO_SECOND,MINUTE_TO_SECOND interval 4s 500000000ns)");
}

TEST_CASE("from_c: GUIDs to every SQL type", "[convert][matrix]") {
  const SQLGUID guid{0x6F9619FF, 0x8B86, 0xD011, {0xB4, 0x2D, 0x00, 0xC0, 0x4F, 0xC9, 0x64, 0xFF}};
  becomes(Bytes::of(guid).as(SQL_C_GUID),
          "text '6f9619ff-8b86-d011-b42d-00c04fc964ff' | GUID '6f9619ff-8b86-d011-b42d-00c04fc964ff'");
}

TEST_CASE("from_c: a column size cuts nothing in silence", "[convert]") {
  const auto text = [](std::string_view t, SQLSMALLINT type, SQLULEN size, SQLSMALLINT digits = 0) {
    return parameter(Bytes{t}.as(SQL_C_CHAR), type, size, digits);
  };
  CHECK(text("abc", SQL_VARCHAR, 3) == "'abc'");
  CHECK(text("abcd", SQL_VARCHAR, 3) == "22001");
  CHECK(text("äöü", SQL_WVARCHAR, 3) == "'äöü'");
  CHECK(text("a😀", SQL_WVARCHAR, 2) == "'a😀'");  // pyodbc counts code points
  CHECK(text("a😀b", SQL_WVARCHAR, 2) == "22001");
  CHECK(text("abcdef", SQL_VARBINARY, 3) == "binary ABCDEF");
  CHECK(text("abcdef", SQL_VARBINARY, 2) == "22001");
  CHECK(text("ABC", SQL_VARBINARY, 2) == "binary AB");  // an odd last digit is not converted
  CHECK(text("12.50", SQL_DECIMAL, 4, 2) == "decimal 12.50");
  CHECK(text("12.505", SQL_DECIMAL, 5, 2) == "22001");
  CHECK(text("12.500", SQL_DECIMAL, 4, 2) == "decimal 12.50");
  CHECK(text("123.4", SQL_DECIMAL, 4, 2) == "22001");
  CHECK(text("1e2", SQL_DECIMAL, 4, 0) == "100");
  CHECK(text("1e999999999999", SQL_DECIMAL, 0) == "22001");
  CHECK(text("0e999999999999", SQL_DECIMAL, 0) == "0");
  CHECK(text("1e-999999999999", SQL_DOUBLE, 0) == "double 0");
  CHECK(text("1e999999999999", SQL_DOUBLE, 0) == "22003");
  CHECK(parameter(Bytes::of(12.505).as(SQL_C_DOUBLE), SQL_DECIMAL, 5, 2) == "decimal 12.50 (01S07)");
  CHECK(parameter(Bytes::of(1234.5).as(SQL_C_DOUBLE), SQL_DECIMAL, 5, 2) == "22003");
  CHECK(text("10:15:30.5", SQL_TYPE_TIME, 8) == "22008");
  CHECK(text("10:15:30.5", SQL_TYPE_TIME, 10, 1) == "time 10:15:30.500000000");
  CHECK(text("2022-01-31 10:15:30.25", SQL_TYPE_TIMESTAMP, 19) == "22008");
  CHECK(text("2022-01-31 10:15:30.25", SQL_TYPE_TIMESTAMP, 22, 2) ==
        "timestamp 2022-01-31 10:15:30.250000000");
  CHECK(text("2022-01-31 10:15:30.25", SQL_TYPE_TIMESTAMP, 23, 0) ==
        "timestamp 2022-01-31 10:15:30.250000000");
  CHECK(text("2022-01-31 10:15:30.25", SQL_TYPE_TIMESTAMP, 21, 1) == "22008");
}

TEST_CASE("from_c: lengths, NUL characters and text that is no UTF-8", "[convert]") {
  Source source;
  source.c_type = SQL_C_CHAR;
  source.buffer = "abc";
  source.length = SQL_NTS;
  CHECK(parameter(source, SQL_VARCHAR) == "'abc'");
  source.buffer = "a\0b";
  source.length = 3;
  CHECK(parameter(source, SQL_VARCHAR) == std::string("'a\0b'", 5));
  source.buffer = "a\xFFz";
  CHECK(parameter(source, SQL_VARCHAR) == "'a\uFFFDz'");
  source.length = -7;
  CHECK(parameter(source, SQL_VARCHAR) == "HY090");
  source.buffer = nullptr;
  source.length = 0;
  CHECK(parameter(source, SQL_VARCHAR) == "''");
  source.length = 3;
  CHECK(parameter(source, SQL_VARCHAR) == "HY009");
  source.c_type = SQL_C_SLONG;
  source.length = 0;
  CHECK(parameter(source, SQL_INTEGER) == "HY009");

  const std::u16string wide = u"日😀";
  source.c_type = SQL_C_WCHAR;
  source.buffer = wide.c_str();
  source.length = SQL_NTS;
  CHECK(parameter(source, SQL_WVARCHAR) == "'日😀'");
  source.length = 4;  // the surrogate pair is cut by the application
  CHECK(parameter(source, SQL_WVARCHAR) == "'日\uFFFD'");
  source.c_type = SQL_C_BINARY;
  source.length = SQL_NTS;
  CHECK(parameter(source, SQL_VARBINARY) == "HY090");
}

TEST_CASE("from_c: unknown types, and the default C type", "[convert]") {
  const int64_t five = 5;
  CHECK(parameter(Bytes::of(five).as(SQL_C_DEFAULT), SQL_BIGINT) == "5");
  CHECK(parameter(Bytes{"5"}.as(SQL_C_DEFAULT), SQL_DECIMAL) == "5");
  CHECK(parameter(Bytes{"5"}.as(1234), SQL_DECIMAL) == "HY003");
  CHECK(parameter(Bytes{"5"}.as(SQL_C_CHAR), 1234) == "HY004");
}

}  // namespace couch::driver
