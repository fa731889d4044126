#pragma once
// What the server answered to a request that changes something.
#include <optional>
#include <string>
#include <string_view>

#include "sql/documents.h"
#include "sql/error.h"

namespace couch::sql::define {

// {"error":…,"reason":…} of an answer with an error status; empty members where there are none.
struct ServerWord {
  std::string error, reason;
};
ServerWord word_of(const ActionAnswer& answer);
// "reason (error)", for messages.
std::string said(const ActionAnswer& answer);

// A member of the answer's object that is a text; empty: there is none.
std::string text_of(const ActionAnswer& answer, const char* member);

constexpr bool succeeded(const ActionAnswer& answer) { return answer.status >= 200 && answer.status < 300; }

}  // namespace couch::sql::define
