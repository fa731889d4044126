// Catalog functions: each is a query like any other. A null pointer is not the same as "" or "%", so it stays
// a null.
#include "driver/entry/call.h"

using namespace couch::driver;

namespace {

template <class Text>
struct Name {
  typename Text::Char* text;
  SQLSMALLINT length;
  catalog::Argument read() const { return Text::read_optional(text, length); }
};

// The arguments are read before the statement's old results go: an argument may lie in a bound buffer.
template <class F>
SQLRETURN catalog_call(SQLHSTMT h, SQLUSMALLINT number, F&& make,
                       std::source_location where = std::source_location::current()) noexcept {
  return call_async(
      h, number,
      [&](Statement& s) {
        return [call = Statement::CatalogCall{make(s)}](Statement& now) { return now.catalog(call); };
      },
      where);
}

template <class T>
SQLRETURN tables(SQLHSTMT h, Name<T> catalog, Name<T> schema, Name<T> table, Name<T> types) noexcept {
  return catalog_call(h, SQL_API_SQLTABLES, [&](Statement&) {
    return [c = catalog.read(), s = schema.read(), t = table.read(), k = types.read()](schema::Schema& known,
                                                                                       bool metadata_id) {
      return catalog::tables(known, c, s, t, k, metadata_id);
    };
  });
}

template <class T>
SQLRETURN columns(SQLHSTMT h, Name<T> catalog, Name<T> schema, Name<T> table, Name<T> column) noexcept {
  return catalog_call(h, SQL_API_SQLCOLUMNS, [&](Statement& st) {
    return [c = catalog.read(), s = schema.read(), t = table.read(), n = column.read(), odbc2 = st.odbc2()](
               schema::Schema& known, bool metadata_id) {
      return catalog::columns(known, c, s, t, n, metadata_id, odbc2);
    };
  });
}

template <class T>
SQLRETURN primary_keys(SQLHSTMT h, Name<T> catalog, Name<T> schema, Name<T> table) noexcept {
  return catalog_call(h, SQL_API_SQLPRIMARYKEYS, [&](Statement&) {
    return
        [c = catalog.read(), s = schema.read(), t = table.read()](schema::Schema& known, bool metadata_id) {
          return catalog::primary_keys(known, c, s, t, metadata_id);
        };
  });
}

template <class T>
SQLRETURN foreign_keys(SQLHSTMT h, Name<T> pk_catalog, Name<T> pk_schema, Name<T> pk_table,
                       Name<T> fk_catalog, Name<T> fk_schema, Name<T> fk_table) noexcept {
  return catalog_call(h, SQL_API_SQLFOREIGNKEYS, [&](Statement&) {
    return [pc = pk_catalog.read(), ps = pk_schema.read(), pt = pk_table.read(), fc = fk_catalog.read(),
            fs = fk_schema.read(), ft = fk_table.read()](schema::Schema& known, bool metadata_id) {
      return catalog::foreign_keys(known, pc, ps, pt, fc, fs, ft, metadata_id);
    };
  });
}

template <class T>
SQLRETURN statistics(SQLHSTMT h, Name<T> catalog, Name<T> schema, Name<T> table, SQLUSMALLINT unique,
                     SQLUSMALLINT reserved) noexcept {
  return catalog_call(h, SQL_API_SQLSTATISTICS, [&](Statement&) {
    if (unique != SQL_INDEX_UNIQUE && unique != SQL_INDEX_ALL)
      throw OdbcError{SqlState::sHY100, "there is no uniqueness option {}", unique};
    if (reserved != SQL_QUICK && reserved != SQL_ENSURE)
      throw OdbcError{SqlState::sHY101, "there is no accuracy option {}", reserved};
    return [=, c = catalog.read(), s = schema.read(), t = table.read()](schema::Schema& known,
                                                                        bool metadata_id) {
      return catalog::statistics(known, c, s, t, unique, reserved, metadata_id);
    };
  });
}

template <class T>
SQLRETURN special_columns(SQLHSTMT h, SQLUSMALLINT type, Name<T> catalog, Name<T> schema, Name<T> table,
                          SQLUSMALLINT scope, SQLUSMALLINT nullable) noexcept {
  return catalog_call(h, SQL_API_SQLSPECIALCOLUMNS, [&](Statement& st) {
    if (type != SQL_BEST_ROWID && type != SQL_ROWVER)
      throw OdbcError{SqlState::sHY097, "there is no column type {}", type};
    if (scope > SQL_SCOPE_SESSION) throw OdbcError{SqlState::sHY098, "there is no scope {}", scope};
    if (nullable != SQL_NO_NULLS && nullable != SQL_NULLABLE)
      throw OdbcError{SqlState::sHY099, "there is no nullable option {}", nullable};
    return [=, c = catalog.read(), s = schema.read(), t = table.read(), odbc2 = st.odbc2()](
               schema::Schema& known, bool metadata_id) {
      return catalog::special_columns(known, type, c, s, t, scope, nullable, metadata_id, odbc2);
    };
  });
}

template <class T>
SQLRETURN procedures(SQLHSTMT h, Name<T> catalog, Name<T> schema, Name<T> name) noexcept {
  return catalog_call(h, SQL_API_SQLPROCEDURES, [&](Statement&) {
    return [c = catalog.read(), s = schema.read(), n = name.read()](schema::Schema&, bool metadata_id) {
      return catalog::procedures(c, s, n, metadata_id);
    };
  });
}

template <class T>
SQLRETURN procedure_columns(SQLHSTMT h, Name<T> catalog, Name<T> schema, Name<T> name,
                            Name<T> column) noexcept {
  return catalog_call(h, SQL_API_SQLPROCEDURECOLUMNS, [&](Statement&) {
    return [c = catalog.read(), s = schema.read(), n = name.read(), k = column.read()](schema::Schema&,
                                                                                       bool metadata_id) {
      return catalog::procedure_columns(c, s, n, k, metadata_id);
    };
  });
}

template <class T>
SQLRETURN table_privileges(SQLHSTMT h, Name<T> catalog, Name<T> schema, Name<T> table) noexcept {
  return catalog_call(h, SQL_API_SQLTABLEPRIVILEGES, [&](Statement&) {
    return
        [c = catalog.read(), s = schema.read(), t = table.read()](schema::Schema& known, bool metadata_id) {
          return catalog::table_privileges(known, c, s, t, metadata_id);
        };
  });
}

template <class T>
SQLRETURN column_privileges(SQLHSTMT h, Name<T> catalog, Name<T> schema, Name<T> table,
                            Name<T> column) noexcept {
  return catalog_call(h, SQL_API_SQLCOLUMNPRIVILEGES, [&](Statement&) {
    return [c = catalog.read(), s = schema.read(), t = table.read(), n = column.read()](schema::Schema& known,
                                                                                        bool metadata_id) {
      return catalog::column_privileges(known, c, s, t, n, metadata_id);
    };
  });
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLGetTypeInfo(SQLHSTMT h, SQLSMALLINT type) {
  return call_async(h, SQL_API_SQLGETTYPEINFO,
                    [=](Statement&) { return [=](Statement& s) { return s.type_info(type); }; });
}
SQLRETURN SQL_API SQLGetTypeInfoW(SQLHSTMT h, SQLSMALLINT type) {
  return call_async(h, SQL_API_SQLGETTYPEINFO,
                    [=](Statement&) { return [=](Statement& s) { return s.type_info(type); }; });
}

SQLRETURN SQL_API SQLTables(SQLHSTMT h, SQLCHAR* catalog, SQLSMALLINT catalog_n, SQLCHAR* schema,
                            SQLSMALLINT schema_n, SQLCHAR* table, SQLSMALLINT table_n, SQLCHAR* types,
                            SQLSMALLINT types_n) {
  return tables(h, Name<Narrow>{catalog, catalog_n}, Name<Narrow>{schema, schema_n},
                Name<Narrow>{table, table_n}, Name<Narrow>{types, types_n});
}

SQLRETURN SQL_API SQLTablesW(SQLHSTMT h, SQLWCHAR* catalog, SQLSMALLINT catalog_n, SQLWCHAR* schema,
                             SQLSMALLINT schema_n, SQLWCHAR* table, SQLSMALLINT table_n, SQLWCHAR* types,
                             SQLSMALLINT types_n) {
  return tables(h, Name<Wide>{catalog, catalog_n}, Name<Wide>{schema, schema_n}, Name<Wide>{table, table_n},
                Name<Wide>{types, types_n});
}

SQLRETURN SQL_API SQLColumns(SQLHSTMT h, SQLCHAR* catalog, SQLSMALLINT catalog_n, SQLCHAR* schema,
                             SQLSMALLINT schema_n, SQLCHAR* table, SQLSMALLINT table_n, SQLCHAR* column,
                             SQLSMALLINT column_n) {
  return columns(h, Name<Narrow>{catalog, catalog_n}, Name<Narrow>{schema, schema_n},
                 Name<Narrow>{table, table_n}, Name<Narrow>{column, column_n});
}

SQLRETURN SQL_API SQLColumnsW(SQLHSTMT h, SQLWCHAR* catalog, SQLSMALLINT catalog_n, SQLWCHAR* schema,
                              SQLSMALLINT schema_n, SQLWCHAR* table, SQLSMALLINT table_n, SQLWCHAR* column,
                              SQLSMALLINT column_n) {
  return columns(h, Name<Wide>{catalog, catalog_n}, Name<Wide>{schema, schema_n}, Name<Wide>{table, table_n},
                 Name<Wide>{column, column_n});
}

SQLRETURN SQL_API SQLPrimaryKeys(SQLHSTMT h, SQLCHAR* catalog, SQLSMALLINT catalog_n, SQLCHAR* schema,
                                 SQLSMALLINT schema_n, SQLCHAR* table, SQLSMALLINT table_n) {
  return primary_keys(h, Name<Narrow>{catalog, catalog_n}, Name<Narrow>{schema, schema_n},
                      Name<Narrow>{table, table_n});
}

SQLRETURN SQL_API SQLPrimaryKeysW(SQLHSTMT h, SQLWCHAR* catalog, SQLSMALLINT catalog_n, SQLWCHAR* schema,
                                  SQLSMALLINT schema_n, SQLWCHAR* table, SQLSMALLINT table_n) {
  return primary_keys(h, Name<Wide>{catalog, catalog_n}, Name<Wide>{schema, schema_n},
                      Name<Wide>{table, table_n});
}

SQLRETURN SQL_API SQLForeignKeys(SQLHSTMT h, SQLCHAR* pk_catalog, SQLSMALLINT pk_catalog_n,
                                 SQLCHAR* pk_schema, SQLSMALLINT pk_schema_n, SQLCHAR* pk_table,
                                 SQLSMALLINT pk_table_n, SQLCHAR* fk_catalog, SQLSMALLINT fk_catalog_n,
                                 SQLCHAR* fk_schema, SQLSMALLINT fk_schema_n, SQLCHAR* fk_table,
                                 SQLSMALLINT fk_table_n) {
  return foreign_keys(h, Name<Narrow>{pk_catalog, pk_catalog_n}, Name<Narrow>{pk_schema, pk_schema_n},
                      Name<Narrow>{pk_table, pk_table_n}, Name<Narrow>{fk_catalog, fk_catalog_n},
                      Name<Narrow>{fk_schema, fk_schema_n}, Name<Narrow>{fk_table, fk_table_n});
}

SQLRETURN SQL_API SQLForeignKeysW(SQLHSTMT h, SQLWCHAR* pk_catalog, SQLSMALLINT pk_catalog_n,
                                  SQLWCHAR* pk_schema, SQLSMALLINT pk_schema_n, SQLWCHAR* pk_table,
                                  SQLSMALLINT pk_table_n, SQLWCHAR* fk_catalog, SQLSMALLINT fk_catalog_n,
                                  SQLWCHAR* fk_schema, SQLSMALLINT fk_schema_n, SQLWCHAR* fk_table,
                                  SQLSMALLINT fk_table_n) {
  return foreign_keys(h, Name<Wide>{pk_catalog, pk_catalog_n}, Name<Wide>{pk_schema, pk_schema_n},
                      Name<Wide>{pk_table, pk_table_n}, Name<Wide>{fk_catalog, fk_catalog_n},
                      Name<Wide>{fk_schema, fk_schema_n}, Name<Wide>{fk_table, fk_table_n});
}

SQLRETURN SQL_API SQLStatistics(SQLHSTMT h, SQLCHAR* catalog, SQLSMALLINT catalog_n, SQLCHAR* schema,
                                SQLSMALLINT schema_n, SQLCHAR* table, SQLSMALLINT table_n,
                                SQLUSMALLINT unique, SQLUSMALLINT reserved) {
  return statistics(h, Name<Narrow>{catalog, catalog_n}, Name<Narrow>{schema, schema_n},
                    Name<Narrow>{table, table_n}, unique, reserved);
}

SQLRETURN SQL_API SQLStatisticsW(SQLHSTMT h, SQLWCHAR* catalog, SQLSMALLINT catalog_n, SQLWCHAR* schema,
                                 SQLSMALLINT schema_n, SQLWCHAR* table, SQLSMALLINT table_n,
                                 SQLUSMALLINT unique, SQLUSMALLINT reserved) {
  return statistics(h, Name<Wide>{catalog, catalog_n}, Name<Wide>{schema, schema_n},
                    Name<Wide>{table, table_n}, unique, reserved);
}

SQLRETURN SQL_API SQLSpecialColumns(SQLHSTMT h, SQLUSMALLINT type, SQLCHAR* catalog, SQLSMALLINT catalog_n,
                                    SQLCHAR* schema, SQLSMALLINT schema_n, SQLCHAR* table,
                                    SQLSMALLINT table_n, SQLUSMALLINT scope, SQLUSMALLINT nullable) {
  return special_columns(h, type, Name<Narrow>{catalog, catalog_n}, Name<Narrow>{schema, schema_n},
                         Name<Narrow>{table, table_n}, scope, nullable);
}

SQLRETURN SQL_API SQLSpecialColumnsW(SQLHSTMT h, SQLUSMALLINT type, SQLWCHAR* catalog, SQLSMALLINT catalog_n,
                                     SQLWCHAR* schema, SQLSMALLINT schema_n, SQLWCHAR* table,
                                     SQLSMALLINT table_n, SQLUSMALLINT scope, SQLUSMALLINT nullable) {
  return special_columns(h, type, Name<Wide>{catalog, catalog_n}, Name<Wide>{schema, schema_n},
                         Name<Wide>{table, table_n}, scope, nullable);
}

SQLRETURN SQL_API SQLProcedures(SQLHSTMT h, SQLCHAR* catalog, SQLSMALLINT catalog_n, SQLCHAR* schema,
                                SQLSMALLINT schema_n, SQLCHAR* name, SQLSMALLINT name_n) {
  return procedures(h, Name<Narrow>{catalog, catalog_n}, Name<Narrow>{schema, schema_n},
                    Name<Narrow>{name, name_n});
}

SQLRETURN SQL_API SQLProceduresW(SQLHSTMT h, SQLWCHAR* catalog, SQLSMALLINT catalog_n, SQLWCHAR* schema,
                                 SQLSMALLINT schema_n, SQLWCHAR* name, SQLSMALLINT name_n) {
  return procedures(h, Name<Wide>{catalog, catalog_n}, Name<Wide>{schema, schema_n},
                    Name<Wide>{name, name_n});
}

SQLRETURN SQL_API SQLProcedureColumns(SQLHSTMT h, SQLCHAR* catalog, SQLSMALLINT catalog_n, SQLCHAR* schema,
                                      SQLSMALLINT schema_n, SQLCHAR* name, SQLSMALLINT name_n,
                                      SQLCHAR* column, SQLSMALLINT column_n) {
  return procedure_columns(h, Name<Narrow>{catalog, catalog_n}, Name<Narrow>{schema, schema_n},
                           Name<Narrow>{name, name_n}, Name<Narrow>{column, column_n});
}

SQLRETURN SQL_API SQLProcedureColumnsW(SQLHSTMT h, SQLWCHAR* catalog, SQLSMALLINT catalog_n, SQLWCHAR* schema,
                                       SQLSMALLINT schema_n, SQLWCHAR* name, SQLSMALLINT name_n,
                                       SQLWCHAR* column, SQLSMALLINT column_n) {
  return procedure_columns(h, Name<Wide>{catalog, catalog_n}, Name<Wide>{schema, schema_n},
                           Name<Wide>{name, name_n}, Name<Wide>{column, column_n});
}

SQLRETURN SQL_API SQLTablePrivileges(SQLHSTMT h, SQLCHAR* catalog, SQLSMALLINT catalog_n, SQLCHAR* schema,
                                     SQLSMALLINT schema_n, SQLCHAR* table, SQLSMALLINT table_n) {
  return table_privileges(h, Name<Narrow>{catalog, catalog_n}, Name<Narrow>{schema, schema_n},
                          Name<Narrow>{table, table_n});
}

SQLRETURN SQL_API SQLTablePrivilegesW(SQLHSTMT h, SQLWCHAR* catalog, SQLSMALLINT catalog_n, SQLWCHAR* schema,
                                      SQLSMALLINT schema_n, SQLWCHAR* table, SQLSMALLINT table_n) {
  return table_privileges(h, Name<Wide>{catalog, catalog_n}, Name<Wide>{schema, schema_n},
                          Name<Wide>{table, table_n});
}

SQLRETURN SQL_API SQLColumnPrivileges(SQLHSTMT h, SQLCHAR* catalog, SQLSMALLINT catalog_n, SQLCHAR* schema,
                                      SQLSMALLINT schema_n, SQLCHAR* table, SQLSMALLINT table_n,
                                      SQLCHAR* column, SQLSMALLINT column_n) {
  return column_privileges(h, Name<Narrow>{catalog, catalog_n}, Name<Narrow>{schema, schema_n},
                           Name<Narrow>{table, table_n}, Name<Narrow>{column, column_n});
}

SQLRETURN SQL_API SQLColumnPrivilegesW(SQLHSTMT h, SQLWCHAR* catalog, SQLSMALLINT catalog_n, SQLWCHAR* schema,
                                       SQLSMALLINT schema_n, SQLWCHAR* table, SQLSMALLINT table_n,
                                       SQLWCHAR* column, SQLSMALLINT column_n) {
  return column_privileges(h, Name<Wide>{catalog, catalog_n}, Name<Wide>{schema, schema_n},
                           Name<Wide>{table, table_n}, Name<Wide>{column, column_n});
}

}  // extern "C"
