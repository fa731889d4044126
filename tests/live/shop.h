#pragma once
// The sample shop (examples/data) in a database of the tests' own, and the same rows in SQLite: what each
// column's type is and what each value becomes is said here once more, by hand, so that the driver's
// discovery has something to be compared with.
#include <sql.h>
#include <sqlext.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/live/session.h"
#include "tests/support/live_server.h"
#include "tests/support/oracle.h"

namespace couch::live {

enum class ShopType : uint8_t {
  Id,
  Text,
  LongText,
  Integer,
  Number,
  Bit,
  Date,
  Time,
  Timestamp,
  Mixed,
  Json
};

struct ShopColumn {
  std::string name;  // dotted path; "legacy\.code" is one field
  ShopType type;
};

struct ShopTable {
  std::string name;
  std::vector<ShopColumn> columns;  // without _rev; in no order
  std::string parent, array;        // of a table of elements
};

SQLSMALLINT odbc_type(ShopType type);

class Shop {
 public:
  Shop();
  const std::string& database() const { return database_.name(); }
  Session& session() { return session_; }
  judge::Oracle& oracle() { return oracle_; }
  const judge::TextOrder& order() const { return order_; }
  static const std::vector<ShopTable>& tables();

 private:
  test::Database database_;
  judge::TextOrder order_;
  judge::Oracle oracle_;
  Session session_;
};

// Made at the first call, dropped when the program's last test has ended.
Shop& shop();

// The documents of a type, as they stand in examples/data.
std::vector<std::string> shop_documents(const std::string& type);

}  // namespace couch::live
