#include "driver/info.h"

#include <cstring>

#include "tests/odbc/films.h"

using namespace couch::test;
using couch::driver::info_entries;

namespace {

// What the manager answers by itself.
bool managers_own(SQLUSMALLINT type) { return type == SQL_ODBC_VER || type == SQL_XOPEN_CLI_YEAR; }

}  // namespace

TEST_CASE("SQLGetInfo answers every information type, wide and narrow, with lengths in bytes",
          "[odbc][info]") {
  Films films;
  Connection c{films.environment, films.connection_string("UID=ann;PWD=x;")};
  Connection n{films.environment, films.connection_string("UID=ann;PWD=x;"), true};
  for (const auto& entry : info_entries()) {
    if (managers_own(entry.type)) continue;
    INFO(entry.name);
    unsigned char raw[8192];
    std::memset(raw, 0xAA, sizeof raw);
    SQLSMALLINT length = -1, wide_length = -1;
    REQUIRE_THAT(n(SQLGetInfo(n, entry.type, raw, sizeof raw, &length)), succeeded());
    const auto expected = couch::driver::info(entry.type, nullptr);
    if (!std::holds_alternative<std::string>(expected)) {
      const size_t size = std::holds_alternative<uint16_t>(expected) ? 2 : 4;
      CHECK(static_cast<size_t>(length) == size);
      CHECK(raw[size] == 0xAA);  // not a byte more than the type has
      continue;
    }
    const std::string narrow{reinterpret_cast<char*>(raw)};
    CHECK(narrow.size() == static_cast<size_t>(length));
    char16_t wide[4096] = {};
    REQUIRE_THAT(c(SQLGetInfoW(c, entry.type, wide, sizeof wide, &wide_length)), succeeded());
    CHECK(utf8(wide) == narrow);
    CHECK(static_cast<size_t>(wide_length) == utf16(narrow).size() * sizeof(char16_t));
    if (narrow.size() < 4) continue;
    // A buffer that is too small gets what fits, the whole length, and 01004.
    SQLCHAR small[4] = {};
    CHECK_THAT(n(SQLGetInfo(n, entry.type, small, sizeof small, &length)), warned("01004"));
    CHECK(reinterpret_cast<char*>(small) == narrow.substr(0, 3));
    CHECK(static_cast<size_t>(length) == narrow.size());
    char16_t small_wide[4] = {};
    CHECK_THAT(c(SQLGetInfoW(c, entry.type, small_wide, sizeof small_wide, &wide_length)), warned("01004"));
    CHECK(utf8(small_wide) == narrow.substr(0, 3));
    CHECK(static_cast<size_t>(wide_length) == utf16(narrow).size() * sizeof(char16_t));
    // No buffer at all: only the length.
    CHECK_THAT(c(SQLGetInfoW(c, entry.type, nullptr, 0, &wide_length)), succeeded());
    CHECK(static_cast<size_t>(wide_length) == utf16(narrow).size() * sizeof(char16_t));
  }
}

TEST_CASE("SQLGetInfo: an unknown type is HY096, Microsoft's 180 is 0", "[odbc][info]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  SQLUINTEGER value = 7;
  SQLSMALLINT length = 0;
  CHECK_THAT(c(SQLGetInfo(c, 64999, &value, sizeof value, &length)), failed("HY096"));
  CHECK_THAT(c(SQLGetInfo(c, 180, &value, sizeof value, &length)), succeeded());
  CHECK(value == 0);
}

TEST_CASE("SQLGetInfo says what a client decides by", "[odbc][info]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  CHECK(c.info_text(SQL_IDENTIFIER_QUOTE_CHAR) == "\"");
  CHECK(c.info_text(SQL_DBMS_NAME) == "CouchDB");
  CHECK(c.info_text(SQL_DBMS_VER).substr(0, 10) == "03.05.0000");
  CHECK(c.info_text(SQL_DRIVER_ODBC_VER) == "03.80");
  CHECK(c.info_text(SQL_CATALOG_TERM) == "database");
  CHECK(c.info_text(SQL_SCHEMA_TERM).empty());
  CHECK(c.info_text(SQL_SERVER_NAME) == "127.0.0.1:" + std::to_string(films.couch.port()));
  CHECK((c.info_number(SQL_GETDATA_EXTENSIONS) & SQL_GD_BLOCK) != 0);
  CHECK(c.info_number(SQL_ASYNC_MODE) == SQL_AM_STATEMENT);
  CHECK((c.info_number(SQL_TIMEDATE_FUNCTIONS) & SQL_FN_TD_TIMESTAMPDIFF) != 0);
  CHECK((c.info_number(SQL_STRING_FUNCTIONS) & SQL_FN_STR_UCASE) != 0);
  CHECK((c.info_number(SQL_AGGREGATE_FUNCTIONS) & SQL_AF_COUNT) != 0);
}

// Claims are proved by statements that use them.
TEST_CASE("What SQLGetInfo claims of the language is accepted", "[odbc][info]") {
  Films films;
  Connection c{films.environment, films.connection_string()};
  Statement st{c};
  struct Claim {
    SQLUSMALLINT type;
    SQLUINTEGER bit;
    const char* statement;
  };
  const Claim claims[] = {
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_CONCAT, "SELECT {fn CONCAT('a', 'b')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_INSERT, "SELECT {fn INSERT('abc', 2, 1, 'x')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_LEFT, "SELECT {fn LEFT('abc', 2)}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_LTRIM, "SELECT {fn LTRIM(' a')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_LENGTH, "SELECT {fn LENGTH('abc')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_LOCATE, "SELECT {fn LOCATE('b', 'abc', 1)}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_LOCATE_2, "SELECT {fn LOCATE('b', 'abc')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_LCASE, "SELECT {fn LCASE('A')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_REPEAT, "SELECT {fn REPEAT('a', 3)}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_REPLACE, "SELECT {fn REPLACE('abc', 'b', 'x')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_RIGHT, "SELECT {fn RIGHT('abc', 2)}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_RTRIM, "SELECT {fn RTRIM('a ')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_SUBSTRING, "SELECT {fn SUBSTRING('abc', 2, 1)}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_UCASE, "SELECT {fn UCASE('a')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_ASCII, "SELECT {fn ASCII('a')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_CHAR, "SELECT {fn CHAR(65)}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_DIFFERENCE, "SELECT {fn DIFFERENCE('a', 'b')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_SOUNDEX, "SELECT {fn SOUNDEX('abc')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_SPACE, "SELECT {fn SPACE(3)}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_BIT_LENGTH, "SELECT {fn BIT_LENGTH('abc')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_CHAR_LENGTH, "SELECT {fn CHAR_LENGTH('abc')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_CHARACTER_LENGTH, "SELECT {fn CHARACTER_LENGTH('abc')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_OCTET_LENGTH, "SELECT {fn OCTET_LENGTH('abc')}"},
      {SQL_STRING_FUNCTIONS, SQL_FN_STR_POSITION, "SELECT {fn POSITION('b' IN 'abc')}"},
      {SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_ABS, "SELECT {fn ABS(-1)}"},
      {SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_ATAN2, "SELECT {fn ATAN2(1, 2)}"},
      {SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_MOD, "SELECT {fn MOD(5, 3)}"},
      {SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_PI, "SELECT {fn PI()}"},
      {SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_RAND, "SELECT {fn RAND()}"},
      {SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_ROUND, "SELECT {fn ROUND(1.25, 1)}"},
      {SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_TRUNCATE, "SELECT {fn TRUNCATE(1.25, 1)}"},
      {SQL_NUMERIC_FUNCTIONS, SQL_FN_NUM_POWER, "SELECT {fn POWER(2, 10)}"},
      {SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_NOW, "SELECT {fn NOW()}"},
      {SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_CURDATE, "SELECT {fn CURDATE()}"},
      {SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_DAYNAME, "SELECT {fn DAYNAME({d '2022-01-31'})}"},
      {SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_TIMESTAMPADD,
       "SELECT {fn TIMESTAMPADD(SQL_TSI_DAY, 1, {ts '2022-01-31 10:00:00'})}"},
      {SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_TIMESTAMPDIFF,
       "SELECT {fn TIMESTAMPDIFF(SQL_TSI_DAY, {d '2022-01-01'}, {d '2022-01-31'})}"},
      {SQL_TIMEDATE_FUNCTIONS, SQL_FN_TD_EXTRACT, "SELECT {fn EXTRACT(YEAR FROM {d '2022-01-31'})}"},
      {SQL_SYSTEM_FUNCTIONS, SQL_FN_SYS_IFNULL, "SELECT {fn IFNULL(NULL, 1)}"},
      {SQL_SYSTEM_FUNCTIONS, SQL_FN_SYS_DBNAME, "SELECT {fn DATABASE()}"},
      {SQL_SYSTEM_FUNCTIONS, SQL_FN_SYS_USERNAME, "SELECT {fn USER()}"},
      {SQL_CONVERT_FUNCTIONS, SQL_FN_CVT_CONVERT, "SELECT {fn CONVERT('12', SQL_INTEGER)}"},
      {SQL_CONVERT_FUNCTIONS, SQL_FN_CVT_CAST, "SELECT CAST('12' AS INTEGER)"},
      {SQL_CONVERT_VARCHAR, SQL_CVT_TINYINT, "SELECT {fn CONVERT('12', SQL_TINYINT)}"},
      {SQL_CONVERT_VARCHAR, SQL_CVT_GUID,
       "SELECT {fn CONVERT('0f8fad5b-d9cb-469f-a165-70867728950e', SQL_GUID)}"},
      {SQL_CONVERT_INTEGER, SQL_CVT_WVARCHAR, "SELECT {fn CONVERT(12, SQL_WVARCHAR)}"},
      {SQL_SQL92_VALUE_EXPRESSIONS, SQL_SVE_CASE, "SELECT CASE WHEN 1 = 1 THEN 2 ELSE 3 END"},
      {SQL_SQL92_VALUE_EXPRESSIONS, SQL_SVE_COALESCE, "SELECT COALESCE(NULL, 2)"},
      {SQL_SQL92_VALUE_EXPRESSIONS, SQL_SVE_NULLIF, "SELECT NULLIF(1, 2)"},
      {SQL_SQL92_STRING_FUNCTIONS, SQL_SSF_TRIM_LEADING, "SELECT TRIM(LEADING 'x' FROM 'xa')"},
      {SQL_SQL92_STRING_FUNCTIONS, SQL_SSF_SUBSTRING, "SELECT SUBSTRING('abc' FROM 2 FOR 1)"},
      {SQL_SQL92_PREDICATES, SQL_SP_EXISTS, "SELECT title FROM film WHERE EXISTS (SELECT 1)"},
      {SQL_SQL92_PREDICATES, SQL_SP_QUANTIFIED_COMPARISON,
       "SELECT title FROM film WHERE year >= ALL (SELECT year FROM film)"},
      {SQL_SQL92_PREDICATES, SQL_SP_BETWEEN, "SELECT title FROM film WHERE year BETWEEN 1 AND 2"},
      {SQL_SUBQUERIES, SQL_SQ_CORRELATED_SUBQUERIES,
       "SELECT title FROM film f WHERE year = (SELECT MAX(year) FROM film g WHERE g.title = f.title)"},
      {SQL_UNION, SQL_U_UNION_ALL, "SELECT title FROM film UNION ALL SELECT title FROM film"},
      {SQL_UNION, SQL_U_UNION, "SELECT title FROM film UNION SELECT title FROM film"},
      {SQL_OJ_CAPABILITIES, SQL_OJ_FULL,
       "SELECT f.title FROM {oj film f FULL OUTER JOIN film g ON f._id = g._id}"},
      {SQL_OJ_CAPABILITIES, SQL_OJ_LEFT, "SELECT f.title FROM film f LEFT JOIN film g ON f.year > g.year"},
      {SQL_SQL92_RELATIONAL_JOIN_OPERATORS, SQL_SRJO_NATURAL_JOIN,
       "SELECT title FROM film f NATURAL JOIN (SELECT title FROM film) g"},
      {SQL_AGGREGATE_FUNCTIONS, SQL_AF_DISTINCT, "SELECT COUNT(DISTINCT year) FROM film"},
      {SQL_GROUP_BY, SQL_GB_GROUP_BY_CONTAINS_SELECT, "SELECT year, COUNT(*) FROM film GROUP BY year, title"},
      {SQL_DATETIME_LITERALS, SQL_DL_SQL92_INTERVAL_DAY_TO_SECOND,
       "SELECT INTERVAL '1 10:00:00' DAY TO SECOND"},
      {SQL_DATETIME_LITERALS, SQL_DL_SQL92_DATE, "SELECT DATE '2022-01-31'"},
      {SQL_CATALOG_USAGE, SQL_CU_DML_STATEMENTS, "SELECT title FROM films.film"},
  };
  for (const Claim& claim : claims) {
    INFO(claim.statement);
    const bool claimed = (c.info_number(claim.type) & claim.bit) == claim.bit;
    const Returned returned = st.prepare(claim.statement);
    INFO(returned.text());
    CHECK(SQL_SUCCEEDED(returned.code) == claimed);
    if (claimed && SQL_SUCCEEDED(returned.code)) {
      const Returned executed = st.execute();
      INFO(executed.text());
      CHECK(SQL_SUCCEEDED(executed.code));
    }
    st.close();
  }
}

TEST_CASE("USER() is the user that SQLGetInfo names", "[odbc][info]") {
  Films films;
  Connection c{films.environment, films.connection_string("UID=ann;PWD=x;")};
  Statement st{c};
  REQUIRE(c.info_text(SQL_USER_NAME) == "ann");
  REQUIRE_THAT(st.exec("SELECT {fn USER()}"), succeeded());
  CHECK(st.rows() == std::vector<std::vector<Text>>{{"ann"}});
}
