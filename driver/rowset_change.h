#pragma once
// What SQLSetPos or SQLBulkOperations is about to write, while its data come.
#include <exception>
#include <string_view>
#include <vector>

#include "driver/parameters.h"
#include "driver/statement.h"

namespace couch::driver {

struct Statement::RowsetChange {
  bool adds = false;            // SQL_ADD; else SQL_UPDATE
  bool single = false;          // of one row that was named
  std::vector<size_t> columns;  // from 1
  std::vector<size_t> rows;     // of the rowset, from 0
  Parameters data;
};

struct Statement::RowOutcome {
  std::exception_ptr error;
  bool conflict = false;
};

inline constexpr const char* conflict_message =
    "the document was changed or deleted since its row was read, and was left alone: SQL_REFRESH reads it "
    "again";

}  // namespace couch::driver
