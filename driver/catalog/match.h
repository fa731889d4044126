#pragma once
// The name arguments of catalog functions (ODBC 3.8, Arguments in Catalog Functions): pattern values,
// ordinary arguments, identifiers. Like names in statements, they match exactly where anything does, and
// without regard to case otherwise.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "driver/catalog/catalog.h"

namespace couch::driver::catalog {

class NameMatch {
 public:
  // A pattern value: % is any text, _ any character, \ makes the next one literal
  // (SQL_SEARCH_PATTERN_ESCAPE). With `metadata_id` it is an identifier instead: quoted and exact, or without
  // regard to case.
  static NameMatch pattern(const Argument& argument, bool metadata_id);
  // An ordinary argument: a name.
  static NameMatch name(const Argument& argument, bool metadata_id);

  // A null pointer, or a pattern of % only: no restriction.
  bool everything() const { return everything_; }
  // The name, where there are no wildcards.
  const std::optional<std::string>& literal() const { return literal_; }
  // The argument as it was given.
  const std::string& text() const { return text_; }

  bool exactly(std::string_view candidate) const;
  bool without_case(std::string_view candidate) const;  // false where the match must be exact

 private:
  struct Piece {
    enum class Kind : unsigned char { Character, One, Any } kind;
    int32_t character = 0;
  };
  static bool matches(const Piece* pieces, size_t count, std::string_view candidate, bool fold);

  bool everything_ = false;
  bool quoted_ = false;
  std::string text_;
  std::optional<std::string> literal_;
  std::vector<Piece> pieces_;
};

// The candidates that match: exactly, or when none does, without regard to case.
template <class T, class NameOf>
std::vector<T> matching(const std::vector<T>& candidates, const NameMatch& match, NameOf name_of) {
  if (match.everything()) return candidates;
  std::vector<T> result;
  for (const T& candidate : candidates)
    if (match.exactly(name_of(candidate))) result.push_back(candidate);
  if (!result.empty()) return result;
  for (const T& candidate : candidates)
    if (match.without_case(name_of(candidate))) result.push_back(candidate);
  return result;
}

// There are no schemas: only arguments that do not ask for one match.
bool no_schema_asked(const Argument& schema_name);

using Table = std::shared_ptr<const sql::Table>;

// The database of an ordinary catalog argument: the current one for a null pointer. nullopt: there is none
// such.
std::optional<std::string> database_named(schema::Schema& schema, const Argument& catalog, bool metadata_id);
// Tables of that database whose names match, in order of their names.
std::vector<Table> tables_of(schema::Schema& schema, const std::string& database, const NameMatch& table);
// What SQLPrimaryKeys, SQLStatistics and SQLSpecialColumns ask for: one table by its name. HY009: no name
// given. Null: no such table.
Table table_named(schema::Schema& schema, const Argument& catalog, const Argument& schema_name,
                  const Argument& table, bool metadata_id);

}  // namespace couch::driver::catalog
