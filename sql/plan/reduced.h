#pragma once
// The plan of a query that indexes answer without documents (reduce.h).
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sql/decode/decoder.h"
#include "sql/documents.h"

namespace couch::sql::plan {

struct Otherwise;

struct Reduced {
  // A request. All are sent at once.
  struct Question {
    enum class Kind : uint8_t {
      Count,     // rows of counts, to be added up
      Database,  // how many documents there are
      First,     // the first key of a range, if there is any
      Groups,    // keys, each with its count
    };
    Kind kind = Kind::Count;
    DocumentRequest request;
    std::string index;  // its name; empty: Database
    std::string asks;   // for EXPLAIN
    // Rows of {"key","value"}: slot 0 is the count, slot 1 the key's first element where `typed`, then what
    // is asked for.
    decode::Shape shape;
    // The first element of each key must be `type`, byte for byte: the server's equality is ICU's.
    bool typed = false;
    std::string type;
    bool first_only = false;  // Count: of the first group, and only if it is of `type`; the range has no end
  };
  using Sum = std::vector<size_t>;  // of questions

  // COUNT is the sum; MIN and MAX are the first value that there is.
  struct Figure {
    bool extreme = false;
    Sum questions;
  };

  // A table of SQLite: a row for each combination of values, and its weight in column "w".
  struct Groups {
    struct Slot {
      uint32_t column = 0;      // of the table
      bool constant = false;    // the discriminator: its value is the table's
      bool never_null = false;  // rows where it is NULL (another class) are left out: they are counted
                                // elsewhere, or not wanted
    };
    uint32_t relation = 0;
    std::shared_ptr<const Table> table;
    std::vector<uint32_t> columns;  // of the table, by slot
    std::vector<Slot> slots;  // those that are not constant stand in the questions' shape, in this order
    // Of a view that CREATE VIEW made: columns whose number, sum, smallest and largest value stand in each
    // row.
    bool materialized = false;
    std::vector<uint32_t> measures;
    Sum questions;
    std::optional<Sum> total;  // what is missing to it has NULL in the only slot that is not constant
  };

  std::vector<Question> questions;
  // Both sides must be equal, or the indexes do not hold all documents.
  struct Check {
    Sum left, right;
    std::optional<size_t> groups;  // left is the weights that came of these groups
  };
  std::vector<Check> checks;

  std::vector<Figure> figures;
  std::vector<size_t> direct;  // by result column: its figure; empty: SQLite computes them
  std::vector<Groups> groups;  // one for each table of the query
  std::string sql;  // over the groups, or over figures, which are parameters after the statement's own
  // What to do where a check fails.
  std::shared_ptr<const Otherwise> otherwise;
};

}  // namespace couch::sql::plan
