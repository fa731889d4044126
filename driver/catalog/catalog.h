#pragma once
// Catalog functions: each returns Rows with exactly the columns that ODBC 3.8 gives it. Result shapes are tables (driver/catalog/shapes.cpp).
// Arguments are UTF-8; std::nullopt is a NULL pointer, which is not the same as "" or "%".
#include <sql.h>
#include <sqlext.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/schema/schema.h"
#include "sql/value.h"

namespace couch::driver::catalog {

using Argument = std::optional<std::string>;
using Result = std::unique_ptr<sql::Rows>;

// metadata_id: SQL_ATTR_METADATA_ID, arguments are identifiers (case-insensitive unless quoted) and not patterns.
// odbc2: type codes as an ODBC 2 application knows them, SQL_DATE instead of SQL_TYPE_DATE …
Result tables(schema::Schema& schema, const Argument& catalog, const Argument& schema_name, const Argument& table, const Argument& types, bool metadata_id);
Result columns(schema::Schema& schema, const Argument& catalog, const Argument& schema_name, const Argument& table, const Argument& column, bool metadata_id,
               bool odbc2 = false);
Result primary_keys(schema::Schema& schema, const Argument& catalog, const Argument& schema_name, const Argument& table, bool metadata_id);
Result foreign_keys(schema::Schema& schema, const Argument& pk_catalog, const Argument& pk_schema, const Argument& pk_table,
                    const Argument& fk_catalog, const Argument& fk_schema, const Argument& fk_table, bool metadata_id);
Result statistics(schema::Schema& schema, const Argument& catalog, const Argument& schema_name, const Argument& table, SQLUSMALLINT unique, SQLUSMALLINT reserved, bool metadata_id);
Result special_columns(schema::Schema& schema, SQLUSMALLINT identifier_type, const Argument& catalog, const Argument& schema_name, const Argument& table,
                       SQLUSMALLINT scope, SQLUSMALLINT nullable, bool metadata_id, bool odbc2 = false);
Result procedures(const Argument& catalog, const Argument& schema_name, const Argument& name, bool metadata_id);
Result procedure_columns(const Argument& catalog, const Argument& schema_name, const Argument& name, const Argument& column, bool metadata_id);
Result table_privileges(schema::Schema& schema, const Argument& catalog, const Argument& schema_name, const Argument& table, bool metadata_id);
Result column_privileges(schema::Schema& schema, const Argument& catalog, const Argument& schema_name, const Argument& table, const Argument& column, bool metadata_id);
Result type_info(SQLSMALLINT data_type, bool odbc2);

// Rows over values in memory; used by all of the above and by tests.
Result from_values(std::vector<sql::ResultColumn> columns, std::vector<std::vector<sql::Value>> rows);

}  // namespace couch::driver::catalog
