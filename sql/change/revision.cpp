#include "sql/change/revision.h"

#include "sql/json_text.h"

namespace couch::sql::change {

std::string text_member(std::string_view object, std::string_view name, bool first) {
  std::string found;
  Members members{object};
  while (const Member* member = members.next()) {
    if (!member->named(name)) continue;
    found = string_of(member->value);
    if (first) break;
  }
  return found;
}

std::string revision_removed(std::string object) {
  for (bool again = true; again;) {
    again = false;
    const auto place = [&](const char* at) { return static_cast<size_t>(at - object.data()); };
    Members members{object};
    size_t before = std::string::npos;  // the end of the member before
    while (const Member* member = members.next()) {
      size_t begin = place(member->key.data());
      size_t end = place(member->value.data()) + member->value.size();
      if (!member->named("_rev")) {
        before = end;
        continue;
      }
      // With the comma before it, or the one after it.
      if (before != std::string::npos) {
        begin = before;
      } else {
        const size_t after = object.find_first_not_of(" \t\r\n", end);
        if (after != std::string::npos && object[after] == ',') end = after + 1;
      }
      object.erase(begin, end - begin);
      again = true;
      break;
    }
  }
  return object;
}

std::string revision_added(std::string_view object, std::string_view revision) {
  const size_t brace = object.find('{');
  if (brace == std::string_view::npos) return std::string{object};
  const size_t first = object.find_first_not_of(" \t\r\n", brace + 1);
  const bool bare = first == std::string_view::npos || object[first] == '}';
  std::string out;
  out.reserve(object.size() + revision.size() + 12);
  out.append(object.substr(0, brace + 1)).append("\"_rev\":").append(json_string(revision));
  if (!bare) out += ',';
  out.append(object.substr(brace + 1));
  return out;
}

std::string deletion(std::string_view id, std::string_view revision) {
  return "{\"_id\":" + json_string(id) + ",\"_rev\":" + json_string(revision) + ",\"_deleted\":true}";
}

}  // namespace couch::sql::change
