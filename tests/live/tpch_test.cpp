// The 22 TPC-H queries over generated tables, one document a row, judged by SQLite over the same rows.
#include "tests/support/tpch.h"

#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <variant>

#include "tests/live/comparison.h"
#include "tests/live/corpus.h"
#include "tests/live/session.h"
#include "tests/paths.h"  // generated
#include "tests/support/live_server.h"
#include "tests/support/oracle.h"

using namespace couch::live;
using namespace couch::judge;
using namespace couch::test;

namespace {

// TPCH_SCALE. The long run's 0.01 has 15,000 orders and about 60,000 lineitems.
double scale() {
  const char* text = std::getenv("TPCH_SCALE");
  return text && *text ? std::stod(text) : 0.001;
}

// What the driver refuses so far, and how; the test fails when it no longer does.
const std::map<int, std::string> known_gaps{};

std::string query(int number) {
  std::ifstream file(fmt::format("{}/tests/golden/tpch/q{:02}.sql", SOURCE_DIR, number));
  REQUIRE(file);
  return {std::istreambuf_iterator<char>(file), {}};
}

OracleValue value_of(const TpchValue& value) {
  if (const auto* integer = std::get_if<long long>(&value)) return static_cast<int64_t>(*integer);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return std::get<std::string>(value);
}

}  // namespace

TEST_CASE("The 22 TPC-H queries answer as SQLite does", "[live][tpch]") {
  const auto tables = tpch(scale());
  const TextOrder order(LiveServer::get().couchdb() ? TextOrder::Kind::Icu : TextOrder::Kind::Binary);
  Database database("tpch");
  Oracle oracle(order);
  for (const auto& table : tables) {
    std::vector<OracleColumn> columns;
    for (const auto& column : table.columns)
      columns.push_back({column.name, column.kind == TpchColumn::Kind::Text});
    oracle.create(table.name, columns);
    std::vector<OracleRow> rows;
    for (const auto& from : table.rows) {
      auto& row = rows.emplace_back();
      for (const auto& value : from) row.push_back(value_of(value));
    }
    oracle.insert(table.name, rows);
    for (const auto& body : tpch_bulk_docs(table, 2000)) database.bulk(body);
  }
  // Keys that SQLite would otherwise look for row by row.
  for (const char* key : {"lineitem(l_orderkey)", "orders(o_orderkey)", "orders(o_custkey)",
                          "customer(c_custkey)", "part(p_partkey)", "partsupp(ps_partkey, ps_suppkey)",
                          "supplier(s_suppkey)", "lineitem(l_partkey, l_suppkey)"})
    oracle.run(fmt::format("CREATE INDEX \"{}\" ON {}", key, key));
  oracle.run("ANALYZE");

  // An index on the discriminator tells all types; a server without one is sampled whole.
  if (LiveServer::get().couchdb()) database.index({"type"}, "by-type");
  Session session(database.name(), LiveServer::get().couchdb() ? "" : "SampleSize=0");
  for (int number = 1; number <= 22; ++number) {
    CorpusCase one;
    one.name = fmt::format("query {}", number);
    one.sql = query(number);
    one.ordered = true;  // each orders by what tells its rows apart, or has one row
    if (const auto gap = known_gaps.find(number); gap != known_gaps.end()) one.gap = gap->second;
    const auto wrong = wrong_answer(one, session, database.name(), oracle, order);
    INFO(wrong);
    CHECK(wrong.empty());
  }
}
