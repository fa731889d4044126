// SQLGetTypeInfo: the types that columns have. Parameters may be bound as any type of the specification.
#include <algorithm>
#include <array>

#include "driver/catalog/catalog.h"
#include "driver/catalog/shapes.h"
#include "driver/catalog/values.h"
#include "driver/convert/interval.h"
#include "driver/types.h"

namespace couch::driver::catalog {

namespace {

using sql::TypeKind;
using sql::Value;

struct Listed {
  TypeKind kind;
  uint32_t size = 0;  // the largest
  int16_t scale = 0;  // the largest
  const char* create_params = nullptr;
};

constexpr uint32_t longest_text = static_cast<uint32_t>(max_text_length);
constexpr uint32_t most_digits = 38;  // of SQL_NUMERIC_STRUCT; longer integers keep their digits all the same
constexpr int16_t most_fraction = 9;

constexpr std::array listed{
    Listed{TypeKind::Varchar, longest_text, 0, "length"},
    Listed{TypeKind::LongVarchar, longest_text, 0, nullptr},
    Listed{TypeKind::Bit},
    Listed{TypeKind::SmallInt},
    Listed{TypeKind::Integer},
    Listed{TypeKind::BigInt},
    Listed{TypeKind::Real},
    Listed{TypeKind::Double},
    Listed{TypeKind::Decimal, most_digits, 0, "precision,scale"},
    Listed{TypeKind::Date},
    Listed{TypeKind::Time, 0, most_fraction, "precision"},
    Listed{TypeKind::Timestamp, 0, most_fraction, "precision"},
    Listed{TypeKind::VarBinary, longest_text, 0, "length"},
    Listed{TypeKind::LongVarBinary, longest_text, 0, nullptr},
    Listed{TypeKind::Guid},
};

bool is_number(const TypeFacts& f) { return f.num_prec_radix != 0; }

struct Scales {
  Value least, most;
};
Scales scales_of(const TypeFacts& f, const Listed& type) {
  if (type.kind == TypeKind::Decimal) return {int64_t{0}, int64_t{most_digits}};
  if (!f.has_decimal_digits) return {};
  return {int64_t{0}, int64_t{f.verbose == SQL_DATETIME || f.verbose == SQL_INTERVAL ? most_fraction : 0}};
}

std::vector<Value> row_of(const Listed& entry, const sql::Type& type, bool odbc2) {
  const TypeFacts f = facts_of(type);
  const Scales scales = scales_of(f, entry);
  const auto text = [](const std::string& s) { return s.empty() ? Value{} : Value{s}; };
  const SQLSMALLINT code = odbc2 ? odbc2_code(f.concise) : f.concise;
  const bool old_date = code != f.concise;
  return {
      f.type_name,
      int64_t{code},
      size_value(f.column_size),
      text(f.literal_prefix),
      text(f.literal_suffix),
      entry.create_params ? Value{std::string{entry.create_params}} : Value{},
      int64_t{SQL_NULLABLE},
      int64_t{f.case_sensitive ? SQL_TRUE : SQL_FALSE},
      int64_t{f.searchable},
      is_number(f) ? Value{int64_t{SQL_FALSE}} : Value{},  // UNSIGNED_ATTRIBUTE
      int64_t{SQL_FALSE},                                  // FIXED_PREC_SCALE: no money
      is_number(f) ? Value{int64_t{SQL_FALSE}} : Value{},  // AUTO_UNIQUE_VALUE
      {},                                                  // LOCAL_TYPE_NAME
      scales.least,
      scales.most,
      int64_t{old_date ? code : f.verbose},
      old_date ? Value{} : or_null(f.datetime_sub),
      or_null(f.num_prec_radix),
      f.verbose == SQL_INTERVAL ? Value{int64_t{interval_leading_digits}} : Value{},
  };
}

SQLSMALLINT code_of(const std::vector<Value>& row) {
  return static_cast<SQLSMALLINT>(std::get<int64_t>(row[1]));
}

}  // namespace

Result type_info(SQLSMALLINT data_type, bool odbc2) {
  std::vector<std::vector<Value>> rows;
  for (const Listed& entry : listed) {
    sql::Type type;
    type.kind = entry.kind;
    type.size = entry.size;
    type.scale = entry.scale;
    rows.push_back(row_of(entry, type, odbc2));
  }
  for (SQLSMALLINT code = SQL_INTERVAL_YEAR; code <= SQL_INTERVAL_MINUTE_TO_SECOND; ++code) {
    const sql::Type type = type_from_odbc(code, 0, most_fraction);
    rows.push_back(row_of({type.kind, 0, type.scale, "precision"}, type, odbc2));
  }
  // "Ordered by DATA_TYPE, then by how closely the type maps to it": there is one type a code.
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return code_of(a) < code_of(b); });
  if (data_type != SQL_ALL_TYPES)
    std::erase_if(rows, [&](const auto& row) { return odbc2_code(code_of(row)) != odbc2_code(data_type); });
  return from_values(columns_of(Function::TypeInfo), std::move(rows));
}

}  // namespace couch::driver::catalog
