#pragma once
#include <sql.h>
#include <sqlext.h>

#include <optional>
#include <string>
#include <string_view>

namespace couch::driver {

// "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", in braces or not, any case; ODBC's literal {guid '…'} too.
std::optional<SQLGUID> parse_guid(std::string_view text);
// Lower case, as JSON's writers have them: text comparisons with documents' ids shall hold.
std::string guid_text(const SQLGUID& guid);

}  // namespace couch::driver
