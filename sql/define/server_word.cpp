#include "sql/define/server_word.h"

#include <fmt/format.h>

#include "sql/json_text.h"

namespace couch::sql::define {

std::string text_of(const ActionAnswer& answer, const char* member) {
  return string_of(member_of(answer.body, member));
}

ServerWord word_of(const ActionAnswer& answer) {
  return {text_of(answer, "error"), text_of(answer, "reason")};
}

std::string said(const ActionAnswer& answer) {
  const auto [error, reason] = word_of(answer);
  if (error.empty() && reason.empty()) return fmt::format("the server answered {}", answer.status);
  return fmt::format("CouchDB says: {} ({})", reason.empty() ? error : reason, error);
}

}  // namespace couch::sql::define
