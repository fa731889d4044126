#pragma once
// What is known of a database's tables (docs/architecture.md, Data model). Filled by driver/schema, used by
// the binder and planner.
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sql/type.h"

namespace couch::sql {

enum class TableKind : uint8_t {
  Typed,     // documents whose discriminator holds the table's name
  Database,  // every document but design documents
  Array,     // one row for each element of an array of the parent's documents
  View,      // a MapReduce view
};

// Where a column's value stands in a row of its table.
enum class ColumnSource : uint8_t {
  Path,      // path from the document's root (Array tables: from the element; View tables: from the row, e.g.
             // {"key"}, {"value","x"})
  Id,        // _id
  Rev,       // _rev
  Document,  // _doc: the whole document's JSON; not in *
  Index,     // _index: the element's position, from 0 (Array tables)
  Element,   // value: the element itself (Array tables whose elements are no objects)
  KeyPart,   // key.N: element N of an array key (View tables); N in index
};

struct Column {
  std::string name;  // as SQL shows it: "addr.city"; a dot in a field's own name is "\."
  ColumnSource source = ColumnSource::Path;
  std::vector<std::string> path;  // raw field names
  std::vector<uint32_t>
      array_steps;     // which steps of path are positions in an array (FlattenArrays), ascending
  uint32_t index = 0;  // KeyPart
  Type type;
  bool nullable = true;
  bool hidden = false;  // not in *
  bool only_nulls = false;  // nothing else was seen: its type is one that takes any value
  // Only for Date, Time, Timestamp: every sampled value had the one same form (offset and fraction too), so a
  // text order is the time order.
  bool uniform = false;
  // Stated by CREATE TABLE or SchemaFile, and demanded of what is written (sql/define/check.h). Reading
  // demands nothing: other programs may have written otherwise.
  bool declared = false;
  bool not_null = false;
  std::string default_text;  // an SQL expression; empty: there is none
  uint32_t key = 0;          // its place in the PRIMARY KEY, from 1; 0: it is no part of one
};

struct Table {
  std::string catalog;  // the database
  std::string name;
  TableKind kind = TableKind::Typed;
  std::vector<std::string> discriminator_path;  // Typed, and Array below Typed
  std::string discriminator;                    // the type's value, exact bytes
  // Another type is known whose name is equal to this one's to the server (ICU), not byte for byte.
  bool has_twin = false;
  std::vector<std::string> array_path;  // Array
  std::string parent;                   // Array: the parent table's name
  std::string design_document, view;    // View
  // View that CREATE VIEW made: the SELECT that it stands for; its rows are not read from it.
  std::string query;
  bool reduced = false;               // View: has a reduce; rows are groups
  bool keys_are_arrays = false;       // View
  bool map_failed = false;            // View
  std::vector<Column> columns;        // in order of SQLColumns; _id first, then _rev
  std::vector<std::string> left_out;  // what MaxColumns or maps kept out, for SQLColumns' remarks
  uint64_t estimated_rows = 0;        // from the sample
  bool declared = false;              // there is a definition of it

  // The column is the discriminator: the same in each of the rows.
  bool is_discriminator(const Column& column) const {
    return column.source == ColumnSource::Path && is_discriminator(column.path);
  }
  bool is_discriminator(const std::vector<std::string>& field) const {
    return !discriminator_path.empty() && field == discriminator_path;
  }

  // Exact match, else the only case-insensitive match when `exact` is false. nullptr: none. Several:
  // `candidates` has them.
  const Column* find(std::string_view column, bool exact,
                     std::vector<std::string>* candidates = nullptr) const;
};

// One Mango (JSON) index of a database, as `_index` lists it.
struct Index {
  std::string design_document;  // without "_design/"
  std::string name;
  std::vector<std::vector<std::string>> fields;  // raw paths, in order
  bool partial = false;
  std::string partial_filter;  // JSON text
  bool partitioned = false;
  bool operator==(const Index&) const = default;
};

// A database, as it was when its tables were last looked at.
struct DatabaseFacts {
  uint64_t documents = 0;    // design documents too; 0: not known
  bool partitioned = false;  // ids are "partition:rest"
};

// The groups that the server keeps for a query of CREATE VIEW (sql/saved_view.h): the view "groups" of a
// design document.
struct MaterializedView {
  struct Field {
    std::vector<std::string> path;
    TypeClass of = TypeClass::Text;  // Bit, Number, Text; what else stands there is NULL
    bool operator==(const Field&) const = default;
  };
  std::string name;
  std::string design_document;                  // without "_design/"
  std::vector<std::string> discriminator_path;  // empty: of the whole database
  std::string discriminator;
  std::vector<Field> keys, measures;
  bool operator==(const MaterializedView&) const = default;
};

// What the server and database can do; filled once a connection.
struct ServerTraits {
  bool couchdb = true;        // false: PouchDB Server
  bool index_as_view = true;  // _design/D/_view/N of a Mango index
  bool bookmarks = true;
  bool design_docs_endpoint = true;  // _design_docs
  bool allow_fallback = false;       // 3.4+
  bool pcre = true;                  // $regex is PCRE
  bool icu_order = true;             // text is ordered by ICU root; false: Collation=binary
  uint64_t query_limit = 0;          // learnt from 400 "must not exceed N"; 0: none
};

// Names to tables. Implemented by driver/schema; calls may do I/O and block. Thread: the statement's.
class Catalog {
 public:
  virtual ~Catalog() = default;
  // The connection's database; empty when there is none.
  virtual std::string current() const = 0;
  // Unquoted names match exactly first, else case-insensitively. nullptr: no such table; `nearest` then has
  // up to 3 suggestions. Several case-insensitive matches: throws Error(AmbiguousName).
  virtual std::shared_ptr<const Table> table(std::string_view database, std::string_view name, bool exact,
                                             std::vector<std::string>* nearest = nullptr) = 0;
  virtual bool has_database(std::string_view database) = 0;
  // The documents of a type that no sample has shown: `FROM users WHERE type = 'user'` (design §2, Unknown
  // names).
  virtual std::shared_ptr<const Table> assumed(std::string_view database, std::string_view name,
                                               std::string_view discriminator) = 0;
  virtual std::vector<std::string> type_field() const = 0;  // TypeField's path
  virtual std::vector<Index> indexes(std::string_view database) = 0;
  virtual DatabaseFacts facts(std::string_view database);
  virtual ServerTraits traits() = 0;
  virtual std::vector<MaterializedView> materialized_views(std::string_view database);

  // What a statement did, so that the next one knows it without sampling. Defaults: nobody listens.
  // Documents of this discriminator value were written, with these top-level columns (docs/architecture.md,
  // Data model).
  virtual void wrote(std::string_view database, std::string_view discriminator,
                     const std::vector<Column>& columns);
  // Tables, views or indexes of a database were defined or dropped, or the database itself was.
  virtual void redefined(std::string_view database);
};

}  // namespace couch::sql
