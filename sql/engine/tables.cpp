#include "sql/engine/tables.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <exception>
#include <memory>
#include <new>

#include "sql/engine/encoding.h"
#include "sql/engine/sqlite_text.h"
#include "sql/error.h"

namespace couch::sql::engine {

namespace {

// "(c0 COLLATE couch, c3 COLLATE BINARY)". Without a type no affinity converts anything. A table must have a
// column.
std::string column_list(const TableShape& shape, CollationKind collation) {
  std::string out;
  for (uint32_t column : *shape.columns) {
    out += fmt::format("{}{} COLLATE {}", out.empty() ? "(" : ", ", column_name(column),
                       collation_of(shape.table->columns[column], collation));
  }
  return out.empty() ? "(no_column)" : out + ")";
}

// ---- the virtual table: sqlite3_module's callbacks. Exceptions end in Runtime::keep().
struct Source {
  TableShape shape;
  decode::RowReader& rows;
  Runtime& runtime;
  std::string declaration;
  bool scanned = false;
};

struct StreamTable : sqlite3_vtab {
  Source* source;
};

struct StreamCursor : sqlite3_vtab_cursor {
  Source* source;
  sqlite3_int64 row = 0;
  bool end = true;
};

template <class Body>
int guarded(Source& source, Body&& body) noexcept {
  try {
    body();
    return SQLITE_OK;
  } catch (const std::bad_alloc&) {
    return SQLITE_NOMEM;
  } catch (...) {
    source.runtime.keep(std::current_exception());
    return SQLITE_ERROR;
  }
}

int connect(sqlite3* connection, void* context, int, const char* const*, sqlite3_vtab** out, char**) {
  auto* source = static_cast<Source*>(context);
  int code = sqlite3_declare_vtab(connection, source->declaration.c_str());
  if (code != SQLITE_OK) return code;
  auto* table = new (std::nothrow) StreamTable{};
  if (!table) return SQLITE_NOMEM;
  table->source = source;
  *out = table;
  return SQLITE_OK;
}

int disconnect(sqlite3_vtab* table) {
  delete static_cast<StreamTable*>(table);
  return SQLITE_OK;
}

// There is one way to read it, from its start to its end; SQLite checks every condition itself.
int best_index(sqlite3_vtab*, sqlite3_index_info* info) {
  info->estimatedCost = 1e9;
  info->estimatedRows = 1000000;
  return SQLITE_OK;
}

int open(sqlite3_vtab* table, sqlite3_vtab_cursor** out) {
  auto* cursor = new (std::nothrow) StreamCursor{};
  if (!cursor) return SQLITE_NOMEM;
  cursor->source = static_cast<StreamTable*>(table)->source;
  *out = cursor;
  return SQLITE_OK;
}

int close(sqlite3_vtab_cursor* cursor) {
  delete static_cast<StreamCursor*>(cursor);
  return SQLITE_OK;
}

int next(sqlite3_vtab_cursor* base) {
  auto* cursor = static_cast<StreamCursor*>(base);
  return guarded(*cursor->source, [&] {
    cursor->end = !cursor->source->rows.next();
    ++cursor->row;
  });
}

int filter(sqlite3_vtab_cursor* base, int, const char*, int, sqlite3_value**) {
  auto* cursor = static_cast<StreamCursor*>(base);
  return guarded(*cursor->source, [&] {
    if (cursor->source->scanned) throw Error(ErrorKind::Engine, "a table that streams was read twice");
    cursor->source->scanned = true;
    cursor->end = !cursor->source->rows.next();
  });
}

int eof(sqlite3_vtab_cursor* cursor) { return static_cast<StreamCursor*>(cursor)->end ? 1 : 0; }

int column(sqlite3_vtab_cursor* base, sqlite3_context* context, int index) {
  auto* cursor = static_cast<StreamCursor*>(base);
  Source& source = *cursor->source;
  auto slot = static_cast<size_t>(index);
  if (slot >= source.shape.columns->size()) return SQLITE_OK;  // the column of a table without any
  return guarded(source, [&] {
    result(context, source.rows.cell(slot), source.shape.table->columns[(*source.shape.columns)[slot]].type);
  });
}

int rowid(sqlite3_vtab_cursor* cursor, sqlite3_int64* out) {
  *out = static_cast<StreamCursor*>(cursor)->row;
  return SQLITE_OK;
}

// Without xCreate it is eponymous: the table is there under the module's name.
sqlite3_module make_module() {
  sqlite3_module module{};
  module.xConnect = connect;
  module.xBestIndex = best_index;
  module.xDisconnect = disconnect;
  module.xOpen = open;
  module.xClose = close;
  module.xFilter = filter;
  module.xNext = next;
  module.xEof = eof;
  module.xColumn = column;
  module.xRowid = rowid;
  return module;
}

}  // namespace

namespace {

Statement create(Database& database, const TableShape& shape, const std::string& name,
                 CollationKind collation) {
  database.run(fmt::format("CREATE TEMP TABLE {}{}", name, column_list(shape, collation)));
  std::string places;
  for (size_t i = 0; i < std::max<size_t>(1, shape.columns->size()); ++i) places += i == 0 ? "?" : ",?";
  return database.prepare(fmt::format("INSERT INTO temp.{} VALUES({})", name, places));
}

}  // namespace

TableFill::TableFill(Database& database, const TableShape& shape, CollationKind collation)
    : database_(database),
      shape_(shape),
      name_(table_name(shape.relation)),
      insert_(create(database, shape, name_, collation)) {}

void TableFill::add(const decode::RowReader& rows) {
  for (size_t slot = 0; slot < shape_.columns->size(); ++slot) {
    bind(insert_.get(), static_cast<int>(slot + 1), rows.cell(slot),
         shape_.table->columns[(*shape_.columns)[slot]].type);
  }
  database_.step(insert_);
  sqlite3_reset(insert_.get());
}

void TableFill::clear() { database_.run("DELETE FROM temp." + name_); }

void TableFill::keep_up_to(uint32_t column, const Value& last, bool descending) {
  Statement statement = database_.prepare(fmt::format("DELETE FROM temp.{0} WHERE {1} IS NULL OR {1} {2} ?",
                                                      name_, column_name(column), descending ? '<' : '>'));
  bind(statement.get(), 1, last);
  database_.step(statement);
}

void stream_table(Database& database, const TableShape& shape, decode::RowReader& rows,
                  CollationKind collation) {
  static const sqlite3_module module = make_module();
  auto source = std::make_unique<Source>(
      Source{shape, rows, database.runtime(), "CREATE TABLE x" + column_list(shape, collation)});
  // SQLite calls the destructor itself when it fails.
  int code = sqlite3_create_module_v2(database.connection(), table_name(shape.relation).c_str(), &module,
                                      source.release(), [](void* p) { delete static_cast<Source*>(p); });
  if (code != SQLITE_OK) database.runtime().raise(code);
}

}  // namespace couch::sql::engine
