// SQLProcedures and SQLProcedureColumns, from the language's own table of procedures. They belong to the
// server and to no catalog, so that every catalog has them.
#include "driver/catalog/catalog.h"
#include "driver/catalog/match.h"
#include "driver/catalog/shapes.h"
#include "driver/catalog/values.h"
#include "driver/types.h"
#include "sql/procedure/procedure.h"

namespace couch::driver::catalog {

namespace {

using sql::Value;
using sql::procedure::Procedure;

std::string text(std::string_view view) { return std::string{view}; }

std::vector<const Procedure*> asked_for(const catalog::Argument& schema_name, const catalog::Argument& name,
                                        bool metadata_id) {
  if (!no_schema_asked(schema_name)) return {};
  std::vector<const Procedure*> all;
  for (const Procedure& one : sql::procedure::procedures()) all.push_back(&one);
  return matching(all, NameMatch::pattern(name, metadata_id), [](const Procedure* one) { return one->name; });
}

std::vector<Value> column_row(const Procedure& procedure, std::string_view name, SQLSMALLINT kind,
                              const sql::Type& type, bool nullable, std::string_view remarks,
                              std::string_view default_text, int64_t ordinal) {
  const TypeFacts f = facts_of(type);
  return {{},
          {},
          text(procedure.name),
          text(name),
          int64_t{kind},
          int64_t{f.concise},
          f.type_name,
          size_value(f.column_size),
          size_value(f.octet_length),
          f.has_decimal_digits ? Value{int64_t{f.decimal_digits}} : Value{},
          or_null(f.num_prec_radix),
          int64_t{nullable ? SQL_NULLABLE : SQL_NO_NULLS},
          remarks.empty() ? Value{} : Value{text(remarks)},
          default_text.empty() ? Value{} : Value{text(default_text)},
          int64_t{f.verbose},
          or_null(f.datetime_sub),
          f.char_octet_length == 0 ? Value{} : size_value(f.char_octet_length),
          ordinal,
          text(nullable ? "YES" : "NO")};
}

}  // namespace

Result procedures(const catalog::Argument&, const catalog::Argument& schema_name,
                  const catalog::Argument& name, bool metadata_id) {
  std::vector<std::vector<Value>> rows;
  for (const Procedure* one : asked_for(schema_name, name, metadata_id))
    rows.push_back({{},
                    {},
                    text(one->name),
                    static_cast<int64_t>(one->arguments.size()),
                    int64_t{0},
                    int64_t{1},
                    text(one->remarks),
                    int64_t{SQL_PT_PROCEDURE}});
  return from_values(columns_of(Function::Procedures), std::move(rows));
}

Result procedure_columns(const catalog::Argument&, const catalog::Argument& schema_name,
                         const catalog::Argument& name, const catalog::Argument& column, bool metadata_id) {
  struct Listed {
    std::string_view name;
    std::vector<Value> row;
  };
  std::vector<std::vector<Value>> rows;
  for (const Procedure* one : asked_for(schema_name, name, metadata_id)) {
    std::vector<Listed> columns;
    int64_t ordinal = 0;
    for (const sql::procedure::Argument& argument : one->arguments)
      columns.push_back({argument.name, column_row(*one, argument.name, SQL_PARAM_INPUT, argument.type,
                                                   argument.default_text == "NULL", argument.remarks,
                                                   argument.default_text, ++ordinal)});
    ordinal = 0;
    for (const sql::ResultColumn& result : one->columns)
      columns.push_back({result.name, column_row(*one, result.name, SQL_RESULT_COL, result.type,
                                                 result.nullable, {}, {}, ++ordinal)});
    for (Listed& listed : matching(columns, NameMatch::pattern(column, metadata_id),
                                   [](const Listed& entry) { return entry.name; }))
      rows.push_back(std::move(listed.row));
  }
  return from_values(columns_of(Function::ProcedureColumns), std::move(rows));
}

}  // namespace couch::driver::catalog
