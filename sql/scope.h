#pragma once
// What names mean inside one SELECT: the relations of its FROM clause, and those of the queries around it.
//
// A dotted name a.b.c may be qualified by database and table, by table, or not at all (a path into the
// document). The longest qualifier under which there is such a column wins; the shorter readings are tried
// after it. The innermost query that has the column wins.
#include <string>
#include <vector>

#include "sql/bound.h"
#include "sql/names.h"

namespace couch::sql {

struct ColumnPlace {
  uint32_t relation = 0;
  uint32_t column = 0;
  friend bool operator==(const ColumnPlace&, const ColumnPlace&) = default;
};

// One relation of a FROM clause, and how it is called.
struct Source {
  uint32_t relation = 0;
  std::string name;       // alias, else the table's name
  std::string database;   // of a base table without an alias: "db.t.column" works
  bool nullable = false;  // an outer join may leave it out
};

// A column that USING or NATURAL made of two or more.
struct MergedColumn {
  std::string name;
  std::vector<ColumnPlace> parts;  // its value is that of the first, or (full) of the first that is not NULL
  bool full = false;
};

// What a name turned out to be.
struct Resolution {
  enum class Kind : uint8_t { None, Column, Merged, Ambiguous } kind = Kind::None;
  ColumnPlace place;                     // Column
  const MergedColumn* merged = nullptr;  // Merged
  bool nullable = false;
  std::vector<std::string> candidates;  // Ambiguous
};

class Scope {
 public:
  explicit Scope(const std::vector<Relation>& relations) : relations_(&relations) {}

  std::vector<Source> sources;
  std::vector<MergedColumn> merged;

  // In this scope alone.
  Resolution resolve(const ast::Name& name) const;
  // The columns of a qualifier's source, or of all, in the order of `*`; hidden ones left out. False: no such
  // source.
  struct StarColumn {
    ColumnPlace place;
    const MergedColumn* merged = nullptr;
    bool nullable = false;
  };
  bool star(const ast::Name& qualifier, std::vector<StarColumn>& columns) const;

  const Source* source_of(uint32_t relation) const;
  // Sources that a one- or two-part qualifier names.
  std::vector<const Source*> named(const ast::Name& name, size_t parts) const;
  // Every column name that a message may suggest for `name`.
  std::vector<std::string> suggestions(const ast::Name& name) const;
  // Takes over another scope's sources (the sides of a join).
  void absorb(Scope&& other);
  bool is_merged(const ColumnPlace& place) const;
  bool hidden(const ColumnPlace& place) const;

 private:
  const std::vector<Relation>* relations_;
};

}  // namespace couch::sql
