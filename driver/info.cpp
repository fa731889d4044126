#include "driver/info.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "driver/capabilities.h"
#include "driver/odbc_error.h"
#include "driver/session.h"
#include "sql/coercion.h"
#include "sql/functions.h"
#include "sql/parser.h"
#include "version.h"

#ifndef SQL_RETURN_ESCAPE_CLAUSE
#define SQL_RETURN_ESCAPE_CLAUSE 180  // Microsoft's; clients that ask for it give up on HY096
#endif
#ifndef SQL_DTC_TRANSITION_COST
#define SQL_DTC_TRANSITION_COST 1750
#endif

namespace couch::driver {
namespace {

constexpr uint16_t u16(long value) { return static_cast<uint16_t>(value); }
constexpr uint32_t u32(long value) { return static_cast<uint32_t>(value); }
constexpr std::string_view yes = "Y", no = "N", none = "";
constexpr std::string_view flag(bool value) { return value ? yes : no; }

// ---- functions, from sql/functions.h

struct FunctionBit {
  SQLUSMALLINT type;
  std::string_view name;  // as ODBC 3.8's Appendix E spells it
  long bit;
};
// clang-format off
constexpr FunctionBit function_bits[] = {
    {SQL_STRING_FUNCTIONS, "CONCAT", SQL_FN_STR_CONCAT}, {SQL_STRING_FUNCTIONS, "INSERT", SQL_FN_STR_INSERT},
    {SQL_STRING_FUNCTIONS, "LEFT", SQL_FN_STR_LEFT}, {SQL_STRING_FUNCTIONS, "LTRIM", SQL_FN_STR_LTRIM},
    {SQL_STRING_FUNCTIONS, "LENGTH", SQL_FN_STR_LENGTH}, {SQL_STRING_FUNCTIONS, "LOCATE", SQL_FN_STR_LOCATE | SQL_FN_STR_LOCATE_2},
    {SQL_STRING_FUNCTIONS, "LCASE", SQL_FN_STR_LCASE}, {SQL_STRING_FUNCTIONS, "REPEAT", SQL_FN_STR_REPEAT},
    {SQL_STRING_FUNCTIONS, "REPLACE", SQL_FN_STR_REPLACE}, {SQL_STRING_FUNCTIONS, "RIGHT", SQL_FN_STR_RIGHT},
    {SQL_STRING_FUNCTIONS, "RTRIM", SQL_FN_STR_RTRIM}, {SQL_STRING_FUNCTIONS, "SUBSTRING", SQL_FN_STR_SUBSTRING},
    {SQL_STRING_FUNCTIONS, "UCASE", SQL_FN_STR_UCASE}, {SQL_STRING_FUNCTIONS, "ASCII", SQL_FN_STR_ASCII},
    {SQL_STRING_FUNCTIONS, "CHAR", SQL_FN_STR_CHAR}, {SQL_STRING_FUNCTIONS, "DIFFERENCE", SQL_FN_STR_DIFFERENCE},
    {SQL_STRING_FUNCTIONS, "SOUNDEX", SQL_FN_STR_SOUNDEX}, {SQL_STRING_FUNCTIONS, "SPACE", SQL_FN_STR_SPACE},
    {SQL_STRING_FUNCTIONS, "BIT_LENGTH", SQL_FN_STR_BIT_LENGTH}, {SQL_STRING_FUNCTIONS, "CHAR_LENGTH", SQL_FN_STR_CHAR_LENGTH},
    {SQL_STRING_FUNCTIONS, "CHARACTER_LENGTH", SQL_FN_STR_CHARACTER_LENGTH}, {SQL_STRING_FUNCTIONS, "OCTET_LENGTH", SQL_FN_STR_OCTET_LENGTH},
    {SQL_STRING_FUNCTIONS, "POSITION", SQL_FN_STR_POSITION},
    {SQL_NUMERIC_FUNCTIONS, "ABS", SQL_FN_NUM_ABS}, {SQL_NUMERIC_FUNCTIONS, "ACOS", SQL_FN_NUM_ACOS},
    {SQL_NUMERIC_FUNCTIONS, "ASIN", SQL_FN_NUM_ASIN}, {SQL_NUMERIC_FUNCTIONS, "ATAN", SQL_FN_NUM_ATAN},
    {SQL_NUMERIC_FUNCTIONS, "ATAN2", SQL_FN_NUM_ATAN2}, {SQL_NUMERIC_FUNCTIONS, "CEILING", SQL_FN_NUM_CEILING},
    {SQL_NUMERIC_FUNCTIONS, "COS", SQL_FN_NUM_COS}, {SQL_NUMERIC_FUNCTIONS, "COT", SQL_FN_NUM_COT},
    {SQL_NUMERIC_FUNCTIONS, "EXP", SQL_FN_NUM_EXP}, {SQL_NUMERIC_FUNCTIONS, "FLOOR", SQL_FN_NUM_FLOOR},
    {SQL_NUMERIC_FUNCTIONS, "LOG", SQL_FN_NUM_LOG}, {SQL_NUMERIC_FUNCTIONS, "MOD", SQL_FN_NUM_MOD},
    {SQL_NUMERIC_FUNCTIONS, "SIGN", SQL_FN_NUM_SIGN}, {SQL_NUMERIC_FUNCTIONS, "SIN", SQL_FN_NUM_SIN},
    {SQL_NUMERIC_FUNCTIONS, "SQRT", SQL_FN_NUM_SQRT}, {SQL_NUMERIC_FUNCTIONS, "TAN", SQL_FN_NUM_TAN},
    {SQL_NUMERIC_FUNCTIONS, "PI", SQL_FN_NUM_PI}, {SQL_NUMERIC_FUNCTIONS, "RAND", SQL_FN_NUM_RAND},
    {SQL_NUMERIC_FUNCTIONS, "DEGREES", SQL_FN_NUM_DEGREES}, {SQL_NUMERIC_FUNCTIONS, "LOG10", SQL_FN_NUM_LOG10},
    {SQL_NUMERIC_FUNCTIONS, "POWER", SQL_FN_NUM_POWER}, {SQL_NUMERIC_FUNCTIONS, "RADIANS", SQL_FN_NUM_RADIANS},
    {SQL_NUMERIC_FUNCTIONS, "ROUND", SQL_FN_NUM_ROUND}, {SQL_NUMERIC_FUNCTIONS, "TRUNCATE", SQL_FN_NUM_TRUNCATE},
    {SQL_TIMEDATE_FUNCTIONS, "NOW", SQL_FN_TD_NOW}, {SQL_TIMEDATE_FUNCTIONS, "CURDATE", SQL_FN_TD_CURDATE},
    {SQL_TIMEDATE_FUNCTIONS, "DAYOFMONTH", SQL_FN_TD_DAYOFMONTH}, {SQL_TIMEDATE_FUNCTIONS, "DAYOFWEEK", SQL_FN_TD_DAYOFWEEK},
    {SQL_TIMEDATE_FUNCTIONS, "DAYOFYEAR", SQL_FN_TD_DAYOFYEAR}, {SQL_TIMEDATE_FUNCTIONS, "MONTH", SQL_FN_TD_MONTH},
    {SQL_TIMEDATE_FUNCTIONS, "QUARTER", SQL_FN_TD_QUARTER}, {SQL_TIMEDATE_FUNCTIONS, "WEEK", SQL_FN_TD_WEEK},
    {SQL_TIMEDATE_FUNCTIONS, "YEAR", SQL_FN_TD_YEAR}, {SQL_TIMEDATE_FUNCTIONS, "CURTIME", SQL_FN_TD_CURTIME},
    {SQL_TIMEDATE_FUNCTIONS, "HOUR", SQL_FN_TD_HOUR}, {SQL_TIMEDATE_FUNCTIONS, "MINUTE", SQL_FN_TD_MINUTE},
    {SQL_TIMEDATE_FUNCTIONS, "SECOND", SQL_FN_TD_SECOND}, {SQL_TIMEDATE_FUNCTIONS, "TIMESTAMPADD", SQL_FN_TD_TIMESTAMPADD},
    {SQL_TIMEDATE_FUNCTIONS, "TIMESTAMPDIFF", SQL_FN_TD_TIMESTAMPDIFF}, {SQL_TIMEDATE_FUNCTIONS, "DAYNAME", SQL_FN_TD_DAYNAME},
    {SQL_TIMEDATE_FUNCTIONS, "MONTHNAME", SQL_FN_TD_MONTHNAME}, {SQL_TIMEDATE_FUNCTIONS, "CURRENT_DATE", SQL_FN_TD_CURRENT_DATE},
    {SQL_TIMEDATE_FUNCTIONS, "CURRENT_TIME", SQL_FN_TD_CURRENT_TIME},
    {SQL_TIMEDATE_FUNCTIONS, "CURRENT_TIMESTAMP", SQL_FN_TD_CURRENT_TIMESTAMP}, {SQL_TIMEDATE_FUNCTIONS, "EXTRACT", SQL_FN_TD_EXTRACT},
    {SQL_SYSTEM_FUNCTIONS, "DATABASE", SQL_FN_SYS_DBNAME}, {SQL_SYSTEM_FUNCTIONS, "IFNULL", SQL_FN_SYS_IFNULL},
    {SQL_SYSTEM_FUNCTIONS, "USER", SQL_FN_SYS_USERNAME},
    {SQL_AGGREGATE_FUNCTIONS, "AVG", SQL_AF_AVG}, {SQL_AGGREGATE_FUNCTIONS, "COUNT", SQL_AF_COUNT | SQL_AF_DISTINCT | SQL_AF_ALL},
    {SQL_AGGREGATE_FUNCTIONS, "MAX", SQL_AF_MAX}, {SQL_AGGREGATE_FUNCTIONS, "MIN", SQL_AF_MIN}, {SQL_AGGREGATE_FUNCTIONS, "SUM", SQL_AF_SUM},
    {SQL_SQL92_DATETIME_FUNCTIONS, "CURRENT_DATE", SQL_SDF_CURRENT_DATE}, {SQL_SQL92_DATETIME_FUNCTIONS, "CURRENT_TIME", SQL_SDF_CURRENT_TIME},
    {SQL_SQL92_DATETIME_FUNCTIONS, "CURRENT_TIMESTAMP", SQL_SDF_CURRENT_TIMESTAMP},
    {SQL_SQL92_NUMERIC_VALUE_FUNCTIONS, "BIT_LENGTH", SQL_SNVF_BIT_LENGTH}, {SQL_SQL92_NUMERIC_VALUE_FUNCTIONS, "CHAR_LENGTH", SQL_SNVF_CHAR_LENGTH},
    {SQL_SQL92_NUMERIC_VALUE_FUNCTIONS, "CHARACTER_LENGTH", SQL_SNVF_CHARACTER_LENGTH},
    {SQL_SQL92_NUMERIC_VALUE_FUNCTIONS, "EXTRACT", SQL_SNVF_EXTRACT}, {SQL_SQL92_NUMERIC_VALUE_FUNCTIONS, "OCTET_LENGTH", SQL_SNVF_OCTET_LENGTH},
    {SQL_SQL92_NUMERIC_VALUE_FUNCTIONS, "POSITION", SQL_SNVF_POSITION},
    {SQL_SQL92_STRING_FUNCTIONS, "LOWER", SQL_SSF_LOWER}, {SQL_SQL92_STRING_FUNCTIONS, "UPPER", SQL_SSF_UPPER},
    {SQL_SQL92_STRING_FUNCTIONS, "SUBSTRING", SQL_SSF_SUBSTRING},
    {SQL_SQL92_STRING_FUNCTIONS, "TRIM", SQL_SSF_TRIM_BOTH | SQL_SSF_TRIM_LEADING | SQL_SSF_TRIM_TRAILING},
    {SQL_SQL92_VALUE_EXPRESSIONS, "COALESCE", SQL_SVE_COALESCE}, {SQL_SQL92_VALUE_EXPRESSIONS, "NULLIF", SQL_SVE_NULLIF},
};
// clang-format on

template <SQLUSMALLINT type>
InfoValue functions_of(const Session*) {
  // CASE and CAST are syntax, not functions.
  long bits = type == SQL_SQL92_VALUE_EXPRESSIONS ? SQL_SVE_CASE | SQL_SVE_CAST : 0;
  for (const FunctionBit& f : function_bits) {
    if (f.type == type && sql::find_function(f.name)) bits |= f.bit;
  }
  return u32(bits);
}

template <long all>
InfoValue intervals_of(std::string_view function) {
  return sql::find_function(function) ? u32(all) : 0u;
}
constexpr long all_intervals = SQL_FN_TSI_FRAC_SECOND | SQL_FN_TSI_SECOND | SQL_FN_TSI_MINUTE |
                               SQL_FN_TSI_HOUR | SQL_FN_TSI_DAY | SQL_FN_TSI_WEEK | SQL_FN_TSI_MONTH |
                               SQL_FN_TSI_QUARTER | SQL_FN_TSI_YEAR;

// ---- conversions, from the language's CAST

struct Convertible {
  SQLUSMALLINT type;  // SQL_CONVERT_…
  long bit;           // SQL_CVT_…
  sql::TypeKind kind;
};
using enum sql::TypeKind;
constexpr Convertible convertibles[] = {
    {SQL_CONVERT_BIGINT, SQL_CVT_BIGINT, BigInt},
    {SQL_CONVERT_BINARY, SQL_CVT_BINARY, VarBinary},
    {SQL_CONVERT_BIT, SQL_CVT_BIT, Bit},
    {SQL_CONVERT_CHAR, SQL_CVT_CHAR, Varchar},
    {SQL_CONVERT_DATE, SQL_CVT_DATE, Date},
    {SQL_CONVERT_DECIMAL, SQL_CVT_DECIMAL, Decimal},
    {SQL_CONVERT_DOUBLE, SQL_CVT_DOUBLE, Double},
    {SQL_CONVERT_FLOAT, SQL_CVT_FLOAT, Double},
    {SQL_CONVERT_INTEGER, SQL_CVT_INTEGER, Integer},
    {SQL_CONVERT_LONGVARCHAR, SQL_CVT_LONGVARCHAR, LongVarchar},
    {SQL_CONVERT_NUMERIC, SQL_CVT_NUMERIC, Decimal},
    {SQL_CONVERT_REAL, SQL_CVT_REAL, Real},
    {SQL_CONVERT_SMALLINT, SQL_CVT_SMALLINT, SmallInt},
    {SQL_CONVERT_TIME, SQL_CVT_TIME, Time},
    {SQL_CONVERT_TIMESTAMP, SQL_CVT_TIMESTAMP, Timestamp},
    {SQL_CONVERT_TINYINT, SQL_CVT_TINYINT, SmallInt},
    {SQL_CONVERT_VARBINARY, SQL_CVT_VARBINARY, VarBinary},
    {SQL_CONVERT_VARCHAR, SQL_CVT_VARCHAR, Varchar},
    {SQL_CONVERT_LONGVARBINARY, SQL_CVT_LONGVARBINARY, LongVarBinary},
    {SQL_CONVERT_WCHAR, SQL_CVT_WCHAR, Varchar},
    {SQL_CONVERT_INTERVAL_DAY_TIME, SQL_CVT_INTERVAL_DAY_TIME, IntervalDaySecond},
    {SQL_CONVERT_INTERVAL_YEAR_MONTH, SQL_CVT_INTERVAL_YEAR_MONTH, IntervalYearMonth},
    {SQL_CONVERT_WLONGVARCHAR, SQL_CVT_WLONGVARCHAR, LongVarchar},
    {SQL_CONVERT_WVARCHAR, SQL_CVT_WVARCHAR, Varchar},
    {SQL_CONVERT_GUID, SQL_CVT_GUID, Guid},
};

sql::Type sample(sql::TypeKind kind) {
  sql::Type type{.kind = kind, .size = 20};
  if (kind == IntervalYearMonth)
    type.leading = sql::IntervalField::Year, type.trailing = sql::IntervalField::Month;
  if (kind == IntervalDaySecond)
    type.leading = sql::IntervalField::Day, type.trailing = sql::IntervalField::Second;
  return type;
}

template <SQLUSMALLINT from>
InfoValue conversions_of(const Session*) {
  const auto& source = *std::ranges::find(convertibles, from, &Convertible::type);
  long bits = 0;
  for (const Convertible& target : convertibles) {
    if (sql::castable(sample(source.kind), sample(target.kind))) bits |= target.bit;
  }
  return u32(bits);
}

// ---- of a connection

// ODBC's form of a version: ##.##.####
std::string odbc_version(std::string_view version) {
  int part[3] = {};
  const char* at = version.data();
  const char* const end = at + version.size();
  for (int& n : part) {
    const auto [next, error] = std::from_chars(at, end, n);
    if (error != std::errc{}) break;
    at = next == end ? next : next + 1;
  }
  return fmt::format("{:02}.{:02}.{:04}", part[0], part[1], part[2]);
}

InfoValue data_source_name(const Session* session) {
  return session ? session->settings().dsn : std::string{};
}
InfoValue server_name(const Session* session) { return session ? session->server() : std::string{}; }
InfoValue product_name(const Session* session) {
  return session ? session->product() : std::string{"CouchDB"};
}
InfoValue product_version(const Session* session) {
  return session ? odbc_version(session->version()) + " " + session->version() : std::string{};
}
InfoValue user_name(const Session* session) {
  return session ? session->settings().endpoint.user : std::string{};
}
InfoValue read_only(const Session* session) {
  return std::string{flag(!capabilities.writes || (session && session->settings().sql.read_only))};
}
InfoValue driver_version(const Session*) {
  return odbc_version(COUCHDBODBC_VERSION) + " " COUCHDBODBC_VERSION;
}
InfoValue collation(const Session* session) {
  return std::string{session && session->settings().sql.collation == sql::CollationKind::Binary ? "UTF-8"
                                                                                                : "ICU root"};
}

// The parser's reserved words that are not ODBC's own.
InfoValue keywords(const Session*) {
  std::set<std::string_view> odbc;
  for (std::string_view rest = SQL_ODBC_KEYWORDS; !rest.empty();) {
    const size_t comma = rest.find(',');
    std::string_view word = rest.substr(0, comma);
    while (word.starts_with(' ')) word.remove_prefix(1);
    odbc.insert(word);
    rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
  }
  std::string list;
  for (const std::string_view word : sql::reserved_words()) {
    if (odbc.contains(word)) continue;
    if (!list.empty()) list += ',';
    list += word;
  }
  return list;
}

constexpr long datetime_literals =
    SQL_DL_SQL92_DATE | SQL_DL_SQL92_TIME | SQL_DL_SQL92_TIMESTAMP | SQL_DL_SQL92_INTERVAL_YEAR |
    SQL_DL_SQL92_INTERVAL_MONTH | SQL_DL_SQL92_INTERVAL_DAY | SQL_DL_SQL92_INTERVAL_HOUR |
    SQL_DL_SQL92_INTERVAL_MINUTE | SQL_DL_SQL92_INTERVAL_SECOND | SQL_DL_SQL92_INTERVAL_YEAR_TO_MONTH |
    SQL_DL_SQL92_INTERVAL_DAY_TO_HOUR | SQL_DL_SQL92_INTERVAL_DAY_TO_MINUTE |
    SQL_DL_SQL92_INTERVAL_DAY_TO_SECOND | SQL_DL_SQL92_INTERVAL_HOUR_TO_MINUTE |
    SQL_DL_SQL92_INTERVAL_HOUR_TO_SECOND | SQL_DL_SQL92_INTERVAL_MINUTE_TO_SECOND;
constexpr long predicates = SQL_SP_ISNOTNULL | SQL_SP_ISNULL | SQL_SP_LIKE | SQL_SP_IN | SQL_SP_BETWEEN |
                            SQL_SP_COMPARISON |
                            (capabilities.subqueries ? SQL_SP_EXISTS | SQL_SP_QUANTIFIED_COMPARISON : 0);
constexpr long subqueries = !capabilities.subqueries ? 0
                                                     : SQL_SQ_COMPARISON | SQL_SQ_EXISTS | SQL_SQ_IN |
                                                           SQL_SQ_QUANTIFIED | SQL_SQ_CORRELATED_SUBQUERIES;
constexpr long outer_joins = !capabilities.joins
                                 ? 0
                                 : SQL_OJ_LEFT | SQL_OJ_RIGHT | SQL_OJ_FULL | SQL_OJ_NESTED |
                                       SQL_OJ_NOT_ORDERED | SQL_OJ_INNER | SQL_OJ_ALL_COMPARISON_OPS;
constexpr long join_operators =
    !capabilities.joins
        ? 0
        : SQL_SRJO_CROSS_JOIN | SQL_SRJO_FULL_OUTER_JOIN | SQL_SRJO_INNER_JOIN | SQL_SRJO_LEFT_OUTER_JOIN |
              SQL_SRJO_NATURAL_JOIN | SQL_SRJO_RIGHT_OUTER_JOIN |
              (capabilities.set_operations ? SQL_SRJO_EXCEPT_JOIN | SQL_SRJO_INTERSECT_JOIN : 0);

constexpr long forward_only_1 = SQL_CA1_NEXT | SQL_CA1_LOCK_NO_CHANGE | SQL_CA1_POS_POSITION |
                                SQL_CA1_POS_UPDATE | SQL_CA1_POS_DELETE | SQL_CA1_POS_REFRESH |
                                SQL_CA1_POSITIONED_UPDATE | SQL_CA1_POSITIONED_DELETE |
                                SQL_CA1_SELECT_FOR_UPDATE | SQL_CA1_BULK_ADD;
constexpr long forward_only_2 = SQL_CA2_READ_ONLY_CONCURRENCY | SQL_CA2_OPT_ROWVER_CONCURRENCY |
                                SQL_CA2_MAX_ROWS_SELECT | SQL_CA2_MAX_ROWS_CATALOG |
                                SQL_CA2_SIMULATE_NON_UNIQUE | SQL_CA2_SIMULATE_TRY_UNIQUE |
                                SQL_CA2_SIMULATE_UNIQUE;

#define INFO(id) SQL_##id, "SQL_" #id
// clang-format off
constexpr std::array table{
    InfoEntry{INFO(MAX_DRIVER_CONNECTIONS), u16(0)},
    InfoEntry{INFO(MAX_CONCURRENT_ACTIVITIES), u16(0)},
    InfoEntry{INFO(DATA_SOURCE_NAME), data_source_name},
    InfoEntry{INFO(DRIVER_NAME), std::string_view{"libcouchdbodbc.so"}},
    InfoEntry{INFO(DRIVER_VER), driver_version},
    InfoEntry{INFO(FETCH_DIRECTION), u32(SQL_FD_FETCH_NEXT)},
    InfoEntry{INFO(ODBC_API_CONFORMANCE), u16(SQL_OAC_LEVEL1)},
    InfoEntry{INFO(ODBC_VER), std::string_view{"03.80"}},
    InfoEntry{INFO(ROW_UPDATES), no},
    InfoEntry{INFO(ODBC_SAG_CLI_CONFORMANCE), u16(SQL_OSCC_COMPLIANT)},
    InfoEntry{INFO(SERVER_NAME), server_name},
    InfoEntry{INFO(SEARCH_PATTERN_ESCAPE), std::string_view{"\\"}},
    InfoEntry{INFO(ODBC_SQL_CONFORMANCE), u16(SQL_OSC_MINIMUM)},
    InfoEntry{INFO(DATABASE_NAME), [](const Session*) -> InfoValue { return std::string{}; }},  // see info()
    InfoEntry{INFO(DBMS_NAME), product_name},
    InfoEntry{INFO(DBMS_VER), product_version},
    InfoEntry{INFO(ACCESSIBLE_TABLES), no},  // databases are listed that the user may not read
    InfoEntry{INFO(ACCESSIBLE_PROCEDURES), no},
    InfoEntry{INFO(PROCEDURES), yes},
    InfoEntry{INFO(CONCAT_NULL_BEHAVIOR), u16(SQL_CB_NULL)},
    InfoEntry{INFO(CURSOR_COMMIT_BEHAVIOR), u16(SQL_CB_PRESERVE)},
    InfoEntry{INFO(CURSOR_ROLLBACK_BEHAVIOR), u16(capabilities.transactions ? SQL_CB_CLOSE : SQL_CB_PRESERVE)},
    InfoEntry{INFO(DATA_SOURCE_READ_ONLY), read_only},
    InfoEntry{INFO(DEFAULT_TXN_ISOLATION), u32(capabilities.transactions ? SQL_TXN_READ_COMMITTED : 0)},
    InfoEntry{INFO(EXPRESSIONS_IN_ORDERBY), yes},
    InfoEntry{INFO(IDENTIFIER_CASE), u16(SQL_IC_MIXED)},
    InfoEntry{INFO(IDENTIFIER_QUOTE_CHAR), std::string_view{"\""}},
    InfoEntry{INFO(MAX_COLUMN_NAME_LEN), u16(0)},
    InfoEntry{INFO(MAX_CURSOR_NAME_LEN), u16(128)},
    InfoEntry{INFO(MAX_SCHEMA_NAME_LEN), u16(0)},
    InfoEntry{INFO(MAX_PROCEDURE_NAME_LEN), u16(0)},
    InfoEntry{INFO(MAX_CATALOG_NAME_LEN), u16(0)},
    InfoEntry{INFO(MAX_TABLE_NAME_LEN), u16(0)},
    InfoEntry{INFO(MULT_RESULT_SETS), yes},  // of parameter arrays
    InfoEntry{INFO(MULTIPLE_ACTIVE_TXN), flag(capabilities.transactions)},
    InfoEntry{INFO(OUTER_JOINS), flag(capabilities.joins)},
    InfoEntry{INFO(SCHEMA_TERM), none},
    InfoEntry{INFO(PROCEDURE_TERM), std::string_view{"procedure"}},
    InfoEntry{INFO(CATALOG_NAME_SEPARATOR), std::string_view{"."}},
    InfoEntry{INFO(CATALOG_TERM), std::string_view{"database"}},
    InfoEntry{INFO(SCROLL_CONCURRENCY), u32(SQL_SCCO_READ_ONLY | SQL_SCCO_OPT_ROWVER)},
    InfoEntry{INFO(SCROLL_OPTIONS), u32(SQL_SO_FORWARD_ONLY)},
    InfoEntry{INFO(TABLE_TERM), std::string_view{"table"}},
    InfoEntry{INFO(TXN_CAPABLE), u16(capabilities.transactions ? SQL_TC_DML : SQL_TC_NONE)},
    InfoEntry{INFO(USER_NAME), user_name},
    InfoEntry{INFO(CONVERT_FUNCTIONS), u32(SQL_FN_CVT_CONVERT | SQL_FN_CVT_CAST)},
    InfoEntry{INFO(NUMERIC_FUNCTIONS), functions_of<SQL_NUMERIC_FUNCTIONS>},
    InfoEntry{INFO(STRING_FUNCTIONS), functions_of<SQL_STRING_FUNCTIONS>},
    InfoEntry{INFO(SYSTEM_FUNCTIONS), functions_of<SQL_SYSTEM_FUNCTIONS>},
    InfoEntry{INFO(TIMEDATE_FUNCTIONS), functions_of<SQL_TIMEDATE_FUNCTIONS>},
    InfoEntry{INFO(CONVERT_BIGINT), conversions_of<SQL_CONVERT_BIGINT>},
    InfoEntry{INFO(CONVERT_BINARY), conversions_of<SQL_CONVERT_BINARY>},
    InfoEntry{INFO(CONVERT_BIT), conversions_of<SQL_CONVERT_BIT>},
    InfoEntry{INFO(CONVERT_CHAR), conversions_of<SQL_CONVERT_CHAR>},
    InfoEntry{INFO(CONVERT_DATE), conversions_of<SQL_CONVERT_DATE>},
    InfoEntry{INFO(CONVERT_DECIMAL), conversions_of<SQL_CONVERT_DECIMAL>},
    InfoEntry{INFO(CONVERT_DOUBLE), conversions_of<SQL_CONVERT_DOUBLE>},
    InfoEntry{INFO(CONVERT_FLOAT), conversions_of<SQL_CONVERT_FLOAT>},
    InfoEntry{INFO(CONVERT_INTEGER), conversions_of<SQL_CONVERT_INTEGER>},
    InfoEntry{INFO(CONVERT_LONGVARCHAR), conversions_of<SQL_CONVERT_LONGVARCHAR>},
    InfoEntry{INFO(CONVERT_NUMERIC), conversions_of<SQL_CONVERT_NUMERIC>},
    InfoEntry{INFO(CONVERT_REAL), conversions_of<SQL_CONVERT_REAL>},
    InfoEntry{INFO(CONVERT_SMALLINT), conversions_of<SQL_CONVERT_SMALLINT>},
    InfoEntry{INFO(CONVERT_TIME), conversions_of<SQL_CONVERT_TIME>},
    InfoEntry{INFO(CONVERT_TIMESTAMP), conversions_of<SQL_CONVERT_TIMESTAMP>},
    InfoEntry{INFO(CONVERT_TINYINT), conversions_of<SQL_CONVERT_TINYINT>},
    InfoEntry{INFO(CONVERT_VARBINARY), conversions_of<SQL_CONVERT_VARBINARY>},
    InfoEntry{INFO(CONVERT_VARCHAR), conversions_of<SQL_CONVERT_VARCHAR>},
    InfoEntry{INFO(CONVERT_LONGVARBINARY), conversions_of<SQL_CONVERT_LONGVARBINARY>},
    InfoEntry{INFO(TXN_ISOLATION_OPTION), u32(capabilities.transactions ? SQL_TXN_READ_COMMITTED : 0)},
    InfoEntry{INFO(INTEGRITY), no},
    InfoEntry{INFO(CORRELATION_NAME), u16(SQL_CN_ANY)},
    InfoEntry{INFO(NON_NULLABLE_COLUMNS), u16(SQL_NNC_NULL)},
    InfoEntry{INFO(DRIVER_ODBC_VER), std::string_view{"03.80"}},
    InfoEntry{INFO(LOCK_TYPES), u32(SQL_LCK_NO_CHANGE)},
    InfoEntry{INFO(POS_OPERATIONS), u32(SQL_POS_POSITION | SQL_POS_REFRESH | SQL_POS_UPDATE | SQL_POS_DELETE | SQL_POS_ADD)},
    InfoEntry{INFO(POSITIONED_STATEMENTS), u32(SQL_PS_POSITIONED_DELETE | SQL_PS_POSITIONED_UPDATE | SQL_PS_SELECT_FOR_UPDATE)},
    InfoEntry{INFO(GETDATA_EXTENSIONS), u32(SQL_GD_ANY_COLUMN | SQL_GD_ANY_ORDER | SQL_GD_BLOCK | SQL_GD_BOUND)},
    InfoEntry{INFO(BOOKMARK_PERSISTENCE), u32(0)},
    InfoEntry{INFO(STATIC_SENSITIVITY), u32(0)},
    InfoEntry{INFO(FILE_USAGE), u16(SQL_FILE_NOT_SUPPORTED)},
    InfoEntry{INFO(NULL_COLLATION), u16(SQL_NC_LOW)},
    InfoEntry{INFO(ALTER_TABLE), u32(capabilities.ddl ? SQL_AT_ADD_COLUMN_SINGLE | SQL_AT_ADD_COLUMN_DEFAULT : 0)},
    InfoEntry{INFO(COLUMN_ALIAS), yes},
    InfoEntry{INFO(GROUP_BY), u16(SQL_GB_GROUP_BY_CONTAINS_SELECT)},
    InfoEntry{INFO(KEYWORDS), keywords},
    InfoEntry{INFO(ORDER_BY_COLUMNS_IN_SELECT), no},
    InfoEntry{INFO(SCHEMA_USAGE), u32(0)},
    InfoEntry{INFO(CATALOG_USAGE), u32(SQL_CU_DML_STATEMENTS | (capabilities.ddl ? SQL_CU_TABLE_DEFINITION | SQL_CU_INDEX_DEFINITION : 0))},
    InfoEntry{INFO(QUOTED_IDENTIFIER_CASE), u16(SQL_IC_SENSITIVE)},
    InfoEntry{INFO(SPECIAL_CHARACTERS), std::string_view{"$"}},
    InfoEntry{INFO(SUBQUERIES), u32(subqueries)},
    InfoEntry{INFO(UNION), u32(capabilities.set_operations ? SQL_U_UNION | SQL_U_UNION_ALL : 0)},
    InfoEntry{INFO(MAX_COLUMNS_IN_GROUP_BY), u16(0)},
    InfoEntry{INFO(MAX_COLUMNS_IN_INDEX), u16(0)},
    InfoEntry{INFO(MAX_COLUMNS_IN_ORDER_BY), u16(0)},
    InfoEntry{INFO(MAX_COLUMNS_IN_SELECT), u16(0)},
    InfoEntry{INFO(MAX_COLUMNS_IN_TABLE), u16(0)},
    InfoEntry{INFO(MAX_INDEX_SIZE), u32(0)},
    InfoEntry{INFO(MAX_ROW_SIZE_INCLUDES_LONG), yes},
    InfoEntry{INFO(MAX_ROW_SIZE), u32(0)},
    InfoEntry{INFO(MAX_STATEMENT_LEN), u32(sql::max_statement_bytes)},
    InfoEntry{INFO(MAX_TABLES_IN_SELECT), u16(capabilities.joins ? 0 : 1)},
    InfoEntry{INFO(MAX_USER_NAME_LEN), u16(0)},
    InfoEntry{INFO(MAX_CHAR_LITERAL_LEN), u32(0)},
    InfoEntry{INFO(TIMEDATE_ADD_INTERVALS), [](const Session*) -> InfoValue { return intervals_of<all_intervals>("TIMESTAMPADD"); }},
    InfoEntry{INFO(TIMEDATE_DIFF_INTERVALS), [](const Session*) -> InfoValue { return intervals_of<all_intervals>("TIMESTAMPDIFF"); }},
    InfoEntry{INFO(NEED_LONG_DATA_LEN), no},
    InfoEntry{INFO(MAX_BINARY_LITERAL_LEN), u32(0)},
    InfoEntry{INFO(LIKE_ESCAPE_CLAUSE), yes},
    InfoEntry{INFO(CATALOG_LOCATION), u16(SQL_CL_START)},
    InfoEntry{INFO(OJ_CAPABILITIES), u32(outer_joins)},
    InfoEntry{INFO(ACTIVE_ENVIRONMENTS), u16(0)},
    InfoEntry{INFO(ALTER_DOMAIN), u32(0)},
    // Entry level has INSERT, UPDATE, DELETE and CREATE.
    InfoEntry{INFO(SQL_CONFORMANCE), u32(capabilities.writes && capabilities.ddl ? SQL_SC_SQL92_ENTRY : 0)},
    InfoEntry{INFO(DATETIME_LITERALS), u32(datetime_literals)},
    InfoEntry{INFO(BATCH_ROW_COUNT), u32(0)},
    InfoEntry{INFO(BATCH_SUPPORT), u32(0)},
    InfoEntry{INFO(CONVERT_WCHAR), conversions_of<SQL_CONVERT_WCHAR>},
    InfoEntry{INFO(CONVERT_INTERVAL_DAY_TIME), conversions_of<SQL_CONVERT_INTERVAL_DAY_TIME>},
    InfoEntry{INFO(CONVERT_INTERVAL_YEAR_MONTH), conversions_of<SQL_CONVERT_INTERVAL_YEAR_MONTH>},
    InfoEntry{INFO(CONVERT_WLONGVARCHAR), conversions_of<SQL_CONVERT_WLONGVARCHAR>},
    InfoEntry{INFO(CONVERT_WVARCHAR), conversions_of<SQL_CONVERT_WVARCHAR>},
    InfoEntry{INFO(CREATE_ASSERTION), u32(0)},
    InfoEntry{INFO(CREATE_CHARACTER_SET), u32(0)},
    InfoEntry{INFO(CREATE_COLLATION), u32(0)},
    InfoEntry{INFO(CREATE_DOMAIN), u32(0)},
    InfoEntry{INFO(CREATE_SCHEMA), u32(0)},
    InfoEntry{INFO(CREATE_TABLE), u32(capabilities.ddl ? SQL_CT_CREATE_TABLE | SQL_CT_TABLE_CONSTRAINT | SQL_CT_COLUMN_CONSTRAINT | SQL_CT_COLUMN_DEFAULT : 0)},
    InfoEntry{INFO(CREATE_TRANSLATION), u32(0)},
    InfoEntry{INFO(CREATE_VIEW), u32(0)},
    InfoEntry{INFO(DROP_ASSERTION), u32(0)},
    InfoEntry{INFO(DROP_CHARACTER_SET), u32(0)},
    InfoEntry{INFO(DROP_COLLATION), u32(0)},
    InfoEntry{INFO(DROP_DOMAIN), u32(0)},
    InfoEntry{INFO(DROP_SCHEMA), u32(0)},
    InfoEntry{INFO(DROP_TABLE), u32(capabilities.ddl ? SQL_DT_DROP_TABLE : 0)},
    InfoEntry{INFO(DROP_TRANSLATION), u32(0)},
    InfoEntry{INFO(DROP_VIEW), u32(0)},
    InfoEntry{INFO(DYNAMIC_CURSOR_ATTRIBUTES1), u32(0)},
    InfoEntry{INFO(DYNAMIC_CURSOR_ATTRIBUTES2), u32(0)},
    InfoEntry{INFO(FORWARD_ONLY_CURSOR_ATTRIBUTES1), u32(forward_only_1)},
    InfoEntry{INFO(FORWARD_ONLY_CURSOR_ATTRIBUTES2), u32(forward_only_2)},
    InfoEntry{INFO(INDEX_KEYWORDS), u32(SQL_IK_NONE)},
    InfoEntry{INFO(INFO_SCHEMA_VIEWS), u32(0)},
    InfoEntry{INFO(KEYSET_CURSOR_ATTRIBUTES1), u32(0)},
    InfoEntry{INFO(KEYSET_CURSOR_ATTRIBUTES2), u32(0)},
    InfoEntry{INFO(ODBC_INTERFACE_CONFORMANCE), u32(SQL_OIC_CORE)},
    InfoEntry{INFO(PARAM_ARRAY_ROW_COUNTS), u32(SQL_PARC_NO_BATCH)},
    InfoEntry{INFO(PARAM_ARRAY_SELECTS), u32(SQL_PAS_BATCH)},
    InfoEntry{INFO(SQL92_DATETIME_FUNCTIONS), functions_of<SQL_SQL92_DATETIME_FUNCTIONS>},
    InfoEntry{INFO(SQL92_FOREIGN_KEY_DELETE_RULE), u32(0)},
    InfoEntry{INFO(SQL92_FOREIGN_KEY_UPDATE_RULE), u32(0)},
    InfoEntry{INFO(SQL92_GRANT), u32(0)},
    InfoEntry{INFO(SQL92_NUMERIC_VALUE_FUNCTIONS), functions_of<SQL_SQL92_NUMERIC_VALUE_FUNCTIONS>},
    InfoEntry{INFO(SQL92_PREDICATES), u32(predicates)},
    InfoEntry{INFO(SQL92_RELATIONAL_JOIN_OPERATORS), u32(join_operators)},
    InfoEntry{INFO(SQL92_REVOKE), u32(0)},
    InfoEntry{INFO(SQL92_ROW_VALUE_CONSTRUCTOR), u32(0)},
    InfoEntry{INFO(SQL92_STRING_FUNCTIONS), functions_of<SQL_SQL92_STRING_FUNCTIONS>},
    InfoEntry{INFO(SQL92_VALUE_EXPRESSIONS), functions_of<SQL_SQL92_VALUE_EXPRESSIONS>},
    InfoEntry{INFO(STANDARD_CLI_CONFORMANCE), u32(SQL_SCC_XOPEN_CLI_VERSION1 | SQL_SCC_ISO92_CLI)},
    InfoEntry{INFO(STATIC_CURSOR_ATTRIBUTES1), u32(0)},
    InfoEntry{INFO(STATIC_CURSOR_ATTRIBUTES2), u32(0)},
    InfoEntry{INFO(AGGREGATE_FUNCTIONS), functions_of<SQL_AGGREGATE_FUNCTIONS>},
    InfoEntry{INFO(DDL_INDEX), u32(capabilities.ddl ? SQL_DI_CREATE_INDEX | SQL_DI_DROP_INDEX : 0)},
    InfoEntry{INFO(INSERT_STATEMENT), u32(capabilities.writes ? SQL_IS_INSERT_LITERALS | SQL_IS_INSERT_SEARCHED : 0)},
    InfoEntry{INFO(CONVERT_GUID), conversions_of<SQL_CONVERT_GUID>},
    InfoEntry{INFO(RETURN_ESCAPE_CLAUSE), u32(0)},
    InfoEntry{INFO(DTC_TRANSITION_COST), u32(0)},
    InfoEntry{INFO(XOPEN_CLI_YEAR), std::string_view{"1995"}},
    InfoEntry{INFO(CURSOR_SENSITIVITY), u32(SQL_UNSPECIFIED)},
    InfoEntry{INFO(DESCRIBE_PARAMETER), yes},
    InfoEntry{INFO(CATALOG_NAME), yes},
    InfoEntry{INFO(COLLATION_SEQ), collation},
    InfoEntry{INFO(MAX_IDENTIFIER_LEN), u16(0)},
    InfoEntry{INFO(ASYNC_MODE), u32(capabilities.async ? SQL_AM_STATEMENT : SQL_AM_NONE)},
    InfoEntry{INFO(MAX_ASYNC_CONCURRENT_STATEMENTS), u32(0)},
    InfoEntry{INFO(ASYNC_DBC_FUNCTIONS), u32(SQL_ASYNC_DBC_NOT_CAPABLE)},
    InfoEntry{INFO(DRIVER_AWARE_POOLING_SUPPORTED), u32(SQL_DRIVER_AWARE_POOLING_NOT_CAPABLE)},
    InfoEntry{INFO(ASYNC_NOTIFICATION), u32(SQL_ASYNC_NOTIFICATION_NOT_CAPABLE)},
};
// clang-format on
#undef INFO

constexpr bool sorted() {
  for (size_t i = 1; i < table.size(); ++i) {
    if (table[i - 1].type >= table[i].type) return false;
  }
  return true;
}
static_assert(sorted(), "information types are in the order of their numbers, each once");

}  // namespace

std::span<const InfoEntry> info_entries() noexcept { return table; }

InfoValue info(SQLUSMALLINT type, Session* session) {
  const auto at = std::ranges::lower_bound(table, type, {}, &InfoEntry::type);
  if (at == table.end() || at->type != type)
    throw OdbcError{SqlState::sHY096, "there is no information type {}", type};
  // Only the schema knows it, and only one thread at a time may ask.
  if (type == SQL_DATABASE_NAME && session) return session->schema(nullptr)->current();
  return std::visit(
      [&](const auto& value) -> InfoValue {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, std::string_view>)
          return std::string{value};
        else if constexpr (std::is_same_v<Value, uint16_t> || std::is_same_v<Value, uint32_t>)
          return value;
        else
          return value(session);
      },
      at->value);
}

}  // namespace couch::driver
