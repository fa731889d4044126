// The laws of push-down over random documents of every JSON type and random conditions.
#include <fmt/format.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>

#include "sql/error.h"
#include "tests/support/random_documents.h"
#include "tests/unit/sql/support/run.h"

using namespace couch::test;
using couch::sql::CollationKind;
using couch::sql::Options;
using couch::sql::Value;

namespace {

struct Case {
  std::vector<Json> documents;
  ConditionPtr condition;
};

struct Setting {
  Options options;
  Meaning meaning;
  bool couchdb = true;
  bool indexes = false;
};

std::string sql_of(const Condition& condition, std::vector<Value>& parameters) {
  std::string sql;
  condition.print(sql, parameters);
  return sql;
}

FakeCouch couch_with(const Case& c, const Setting& setting) {
  FakeCouch couch;
  couch.table("t", random_table_columns());
  couch.server.couchdb = couch.server.pcre = couch.server.icu_order = setting.couchdb;
  for (const auto& document : c.documents) couch.put(document);
  // Others, which no query of "t" may show: equal to CouchDB, not to us; and a design document.
  Json other = c.documents.front();
  other.set("_id", Json::string("other"));
  other.set("type", Json::string("t\x01"));
  couch.put(other);
  other.set("_id", Json::string("_design/d"));
  other.set("type", Json::string("t"));
  couch.put(other);
  if (setting.indexes) {
    for (const auto& column : random_columns()) couch.index("by " + column.name, {{"type"}, column.path});
  }
  return couch;
}

std::vector<std::string> expected(const Case& c, const Setting& setting) {
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

// What is wrong with one case; empty: nothing.
std::string failure(const Case& c, const Setting& setting) {
  std::vector<Value> parameters;
  std::string where = sql_of(*c.condition, parameters);
  auto wanted = expected(c, setting);
  FakeCouch couch = couch_with(c, setting);
  for (std::string hint : {"", "/*+ ALL_DOCS */", "/*+ FIND */", "/*+ ALL_DOCS ENGINE */",
                           "/*+ FIND ENGINE */", "/*+ INDEX */"}) {
    std::string sql = fmt::format("SELECT _id FROM t {} WHERE {}", hint, where);
    try {
      auto got = rows(couch, sql, parameters, setting.options);
      std::sort(got.begin(), got.end());
      if (got != wanted)
        return fmt::format("{}\n  gave     {}\n  expected {}", sql, joined(got), joined(wanted));
      // LIMIT never gives fewer rows than there are, nor others.
      auto some = rows(couch, sql + " LIMIT 3", parameters, setting.options);
      std::sort(some.begin(), some.end());
      if (some.size() != std::min<size_t>(3, wanted.size()) ||
          !std::includes(wanted.begin(), wanted.end(), some.begin(), some.end()))
        return fmt::format("{} LIMIT 3\n  gave     {}\n  of       {}", sql, joined(some), joined(wanted));
    } catch (const std::exception& error) {
      return fmt::format("{}\n  failed   {}", sql, error.what());
    }
  }
  return {};
}

// The smallest case that still fails: fewer documents, simpler conditions, fewer fields.
Case shrunk(Case c, const Setting& setting) {
  for (bool smaller = true; smaller;) {
    smaller = false;
    for (const auto& part : c.condition->parts()) {
      Case candidate{c.documents, part};
      if (failure(candidate, setting).empty()) continue;
      c = std::move(candidate);
      smaller = true;
      break;
    }
    for (size_t i = 0; i < c.documents.size() && c.documents.size() > 1; ++i) {
      Case candidate = c;
      candidate.documents.erase(candidate.documents.begin() + static_cast<std::ptrdiff_t>(i));
      if (failure(candidate, setting).empty()) continue;
      c = std::move(candidate);
      smaller = true;
      break;
    }
  }
  for (auto& document : c.documents) {
    for (size_t i = document.members.size(); i-- > 2;) {
      Case candidate = c;
      auto& members = candidate.documents[static_cast<size_t>(&document - c.documents.data())].members;
      members.erase(members.begin() + static_cast<std::ptrdiff_t>(i));
      if (!failure(candidate, setting).empty())
        document.members.erase(document.members.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  return c;
}

std::string value_text(const Value& value) {
  if (auto* text = std::get_if<std::string>(&value)) return to_text(Json::string(*text));
  if (auto* integer = std::get_if<int64_t>(&value)) return fmt::format("{}", *integer);
  if (auto* number = std::get_if<double>(&value)) return fmt::format("{}", *number);
  if (auto* decimal = std::get_if<couch::sql::Decimal>(&value)) return decimal->digits;
  return fmt::format("value of class {}", static_cast<int>(couch::sql::class_of(view(value))));
}

void check_laws(uint64_t first_seed, int cases, const Setting& setting) {
  for (uint64_t seed = first_seed; seed < first_seed + static_cast<uint64_t>(cases); ++seed) {
    Random random{seed};
    Case c;
    for (size_t n = 1 + random.below(25); n > 0; --n)
      c.documents.push_back(random_document(random, fmt::format("d{:02}", n), "t"));
    c.condition = random_condition(random);
    if (failure(c, setting).empty()) continue;
    c = shrunk(std::move(c), setting);
    std::vector<Value> parameters;
    sql_of(*c.condition, parameters);
    std::string report = fmt::format("seed {}: {}", seed, failure(c, setting));
    for (const auto& parameter : parameters) report += "\n  ? = " + value_text(parameter);
    for (const auto& document : c.documents) report += "\n  " + to_text(document);
    FAIL(report);
  }
}

}  // namespace

TEST_CASE("Every path gives the rows for which the condition is true", "[.][laws][engine]") {
  check_laws(1000, 300, {});
}

TEST_CASE("Indexes give the same rows", "[.][laws][engine]") {
  Setting setting;
  setting.indexes = true;
  check_laws(2000, 300, setting);
}

TEST_CASE("With Collation=binary text goes down as a superset", "[.][laws][engine]") {
  Setting setting;
  setting.options.collation = CollationKind::Binary;
  setting.meaning.order = TextOrder::Bytes;
  setting.indexes = true;
  check_laws(3000, 300, setting);
}
