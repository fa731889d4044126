#include "tests/support/laws.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>

namespace couch::test::model {

namespace {

using sql::Value;

struct Case {
  std::vector<Json> documents;
  ConditionPtr condition;
};

std::string sql_of(const Condition& condition, std::vector<Value>& parameters) {
  std::string sql;
  condition.print(sql, parameters);
  return sql;
}

std::vector<std::string> expected(const Case& c, const LawSetting& setting) {
  std::vector<std::string> out;
  for (const auto& document : c.documents) {
    if (c.condition->evaluate(document, setting.meaning) == Truth::True)
      out.push_back(document.find("_id")->text);
  }
  std::sort(out.begin(), out.end());
  return out;
}

std::string joined(const std::vector<std::string>& list) {
  std::string out;
  for (const auto& item : list) out += item + " ";
  return out;
}

std::vector<std::string> ids(World& world, const std::string& sql, const std::vector<Value>& parameters,
                             const sql::Options& options) {
  std::atomic<bool> stop{false};
  auto rows = sql::prepare(sql, world.catalog(), options)
                  ->execute(parameters, {.documents = world.documents(), .stop = stop});
  std::vector<std::string> out;
  while (rows->next()) out.emplace_back(std::get<std::string_view>(rows->cell(0)));
  std::sort(out.begin(), out.end());
  return out;
}

// What is wrong with one case; empty: nothing.
std::string failure(const Case& c, const LawSetting& setting) {
  std::vector<Value> parameters;
  std::string where = sql_of(*c.condition, parameters);
  auto wanted = expected(c, setting);
  auto world = setting.make_world(c.documents);
  for (std::string hint : {"", "/*+ ALL_DOCS */", "/*+ FIND */", "/*+ ALL_DOCS ENGINE */",
                           "/*+ FIND ENGINE */", "/*+ INDEX */", "/*+ INDEX_ROWS */", "/*+ INDEX_KEYS */",
                           "/*+ INDEX_FIND */", "/*+ PARALLEL 3 */", "/*+ INDEX_KEYS ENGINE */"}) {
    std::string sql = fmt::format("SELECT _id FROM t {} WHERE {}", hint, where);
    try {
      auto got = ids(*world, sql, parameters, setting.options);
      if (got != wanted)
        return fmt::format("{}\n  gave     {}\n  expected {}", sql, joined(got), joined(wanted));
      sql += " LIMIT 3";
      auto some = ids(*world, sql, parameters, setting.options);
      bool right = some.size() == std::min<size_t>(3, wanted.size()) &&
                   std::includes(wanted.begin(), wanted.end(), some.begin(), some.end());
      if (!right) return fmt::format("{}\n  gave     {}\n  of       {}", sql, joined(some), joined(wanted));
    } catch (const std::exception& error) {
      return fmt::format("{}\n  failed   {}", sql, error.what());
    }
  }
  return {};
}

// The smallest case that still fails: simpler conditions, fewer documents, fewer fields.
Case shrunk(Case c, const LawSetting& setting) {
  auto fails = [&](const Case& candidate) { return !failure(candidate, setting).empty(); };
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (const auto& part : c.condition->parts()) {
      Case candidate{c.documents, part};
      if (!fails(candidate)) continue;
      c = std::move(candidate);
      smaller = true;
      break;
    }
  }
  for (size_t i = c.documents.size(); i-- > 0 && c.documents.size() > 1;) {
    Case candidate = c;
    candidate.documents.erase(candidate.documents.begin() + static_cast<std::ptrdiff_t>(i));
    if (fails(candidate)) c = std::move(candidate);
  }
  for (size_t d = 0; d < c.documents.size(); ++d) {
    for (size_t i = c.documents[d].members.size(); i-- > 2;) {
      Case candidate = c;
      auto& members = candidate.documents[d].members;
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(i));
      if (fails(candidate)) c = std::move(candidate);
    }
  }
  return c;
}

std::string text_of(const Value& value) {
  if (auto* text = std::get_if<std::string>(&value)) return to_text(Json::string(*text));
  if (auto* integer = std::get_if<int64_t>(&value)) return fmt::format("{}", *integer);
  if (auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (auto* decimal = std::get_if<sql::Decimal>(&value)) return decimal->digits;
  return fmt::format("a value of class {}", static_cast<int>(sql::class_of(sql::view(value))));
}

}  // namespace

std::string broken_law(uint64_t first, uint64_t count, const LawSetting& setting) {
  for (uint64_t seed = first; seed < first + count; ++seed) {
    Random random{seed};
    Case c;
    for (size_t n = 1 + random.below(25); n > 0; --n)
      c.documents.push_back(random_document(random, fmt::format("d{:02}", n), "t"));
    if (setting.doubles_only) {
      for (auto& document : c.documents) document = with_doubles(document);
    }
    c.condition = random_condition(random);
    if (failure(c, setting).empty()) continue;
    c = shrunk(std::move(c), setting);
    std::vector<Value> parameters;
    sql_of(*c.condition, parameters);
    std::string report = fmt::format("seed {}: {}", seed, failure(c, setting));
    for (const auto& parameter : parameters) report += "\n  ? = " + text_of(parameter);
    for (const auto& document : c.documents) report += "\n  " + to_text(document);
    return report;
  }
  return {};
}

}  // namespace couch::test::model
