#include "sql/functions.h"

#include <algorithm>
#include <string>

#include "sql/edit_distance.h"

namespace couch::sql {

namespace {

using enum FunctionCategory;
using A = Accepts;
using G = Gives;
using N = GivesNull;
constexpr auto scalar = FunctionKind::Scalar;
constexpr auto aggregate = FunctionKind::Aggregate;
constexpr auto window = FunctionKind::Window;

// clang-format off
constexpr Function table[] = {
  {"ABS",                "couch_abs",                Numeric,     scalar,    "ABS",                1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Rounded, N::Strict},
  {"ACOS",               "couch_acos",               Numeric,     scalar,    "ACOS",               1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"ASCII",              "couch_ascii",              String,      scalar,    "ASCII",              1, 1, {A::Text, A::Text, A::Text, A::Text}, G::Integer, N::Strict},
  {"ASIN",               "couch_asin",               Numeric,     scalar,    "ASIN",               1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"ATAN",               "couch_atan",               Numeric,     scalar,    "ATAN",               1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"ATAN2",              "couch_atan2",              Numeric,     scalar,    "ATAN2",              2, 2, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"AVG",                "couch_avg",                Aggregate,   aggregate, "AVG",                1, 1, {A::Summable, A::Summable, A::Summable, A::Summable}, G::Average, N::Maybe},
  {"BIT_LENGTH",         "couch_bit_length",         String,      scalar,    "BIT_LENGTH",         1, 1, {A::Text, A::Text, A::Text, A::Text}, G::Integer, N::Strict},
  {"BOOL_AND",           "min",                      Aggregate,   aggregate, "",                   1, 1, {A::Condition, A::Condition, A::Condition, A::Condition}, G::Bit, N::Maybe},
  {"BOOL_OR",            "max",                      Aggregate,   aggregate, "",                   1, 1, {A::Condition, A::Condition, A::Condition, A::Condition}, G::Bit, N::Maybe},
  {"CEIL",               "couch_ceiling",            Numeric,     scalar,    "",                   1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Rounded, N::Strict},
  {"CEILING",            "couch_ceiling",            Numeric,     scalar,    "CEILING",            1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Rounded, N::Strict},
  {"CHAR",               "couch_char",               String,      scalar,    "CHAR",               1, 1, {A::Integer, A::Integer, A::Integer, A::Integer}, G::Character, N::Strict},
  {"CHARACTER_LENGTH",   "couch_char_length",        String,      scalar,    "CHARACTER_LENGTH",   1, 1, {A::Text, A::Text, A::Text, A::Text}, G::Integer, N::Strict},
  {"CHAR_LENGTH",        "couch_char_length",        String,      scalar,    "CHAR_LENGTH",        1, 1, {A::Text, A::Text, A::Text, A::Text}, G::Integer, N::Strict},
  {"CHR",                "couch_char",               String,      scalar,    "",                   1, 1, {A::Integer, A::Integer, A::Integer, A::Integer}, G::Character, N::Strict},
  {"COALESCE",           "coalesce",                 Conditional, scalar,    "",                   1, 100, {A::Chosen, A::Chosen, A::Chosen, A::Chosen}, G::Unified, N::AllNull},
  {"CONCAT",             "couch_concat",             String,      scalar,    "CONCAT",             2, 100, {A::Text, A::Text, A::Text, A::Text}, G::SumText, N::Strict},
  {"CONCAT_WS",          "couch_concat_ws",          String,      scalar,    "",                   2, 100, {A::Text, A::Text, A::Text, A::Text}, G::SumText, N::Strict},
  {"COS",                "couch_cos",                Numeric,     scalar,    "COS",                1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"COT",                "couch_cot",                Numeric,     scalar,    "COT",                1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"COUNT",              "count",                    Aggregate,   aggregate, "COUNT",              1, 100, {A::Any, A::Any, A::Any, A::Any}, G::BigInt, N::Never},
  {"CUME_DIST",          "cume_dist",                Window,      window,    "",                   0, 0, {A::Any, A::Any, A::Any, A::Any}, G::Double, N::Never},
  {"CURDATE",            "couch_current_date",       TimeDate,    scalar,    "CURDATE",            0, 0, {A::Any, A::Any, A::Any, A::Any}, G::Date, N::Never},
  {"CURRENT_CATALOG",    "couch_database",           System,      scalar,    "",                   0, 0, {A::Any, A::Any, A::Any, A::Any}, G::Name, N::Never},
  {"CURRENT_DATE",       "couch_current_date",       TimeDate,    scalar,    "CURRENT_DATE",       0, 0, {A::Any, A::Any, A::Any, A::Any}, G::Date, N::Never},
  {"CURRENT_TIME",       "couch_current_time",       TimeDate,    scalar,    "CURRENT_TIME",       0, 1, {A::Integer, A::Integer, A::Integer, A::Integer}, G::Time, N::Never},
  {"CURRENT_TIMESTAMP",  "couch_current_timestamp",  TimeDate,    scalar,    "CURRENT_TIMESTAMP",  0, 1, {A::Integer, A::Integer, A::Integer, A::Integer}, G::Timestamp, N::Never},
  {"CURRENT_USER",       "couch_user",               System,      scalar,    "",                   0, 0, {A::Any, A::Any, A::Any, A::Any}, G::Name, N::Never},
  {"CURTIME",            "couch_current_time",       TimeDate,    scalar,    "CURTIME",            0, 0, {A::Any, A::Any, A::Any, A::Any}, G::Time, N::Never},
  {"DATABASE",           "couch_database",           System,      scalar,    "DATABASE",           0, 0, {A::Any, A::Any, A::Any, A::Any}, G::Name, N::Never},
  {"DATE_TRUNC",         "couch_date_trunc",         TimeDate,    scalar,    "",                   2, 2, {A::Field, A::Date, A::Date, A::Date}, G::DateOrTimestamp, N::Strict},
  {"DAY",                "couch_dayofmonth",         TimeDate,    scalar,    "",                   1, 1, {A::Date, A::Date, A::Date, A::Date}, G::Integer, N::Strict},
  {"DAYNAME",            "couch_dayname",            TimeDate,    scalar,    "DAYNAME",            1, 1, {A::Date, A::Date, A::Date, A::Date}, G::Name, N::Strict},
  {"DAYOFMONTH",         "couch_dayofmonth",         TimeDate,    scalar,    "DAYOFMONTH",         1, 1, {A::Date, A::Date, A::Date, A::Date}, G::Integer, N::Strict},
  {"DAYOFWEEK",          "couch_dayofweek",          TimeDate,    scalar,    "DAYOFWEEK",          1, 1, {A::Date, A::Date, A::Date, A::Date}, G::Integer, N::Strict},
  {"DAYOFYEAR",          "couch_dayofyear",          TimeDate,    scalar,    "DAYOFYEAR",          1, 1, {A::Date, A::Date, A::Date, A::Date}, G::Integer, N::Strict},
  {"DEGREES",            "couch_degrees",            Numeric,     scalar,    "DEGREES",            1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"DENSE_RANK",         "dense_rank",               Window,      window,    "",                   0, 0, {A::Any, A::Any, A::Any, A::Any}, G::BigInt, N::Never},
  {"DIFFERENCE",         "couch_difference",         String,      scalar,    "DIFFERENCE",         2, 2, {A::Text, A::Text, A::Text, A::Text}, G::Integer, N::Strict},
  {"EVERY",              "min",                      Aggregate,   aggregate, "",                   1, 1, {A::Condition, A::Condition, A::Condition, A::Condition}, G::Bit, N::Maybe},
  {"EXP",                "couch_exp",                Numeric,     scalar,    "EXP",                1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"EXTRACT",            "couch_extract",            TimeDate,    scalar,    "EXTRACT",            2, 2, {A::Field, A::Datetime, A::Datetime, A::Datetime}, G::Double, N::Strict},
  {"FIRST_VALUE",        "first_value",              Window,      window,    "",                   1, 1, {A::Any, A::Any, A::Any, A::Any}, G::First, N::Maybe},
  {"FLOOR",              "couch_floor",              Numeric,     scalar,    "FLOOR",              1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Rounded, N::Strict},
  {"GREATEST",           "max",                      Conditional, scalar,    "",                   1, 100, {A::Compared, A::Compared, A::Compared, A::Compared}, G::Unified, N::Strict},
  {"GROUPING",           "",                         Aggregate,   aggregate, "",                   1, 1, {A::Any, A::Any, A::Any, A::Any}, G::Integer, N::Never},
  {"GROUP_CONCAT",       "couch_string_agg",         Aggregate,   aggregate, "",                   1, 2, {A::Text, A::Text, A::Text, A::Text}, G::Text, N::Maybe},
  {"HOUR",               "couch_hour",               TimeDate,    scalar,    "HOUR",               1, 1, {A::Time, A::Time, A::Time, A::Time}, G::Integer, N::Strict},
  {"IFNULL",             "coalesce",                 System,      scalar,    "IFNULL",             2, 2, {A::Chosen, A::Chosen, A::Chosen, A::Chosen}, G::Unified, N::AllNull},
  {"INITCAP",            "couch_initcap",            String,      scalar,    "",                   1, 1, {A::Text, A::Text, A::Text, A::Text}, G::FirstText, N::Strict},
  {"INSERT",             "couch_insert",             String,      scalar,    "INSERT",             4, 4, {A::Text, A::Integer, A::Integer, A::Text}, G::SumText, N::Strict},
  {"INSTR",              "couch_instr",              String,      scalar,    "",                   2, 2, {A::Text, A::Text, A::Text, A::Text}, G::Integer, N::Strict},
  {"JSON_EXISTS",        "couch_json_exists",        Json,        scalar,    "",                   2, 2, {A::Text, A::Path, A::Path, A::Path}, G::Bit, N::Maybe},
  {"JSON_QUERY",         "couch_json_query",         Json,        scalar,    "",                   2, 2, {A::Text, A::Path, A::Path, A::Path}, G::Json, N::Maybe},
  {"JSON_VALUE",         "couch_json_value",         Json,        scalar,    "",                   2, 2, {A::Text, A::Path, A::Path, A::Path}, G::Text, N::Maybe},
  {"LAG",                "lag",                      Window,      window,    "",                   1, 3, {A::Chosen, A::Integer, A::Chosen, A::Chosen}, G::Unified, N::Maybe},
  {"LAST_DAY",           "couch_last_day",           TimeDate,    scalar,    "",                   1, 1, {A::Date, A::Date, A::Date, A::Date}, G::Date, N::Strict},
  {"LAST_VALUE",         "last_value",               Window,      window,    "",                   1, 1, {A::Any, A::Any, A::Any, A::Any}, G::First, N::Maybe},
  {"LCASE",              "couch_lower",              String,      scalar,    "LCASE",              1, 1, {A::Text, A::Text, A::Text, A::Text}, G::FirstText, N::Strict},
  {"LEAD",               "lead",                     Window,      window,    "",                   1, 3, {A::Chosen, A::Integer, A::Chosen, A::Chosen}, G::Unified, N::Maybe},
  {"LEAST",              "min",                      Conditional, scalar,    "",                   1, 100, {A::Compared, A::Compared, A::Compared, A::Compared}, G::Unified, N::Strict},
  {"LEFT",               "couch_left",               String,      scalar,    "LEFT",               2, 2, {A::Text, A::Integer, A::Integer, A::Integer}, G::FirstText, N::Strict},
  {"LEN",                "couch_length",             String,      scalar,    "",                   1, 1, {A::Text, A::Text, A::Text, A::Text}, G::Integer, N::Strict},
  {"LENGTH",             "couch_length",             String,      scalar,    "LENGTH",             1, 1, {A::Text, A::Text, A::Text, A::Text}, G::Integer, N::Strict},
  {"LISTAGG",            "couch_string_agg",         Aggregate,   aggregate, "",                   1, 2, {A::Text, A::Text, A::Text, A::Text}, G::Text, N::Maybe},
  {"LN",                 "couch_log",                Numeric,     scalar,    "",                   1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"LOCALTIME",          "couch_current_time",       TimeDate,    scalar,    "",                   0, 1, {A::Integer, A::Integer, A::Integer, A::Integer}, G::Time, N::Never},
  {"LOCALTIMESTAMP",     "couch_current_timestamp",  TimeDate,    scalar,    "",                   0, 1, {A::Integer, A::Integer, A::Integer, A::Integer}, G::Timestamp, N::Never},
  {"LOCATE",             "couch_locate",             String,      scalar,    "LOCATE",             2, 3, {A::Text, A::Text, A::Integer, A::Integer}, G::Integer, N::Strict},
  {"LOG",                "couch_log",                Numeric,     scalar,    "LOG",                1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"LOG10",              "couch_log10",              Numeric,     scalar,    "LOG10",              1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"LOWER",              "couch_lower",              String,      scalar,    "",                   1, 1, {A::Text, A::Text, A::Text, A::Text}, G::FirstText, N::Strict},
  {"LPAD",               "couch_lpad",               String,      scalar,    "",                   2, 3, {A::Text, A::Integer, A::Text, A::Text}, G::Text, N::Strict},
  {"LTRIM",              "couch_ltrim",              String,      scalar,    "LTRIM",              1, 2, {A::Text, A::Text, A::Text, A::Text}, G::FirstText, N::Strict},
  {"MAX",                "max",                      Aggregate,   aggregate, "MAX",                1, 1, {A::Any, A::Any, A::Any, A::Any}, G::First, N::Maybe},
  {"MIN",                "min",                      Aggregate,   aggregate, "MIN",                1, 1, {A::Any, A::Any, A::Any, A::Any}, G::First, N::Maybe},
  {"MINUTE",             "couch_minute",             TimeDate,    scalar,    "MINUTE",             1, 1, {A::Time, A::Time, A::Time, A::Time}, G::Integer, N::Strict},
  {"MOD",                "couch_mod",                Numeric,     scalar,    "MOD",                2, 2, {A::Number, A::Number, A::Number, A::Number}, G::Rounded, N::Strict},
  {"MONTH",              "couch_month",              TimeDate,    scalar,    "MONTH",              1, 1, {A::Date, A::Date, A::Date, A::Date}, G::Integer, N::Strict},
  {"MONTHNAME",          "couch_monthname",          TimeDate,    scalar,    "MONTHNAME",          1, 1, {A::Date, A::Date, A::Date, A::Date}, G::Name, N::Strict},
  {"NOW",                "couch_current_timestamp",  TimeDate,    scalar,    "NOW",                0, 1, {A::Integer, A::Integer, A::Integer, A::Integer}, G::Timestamp, N::Never},
  {"NTH_VALUE",          "nth_value",                Window,      window,    "",                   2, 2, {A::Any, A::Integer, A::Integer, A::Integer}, G::First, N::Maybe},
  {"NTILE",              "ntile",                    Window,      window,    "",                   1, 1, {A::Integer, A::Integer, A::Integer, A::Integer}, G::BigInt, N::Never},
  {"NULLIF",             "nullif",                   Conditional, scalar,    "",                   2, 2, {A::Compared, A::Compared, A::Compared, A::Compared}, G::Unified, N::Maybe},
  {"NVL",                "coalesce",                 System,      scalar,    "",                   2, 2, {A::Chosen, A::Chosen, A::Chosen, A::Chosen}, G::Unified, N::AllNull},
  {"OCTET_LENGTH",       "couch_octet_length",       String,      scalar,    "OCTET_LENGTH",       1, 1, {A::Text, A::Text, A::Text, A::Text}, G::Integer, N::Strict},
  {"OVERLAY",            "couch_overlay",            String,      scalar,    "",                   3, 4, {A::Text, A::Text, A::Integer, A::Integer}, G::SumText, N::Strict},
  {"PERCENT_RANK",       "percent_rank",             Window,      window,    "",                   0, 0, {A::Any, A::Any, A::Any, A::Any}, G::Double, N::Never},
  {"PI",                 "couch_pi",                 Numeric,     scalar,    "PI",                 0, 0, {A::Any, A::Any, A::Any, A::Any}, G::Double, N::Never},
  {"POSITION",           "couch_locate",             String,      scalar,    "POSITION",           2, 2, {A::Text, A::Text, A::Text, A::Text}, G::Integer, N::Strict},
  {"POW",                "couch_power",              Numeric,     scalar,    "",                   2, 2, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"POWER",              "couch_power",              Numeric,     scalar,    "POWER",              2, 2, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"QUARTER",            "couch_quarter",            TimeDate,    scalar,    "QUARTER",            1, 1, {A::Date, A::Date, A::Date, A::Date}, G::Integer, N::Strict},
  {"RADIANS",            "couch_radians",            Numeric,     scalar,    "RADIANS",            1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"RAND",               "couch_rand",               Numeric,     scalar,    "RAND",               0, 1, {A::Integer, A::Integer, A::Integer, A::Integer}, G::Double, N::Never},
  {"RANK",               "rank",                     Window,      window,    "",                   0, 0, {A::Any, A::Any, A::Any, A::Any}, G::BigInt, N::Never},
  {"REPEAT",             "couch_repeat",             String,      scalar,    "REPEAT",             2, 2, {A::Text, A::Integer, A::Integer, A::Integer}, G::Text, N::Strict},
  {"REPLACE",            "couch_replace",            String,      scalar,    "REPLACE",            3, 3, {A::Text, A::Text, A::Text, A::Text}, G::Text, N::Strict},
  {"REVERSE",            "couch_reverse",            String,      scalar,    "",                   1, 1, {A::Text, A::Text, A::Text, A::Text}, G::FirstText, N::Strict},
  {"RIGHT",              "couch_right",              String,      scalar,    "RIGHT",              2, 2, {A::Text, A::Integer, A::Integer, A::Integer}, G::FirstText, N::Strict},
  {"ROUND",              "couch_round",              Numeric,     scalar,    "ROUND",              1, 2, {A::Number, A::Integer, A::Integer, A::Integer}, G::Rounded, N::Strict},
  {"ROW_NUMBER",         "row_number",               Window,      window,    "",                   0, 0, {A::Any, A::Any, A::Any, A::Any}, G::BigInt, N::Never},
  {"RPAD",               "couch_rpad",               String,      scalar,    "",                   2, 3, {A::Text, A::Integer, A::Text, A::Text}, G::Text, N::Strict},
  {"RTRIM",              "couch_rtrim",              String,      scalar,    "RTRIM",              1, 2, {A::Text, A::Text, A::Text, A::Text}, G::FirstText, N::Strict},
  {"SECOND",             "couch_second",             TimeDate,    scalar,    "SECOND",             1, 1, {A::Time, A::Time, A::Time, A::Time}, G::Integer, N::Strict},
  {"SESSION_USER",       "couch_user",               System,      scalar,    "",                   0, 0, {A::Any, A::Any, A::Any, A::Any}, G::Name, N::Never},
  {"SIGN",               "couch_sign",               Numeric,     scalar,    "SIGN",               1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Integer, N::Strict},
  {"SIN",                "couch_sin",                Numeric,     scalar,    "SIN",                1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"SOUNDEX",            "couch_soundex",            String,      scalar,    "SOUNDEX",            1, 1, {A::Text, A::Text, A::Text, A::Text}, G::Name, N::Strict},
  {"SPACE",              "couch_space",              String,      scalar,    "SPACE",              1, 1, {A::Integer, A::Integer, A::Integer, A::Integer}, G::Text, N::Strict},
  {"SQRT",               "couch_sqrt",               Numeric,     scalar,    "SQRT",               1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"STDDEV",             "couch_stddev_samp",        Aggregate,   aggregate, "",                   1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Maybe},
  {"STDDEV_POP",         "couch_stddev_pop",         Aggregate,   aggregate, "",                   1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Maybe},
  {"STDDEV_SAMP",        "couch_stddev_samp",        Aggregate,   aggregate, "",                   1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Maybe},
  {"STDEV",              "couch_stddev_samp",        Aggregate,   aggregate, "",                   1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Maybe},
  {"STDEVP",             "couch_stddev_pop",         Aggregate,   aggregate, "",                   1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Maybe},
  {"STRING_AGG",         "couch_string_agg",         Aggregate,   aggregate, "",                   1, 2, {A::Text, A::Text, A::Text, A::Text}, G::Text, N::Maybe},
  {"SUBSTR",             "couch_substring",          String,      scalar,    "",                   2, 3, {A::Text, A::Integer, A::Integer, A::Integer}, G::FirstText, N::Strict},
  {"SUBSTRING",          "couch_substring",          String,      scalar,    "SUBSTRING",          2, 3, {A::Text, A::Integer, A::Integer, A::Integer}, G::FirstText, N::Strict},
  {"SUM",                "couch_sum",                Aggregate,   aggregate, "SUM",                1, 1, {A::Summable, A::Summable, A::Summable, A::Summable}, G::Sum, N::Maybe},
  {"SYSTEM_USER",        "couch_user",               System,      scalar,    "",                   0, 0, {A::Any, A::Any, A::Any, A::Any}, G::Name, N::Never},
  {"TAN",                "couch_tan",                Numeric,     scalar,    "TAN",                1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Strict},
  {"TIMESTAMPADD",       "couch_timestampadd",       TimeDate,    scalar,    "TIMESTAMPADD",       3, 3, {A::Field, A::Integer, A::Datetime, A::Datetime}, G::Timestamp, N::Strict},
  {"TIMESTAMPDIFF",      "couch_timestampdiff",      TimeDate,    scalar,    "TIMESTAMPDIFF",      3, 3, {A::Field, A::Datetime, A::Datetime, A::Datetime}, G::BigInt, N::Strict},
  {"TRIM",               "couch_trim",               String,      scalar,    "",                   1, 3, {A::Text, A::Text, A::Text, A::Text}, G::FirstText, N::Strict},
  {"TRUNC",              "couch_truncate",           Numeric,     scalar,    "",                   1, 2, {A::Number, A::Integer, A::Integer, A::Integer}, G::Rounded, N::Strict},
  {"TRUNCATE",           "couch_truncate",           Numeric,     scalar,    "TRUNCATE",           1, 2, {A::Number, A::Integer, A::Integer, A::Integer}, G::Rounded, N::Strict},
  {"UCASE",              "couch_upper",              String,      scalar,    "UCASE",              1, 1, {A::Text, A::Text, A::Text, A::Text}, G::FirstText, N::Strict},
  {"UPPER",              "couch_upper",              String,      scalar,    "",                   1, 1, {A::Text, A::Text, A::Text, A::Text}, G::FirstText, N::Strict},
  {"USER",               "couch_user",               System,      scalar,    "USER",               0, 0, {A::Any, A::Any, A::Any, A::Any}, G::Name, N::Never},
  {"VARIANCE",           "couch_var_samp",           Aggregate,   aggregate, "",                   1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Maybe},
  {"VAR_POP",            "couch_var_pop",            Aggregate,   aggregate, "",                   1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Maybe},
  {"VAR_SAMP",           "couch_var_samp",           Aggregate,   aggregate, "",                   1, 1, {A::Number, A::Number, A::Number, A::Number}, G::Double, N::Maybe},
  {"WEEK",               "couch_week",               TimeDate,    scalar,    "WEEK",               1, 1, {A::Date, A::Date, A::Date, A::Date}, G::Integer, N::Strict},
  {"YEAR",               "couch_year",               TimeDate,    scalar,    "YEAR",               1, 1, {A::Date, A::Date, A::Date, A::Date}, G::Integer, N::Strict},
};
// clang-format on

constexpr bool by_name(const Function& a, const Function& b) { return a.name < b.name; }
static_assert(std::is_sorted(std::begin(table), std::end(table), by_name),
              "find_function() searches by halves");

struct FieldName {
  std::string_view name;
  DatetimeField field;
};
constexpr FieldName fields[] = {
    {"CENTURY", DatetimeField::Century},
    {"DAY", DatetimeField::Day},
    {"DAYOFMONTH", DatetimeField::Day},
    {"DAYOFWEEK", DatetimeField::DayOfWeek},
    {"DAYOFYEAR", DatetimeField::DayOfYear},
    {"DECADE", DatetimeField::Decade},
    {"DOW", DatetimeField::DayOfWeek},
    {"DOY", DatetimeField::DayOfYear},
    {"EPOCH", DatetimeField::Epoch},
    {"FRAC_SECOND", DatetimeField::FracSecond},
    {"HOUR", DatetimeField::Hour},
    {"ISODOW", DatetimeField::IsoDayOfWeek},
    {"ISOYEAR", DatetimeField::IsoYear},
    {"MICROSECOND", DatetimeField::Microsecond},
    {"MILLISECOND", DatetimeField::Millisecond},
    {"MINUTE", DatetimeField::Minute},
    {"MONTH", DatetimeField::Month},
    {"NANOSECOND", DatetimeField::FracSecond},
    {"QUARTER", DatetimeField::Quarter},
    {"SECOND", DatetimeField::Second},
    {"WEEK", DatetimeField::Week},
    {"YEAR", DatetimeField::Year},
};

}  // namespace

std::span<const Function> functions() { return table; }

const Function* find_function(std::string_view name) {
  auto at = std::lower_bound(std::begin(table), std::end(table), name,
                             [](const Function& f, std::string_view n) { return f.name < n; });
  return at != std::end(table) && at->name == name ? at : nullptr;
}

std::vector<std::string_view> nearest_functions(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Function& f : table) names.push_back(f.name);
  return nearest(name, names, 3);
}

bool parse_field(std::string_view text, DatetimeField& field) {
  std::string upper{text};
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  std::string_view name = upper;
  constexpr std::string_view prefix = "SQL_TSI_";
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  for (const FieldName& f : fields) {
    if (f.name == name) {
      field = f.field;
      return true;
    }
  }
  return false;
}

}  // namespace couch::sql
