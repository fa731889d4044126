#pragma once
// A document's JSON text with and without its _rev, every other byte as it was. Pure.
#include <string>
#include <string_view>

namespace couch::sql::change {

// The characters of the top-level text member of that name ("_id", "id"), however it is written; of repeated
// ones the last. Empty: there is none, or it is no text. `first`: the first one is enough.
std::string text_member(std::string_view object, std::string_view name, bool first = false);

// The object without top-level members named _rev.
std::string revision_removed(std::string object);
// The object, which has no _rev, with this one as its first member.
std::string revision_added(std::string_view object, std::string_view revision);
// {"_id":…,"_rev":…,"_deleted":true}
std::string deletion(std::string_view id, std::string_view revision);

}  // namespace couch::sql::change
