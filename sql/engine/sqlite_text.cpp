#include "sql/engine/sqlite_text.h"

#include <utility>

#include "sql/engine/sqlite_printer.h"

namespace couch::sql::engine {

SqliteText sqlite_text(const Bound& bound, const ast::Query& query, CollationKind collation) {
  Printer printer(bound, collation);
  printer.statement(query);
  return {std::move(printer.text), std::move(printer.mentions)};
}

std::string sqlite_text(const Bound& bound, const ast::Expr& expression, CollationKind collation) {
  Printer printer(bound, collation);
  printer.expression(expression);
  return std::move(printer.text);
}

std::string weighted_text(const Bound& bound, const ast::Query& query, CollationKind collation,
                          const std::set<uint32_t>& weighted, const Measures& measures) {
  Printer printer(bound, collation);
  printer.weighted = &weighted;
  printer.measures = &measures;
  printer.statement(query);
  return std::move(printer.text);
}

std::string figures_text(const Bound& bound, const ast::Select& select, CollationKind collation,
                         const std::map<const ast::Call*, size_t>& figures, size_t first) {
  Printer printer(bound, collation);
  printer.figures = &figures;
  printer.first_figure = first;
  printer.figures_of(select);
  return std::move(printer.text);
}

std::string_view collation_of(const Column& column, CollationKind collation) {
  if (column.type.kind == TypeKind::Decimal) return "decimal";
  bool identity = column.source == ColumnSource::Id || column.source == ColumnSource::Rev;
  if (class_of(column.type) != TypeClass::Text || identity || collation == CollationKind::Binary)
    return "BINARY";
  return "couch";
}

std::string table_name(uint32_t relation) { return 'r' + std::to_string(relation); }
std::string column_name(uint32_t column) { return 'c' + std::to_string(column); }

}  // namespace couch::sql::engine
