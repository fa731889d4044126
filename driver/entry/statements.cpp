// Statements: preparing, executing, parameters, results, statement attributes.
#include "driver/entry/call.h"

using namespace couch::driver;

namespace {

template <class Text>
SQLRETURN prepare(SQLHSTMT h, typename Text::Char* text, SQLINTEGER n) noexcept {
  return call_async(h, SQL_API_SQLPREPARE, [&](Statement&) {
    return [sql = Text::read(text, n)](Statement& s) { return s.prepare(sql); };
  });
}

template <class Text>
SQLRETURN execute_direct(SQLHSTMT h, typename Text::Char* text, SQLINTEGER n) noexcept {
  return call_async(h, SQL_API_SQLEXECDIRECT, [&](Statement&) {
    return [sql = Text::read(text, n)](Statement& s) { return s.execute_direct(sql); };
  });
}

template <class Text>
SQLRETURN describe_column(SQLHSTMT h, SQLUSMALLINT column, typename Text::Char* name, SQLSMALLINT capacity,
                          SQLSMALLINT* length, SQLSMALLINT* type, SQLULEN* size, SQLSMALLINT* digits,
                          SQLSMALLINT* nullable) noexcept {
  return call<Statement>(h, [&](Statement& s) {
    return s.describe_column(column, TextOut::characters<Text>(name, capacity, length), type, size, digits,
                             nullable);
  });
}

template <class Text>
SQLRETURN column_attribute(SQLHSTMT h, SQLUSMALLINT column, SQLUSMALLINT field, SQLPOINTER text,
                           SQLSMALLINT capacity, SQLSMALLINT* length, SQLLEN* number) noexcept {
  return call<Statement>(h, [&](Statement& s) {
    return s.column_attribute(column, field, TextOut::bytes<Text>(text, capacity, length), number);
  });
}

template <class Text>
SQLRETURN set_cursor_name(SQLHSTMT h, typename Text::Char* name, SQLSMALLINT n) noexcept {
  return call<Statement>(h, [&](Statement& s) { return s.set_cursor_name(Text::read(name, n)); });
}

template <class Text>
SQLRETURN cursor_name(SQLHSTMT h, typename Text::Char* name, SQLSMALLINT capacity,
                      SQLSMALLINT* length) noexcept {
  return call<Statement>(
      h, [&](Statement& s) { return s.cursor_name(TextOut::characters<Text>(name, capacity, length)); });
}

SQLRETURN set_attribute(SQLHSTMT h, SQLINTEGER id, SQLPOINTER value) noexcept {
  return call<Statement>(h, [&](Statement& s) { return s.set_attribute(id, value); });
}

SQLRETURN get_attribute(SQLHSTMT h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER* length) noexcept {
  return call<Statement>(h, [&](Statement& s) {
    if (length) *length = sizeof(SQLULEN);  // there is no statement attribute that is text
    return s.get_attribute(id, value);
  });
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLPrepare(SQLHSTMT h, SQLCHAR* text, SQLINTEGER n) { return prepare<Narrow>(h, text, n); }
SQLRETURN SQL_API SQLPrepareW(SQLHSTMT h, SQLWCHAR* text, SQLINTEGER n) { return prepare<Wide>(h, text, n); }
SQLRETURN SQL_API SQLExecDirect(SQLHSTMT h, SQLCHAR* text, SQLINTEGER n) {
  return execute_direct<Narrow>(h, text, n);
}
SQLRETURN SQL_API SQLExecDirectW(SQLHSTMT h, SQLWCHAR* text, SQLINTEGER n) {
  return execute_direct<Wide>(h, text, n);
}

SQLRETURN SQL_API SQLExecute(SQLHSTMT h) {
  return call_async(h, SQL_API_SQLEXECUTE,
                    [](Statement&) { return [](Statement& s) { return s.execute(); }; });
}
SQLRETURN SQL_API SQLParamData(SQLHSTMT h, SQLPOINTER* token) {
  return call_async(h, SQL_API_SQLPARAMDATA,
                    [=](Statement&) { return [=](Statement& s) { return s.parameter_data(token); }; });
}
SQLRETURN SQL_API SQLPutData(SQLHSTMT h, SQLPOINTER data, SQLLEN length) {
  return call<Statement>(h, [&](Statement& s) { return s.put_data(data, length); });
}
SQLRETURN SQL_API SQLMoreResults(SQLHSTMT h) {
  return call<Statement>(h, [](Statement& s) { return s.more_results(); });
}

SQLRETURN SQL_API SQLNumParams(SQLHSTMT h, SQLSMALLINT* count) {
  return call<Statement>(h, [&](Statement& s) { return s.parameter_count(count); });
}
SQLRETURN SQL_API SQLDescribeParam(SQLHSTMT h, SQLUSMALLINT number, SQLSMALLINT* type, SQLULEN* size,
                                   SQLSMALLINT* digits, SQLSMALLINT* nullable) {
  return call<Statement>(
      h, [&](Statement& s) { return s.describe_parameter(number, type, size, digits, nullable); });
}
SQLRETURN SQL_API SQLBindParameter(SQLHSTMT h, SQLUSMALLINT number, SQLSMALLINT direction, SQLSMALLINT c_type,
                                   SQLSMALLINT sql_type, SQLULEN size, SQLSMALLINT digits, SQLPOINTER buffer,
                                   SQLLEN capacity, SQLLEN* indicator) {
  return call<Statement>(h, [&](Statement& s) {
    return s.bind_parameter(number, direction, c_type, sql_type, size, digits, buffer, capacity, indicator);
  });
}

SQLRETURN SQL_API SQLNumResultCols(SQLHSTMT h, SQLSMALLINT* count) {
  return call<Statement>(h, [&](Statement& s) { return s.column_count(count); });
}
SQLRETURN SQL_API SQLRowCount(SQLHSTMT h, SQLLEN* count) {
  return call<Statement>(h, [&](Statement& s) { return s.row_count(count); });
}
SQLRETURN SQL_API SQLDescribeCol(SQLHSTMT h, SQLUSMALLINT column, SQLCHAR* name, SQLSMALLINT capacity,
                                 SQLSMALLINT* length, SQLSMALLINT* type, SQLULEN* size, SQLSMALLINT* digits,
                                 SQLSMALLINT* nullable) {
  return describe_column<Narrow>(h, column, name, capacity, length, type, size, digits, nullable);
}
SQLRETURN SQL_API SQLDescribeColW(SQLHSTMT h, SQLUSMALLINT column, SQLWCHAR* name, SQLSMALLINT capacity,
                                  SQLSMALLINT* length, SQLSMALLINT* type, SQLULEN* size, SQLSMALLINT* digits,
                                  SQLSMALLINT* nullable) {
  return describe_column<Wide>(h, column, name, capacity, length, type, size, digits, nullable);
}
SQLRETURN SQL_API SQLColAttribute(SQLHSTMT h, SQLUSMALLINT column, SQLUSMALLINT field, SQLPOINTER text,
                                  SQLSMALLINT capacity, SQLSMALLINT* length, SQLLEN* number) {
  return column_attribute<Narrow>(h, column, field, text, capacity, length, number);
}
SQLRETURN SQL_API SQLColAttributeW(SQLHSTMT h, SQLUSMALLINT column, SQLUSMALLINT field, SQLPOINTER text,
                                   SQLSMALLINT capacity, SQLSMALLINT* length, SQLLEN* number) {
  return column_attribute<Wide>(h, column, field, text, capacity, length, number);
}

SQLRETURN SQL_API SQLBindCol(SQLHSTMT h, SQLUSMALLINT column, SQLSMALLINT c_type, SQLPOINTER buffer,
                             SQLLEN capacity, SQLLEN* indicator) {
  return call<Statement>(
      h, [&](Statement& s) { return s.bind_column(column, c_type, buffer, capacity, indicator); });
}
SQLRETURN SQL_API SQLFetch(SQLHSTMT h) {
  return call_async(h, SQL_API_SQLFETCH,
                    [](Statement&) { return [](Statement& s) { return s.fetch(SQL_FETCH_NEXT); }; });
}
SQLRETURN SQL_API SQLFetchScroll(SQLHSTMT h, SQLSMALLINT orientation, SQLLEN) {
  return call_async(h, SQL_API_SQLFETCHSCROLL,
                    [=](Statement&) { return [=](Statement& s) { return s.fetch(orientation); }; });
}
SQLRETURN SQL_API SQLGetData(SQLHSTMT h, SQLUSMALLINT column, SQLSMALLINT c_type, SQLPOINTER buffer,
                             SQLLEN capacity, SQLLEN* indicator) {
  return call<Statement>(
      h, [&](Statement& s) { return s.get_data(column, c_type, buffer, capacity, indicator); });
}
SQLRETURN SQL_API SQLSetPos(SQLHSTMT h, SQLSETPOSIROW row, SQLUSMALLINT operation, SQLUSMALLINT lock) {
  return call<Statement>(h, [&](Statement& s) { return s.set_position(row, operation, lock); });
}
SQLRETURN SQL_API SQLBulkOperations(SQLHSTMT h, SQLSMALLINT operation) {
  return call<Statement>(h, [&](Statement& s) { return s.bulk_operations(operation); });
}
SQLRETURN SQL_API SQLCloseCursor(SQLHSTMT h) {
  return call<Statement>(h, [](Statement& s) { return s.close_cursor(); });
}
SQLRETURN SQL_API SQLFreeStmt(SQLHSTMT h, SQLUSMALLINT option) {
  if (option == SQL_DROP)
    return call_unlocked<Statement>(h, [](Statement& s) { return s.release(), SQLRETURN{SQL_SUCCESS}; });
  return call<Statement>(h, [&](Statement& s) { return s.free(option); });
}

SQLRETURN SQL_API SQLSetCursorName(SQLHSTMT h, SQLCHAR* name, SQLSMALLINT n) {
  return set_cursor_name<Narrow>(h, name, n);
}
SQLRETURN SQL_API SQLSetCursorNameW(SQLHSTMT h, SQLWCHAR* name, SQLSMALLINT n) {
  return set_cursor_name<Wide>(h, name, n);
}
SQLRETURN SQL_API SQLGetCursorName(SQLHSTMT h, SQLCHAR* name, SQLSMALLINT capacity, SQLSMALLINT* n) {
  return cursor_name<Narrow>(h, name, capacity, n);
}
SQLRETURN SQL_API SQLGetCursorNameW(SQLHSTMT h, SQLWCHAR* name, SQLSMALLINT capacity, SQLSMALLINT* n) {
  return cursor_name<Wide>(h, name, capacity, n);
}

SQLRETURN SQL_API SQLSetStmtAttr(SQLHSTMT h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER) {
  return set_attribute(h, id, value);
}
SQLRETURN SQL_API SQLSetStmtAttrW(SQLHSTMT h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER) {
  return set_attribute(h, id, value);
}
SQLRETURN SQL_API SQLGetStmtAttr(SQLHSTMT h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER, SQLINTEGER* n) {
  return get_attribute(h, id, value, n);
}
SQLRETURN SQL_API SQLGetStmtAttrW(SQLHSTMT h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER, SQLINTEGER* n) {
  return get_attribute(h, id, value, n);
}

}  // extern "C"
