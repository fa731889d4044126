#pragma once
// A statement after name resolution and typing. bind() replaces each ColumnRef by a BoundColumn, expands stars, gives every Expr its
// type, and infers the type of every parameter, without running anything.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/table.h"
#include "sql/value.h"

namespace couch::sql {

enum class RelationKind : uint8_t { Base, Derived, Common };

// One item of a FROM clause. Relations are numbered over the whole statement.
struct Relation {
  RelationKind kind = RelationKind::Base;
  std::shared_ptr<const Table> table;   // Base
  std::string alias;                    // how the query calls it
  std::vector<ResultColumn> columns;    // Derived, Common: of the query. Base: of the table, in its order
  std::vector<bool> used;               // by column: the statement reads it
  // Base: `FROM users WHERE type = ?` of a table that nobody knows. The discriminator is this parameter's value, known at execution only
  // (table->discriminator is empty; its columns are those of the whole database).
  std::optional<uint32_t> assumed_parameter;
  uint32_t common = 0;                  // Common: the relation of the WITH element that this one refers to (its own number in the element)
  std::string hint;
  Span span;
};

// In ORDER BY, GROUP BY and HAVING an alias or ordinal becomes BoundColumn{output_relation, i}: the expression of the same SELECT's item i
// (of the whole query's result column i in the ORDER BY of a set operation).
inline constexpr uint32_t output_relation = UINT32_MAX;

struct ParameterInfo {
  Type type;              // VARCHAR(255) where nothing tells
  bool nullable = true;
  bool inferred = false;  // something told
};

struct Bound {
  ast::Statement statement;
  std::vector<Relation> relations;
  std::vector<std::shared_ptr<const Table>> views;  // of CREATE VIEW, whose queries became part of the statement
  std::vector<ResultColumn> columns;      // empty: no result set
  std::vector<ParameterInfo> parameters;
  bool right_joins = false;               // a RIGHT or FULL JOIN stands somewhere in it
};

// Conversions between classes are explicit afterwards (coercion.h): literals are converted, other operands stand in implicit casts, and
// every parameter has the type that its value is to be converted to. USING and NATURAL have become ON; a comma list stays one.
// Queries and EXPLAIN of queries; everything else is Error(NotSupported) for now. EXPLAIN's own columns are the planner's: `columns` has the query's.
// Throws Error(UnknownTable, UnknownColumn, AmbiguousName, UnknownFunction, WrongArguments, TypeMismatch, NotSupported, …), located.
Bound bind(ast::Statement statement, Catalog& catalog);

}  // namespace couch::sql
