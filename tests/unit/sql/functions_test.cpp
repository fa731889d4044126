#include "sql/functions.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <set>

#include "sqlite_shop.h"

using namespace couch::sql;
using couch::sql::test::SqliteShop;

namespace {

std::string value(const std::string& expression) {
  SqliteShop shop;
  try {
    return shop.value(expression);
  } catch (const Error& e) {
    return std::string{"error: "} + e.what() + " in " + shop.sql;
  }
}

ErrorKind fails(const std::string& expression) {
  SqliteShop shop;
  try {
    std::string result = shop.value(expression);
    FAIL(expression << " gave " << result);
  } catch (const Error& e) {
    return e.kind();
  }
  return ErrorKind::Engine;
}

// Every value of the table's arguments, so that each function can be called once.
std::string sample(Accepts accepts) {
  switch (accepts) {
    case Accepts::Any:
    case Accepts::Text:
    case Accepts::Chosen:
    case Accepts::Compared: return "'1'";
    case Accepts::Number:
    case Accepts::Integer:
    case Accepts::Summable: return "1";
    case Accepts::Condition: return "TRUE";
    case Accepts::Date:
    case Accepts::Time:
    case Accepts::Datetime: return "TIMESTAMP '2022-03-04 05:06:07'";
    case Accepts::Field: return "'DAY'";
    case Accepts::Path: return "'$.a'";
  }
  return {};
}

}  // namespace

TEST_CASE("Every function of the table runs, with as few and as many arguments as it takes", "[functions]") {
  for (const Function& f : functions()) {
    if (f.name == "EXTRACT" || f.name == "POSITION" || f.name == "GROUPING")
      continue;  // syntax of their own, tested below
    for (int count : {int{f.least}, std::min<int>(f.most, f.least + 3)}) {
      std::string call = std::string{f.name} + '(';
      for (int i = 0; i < count; ++i) call += (i > 0 ? ", " : "") + sample(f.accepts[std::min(i, 3)]);
      call += ')';
      if (f.name == "TRIM" && count == 3) continue;
      if (f.kind == FunctionKind::Window) call += " OVER (ORDER BY 1)";
      bool niladic =
          f.name.starts_with("CURRENT_") || f.name.starts_with("LOCAL") || f.name.ends_with("_USER");
      if (niladic) call = f.name;
      INFO(call);
      CHECK_FALSE(value(call).starts_with("error"));
    }
  }
}

TEST_CASE("All scalar functions of ODBC's Appendix E are there under their names", "[functions]") {
  const std::set<std::string_view> odbc{
      "ASCII",         "BIT_LENGTH", "CHAR",         "CHAR_LENGTH",  "CHARACTER_LENGTH",
      "CONCAT",        "DIFFERENCE", "INSERT",       "LCASE",        "LEFT",
      "LENGTH",        "LOCATE",     "LTRIM",        "OCTET_LENGTH", "POSITION",
      "REPEAT",        "REPLACE",    "RIGHT",        "RTRIM",        "SOUNDEX",
      "SPACE",         "SUBSTRING",  "UCASE",        "ABS",          "ACOS",
      "ASIN",          "ATAN",       "ATAN2",        "CEILING",      "COS",
      "COT",           "DEGREES",    "EXP",          "FLOOR",        "LOG",
      "LOG10",         "MOD",        "PI",           "POWER",        "RADIANS",
      "RAND",          "ROUND",      "SIGN",         "SIN",          "SQRT",
      "TAN",           "TRUNCATE",   "CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP",
      "CURDATE",       "CURTIME",    "DAYNAME",      "DAYOFMONTH",   "DAYOFWEEK",
      "DAYOFYEAR",     "EXTRACT",    "HOUR",         "MINUTE",       "MONTH",
      "MONTHNAME",     "NOW",        "QUARTER",      "SECOND",       "TIMESTAMPADD",
      "TIMESTAMPDIFF", "WEEK",       "YEAR",         "DATABASE",     "USER",
      "IFNULL"};
  std::set<std::string_view> named;
  for (const Function& f : functions()) {
    if (!f.odbc.empty() && f.kind == FunctionKind::Scalar) named.insert(f.odbc);
  }
  CHECK(named == odbc);
  for (std::string_view name : odbc) {
    REQUIRE(find_function(name));
    CHECK(find_function(name)->odbc == name);
  }
}

TEST_CASE("String functions count characters from 1", "[functions]") {
  CHECK(value("LEFT('\xF0\x9F\x98\x80"
              "bc', 2), RIGHT('ab\xC3\xA9', 1), SUBSTRING('abcdef', 2, 3), SUBSTRING('abc' FROM 0 FOR 2), "
              "SUBSTR('abc', 2), SUBSTRING('abc', 5)") ==
        "\xF0\x9F\x98\x80"
        "b|\xC3\xA9|bcd|a|bc|");
  CHECK(value("LOCATE('b', 'abcb'), LOCATE('b', 'abcb', 3), POSITION('z' IN 'abc'), LOCATE('', 'abc'), "
              "INSTR('abc', 'c'), LOCATE('c', 'abc', 9)") == "2|4|0|1|3|0");
  CHECK(value("LENGTH('ab  '), CHAR_LENGTH('ab  '), OCTET_LENGTH('\xC3\xA9'), BIT_LENGTH('ab'), {fn "
              "LENGTH('x ')}") == "2|4|2|16|1");
  CHECK(value("INSERT('abcdef', 2, 3, 'X'), INSERT('abc', 9, 1, 'X'), OVERLAY('abcdef' PLACING 'XY' FROM 3), "
              "REPLACE('aXbX', 'X', 'yy'), REPEAT('ab', 3)") == "aXef|abc|abXYef|ayybyy|ababab");
  CHECK(value("TRIM('  a '), TRIM(LEADING 'x' FROM 'xxaxx'), TRIM(TRAILING FROM 'a '), TRIM(BOTH 'x' FROM "
              "'xax'), LTRIM('  a') || '|', RTRIM('a  ') || '|', TRIM('xx')") == "a|axx|a|a|a||a||xx");
  CHECK(value("UCASE('stra\xC3\x9F"
              "e'), LOWER('\xC3\x87'), UPPER('\xC3\xA7'), INITCAP('hello world')") ==
        "STRASSE|\xC3\xA7|\xC3\x87|Hello World");
  CHECK(value("ASCII('A'), CHAR(65), CHAR(128512), ASCII(''), SPACE(2) || 'x', CONCAT('a', 1), "
              "CONCAT_WS('-', 'a', NULL, 'b')") == "65|A|\xF0\x9F\x98\x80|0|  x|a1|a-b");
  CHECK(value("SOUNDEX('Robert'), SOUNDEX('Rupert'), DIFFERENCE('Robert', 'Rupert'), SOUNDEX('Ashcraft'), "
              "SOUNDEX('')") == "R163|R163|4|A261|");
  CHECK(value("LPAD('7', 3, '0'), RPAD('ab', 5, 'xy'), LPAD('abc', 2), REVERSE('a\xC3\xA9z')") ==
        "007|abxyx|ab|z\xC3\xA9"
        "a");
  CHECK(value("UPPER(NULL), LEFT('a', NULL), 'a' || NULL") == "~|~|~");
  CHECK(fails("SUBSTRING('a', 1, -1)") == ErrorKind::OutOfRange);
  CHECK(fails("REPEAT('abc', 1000000000)") == ErrorKind::OutOfRange);
  CHECK(fails("CHAR(55296)") == ErrorKind::OutOfRange);
}

TEST_CASE("Numeric functions", "[functions]") {
  CHECK(value("ABS(-5), ABS(-2.5), SIGN(-3), MOD(7, 3), MOD(-7, 3), CEILING(1.2), FLOOR(-1.2), ROUND(2.675, "
              "2), ROUND(1250, -2), TRUNCATE(-2.79, 1), ROUND(-2.5)") ==
        "5|2.5|-1|1|-1|2|-2|2.68|1300|-2.7|-3");
  CHECK(value("POWER(2, 10), SQRT(16), EXP(0), LOG(1), LOG10(1000), PI() > 3.14, DEGREES(PI()), "
              "ROUND(RADIANS(180), 3), ATAN2(0, 1), COT(1) > 0.64") == "1024|4|1|0|3|true|180|3.142|0|true");
  CHECK(value("RAND(5) = RAND(5), RAND() < 1, GREATEST(1, 3, 2), LEAST(1, NULL)") == "true|true|3|~");
  CHECK(fails("SQRT(-1)") == ErrorKind::OutOfRange);
  CHECK(fails("LOG(0)") == ErrorKind::OutOfRange);
  CHECK(fails("ACOS(2)") == ErrorKind::OutOfRange);
  CHECK(fails("EXP(1000)") == ErrorKind::OutOfRange);
  CHECK(fails("ABS(-9223372036854775807 - 1)") == ErrorKind::OutOfRange);
}

TEST_CASE("Dates and times", "[functions]") {
  CHECK(value("CURRENT_DATE, CURRENT_TIME, CURRENT_TIMESTAMP, {fn NOW()}, CURRENT_TIMESTAMP(3), CURDATE()") ==
        "2024-02-29|12:34:56|2024-02-29 12:34:56|2024-02-29 12:34:56|2024-02-29 12:34:56.789|2024-02-29");
  CHECK(value("YEAR(d), QUARTER(d), MONTH(d), WEEK(d), DAYOFMONTH(d), DAYOFWEEK(d), DAYOFYEAR(d), "
              "DAYNAME(d), MONTHNAME(d), LAST_DAY(d) "
              "FROM (SELECT DATE '2022-05-01' AS d) AS t") == "2022|2|5|19|1|1|121|Sunday|May|2022-05-31");
  CHECK(value("HOUR(t), MINUTE(t), SECOND(t), EXTRACT(HOUR FROM t), EXTRACT(SECOND FROM t) FROM (SELECT TIME "
              "'10:11:12.5' AS t) AS x") == "10|11|12|10|12.5");
  CHECK(value("EXTRACT(YEAR FROM TIMESTAMP '2022-05-01 10:00:00'), EXTRACT(EPOCH FROM DATE '1970-01-02'), "
              "HOUR('2022-05-01 10:00'), YEAR('2022-05-01')") == "2022|86400|10|2022");
  CHECK(value("TIMESTAMPADD(SQL_TSI_MONTH, 1, DATE '2022-01-31'), TIMESTAMPADD(SQL_TSI_SECOND, -1, TIMESTAMP "
              "'2022-01-01 00:00:00'), {fn TIMESTAMPADD(SQL_TSI_FRAC_SECOND, 5, "
              "TIMESTAMP '2022-01-01 00:00:00')}") ==
        "2022-02-28 00:00:00|2021-12-31 23:59:59|2022-01-01 00:00:00.000000005");
  CHECK(
      value("TIMESTAMPDIFF(SQL_TSI_DAY, DATE '2022-01-01', DATE '2022-03-01'), TIMESTAMPDIFF(SQL_TSI_MONTH, "
            "DATE '2022-01-31', DATE '2022-02-28'), "
            "TIMESTAMPDIFF(SQL_TSI_YEAR, DATE '2022-06-01', DATE '2020-06-02'), TIMESTAMPDIFF(SQL_TSI_HOUR, "
            "TIMESTAMP '2022-01-01 00:30:00', TIMESTAMP '2022-01-01 02:00:00')") == "59|0|-1|1");
  CHECK(value("DATE_TRUNC('month', DATE '2022-05-17'), DATE_TRUNC('hour', TIMESTAMP '2022-05-17 "
              "10:11:12.5'), DATE_TRUNC('week', DATE '2022-05-17')") ==
        "2022-05-01|2022-05-17 10:00:00|2022-05-16");
  CHECK(value("DATE '2022-01-31' + INTERVAL '1' MONTH, DATE '2022-01-31' - INTERVAL '1' DAY, TIMESTAMP "
              "'2022-01-01 00:00:00' + INTERVAL '1 02:03:04.5' DAY TO SECOND, "
              "DATE '2022-01-01' + INTERVAL '36' HOUR, TIME '23:00:00' + INTERVAL '2' HOUR, INTERVAL '2' DAY "
              "+ DATE '2022-01-01'") ==
        "2022-02-28|2022-01-30|2022-01-02 02:03:04.5|2022-01-02 12:00:00|01:00:00|2022-01-03");
  CHECK(value("DATE '2022-03-01' - DATE '2022-02-01', TIMESTAMP '2022-01-02 01:00:00' - TIMESTAMP "
              "'2022-01-01 00:00:00', INTERVAL '1' DAY * 3, INTERVAL '1-6' YEAR TO MONTH / 2") ==
        "28|1 01:00:00|3|0-09");
  CHECK(fails("TIMESTAMPADD(SQL_TSI_YEAR, 9000, DATE '2022-01-01')") == ErrorKind::DatetimeOverflow);
  CHECK(fails("DATE '9999-12-31' + INTERVAL '1' DAY") == ErrorKind::DatetimeOverflow);
  CHECK(fails("YEAR('soon')") == ErrorKind::InvalidDatetime);
}

TEST_CASE("JSON functions find values in place", "[functions]") {
  CHECK(value("JSON_VALUE(j, '$.a'), JSON_VALUE(j, '$.b[1]'), JSON_VALUE(j, '$.b[last].c'), JSON_QUERY(j, "
              "'$.b[2]'), JSON_VALUE(j, '$.\"x y\"'), JSON_VALUE(j, '$.b'), "
              "JSON_VALUE(j, '$.n'), JSON_EXISTS(j, '$.n'), JSON_EXISTS(j, '$.zz'), JSON_QUERY(j, '$.a') "
              "FROM (SELECT '{\"a\": 123456789012345678901234567890, \"b\": [1, \"t\\u0041\", {\"c\":true}], "
              "\"x y\": \"q\", \"n\": null}' AS j) AS t") ==
        "123456789012345678901234567890|tA|true|{\"c\":true}|q|~|~|true|false|~");
  CHECK(value("JSON_VALUE('no json', '$.a'), JSON_VALUE('{\"a\":1,\"a\":2}', '$.a'), JSON_VALUE('[1', "
              "'$[0]'), JSON_VALUE('5', '$'), JSON_VALUE('5', 'lax $[0]')") == "~|2|~|5|5");
  CHECK(fails("JSON_VALUE('{}', 'a.b')") == ErrorKind::WrongArguments);
  std::string deep(200000, '[');
  CHECK(value("JSON_VALUE('" + deep + "', '$[0]')") == "~");
  CHECK(value("JSON_EXISTS('" + deep + std::string(200000, ']') + "', '$[0][0]')") == "true");
}

TEST_CASE("Regular expressions are ICU's, bounded in time", "[functions]") {
  CHECK(value("'Ann' REGEXP '^A', 'ann' REGEXP '^A', 'a\xC3\xA9' REGEXP '^a.$', 'x' REGEXP NULL") ==
        "true|false|true|~");
  CHECK(fails("'a' REGEXP '('") == ErrorKind::InvalidPattern);
  CHECK(fails("'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' REGEXP '^(a+)+$b'") == ErrorKind::InvalidPattern);
}

TEST_CASE("Wrong calls say what is wrong", "[functions]") {
  CHECK(fails("LEFT('a')") == ErrorKind::WrongArguments);
  CHECK(fails("NOSUCH(1)") == ErrorKind::UnknownFunction);
  CHECK(fails("UPPER(DISTINCT 'a')") == ErrorKind::WrongArguments);
  CHECK(fails("ROW_NUMBER()") == ErrorKind::WrongArguments);
  CHECK(fails("UPPER('a') OVER ()") == ErrorKind::WrongArguments);
  CHECK(fails("ABS('x')") == ErrorKind::TypeMismatch);
  CHECK(fails("ABS(DATE '2022-01-01')") == ErrorKind::WrongArguments);
}
