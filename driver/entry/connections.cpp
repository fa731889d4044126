// Connecting, connection attributes, information about the driver.
#include "driver/entry/call.h"
#include "driver/functions.h"

using namespace couch::driver;

namespace {

template <class Text>
SQLRETURN connect(SQLHDBC h, typename Text::Char* dsn, SQLSMALLINT dsn_length, typename Text::Char* user,
                  SQLSMALLINT user_length, typename Text::Char* password,
                  SQLSMALLINT password_length) noexcept {
  return call<Connection>(h, [&](Connection& c) {
    return c.connect(Text::read_optional(dsn, dsn_length).value_or("DEFAULT"),
                     Text::read_optional(user, user_length), Text::read_optional(password, password_length));
  });
}

template <class Text>
SQLRETURN driver_connect(SQLHDBC h, typename Text::Char* in, SQLSMALLINT in_length, typename Text::Char* out,
                         SQLSMALLINT out_capacity, SQLSMALLINT* out_length,
                         SQLUSMALLINT completion) noexcept {
  return call<Connection>(h, [&](Connection& c) {
    return c.driver_connect(Text::read(in, in_length),
                            TextOut::characters<Text>(out, out_capacity, out_length), completion);
  });
}

template <class Text>
SQLRETURN browse_connect(SQLHDBC h, typename Text::Char* in, SQLSMALLINT in_length, typename Text::Char* out,
                         SQLSMALLINT out_capacity, SQLSMALLINT* out_length) noexcept {
  return call<Connection>(h, [&](Connection& c) {
    return c.browse_connect(Text::read(in, in_length),
                            TextOut::characters<Text>(out, out_capacity, out_length));
  });
}

template <class Text>
SQLRETURN set_attribute(SQLHDBC h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER length) noexcept {
  return call<Connection>(
      h, [&](Connection& c) { return c.set_attribute(id, value, TextIn::bytes<Text>(value, length)); });
}

template <class Text>
SQLRETURN get_attribute(SQLHDBC h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER capacity,
                        SQLINTEGER* length) noexcept {
  return call<Connection>(h, [&](Connection& c) {
    return c.get_attribute(id, value, TextOut::bytes<Text>(value, capacity, length));
  });
}

template <class Text>
SQLRETURN get_info(SQLHDBC h, SQLUSMALLINT type, SQLPOINTER value, SQLSMALLINT capacity,
                   SQLSMALLINT* length) noexcept {
  return call<Connection>(h, [&](Connection& c) {
    return c.get_info(type, value, TextOut::bytes<Text>(value, capacity, length), length);
  });
}

template <class Text>
SQLRETURN native_sql(SQLHDBC h, typename Text::Char* in, SQLINTEGER in_length, typename Text::Char* out,
                     SQLINTEGER capacity, SQLINTEGER* length) noexcept {
  return call<Connection>(h, [&](Connection& c) {
    return c.native_sql(Text::read(in, in_length), TextOut::characters<Text>(out, capacity, length));
  });
}

}  // namespace

extern "C" {

SQLRETURN SQL_API SQLConnect(SQLHDBC h, SQLCHAR* dsn, SQLSMALLINT n, SQLCHAR* user, SQLSMALLINT user_n,
                             SQLCHAR* password, SQLSMALLINT password_n) {
  return connect<Narrow>(h, dsn, n, user, user_n, password, password_n);
}
SQLRETURN SQL_API SQLConnectW(SQLHDBC h, SQLWCHAR* dsn, SQLSMALLINT n, SQLWCHAR* user, SQLSMALLINT user_n,
                              SQLWCHAR* password, SQLSMALLINT password_n) {
  return connect<Wide>(h, dsn, n, user, user_n, password, password_n);
}

SQLRETURN SQL_API SQLDriverConnect(SQLHDBC h, SQLHWND, SQLCHAR* in, SQLSMALLINT n, SQLCHAR* out,
                                   SQLSMALLINT capacity, SQLSMALLINT* length, SQLUSMALLINT completion) {
  return driver_connect<Narrow>(h, in, n, out, capacity, length, completion);
}
SQLRETURN SQL_API SQLDriverConnectW(SQLHDBC h, SQLHWND, SQLWCHAR* in, SQLSMALLINT n, SQLWCHAR* out,
                                    SQLSMALLINT capacity, SQLSMALLINT* length, SQLUSMALLINT completion) {
  return driver_connect<Wide>(h, in, n, out, capacity, length, completion);
}

SQLRETURN SQL_API SQLBrowseConnect(SQLHDBC h, SQLCHAR* in, SQLSMALLINT n, SQLCHAR* out, SQLSMALLINT capacity,
                                   SQLSMALLINT* length) {
  return browse_connect<Narrow>(h, in, n, out, capacity, length);
}
SQLRETURN SQL_API SQLBrowseConnectW(SQLHDBC h, SQLWCHAR* in, SQLSMALLINT n, SQLWCHAR* out,
                                    SQLSMALLINT capacity, SQLSMALLINT* length) {
  return browse_connect<Wide>(h, in, n, out, capacity, length);
}

SQLRETURN SQL_API SQLDisconnect(SQLHDBC h) {
  return call<Connection>(h, [](Connection& c) { return c.disconnect(); });
}

SQLRETURN SQL_API SQLSetConnectAttr(SQLHDBC h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER n) {
  return set_attribute<Narrow>(h, id, value, n);
}
SQLRETURN SQL_API SQLSetConnectAttrW(SQLHDBC h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER n) {
  return set_attribute<Wide>(h, id, value, n);
}

SQLRETURN SQL_API SQLGetConnectAttr(SQLHDBC h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER capacity,
                                    SQLINTEGER* n) {
  return get_attribute<Narrow>(h, id, value, capacity, n);
}
SQLRETURN SQL_API SQLGetConnectAttrW(SQLHDBC h, SQLINTEGER id, SQLPOINTER value, SQLINTEGER capacity,
                                     SQLINTEGER* n) {
  return get_attribute<Wide>(h, id, value, capacity, n);
}

SQLRETURN SQL_API SQLGetInfo(SQLHDBC h, SQLUSMALLINT type, SQLPOINTER value, SQLSMALLINT capacity,
                             SQLSMALLINT* n) {
  return get_info<Narrow>(h, type, value, capacity, n);
}
SQLRETURN SQL_API SQLGetInfoW(SQLHDBC h, SQLUSMALLINT type, SQLPOINTER value, SQLSMALLINT capacity,
                              SQLSMALLINT* n) {
  return get_info<Wide>(h, type, value, capacity, n);
}

SQLRETURN SQL_API SQLGetFunctions(SQLHDBC h, SQLUSMALLINT id, SQLUSMALLINT* supported) {
  return call<Connection>(h, [&](Connection&) { return get_functions(id, supported), Outcome::Success; });
}

SQLRETURN SQL_API SQLNativeSql(SQLHDBC h, SQLCHAR* in, SQLINTEGER n, SQLCHAR* out, SQLINTEGER capacity,
                               SQLINTEGER* length) {
  return native_sql<Narrow>(h, in, n, out, capacity, length);
}
SQLRETURN SQL_API SQLNativeSqlW(SQLHDBC h, SQLWCHAR* in, SQLINTEGER n, SQLWCHAR* out, SQLINTEGER capacity,
                                SQLINTEGER* length) {
  return native_sql<Wide>(h, in, n, out, capacity, length);
}

}  // extern "C"
