#include "driver/catalog/shapes.h"

#include <span>
#include <string_view>

namespace couch::driver::catalog {

namespace {

// What the specification calls Varchar, Smallint and Integer. Names of databases, tables and fields have no
// bound that matters.
enum class Kind : uint8_t { Name, Remark, Short, Letter, Small, Int };
enum class Null : uint8_t { Yes, No };

struct Definition {
  std::string_view name;
  Kind kind;
  Null nulls = Null::Yes;
};

using enum Kind;
using enum Null;

constexpr Definition tables[] = {
    {"TABLE_CAT", Name},   {"TABLE_SCHEM", Name}, {"TABLE_NAME", Name},
    {"TABLE_TYPE", Short}, {"REMARKS", Remark},
};

constexpr Definition columns[] = {
    {"TABLE_CAT", Name},        {"TABLE_SCHEM", Name},         {"TABLE_NAME", Name, No},
    {"COLUMN_NAME", Name, No},  {"DATA_TYPE", Small, No},      {"TYPE_NAME", Short, No},
    {"COLUMN_SIZE", Int},       {"BUFFER_LENGTH", Int},        {"DECIMAL_DIGITS", Small},
    {"NUM_PREC_RADIX", Small},  {"NULLABLE", Small, No},       {"REMARKS", Remark},
    {"COLUMN_DEF", Name},       {"SQL_DATA_TYPE", Small, No},  {"SQL_DATETIME_SUB", Small},
    {"CHAR_OCTET_LENGTH", Int}, {"ORDINAL_POSITION", Int, No}, {"IS_NULLABLE", Short},
};

constexpr Definition primary_keys[] = {
    {"TABLE_CAT", Name},       {"TABLE_SCHEM", Name},  {"TABLE_NAME", Name, No},
    {"COLUMN_NAME", Name, No}, {"KEY_SEQ", Small, No}, {"PK_NAME", Name},
};

constexpr Definition foreign_keys[] = {
    {"PKTABLE_CAT", Name},  {"PKTABLE_SCHEM", Name},  {"PKTABLE_NAME", Name, No}, {"PKCOLUMN_NAME", Name, No},
    {"FKTABLE_CAT", Name},  {"FKTABLE_SCHEM", Name},  {"FKTABLE_NAME", Name, No}, {"FKCOLUMN_NAME", Name, No},
    {"KEY_SEQ", Small, No}, {"UPDATE_RULE", Small},   {"DELETE_RULE", Small},     {"FK_NAME", Name},
    {"PK_NAME", Name},      {"DEFERRABILITY", Small},
};

constexpr Definition statistics[] = {
    {"TABLE_CAT", Name},          {"TABLE_SCHEM", Name},       {"TABLE_NAME", Name, No},
    {"NON_UNIQUE", Small},        {"INDEX_QUALIFIER", Name},   {"INDEX_NAME", Name},
    {"TYPE", Small, No},          {"ORDINAL_POSITION", Small}, {"COLUMN_NAME", Name},
    {"ASC_OR_DESC", Letter},      {"CARDINALITY", Int},        {"PAGES", Int},
    {"FILTER_CONDITION", Remark},
};

constexpr Definition special_columns[] = {
    {"SCOPE", Small},     {"COLUMN_NAME", Name, No}, {"DATA_TYPE", Small, No},  {"TYPE_NAME", Short, No},
    {"COLUMN_SIZE", Int}, {"BUFFER_LENGTH", Int},    {"DECIMAL_DIGITS", Small}, {"PSEUDO_COLUMN", Small},
};

constexpr Definition procedures[] = {
    {"PROCEDURE_CAT", Name},   {"PROCEDURE_SCHEM", Name},  {"PROCEDURE_NAME", Name, No},
    {"NUM_INPUT_PARAMS", Int}, {"NUM_OUTPUT_PARAMS", Int}, {"NUM_RESULT_SETS", Int},
    {"REMARKS", Remark},       {"PROCEDURE_TYPE", Small},
};

constexpr Definition procedure_columns[] = {
    {"PROCEDURE_CAT", Name},     {"PROCEDURE_SCHEM", Name},  {"PROCEDURE_NAME", Name, No},
    {"COLUMN_NAME", Name, No},   {"COLUMN_TYPE", Small, No}, {"DATA_TYPE", Small, No},
    {"TYPE_NAME", Short, No},    {"COLUMN_SIZE", Int},       {"BUFFER_LENGTH", Int},
    {"DECIMAL_DIGITS", Small},   {"NUM_PREC_RADIX", Small},  {"NULLABLE", Small, No},
    {"REMARKS", Remark},         {"COLUMN_DEF", Name},       {"SQL_DATA_TYPE", Small, No},
    {"SQL_DATETIME_SUB", Small}, {"CHAR_OCTET_LENGTH", Int}, {"ORDINAL_POSITION", Int, No},
    {"IS_NULLABLE", Short},
};

constexpr Definition table_privileges[] = {
    {"TABLE_CAT", Name},   {"TABLE_SCHEM", Name},    {"TABLE_NAME", Name, No}, {"GRANTOR", Name},
    {"GRANTEE", Name, No}, {"PRIVILEGE", Short, No}, {"IS_GRANTABLE", Short},
};

constexpr Definition column_privileges[] = {
    {"TABLE_CAT", Name}, {"TABLE_SCHEM", Name}, {"TABLE_NAME", Name, No}, {"COLUMN_NAME", Name, No},
    {"GRANTOR", Name},   {"GRANTEE", Name, No}, {"PRIVILEGE", Short, No}, {"IS_GRANTABLE", Short},
};

constexpr Definition type_info[] = {
    {"TYPE_NAME", Short, No},      {"DATA_TYPE", Small, No},        {"COLUMN_SIZE", Int},
    {"LITERAL_PREFIX", Short},     {"LITERAL_SUFFIX", Short},       {"CREATE_PARAMS", Short},
    {"NULLABLE", Small, No},       {"CASE_SENSITIVE", Small, No},   {"SEARCHABLE", Small, No},
    {"UNSIGNED_ATTRIBUTE", Small}, {"FIXED_PREC_SCALE", Small, No}, {"AUTO_UNIQUE_VALUE", Small},
    {"LOCAL_TYPE_NAME", Short},    {"MINIMUM_SCALE", Small},        {"MAXIMUM_SCALE", Small},
    {"SQL_DATA_TYPE", Small, No},  {"SQL_DATETIME_SUB", Small},     {"NUM_PREC_RADIX", Int},
    {"INTERVAL_PRECISION", Small},
};

std::span<const Definition> definitions_of(Function function) {
  switch (function) {
    case Function::Tables: return tables;
    case Function::Columns: return columns;
    case Function::PrimaryKeys: return primary_keys;
    case Function::ForeignKeys: return foreign_keys;
    case Function::Statistics: return statistics;
    case Function::SpecialColumns: return special_columns;
    case Function::Procedures: return procedures;
    case Function::ProcedureColumns: return procedure_columns;
    case Function::TablePrivileges: return table_privileges;
    case Function::ColumnPrivileges: return column_privileges;
    case Function::TypeInfo: return type_info;
  }
  return {};
}

sql::Type type_of(Kind kind) {
  sql::Type type;
  type.kind = sql::TypeKind::Varchar;
  switch (kind) {
    case Name: type.size = 255; break;
    case Remark: type.size = 1024; break;
    case Short: type.size = 64; break;
    case Letter: type.size = 1; break;
    case Small: type.kind = sql::TypeKind::SmallInt; break;
    case Int: type.kind = sql::TypeKind::Integer; break;
  }
  return type;
}

}  // namespace

std::vector<sql::ResultColumn> columns_of(Function function) {
  std::vector<sql::ResultColumn> result;
  for (const Definition& definition : definitions_of(function)) {
    sql::ResultColumn column;
    column.name = definition.name;
    column.type = type_of(definition.kind);
    column.nullable = definition.nulls == Null::Yes;
    result.push_back(std::move(column));
  }
  return result;
}

}  // namespace couch::driver::catalog
