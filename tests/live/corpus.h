#pragma once
// Files of statements (tests/golden), each with what its answer is compared with:
//
//   -- case: what it shows
//   -- ordered                  rows are compared in order, else as a bag
//   -- oracle: SELECT …         what SQLite is asked; else the statement itself, its ODBC escapes and names
//   rewritten as text
//   -- rows: 36                 only the number of rows is compared
//   -- with: 1 | 'x' as 91      parameters, with SQL types
//   -- gap: HYC00               a known gap: the driver is expected to refuse it so, and the test fails as
//   soon as it does not SELECT …;
//
// {db} stands for the database's name.
#include <optional>
#include <string>
#include <vector>

#include "tests/live/session.h"
#include "tests/support/oracle.h"

namespace couch::live {

struct CorpusCase {
  std::string name, sql, oracle, gap;
  std::optional<size_t> rows;
  bool ordered = false;
  Parameters parameters;
};

std::vector<CorpusCase> read_corpus(const std::string& path);  // below tests/golden

// The statement as SQLite takes it.
std::string for_sqlite(std::string sql);

// Empty when the driver answers it as the judge does (or has the gap it is said to have).
std::string wrong_answer(const CorpusCase& one, Session& session, const std::string& database,
                         judge::Oracle& oracle, const judge::TextOrder& order);

}  // namespace couch::live
