#include "driver/bridge_row.h"

#include "sql/json_text.h"

namespace couch::driver {
RowHead head_of(std::string_view row) {
  RowHead head;
  sql::Members members{row};
  while (head.id.empty() || head.key.empty() || head.value.empty()) {
    const sql::Member* const member = members.next();
    if (!member) break;
    if (member->key == "\"id\"") head.id = member->value;
    if (member->key == "\"key\"") head.key = member->value;
    if (member->key == "\"value\"") head.value = member->value;
  }
  return head;
}

std::string_view id_of(std::string_view row) {
  constexpr std::string_view start = R"({"id":")";
  if (row.starts_with(start)) {
    size_t end = start.size();
    while (end < row.size() && row[end] != '"' && row[end] != '\\') ++end;
    if (end < row.size() && row[end] == '"') return row.substr(start.size() - 1, end + 2 - start.size());
  }
  return head_of(row).id;
}

}  // namespace couch::driver
