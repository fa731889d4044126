#pragma once
// Runs a statement as the engine does: parse, bind, print, fill SQLite's tables with the shop's rows, step,
// decode. Rows come back as text.
#include <sqlite3.h>

#include <catch2/catch.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "shop_catalog.h"
#include "sql/bound.h"
#include "sql/coercion.h"
#include "sql/datetime.h"
#include "sql/engine/encoding.h"
#include "sql/engine/runtime.h"
#include "sql/engine/sqlite_text.h"
#include "sql/parser.h"

namespace couch::sql::test {

inline Value day(const char* text) { return *parse_date(text); }
inline Value moment(const char* text) { return *parse_timestamp(text); }
inline Value clock(const char* text) { return *parse_time(text); }

class SqliteShop {
 public:
  engine::RuntimeOptions options;
  std::vector<Value> parameters;
  std::string sql;  // as it was printed
  uint64_t mismatches = 0;

  SqliteShop() {
    const Value null;
    options.database = "shop";
    options.user = "ann";
    auto text = [](const char* s) { return Value{std::string{s}}; };
    rows["person"] = {
        {text("p1"), text("1-a"), text("person"), text("Ann"), int64_t{30}, true, day("2020-01-31"),
         moment("2022-03-04T05:06:07.5"), clock("07:30:00"), 1.5, Decimal{"18446744073709551616"},
         text("Berlin"), text("10115"), text("{\"a\":1}")},
        {text("p2"), text("1-b"), text("person"), text("bob"), int64_t{20}, false, day("2021-02-28"),
         moment("2022-01-01"), clock("09:00:00"), 2.5, Decimal{"5"}, text("Paris"), text("75001"),
         text("{}")},
        {text("p3"), text("1-c"), text("person"), text("Çelik"), null, true, null, null, null, null, null,
         null, text("x"), text("{}")},
        {text("p4"), text("1-d"), text("person"), text("ann"), int64_t{40}, null, day("2020-01-31"),
         moment("2022-12-31T23:59:59"), clock("23:59:59"), 0.5, Decimal{"18446744073709551615"},
         text("Paris"), text("75002"), text("{}")},
    };
    rows["orders"] = {
        {text("o1"), text("1-a"), text("order"), text("p1"), int64_t{10}, text("7"), day("2022-01-01"),
         text("{}")},
        {text("o2"), text("1-a"), text("order"), text("p1"), int64_t{20}, text("x"), day("2022-01-02"),
         text("{}")},
        {text("o3"), text("1-a"), text("order"), text("p2"), int64_t{30}, null, null, text("{}")},
        {text("o4"), text("1-a"), text("order"), text("p9"), null, text("30"), day("2020-01-31"), text("{}")},
    };
  }

  std::map<std::string, std::vector<std::vector<Value>>> rows;

  // Rows as "a|b; c|d". NULL is ~.
  std::string run(const std::string& statement) {
    ShopCatalog catalog;
    Bound bound = bind(parse(statement), catalog);
    auto text = engine::sqlite_text(bound, *std::get<ast::QueryPtr>(bound.statement.node), options.collation);
    sql = text.sql;
    sqlite3* raw = nullptr;
    REQUIRE(sqlite3_open(":memory:", &raw) == SQLITE_OK);
    std::unique_ptr<sqlite3, int (*)(sqlite3*)> connection(raw, sqlite3_close);
    auto runtime = engine::Runtime::install(raw, options);
    runtime->begin(*parse_timestamp("2024-02-29T12:34:56.789123"));
    for (size_t i = 0; i < bound.relations.size(); ++i) {
      if (bound.relations[i].kind == RelationKind::Base)
        fill(raw, *runtime, bound.relations[i], static_cast<uint32_t>(i));
    }
    Statement step(raw, sql, *runtime);
    for (size_t i = 0; i < parameters.size(); ++i)
      engine::bind(step.raw, static_cast<int>(i) + 1,
                   coerce_parameter(parameters[i], bound.parameters[i], i));
    std::string result;
    while (true) {
      int code = sqlite3_step(step.raw);
      if (code == SQLITE_DONE) break;
      if (code != SQLITE_ROW) runtime->raise(code);
      if (!result.empty()) result += "; ";
      for (size_t c = 0; c < bound.columns.size(); ++c) {
        Cell cell = engine::decode(step.raw, static_cast<int>(c), bound.columns[c].type);
        result += (c > 0 ? "|" : "") + (is_null(cell) ? std::string{"~"} : text_of(own(cell)));
      }
    }
    mismatches = runtime->take_mismatches();
    return result;
  }

  // One expression over nothing.
  std::string value(const std::string& expression) { return run("SELECT " + expression); }

 private:
  struct Statement {
    sqlite3_stmt* raw = nullptr;
    Statement(sqlite3* connection, const std::string& text, engine::Runtime& runtime) {
      int code =
          sqlite3_prepare_v2(connection, text.c_str(), static_cast<int>(text.size()) + 1, &raw, nullptr);
      if (code != SQLITE_OK) {
        UNSCOPED_INFO(text);
        runtime.raise(code);
      }
    }
    ~Statement() { sqlite3_finalize(raw); }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
  };

  void fill(sqlite3* connection, engine::Runtime& runtime, const Relation& relation, uint32_t number) {
    std::string names, places;
    for (size_t i = 0; i < relation.table->columns.size(); ++i) {
      names += (i > 0 ? ", " : "") + engine::column_name(static_cast<uint32_t>(i)) + " COLLATE " +
               std::string{engine::collation_of(relation.table->columns[i], options.collation)};
      places += i > 0 ? ",?" : "?";
    }
    std::string table = engine::table_name(number);
    REQUIRE(sqlite3_exec(connection, ("CREATE TEMP TABLE " + table + "(" + names + ")").c_str(), nullptr,
                         nullptr, nullptr) == SQLITE_OK);
    Statement insert(connection, "INSERT INTO " + table + " VALUES (" + places + ")", runtime);
    for (const auto& row : rows[relation.table->name]) {
      REQUIRE(row.size() == relation.table->columns.size());
      for (size_t i = 0; i < row.size(); ++i)
        engine::bind(insert.raw, static_cast<int>(i) + 1, view(row[i]), relation.table->columns[i].type);
      REQUIRE(sqlite3_step(insert.raw) == SQLITE_DONE);
      sqlite3_reset(insert.raw);
    }
  }
};

}  // namespace couch::sql::test
