// SQL to C, every type against every C type (ODBC 3.8 Appendix D, "Converting Data from SQL to C Data
// Types"). A row names the C types that take the value and what arrives; every C type that a row does not
// name must be refused with 07006.
#include <catch2/catch.hpp>
#include <ctime>
#include <map>
#include <sstream>

#include "driver/types.h"
#include "tests/unit/driver/convert_harness.h"

namespace couch::driver {

namespace {

using sql::IntervalField;
using sql::TypeKind;

sql::Type type_of(TypeKind kind, uint32_t size = 0, int16_t scale = 0) {
  sql::Type type;
  type.kind = kind;
  type.size = size;
  type.scale = scale;
  return type;
}
sql::Type interval_type(IntervalField leading, IntervalField trailing) {
  sql::Type type =
      type_of(leading <= IntervalField::Month ? TypeKind::IntervalYearMonth : TypeKind::IntervalDaySecond);
  type.leading = leading;
  type.trailing = trailing;
  return type;
}
sql::Interval months(int64_t n, IntervalField leading, IntervalField trailing) {
  return {.months = n, .year_month = true, .leading = leading, .trailing = trailing};
}
sql::Interval seconds(int64_t n, int32_t nanoseconds, IntervalField leading, IntervalField trailing) {
  return {.seconds = n, .nanoseconds = nanoseconds, .leading = leading, .trailing = trailing};
}

std::string_view strip(std::string_view text) {
  const size_t from = text.find_first_not_of(" \n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \n") - from + 1);
}

// "CHAR,WCHAR 5 | BIT 22003" by C type's name.
std::map<std::string, std::string> expectations(const std::string& row) {
  std::map<std::string, std::string> result;
  std::istringstream cells{row};
  for (std::string cell; std::getline(cells, cell, '|');) {
    const std::string_view text = strip(cell);
    if (text.empty()) continue;
    const size_t gap = text.find(' ');
    std::istringstream names{std::string{text.substr(0, gap)}};
    for (std::string name; std::getline(names, name, ',');) {
      test::c_type_called(name);
      const bool fresh =
          result.emplace(name, gap == std::string_view::npos ? "" : strip(text.substr(gap))).second;
      INFO(name << " stands twice in the row");
      REQUIRE(fresh);
    }
  }
  return result;
}

// NUMERIC is asked for with two digits after the point, intervals with microseconds.
void converts(const sql::Type& type, const sql::Cell& cell, const std::string& row) {
  const auto expected = expectations(row);
  for (const test::CType& c : test::c_types()) {
    INFO(sql::name_of(type) << " to SQL_C_" << c.name);
    const auto found = expected.find(c.name);
    const std::string want = found == expected.end() ? "07006" : found->second;
    test::Asked asked;
    asked.precision = c.code == SQL_C_NUMERIC ? 10 : 6;
    asked.scale = 2;
    CHECK(test::converted(cell, type, c.code, asked) == want);
    CHECK(convertible_to_c(concise_of(type), c.code) == (want != "07006"));
  }
}

}  // namespace

TEST_CASE("to_c: BIT to every C type", "[convert][matrix]") {
  const auto bit = type_of(TypeKind::Bit);
  converts(bit, true,
           R"(CHAR,WCHAR 1 | BIT,STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT 1 | NUMERIC 1.00
    | FLOAT,DOUBLE 1 | BINARY 01)");
  converts(bit, false,
           R"(CHAR,WCHAR 0 | BIT,STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT 0 | NUMERIC 0.00
    | FLOAT,DOUBLE 0 | BINARY 00)");
}

TEST_CASE("to_c: BIGINT to every C type", "[convert][matrix]") {
  const auto bigint = type_of(TypeKind::BigInt);
  converts(bigint, int64_t{1},
           R"(CHAR,WCHAR 1 | BIT,STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT 1
    | NUMERIC 1.00 | FLOAT,DOUBLE 1 | BINARY 0100000000000000
    | YEAR 1y | MONTH 1m | DAY 1d | HOUR 1h | MINUTE 1min | SECOND 1s0)");
  converts(bigint, int64_t{-70000},
           R"(CHAR,WCHAR -70000 | BIT,STINYINT,UTINYINT,SSHORT,USHORT 22003 | SLONG,SBIGINT -70000
    | ULONG,UBIGINT 22003 | NUMERIC -70000.00 | FLOAT,DOUBLE -70000 | BINARY 90EEFEFFFFFFFFFF
    | YEAR -70000y | MONTH -70000m | DAY -70000d | HOUR -70000h | MINUTE -70000min | SECOND -70000s0)");
  converts(bigint, int64_t{255},
           R"(CHAR,WCHAR 255 | BIT,STINYINT 22003 | UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT 255
    | NUMERIC 255.00 | FLOAT,DOUBLE 255 | BINARY FF00000000000000
    | YEAR 255y | MONTH 255m | DAY 255d | HOUR 255h | MINUTE 255min | SECOND 255s0)");
  converts(bigint, INT64_MAX,
           R"(CHAR,WCHAR 9223372036854775807 | BIT,STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG 22003
    | SBIGINT,UBIGINT 9223372036854775807 | NUMERIC 22003 | FLOAT 9.22337e+18 | DOUBLE 9.22337203685478e+18
    | BINARY FFFFFFFFFFFFFF7F | YEAR,MONTH,DAY,HOUR,MINUTE,SECOND 22015)");
  converts(bigint, INT64_MIN,
           R"(CHAR,WCHAR -9223372036854775808 | BIT,STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,UBIGINT 22003
    | SBIGINT -9223372036854775808 | NUMERIC 22003 | FLOAT -9.22337e+18 | DOUBLE -9.22337203685478e+18
    | BINARY 0000000000000080 | YEAR,MONTH,DAY,HOUR,MINUTE,SECOND 22015)");
}

TEST_CASE("to_c: the edges of the integer C types are exact", "[convert][matrix]") {
  const auto bigint = type_of(TypeKind::BigInt);
  const auto at = [&](int64_t value, const char* c) {
    return test::converted(value, bigint, test::c_type_called(c));
  };
  CHECK(at(-128, "STINYINT") == "-128");
  CHECK(at(-129, "STINYINT") == "22003");
  CHECK(at(127, "STINYINT") == "127");
  CHECK(at(128, "STINYINT") == "22003");
  CHECK(at(255, "UTINYINT") == "255");
  CHECK(at(256, "UTINYINT") == "22003");
  CHECK(at(-1, "UTINYINT") == "22003");
  CHECK(at(-32768, "SSHORT") == "-32768");
  CHECK(at(-32769, "SSHORT") == "22003");
  CHECK(at(32768, "SSHORT") == "22003");
  CHECK(at(65535, "USHORT") == "65535");
  CHECK(at(65536, "USHORT") == "22003");
  CHECK(at(-2147483648LL, "SLONG") == "-2147483648");
  CHECK(at(-2147483649LL, "SLONG") == "22003");
  CHECK(at(2147483648LL, "SLONG") == "22003");
  CHECK(at(4294967295LL, "ULONG") == "4294967295");
  CHECK(at(4294967296LL, "ULONG") == "22003");
  CHECK(at(-1, "UBIGINT") == "22003");
}

TEST_CASE("to_c: DOUBLE to every C type", "[convert][matrix]") {
  const auto dbl = type_of(TypeKind::Double);
  converts(
      dbl, 2.75,
      R"(CHAR,WCHAR 2.75 | BIT 22003 | STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT 2 (01S07)
    | NUMERIC 2.75 | FLOAT,DOUBLE 2.75 | BINARY 0000000000000640)");
  converts(
      dbl, -0.5,
      R"(CHAR,WCHAR -0.5 | BIT 22003 | STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT 0 (01S07)
    | NUMERIC -0.50 | FLOAT,DOUBLE -0.5 | BINARY 000000000000E0BF)");
  converts(
      dbl, 1e300,
      R"(CHAR,WCHAR 1e+300 | BIT,STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT,NUMERIC 22003
    | FLOAT 22003 | DOUBLE 1e+300 | BINARY 9C7500883CE4377E)");
  converts(dbl, 0.1,
           R"(CHAR,WCHAR 0.1 | BIT,STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT 0 (01S07)
    | NUMERIC 0.10 | FLOAT,DOUBLE 0.1 | BINARY 9A9999999999B93F)");
}

TEST_CASE("to_c: REAL shows the digits of a float", "[convert][matrix]") {
  const auto real = type_of(TypeKind::Real);
  converts(real, double{0.1F},
           R"(CHAR,WCHAR 0.1 | BIT,STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT 0 (01S07)
    | NUMERIC 0.10 | FLOAT 0.1 | DOUBLE 0.100000001490116 | BINARY CDCCCC3D)");
}

TEST_CASE("to_c: DECIMAL to every C type", "[convert][matrix]") {
  const auto decimal = type_of(TypeKind::Decimal, 30);
  converts(decimal, sql::DecimalView{"18446744073709551615"}, R"(CHAR,WCHAR 18446744073709551615
    | BIT,STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT 22003 | UBIGINT 18446744073709551615 | NUMERIC 22003
    | FLOAT 1.84467e+19 | DOUBLE 1.84467440737096e+19 | BINARY 3138343436373434303733373039353531363135
    | YEAR,MONTH,DAY,HOUR,MINUTE,SECOND 22015)");
  converts(decimal, sql::DecimalView{"-12.345"},
           R"(CHAR,WCHAR -12.345 | BIT,UTINYINT,USHORT,ULONG,UBIGINT 22003
    | STINYINT,SSHORT,SLONG,SBIGINT -12 (01S07) | NUMERIC -12.34 (01S07) | FLOAT,DOUBLE -12.345 | BINARY 2D31322E333435
    | YEAR -12y (01S07) | MONTH -12m (01S07) | DAY -12d (01S07) | HOUR -12h (01S07) | MINUTE -12min (01S07)
    | SECOND -12s345000)");
  converts(decimal, sql::DecimalView{"18446744073709551616"}, R"(CHAR,WCHAR 18446744073709551616
    | BIT,STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT,NUMERIC 22003
    | FLOAT 1.84467e+19 | DOUBLE 1.84467440737096e+19 | BINARY 3138343436373434303733373039353531363136
    | YEAR,MONTH,DAY,HOUR,MINUTE,SECOND 22015)");
}

TEST_CASE("to_c: VARCHAR to every C type, a number's text", "[convert][matrix]") {
  const auto text = type_of(TypeKind::Varchar, 255);
  converts(text, std::string_view{"12.5"}, R"(CHAR,WCHAR 12.5 | BIT 22003
    | STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT 12 (01S07) | NUMERIC 12.50 | FLOAT,DOUBLE 12.5
    | BINARY 31322E35 | DATE,TIME,TIMESTAMP,GUID 22018
    | YEAR,MONTH,DAY,HOUR,MINUTE,YEAR_TO_MONTH,DAY_TO_HOUR,DAY_TO_MINUTE,DAY_TO_SECOND 22018
    | HOUR_TO_MINUTE,HOUR_TO_SECOND,MINUTE_TO_SECOND 22018 | SECOND 12s500000)");
}

TEST_CASE("to_c: VARCHAR to every C type, a text that is nothing else", "[convert][matrix]") {
  const std::string_view refused =
      R"(BIT,STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT,NUMERIC,FLOAT,DOUBLE 22018
    | DATE,TIME,TIMESTAMP,GUID 22018 | YEAR,MONTH,DAY,HOUR,MINUTE,SECOND,YEAR_TO_MONTH,DAY_TO_HOUR,DAY_TO_MINUTE 22018
    | DAY_TO_SECOND,HOUR_TO_MINUTE,HOUR_TO_SECOND,MINUTE_TO_SECOND 22018)";
  for (auto kind : {TypeKind::Varchar, TypeKind::LongVarchar, TypeKind::Null}) {
    converts(type_of(kind), std::string_view{"abc"},
             "CHAR,WCHAR abc | BINARY 616263 | " + std::string{refused});
    converts(type_of(kind), std::string_view{""}, "CHAR,WCHAR | BINARY | " + std::string{refused});
  }
}

TEST_CASE("to_c: VARCHAR to every C type, a date's text", "[convert][matrix]") {
  const std::string rest =
      R"(| BIT,STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT,NUMERIC,FLOAT,DOUBLE,GUID 22018
    | YEAR,MONTH,DAY,HOUR,MINUTE,SECOND,YEAR_TO_MONTH,DAY_TO_HOUR,DAY_TO_MINUTE,DAY_TO_SECOND 22018
    | HOUR_TO_MINUTE,HOUR_TO_SECOND,MINUTE_TO_SECOND 22018)";
  const auto text = type_of(TypeKind::Varchar, 255);
  converts(text, std::string_view{"2022-01-31"},
           R"(CHAR,WCHAR 2022-01-31 | BINARY 323032322D30312D3331 | DATE 2022-01-31
    | TIME 22018 | TIMESTAMP 2022-01-31 00:00:00.000000000)" +
               rest);
  converts(text, std::string_view{"2022-01-31T10:15:30.25Z"}, R"(CHAR,WCHAR 2022-01-31T10:15:30.25Z
    | BINARY 323032322D30312D33315431303A31353A33302E32355A | DATE 2022-01-31 (01S07) | TIME 10:15:30 (01S07)
    | TIMESTAMP 2022-01-31 10:15:30.250000000)" + rest);
  converts(text, std::string_view{"2022-01-31 00:00:00"}, R"(CHAR,WCHAR 2022-01-31 00:00:00
    | BINARY 323032322D30312D33312030303A30303A3030 | DATE 2022-01-31 | TIME 00:00:00
    | TIMESTAMP 2022-01-31 00:00:00.000000000)" + rest);
}

TEST_CASE("to_c: VARCHAR to the other C types that a text can be", "[convert][matrix]") {
  const auto text = type_of(TypeKind::Varchar, 255);
  const auto at = [&](std::string_view value, const char* c) {
    return test::converted(value, text, test::c_type_called(c), {.precision = 6});
  };
  CHECK(at("6F9619FF-8B86-D011-B42D-00C04FC964FF", "GUID") == "6f9619ff-8b86-d011-B42D00C04FC964FF");
  CHECK(at("{6f9619ff-8b86-d011-b42d-00c04fc964ff}", "GUID") == "6f9619ff-8b86-d011-B42D00C04FC964FF");
  CHECK(at("6f9619ff-8b86-d011-b42d-00c04fc964f", "GUID") == "22018");
  CHECK(at("6f9619ff-8b86-d011-b42d-00c04fc964fx", "GUID") == "22018");
  CHECK(at(" \t12.5\n", "SLONG") == "12 (01S07)");
  CHECK(at(" +1.25e1 ", "DOUBLE") == "12.5");
  CHECK(at("1 2", "SLONG") == "22018");
  CHECK(at("0x10", "SLONG") == "22018");
  CHECK(at("1e400", "DOUBLE") == "22003");
  CHECK(at("1e-400", "DOUBLE") == "0");
  CHECK(at("1e39", "FLOAT") == "22003");
  CHECK(at("0.5", "BIT") == "0 (01S07)");
  CHECK(at("-0.5", "BIT") == "22003");
  CHECK(at(" 2022-01-31 ", "DATE") == "2022-01-31");
  CHECK(at(" 10:15 ", "TIME") == "10:15:00");
  CHECK(at("10:15:30", "TIME") == "10:15:30");
  CHECK(at("10:15:30.5", "TIME") == "10:15:30 (01S07)");
  CHECK(at("25:00:00", "TIME") == "22018");
  CHECK(at("2022-02-30", "DATE") == "22018");
  CHECK(at("1-02", "YEAR_TO_MONTH") == "1y2m");
  CHECK(at("-1-02", "MONTH") == "-14m");
  CHECK(at("1-02", "YEAR") == "1y (01S07)");
  CHECK(at("1-12", "YEAR_TO_MONTH") == "22018");
  CHECK(at("3 10:20:30.5", "DAY_TO_SECOND") == "3d10h20min30s500000");
  CHECK(at("3 10:20:30.5", "DAY") == "3d (01S07)");
  CHECK(at("3 10:20", "HOUR_TO_MINUTE") == "82h20min");
  CHECK(at("10:20", "HOUR_TO_MINUTE") == "10h20min");
  CHECK(at("10:20", "MINUTE_TO_SECOND") == "10min20s0");
  CHECK(at("10:20:30", "MINUTE_TO_SECOND") == "620min30s0");
  CHECK(at("3 24:00", "DAY_TO_MINUTE") == "22018");
  CHECK(at("1234567890", "DAY") == "22015");
  CHECK(at("3 10:20:30.5", "YEAR") == "22018");
}

TEST_CASE("to_c: DATE to every C type", "[convert][matrix]") {
  converts(type_of(TypeKind::Date), sql::Date{2022, 1, 31},
           R"(CHAR,WCHAR 2022-01-31 | BINARY E60701001F00 | DATE 2022-01-31
    | TIMESTAMP 2022-01-31 00:00:00.000000000)");
  converts(type_of(TypeKind::Date), sql::Date{9999, 12, 31},
           R"(CHAR,WCHAR 9999-12-31 | BINARY 0F270C001F00 | DATE 9999-12-31
    | TIMESTAMP 9999-12-31 00:00:00.000000000)");
}

TEST_CASE("to_c: TIME to every C type", "[convert][matrix]") {
  const auto before =
      test::converted(sql::Time{}, type_of(TypeKind::Time), SQL_C_TYPE_TIMESTAMP).substr(0, 10);
  converts(type_of(TypeKind::Time),
           sql::Time{10, 15, 30, 0}, R"(CHAR,WCHAR 10:15:30 | BINARY 0A000F001E00 | TIME 10:15:30
    | TIMESTAMP )" + before + " 10:15:30.000000000");
  converts(type_of(TypeKind::Time), sql::Time{10, 15, 30, 250'000'000},
           R"(CHAR,WCHAR 10:15:30.25 | BINARY 0A000F001E00 (01S07)
    | TIME 10:15:30 (01S07) | TIMESTAMP )" +
               before + " 10:15:30.250000000");
}

TEST_CASE("to_c: a TIME becomes a TIMESTAMP of today", "[convert][matrix]") {
  const auto today = [] {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    localtime_r(&now, &parts);
    char text[11];
    std::strftime(text, sizeof text, "%Y-%m-%d", &parts);
    return std::string{text};
  };
  const auto before = today();
  const auto got = test::converted(sql::Time{}, type_of(TypeKind::Time), SQL_C_TYPE_TIMESTAMP).substr(0, 10);
  const auto after = today();
  CHECK((got == before || got == after));
}

TEST_CASE("to_c: TIMESTAMP to every C type", "[convert][matrix]") {
  const auto timestamp = type_of(TypeKind::Timestamp, 0, 3);
  converts(timestamp, sql::Timestamp{{2022, 1, 31}, {10, 15, 30, 250'000'000}},
           R"(CHAR,WCHAR 2022-01-31 10:15:30.25
    | BINARY E60701001F000A000F001E0080B2E60E | DATE 2022-01-31 (01S07) | TIME 10:15:30 (01S07)
    | TIMESTAMP 2022-01-31 10:15:30.250000000)");
  converts(timestamp, sql::Timestamp{{2022, 1, 31}, {}}, R"(CHAR,WCHAR 2022-01-31 00:00:00
    | BINARY E60701001F0000000000000000000000 | DATE 2022-01-31 | TIME 00:00:00
    | TIMESTAMP 2022-01-31 00:00:00.000000000)");
}

TEST_CASE("to_c: VARBINARY to every C type", "[convert][matrix]") {
  for (auto kind : {TypeKind::VarBinary, TypeKind::LongVarBinary}) {
    converts(type_of(kind), sql::BinaryView{{"\x00\x7F\xFF", 3}}, "CHAR,WCHAR 007FFF | BINARY 007FFF");
    converts(type_of(kind), sql::BinaryView{""}, "CHAR,WCHAR | BINARY");
  }
}

TEST_CASE("to_c: GUID to every C type", "[convert][matrix]") {
  converts(type_of(TypeKind::Guid), std::string_view{"6f9619ff-8b86-d011-b42d-00c04fc964ff"}, R"(
    CHAR,WCHAR 6f9619ff-8b86-d011-b42d-00c04fc964ff | BINARY FF19966F868B11D0B42D00C04FC964FF
    | GUID 6f9619ff-8b86-d011-B42D00C04FC964FF)");
  converts(type_of(TypeKind::Guid), std::string_view{"none"}, "CHAR,WCHAR none | BINARY,GUID 22018");
}

TEST_CASE("to_c: year-month intervals to every C type", "[convert][matrix]") {
  const auto Y = IntervalField::Year, M = IntervalField::Month;
  converts(interval_type(Y, M), months(-14, Y, M),
           R"(CHAR,WCHAR -1-02 | BINARY 07000000010000000100000002000000000000000000000000000000
    | YEAR -1y (01S07) | MONTH -14m | YEAR_TO_MONTH -1y2m)");
  converts(interval_type(Y, Y), months(24, Y, Y), R"(CHAR,WCHAR 2
    | STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT 2 | NUMERIC 2.00
    | BINARY 01000000000000000200000000000000000000000000000000000000 | YEAR 2y | MONTH 24m | YEAR_TO_MONTH 2y0m)");
  converts(interval_type(M, M), months(300, M, M), R"(CHAR,WCHAR 300 | STINYINT,UTINYINT 22003
    | SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT 300 | NUMERIC 300.00
    | BINARY 0200000000000000000000002C010000000000000000000000000000 | YEAR 25y | MONTH 300m | YEAR_TO_MONTH 25y0m)");
}

TEST_CASE("to_c: day-time intervals to every C type", "[convert][matrix]") {
  const auto D = IntervalField::Day, H = IntervalField::Hour, S = IntervalField::Second;
  converts(interval_type(D, S), seconds(90061, 500'000'000, D, S), R"(CHAR,WCHAR 1 01:01:01.5
    | BINARY 0A000000000000000100000001000000010000000100000020A10700
    | DAY 1d (01S07) | HOUR 25h (01S07) | MINUTE 1501min (01S07) | SECOND 90061s500000 | DAY_TO_HOUR 1d1h (01S07)
    | DAY_TO_MINUTE 1d1h1min (01S07) | DAY_TO_SECOND 1d1h1min1s500000 | HOUR_TO_MINUTE 25h1min (01S07)
    | HOUR_TO_SECOND 25h1min1s500000 | MINUTE_TO_SECOND 1501min1s500000)");
  converts(interval_type(H, H), seconds(-7200, 0, H, H),
           R"(CHAR,WCHAR -2 | UTINYINT,USHORT,ULONG,UBIGINT 22003
    | STINYINT,SSHORT,SLONG,SBIGINT -2 | NUMERIC -2.00 | BINARY 04000000010000000000000002000000000000000000000000000000
    | DAY 0d (01S07) | HOUR -2h | MINUTE -120min | SECOND -7200s0 | DAY_TO_HOUR -0d2h | DAY_TO_MINUTE -0d2h0min
    | DAY_TO_SECOND -0d2h0min0s0 | HOUR_TO_MINUTE -2h0min | HOUR_TO_SECOND -2h0min0s0 | MINUTE_TO_SECOND -120min0s0)");
  converts(interval_type(S, S), seconds(1, 250'000'000, S, S), R"(CHAR,WCHAR 1.25
    | STINYINT,UTINYINT,SSHORT,USHORT,SLONG,ULONG,SBIGINT,UBIGINT 1 (01S07) | NUMERIC 1.25
    | BINARY 06000000000000000000000000000000000000000100000090D00300
    | DAY 0d (01S07) | HOUR 0h (01S07) | MINUTE 0min (01S07) | SECOND 1s250000 | DAY_TO_HOUR 0d0h (01S07)
    | DAY_TO_MINUTE 0d0h0min (01S07) | DAY_TO_SECOND 0d0h0min1s250000 | HOUR_TO_MINUTE 0h0min (01S07)
    | HOUR_TO_SECOND 0h0min1s250000 | MINUTE_TO_SECOND 0min1s250000)");
}

}  // namespace couch::driver
