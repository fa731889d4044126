#pragma once
// What this version can do, in one place: the code refuses the rest by it (HYC00), and SQLGetInfo claims
// exactly this.

namespace couch::driver {

struct Capabilities {
  bool async = true;          // SQL_ATTR_ASYNC_ENABLE
  bool transactions = true;   // manual commit
  bool writes = true;         // INSERT, UPDATE, DELETE
  bool ddl = true;            // CREATE, DROP
  bool joins = true;
  bool subqueries = true;
  bool set_operations = true;
};
inline constexpr Capabilities capabilities;

}  // namespace couch::driver
