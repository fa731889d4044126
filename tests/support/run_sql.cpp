#include "tests/support/run_sql.h"

#include "tests/support/cells.h"

namespace couch::test::model {

namespace {

std::string plain(const sql::Cell& cell) {
  std::string text = text_of(cell);
  auto colon = text.find(':');
  return colon == std::string::npos ? text : text.substr(colon + 1);
}

}  // namespace

Result run(FakeCouch& couch, const std::string& sql, const std::vector<sql::Value>& parameters,
           const sql::Options& options, uint64_t limit) {
  std::atomic<bool> stop{false};
  auto prepared = sql::prepare(sql, couch, options);
  auto rows = prepared->execute(parameters, {.documents = couch, .stop = stop, .limit = limit, .catalog = &couch});
  Result out;
  while (rows->next()) {
    std::string row;
    for (size_t i = 0; i < rows->columns().size(); ++i) row += (i ? "|" : "") + plain(rows->cell(i));
    out.rows.push_back(std::move(row));
  }
  if (rows->next()) out.rows.push_back("a row after the end");
  out.warnings = rows->take_warnings();
  return out;
}

std::vector<std::string> rows(FakeCouch& couch, const std::string& sql,
                              const std::vector<sql::Value>& parameters, const sql::Options& options) {
  return run(couch, sql, parameters, options).rows;
}

std::vector<std::string> explain(FakeCouch& couch, const std::string& sql, const std::string& column,
                                 const std::vector<sql::Value>& parameters, const sql::Options& options) {
  std::atomic<bool> stop{false};
  auto prepared = sql::prepare("EXPLAIN " + sql, couch, options);
  auto rows = prepared->execute(parameters, {.documents = couch, .stop = stop, .catalog = &couch});
  std::vector<std::string> out;
  for (size_t i = 0; i < rows->columns().size(); ++i) {
    if (rows->columns()[i].name != column) continue;
    while (rows->next()) out.push_back(plain(rows->cell(i)));
  }
  return out;
}

}  // namespace couch::test::model
