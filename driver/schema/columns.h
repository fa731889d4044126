#pragma once
// From what was seen to columns and their types (docs/type-mapping.md).
#include <cstdint>
#include <string>
#include <vector>

#include "driver/schema/shape.h"
#include "sql/table.h"

namespace couch::driver::schema {

// The type of a column with these values, objects and arrays among them as JSON text.
sql::Type type_of(const Seen& seen, uint32_t max_varchar_size);

// A column of which no value was seen may hold any: as one of mixed values, text.
void settle_type(sql::Column& column, uint32_t max_varchar_size);

// Objects of this node have data for keys ({"2026-01-01": …}, {"user:17": …}) and not fields: one column of
// JSON text.
bool is_map(const Node& node);

// What keeps a column's name from being used: empty, U+0000.
bool nameable(std::string_view field);

// Collects the columns of one table.
class Columns {
 public:
  Columns(uint32_t max_columns, uint32_t max_varchar_size)
      : max_columns_(max_columns), max_varchar_size_(max_varchar_size) {}

  void add(sql::Column column);
  // The columns of `node`, which stands at `path`: its own where it holds anything but objects, and those of
  // its objects' fields.
  void add_node(const Node& node, const std::vector<std::string>& path,
                const std::vector<uint32_t>& array_steps = {});
  // Only those of its objects' fields.
  void add_fields(const Node& node, const std::vector<std::string>& path,
                  const std::vector<uint32_t>& array_steps = {});
  void leave_out(std::string what);

  void move_to(sql::Table& table);

 private:
  uint32_t max_columns_, max_varchar_size_;
  std::vector<sql::Column> columns_;
  std::unordered_map<std::string, size_t> names_;  // to places in columns_
  std::vector<std::string> left_out_;
  uint64_t left_out_more_ = 0;
};

}  // namespace couch::driver::schema
