#include "driver/types.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "driver/convert/convert.h"
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

// "VARCHAR -9/-9/0 size 255 digits - octets 510 display 255 radix 0 precision 0.0"
std::string facts(const sql::Type& type) {
  const TypeFacts f = facts_of(type);
  return fmt::format("{} {}/{}/{} size {} digits {} octets {} display {} radix {} precision {}.{}",
                     f.type_name, f.concise, f.verbose, f.datetime_sub, f.column_size,
                     f.has_decimal_digits ? fmt::format("{}", f.decimal_digits) : "-", f.octet_length,
                     f.display_size, f.num_prec_radix, f.precision, f.scale);
}

std::string interval(SQLSMALLINT code, uint32_t leading, int16_t fraction) {
  sql::Type type = type_from_odbc(code, 0, fraction);
  type.size = leading;
  return facts(type);
}

}  // namespace

TEST_CASE("facts_of: every type's codes, sizes and digits", "[types]") {
  CHECK(facts(type_of(TypeKind::Null)) ==
        "VARCHAR -9/-9/0 size 255 digits - octets 510 display 255 radix 0 precision 0.0");
  CHECK(facts(type_of(TypeKind::Bit)) ==
        "BIT -7/-7/0 size 1 digits - octets 1 display 1 radix 0 precision 0.0");
  CHECK(facts(type_of(TypeKind::SmallInt)) ==
        "SMALLINT 5/5/0 size 5 digits 0 octets 2 display 6 radix 10 precision 5.0");
  CHECK(facts(type_of(TypeKind::Integer)) ==
        "INTEGER 4/4/0 size 10 digits 0 octets 4 display 11 radix 10 precision 10.0");
  CHECK(facts(type_of(TypeKind::BigInt)) ==
        "BIGINT -5/-5/0 size 19 digits 0 octets 8 display 20 radix 10 precision 19.0");
  CHECK(facts(type_of(TypeKind::Real)) ==
        "REAL 7/7/0 size 24 digits - octets 4 display 14 radix 2 precision 24.0");
  CHECK(facts(type_of(TypeKind::Double)) ==
        "DOUBLE 8/8/0 size 53 digits - octets 8 display 24 radix 2 precision 53.0");
  CHECK(facts(type_of(TypeKind::Decimal, 10, 3)) ==
        "DECIMAL 3/3/0 size 10 digits 3 octets 12 display 12 radix 10 precision 10.3");
  CHECK(facts(type_of(TypeKind::Decimal)) ==
        "DECIMAL 3/3/0 size 38 digits 0 octets 40 display 40 radix 10 precision 38.0");
  CHECK(facts(type_of(TypeKind::Date)) ==
        "DATE 91/9/1 size 10 digits - octets 6 display 10 radix 0 precision 0.0");
  CHECK(facts(type_of(TypeKind::Time)) ==
        "TIME 92/9/2 size 8 digits 0 octets 6 display 8 radix 0 precision 0.0");
  CHECK(facts(type_of(TypeKind::Time, 0, 3)) ==
        "TIME 92/9/2 size 12 digits 3 octets 6 display 12 radix 0 precision 3.0");
  CHECK(facts(type_of(TypeKind::Timestamp)) ==
        "TIMESTAMP 93/9/3 size 19 digits 0 octets 16 display 19 radix 0 precision 0.0");
  CHECK(facts(type_of(TypeKind::Timestamp, 0, 9)) ==
        "TIMESTAMP 93/9/3 size 29 digits 9 octets 16 display 29 radix 0 precision 9.0");
  CHECK(facts(type_of(TypeKind::Varchar, 300)) ==
        "VARCHAR -9/-9/0 size 300 digits - octets 600 display 300 radix 0 precision 0.0");
  CHECK(facts(type_of(TypeKind::LongVarchar, 5000)) ==
        "LONGVARCHAR -10/-10/0 size 5000 digits - octets 10000 display 5000 radix 0 precision 0.0");
  CHECK(facts(type_of(TypeKind::LongVarchar)) ==
        "LONGVARCHAR -10/-10/0 size 65536 digits - octets 131072 display 65536 radix 0 precision 0.0");
  CHECK(facts(type_of(TypeKind::VarBinary, 16)) ==
        "VARBINARY -3/-3/0 size 16 digits - octets 16 display 32 radix 0 precision 0.0");
  CHECK(facts(type_of(TypeKind::LongVarBinary, 16)) ==
        "LONGVARBINARY -4/-4/0 size 16 digits - octets 16 display 32 radix 0 precision 0.0");
  CHECK(facts(type_of(TypeKind::Guid)) ==
        "GUID -11/-11/0 size 36 digits - octets 16 display 36 radix 0 precision 0.0");
}

TEST_CASE("facts_of: intervals are as long as Appendix D counts them", "[types]") {
  const char* const rest = " radix 0 precision ";
  CHECK(interval(SQL_INTERVAL_YEAR, 4, 0) ==
        std::string("INTERVAL YEAR 101/10/1 size 4 digits - octets 28 display 5") + rest + "0.0");
  CHECK(interval(SQL_INTERVAL_YEAR_TO_MONTH, 4, 0) ==
        std::string("INTERVAL YEAR TO MONTH 107/10/7 size 7 digits - octets 28 display 8") + rest + "0.0");
  CHECK(interval(SQL_INTERVAL_DAY_TO_HOUR, 2, 0) ==
        std::string("INTERVAL DAY TO HOUR 108/10/8 size 5 digits - octets 28 display 6") + rest + "0.0");
  CHECK(interval(SQL_INTERVAL_DAY_TO_MINUTE, 2, 0) ==
        std::string("INTERVAL DAY TO MINUTE 109/10/9 size 8 digits - octets 28 display 9") + rest + "0.0");
  CHECK(interval(SQL_INTERVAL_DAY_TO_SECOND, 2, 0) ==
        std::string("INTERVAL DAY TO SECOND 110/10/10 size 11 digits 0 octets 28 display 12") + rest + "0.0");
  CHECK(interval(SQL_INTERVAL_DAY_TO_SECOND, 2, 6) ==
        std::string("INTERVAL DAY TO SECOND 110/10/10 size 18 digits 6 octets 28 display 19") + rest + "6.0");
  CHECK(interval(SQL_INTERVAL_HOUR_TO_SECOND, 2, 6) ==
        std::string("INTERVAL HOUR TO SECOND 112/10/12 size 15 digits 6 octets 28 display 16") + rest +
            "6.0");
  CHECK(interval(SQL_INTERVAL_MINUTE_TO_SECOND, 2, 6) ==
        std::string("INTERVAL MINUTE TO SECOND 113/10/13 size 12 digits 6 octets 28 display 13") + rest +
            "6.0");
  CHECK(interval(SQL_INTERVAL_SECOND, 2, 6) ==
        std::string("INTERVAL SECOND 106/10/6 size 9 digits 6 octets 28 display 10") + rest + "6.0");
}

TEST_CASE("facts_of: text is searchable with LIKE and case sensitive, the rest is not", "[types]") {
  for (auto kind : {TypeKind::Null, TypeKind::Varchar, TypeKind::LongVarchar}) {
    CHECK(facts_of(type_of(kind)).searchable == SQL_PRED_SEARCHABLE);
    CHECK(facts_of(type_of(kind)).case_sensitive);
    CHECK(facts_of(type_of(kind, 10)).char_octet_length == (kind == TypeKind::Null ? 510 : 20));
  }
  for (auto kind : {TypeKind::Bit, TypeKind::BigInt, TypeKind::Double, TypeKind::Date, TypeKind::VarBinary,
                    TypeKind::Guid}) {
    CHECK(facts_of(type_of(kind)).searchable == SQL_PRED_BASIC);
    CHECK_FALSE(facts_of(type_of(kind)).case_sensitive);
  }
  CHECK(facts_of(type_of(TypeKind::BigInt)).is_signed);
  CHECK_FALSE(facts_of(type_of(TypeKind::Varchar)).is_signed);
  CHECK(facts_of(type_of(TypeKind::BigInt)).char_octet_length == 0);
}

TEST_CASE("type_from_odbc: every SQL code, ODBC 2's too, becomes a type that is described alike", "[types]") {
  const auto back = [](SQLSMALLINT code) { return concise_of(type_from_odbc(code, 10, 3)); };
  for (const auto& type : test::sql_types()) {
    INFO(type.name);
    const SQLSMALLINT code = type.code;
    SQLSMALLINT expected = code;
    if (code == SQL_CHAR || code == SQL_VARCHAR || code == SQL_WCHAR) expected = SQL_WVARCHAR;
    if (code == SQL_LONGVARCHAR) expected = SQL_WLONGVARCHAR;
    if (code == SQL_TINYINT) expected = SQL_SMALLINT;
    if (code == SQL_NUMERIC) expected = SQL_DECIMAL;
    if (code == SQL_FLOAT) expected = SQL_DOUBLE;
    if (code == SQL_BINARY) expected = SQL_VARBINARY;
    CHECK(back(code) == expected);
    CHECK(is_sql_type(code));
    CHECK(is_c_type(default_c_type(code)));
    CHECK(convertible_to_c(code, default_c_type(code)));
    CHECK(facts_of(type_from_odbc(code, 10, 3)).concise == expected);
  }
  CHECK(back(SQL_DATE) == SQL_TYPE_DATE);
  CHECK(back(SQL_TIME) == SQL_TYPE_TIME);
  CHECK(back(SQL_TIMESTAMP) == SQL_TYPE_TIMESTAMP);
  CHECK(test::outcome([&] { return std::to_string(back(1234)); }) == "HY004");
  CHECK_FALSE(is_sql_type(SQL_UNKNOWN_TYPE));
  CHECK_FALSE(is_sql_type(1234));
}

TEST_CASE("type_from_odbc: sizes and digits", "[types]") {
  CHECK(type_from_odbc(SQL_WVARCHAR, 20, 0).size == 20);
  CHECK(type_from_odbc(SQL_WVARCHAR, 2147483647, 0).size == 0);  // unlimited
  CHECK(type_from_odbc(SQL_WVARCHAR, static_cast<SQLULEN>(SQL_NO_TOTAL), 0).size == 0);
  CHECK(type_from_odbc(SQL_DECIMAL, 10, 3).scale == 3);
  CHECK(type_from_odbc(SQL_TYPE_TIMESTAMP, 23, 3).scale == 3);
  const auto interval = type_from_odbc(SQL_INTERVAL_DAY_TO_SECOND, 0, 6);
  CHECK(interval.kind == TypeKind::IntervalDaySecond);
  CHECK(interval.leading == IntervalField::Day);
  CHECK(interval.trailing == IntervalField::Second);
  CHECK(interval.scale == 6);
}

TEST_CASE("default_c_type and fixed_size_of", "[types]") {
  CHECK(default_c_type(SQL_WVARCHAR) == SQL_C_WCHAR);
  CHECK(default_c_type(SQL_VARCHAR) == SQL_C_CHAR);
  CHECK(default_c_type(SQL_DECIMAL) == SQL_C_CHAR);
  CHECK(default_c_type(SQL_BIGINT) == SQL_C_SBIGINT);
  CHECK(default_c_type(SQL_BIGINT, false) == SQL_C_UBIGINT);
  CHECK(default_c_type(SQL_TINYINT, false) == SQL_C_UTINYINT);
  CHECK(default_c_type(SQL_DECIMAL, false) == SQL_C_CHAR);
  CHECK(default_c_type(SQL_DATE) == SQL_C_DATE);
  CHECK(default_c_type(SQL_INTERVAL_DAY) == SQL_C_INTERVAL_DAY);
  CHECK(fixed_size_of(SQL_C_CHAR) == 0);
  CHECK(fixed_size_of(SQL_C_BINARY) == 0);
  CHECK(fixed_size_of(SQL_C_SBIGINT) == 8);
  CHECK(fixed_size_of(SQL_C_NUMERIC) == sizeof(SQL_NUMERIC_STRUCT));
  CHECK(fixed_size_of(SQL_C_TIMESTAMP) == 16);
  CHECK(fixed_size_of(SQL_C_INTERVAL_SECOND) == sizeof(SQL_INTERVAL_STRUCT));
}

}  // namespace couch::driver
