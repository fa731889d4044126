#pragma once
// What other products write, for messages: a function, column or table of theirs that is not of this
// language, and what says the same here.
#include <string>
#include <string_view>

namespace couch::sql {

// " Write …" with what to write here, or nothing. `name`: in any case.
std::string function_here(std::string_view name);
std::string column_here(std::string_view name);  // ROWNUM, SYSDATE
std::string table_here(std::string_view name);   // DUAL
// A clause such as QUALIFY: "write …", or nothing.
std::string_view clause_here(std::string_view word);

}  // namespace couch::sql
