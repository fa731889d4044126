#include "sql/other_products.h"

#include <algorithm>
#include <iterator>
#include <span>

namespace couch::sql {

namespace {

struct Word {
  std::string_view theirs, here;
};

constexpr Word functions[] = {
    {"CHARINDEX", "LOCATE(part, text)"},
    {"DATEADD", "TIMESTAMPADD(DAY, 1, d), or d + INTERVAL '1' DAY"},
    {"DATEDIFF", "TIMESTAMPDIFF(DAY, a, b)"},
    {"DATEPART", "EXTRACT(YEAR FROM d)"},
    {"DATE_ADD", "TIMESTAMPADD(DAY, 1, d), or d + INTERVAL '1' DAY"},
    {"DATE_DIFF", "TIMESTAMPDIFF(DAY, a, b)"},
    {"DATE_FORMAT", "EXTRACT(YEAR FROM d), or CAST(d AS VARCHAR(19))"},
    {"DATE_PART", "EXTRACT(YEAR FROM d)"},
    {"DATE_SUB", "TIMESTAMPADD(DAY, -1, d), or d - INTERVAL '1' DAY"},
    {"DECODE", "CASE x WHEN 1 THEN 'a' ELSE 'b' END"},
    {"GETDATE", "NOW()"},
    {"GETUTCDATE", "NOW()"},
    {"IF", "CASE WHEN condition THEN a ELSE b END"},
    {"IIF", "CASE WHEN condition THEN a ELSE b END"},
    {"ISNULL", "COALESCE(a, b)"},
    {"JSON_EXTRACT", "JSON_VALUE(json, '$.a') or JSON_QUERY(json, '$.a')"},
    {"STRFTIME", "EXTRACT(YEAR FROM d), or CAST(d AS VARCHAR(19))"},
    {"STRPOS", "LOCATE(part, text)"},
    {"SYSDATE", "NOW()"},
    {"TO_CHAR", "CAST(x AS VARCHAR(20))"},
    {"TO_DATE", "CAST(text AS DATE)"},
    {"TO_NUMBER", "CAST(text AS DECIMAL(20, 4))"},
    {"TO_TIMESTAMP", "CAST(text AS TIMESTAMP)"},
};

constexpr Word columns[] = {
    {"ROWNUM", "FETCH FIRST 3 ROWS ONLY, or LIMIT 3, at the end"},
    {"SYSDATE", "NOW()"},
    {"SYSTIMESTAMP", "NOW()"},
};

constexpr Word clauses[] = {
    {"CONNECT", "write WITH RECURSIVE"},
    {"PIVOT", "write SUM(CASE WHEN … THEN … END) for each column"},
    {"QUALIFY", "write SELECT … FROM (SELECT …) AS t WHERE …"},
};

constexpr bool in_order(std::span<const Word> list) {
  return std::is_sorted(list.begin(), list.end(),
                        [](const Word& a, const Word& b) { return a.theirs < b.theirs; });
}
static_assert(in_order(functions) && in_order(columns) && in_order(clauses));

std::string_view find(std::span<const Word> list, std::string_view name) {
  std::string upper{name};
  for (char& c : upper)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  const auto at = std::lower_bound(list.begin(), list.end(), std::string_view{upper},
                                   [](const Word& word, std::string_view n) { return word.theirs < n; });
  return at != list.end() && at->theirs == upper ? at->here : std::string_view{};
}

std::string advice(std::string_view here) { return here.empty() ? "" : " Write " + std::string{here} + "."; }

}  // namespace

std::string function_here(std::string_view name) { return advice(find(functions, name)); }
std::string column_here(std::string_view name) { return advice(find(columns, name)); }
std::string table_here(std::string_view name) {
  constexpr Word dual[] = {{"DUAL", "dual"}};
  return find(dual, name).empty() ? "" : " Leave FROM out: a SELECT needs no table.";
}
std::string_view clause_here(std::string_view word) { return find(clauses, word); }

}  // namespace couch::sql
