#pragma once
// sql::Type to ODBC's type codes and numbers: one table used by SQLDescribeCol, SQLColAttribute, SQLColumns,
// SQLDescribeParam, the IRD and IPD, and SQLGetTypeInfo, so that they cannot differ.
#include <sql.h>
#include <sqlext.h>

#include <string>

#include "sql/value.h"

namespace couch::driver {

struct TypeFacts {
  SQLSMALLINT concise = 0;       // SQL_WVARCHAR, SQL_TYPE_DATE …
  SQLSMALLINT verbose = 0;       // SQL_DATETIME, SQL_INTERVAL, else = concise
  SQLSMALLINT datetime_sub = 0;  // SQL_CODE_DATE …, 0
  std::string type_name;         // "VARCHAR"
  SQLULEN column_size = 0;       // characters, precision (ODBC Appendix D, Column Size)
  SQLSMALLINT decimal_digits = 0;
  bool has_decimal_digits = false;
  SQLLEN octet_length = 0;  // transfer octet length
  SQLLEN display_size = 0;
  SQLINTEGER num_prec_radix = 0;         // 10, 2 or 0
  SQLSMALLINT precision = 0, scale = 0;  // SQL_DESC_PRECISION, SQL_DESC_SCALE
  bool is_signed = false;                // SQL_DESC_UNSIGNED is its inverse
  bool case_sensitive = false;
  SQLSMALLINT searchable = SQL_PRED_SEARCHABLE;
  std::string literal_prefix, literal_suffix;
  SQLLEN char_octet_length = 0;  // SQLColumns CHAR_OCTET_LENGTH; 0: not a character or binary type
};
TypeFacts facts_of(const sql::Type& type);
// TypeFacts::concise alone, without building the rest: for every value that is moved.
SQLSMALLINT concise_of(const sql::Type& type) noexcept;
// From SQL type code to ours (SQLBindParameter, CAST target names through SQL_ codes); ODBC 2's date codes
// too. Throws OdbcError HY004 for what is no SQL type.
sql::Type type_from_odbc(SQLSMALLINT sql_type, SQLULEN column_size, SQLSMALLINT decimal_digits);

// The longest text that a column can hold: CouchDB's default max_document_size, in bytes.
constexpr SQLULEN max_text_length = 8'000'000;
// What is said of text whose length nothing tells: enough for most documents, small enough for a client to
// allocate.
constexpr SQLULEN unknown_text_length = 65'536;

}  // namespace couch::driver
