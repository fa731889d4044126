#pragma once
// Types of JSON values by their names, as SchemaFile and the definitions of tables state them: BIT, SMALLINT,
// INTEGER, BIGINT, REAL, DOUBLE, DECIMAL(p,s), VARCHAR(n), LONGVARCHAR, DATE, TIME(n), TIMESTAMP(n), JSON.
#include <optional>
#include <string>
#include <string_view>

#include "sql/type.h"

namespace couch::sql {

// "DECIMAL(10,2)" -> its type, in any case. nullopt: no type of a JSON value.
std::optional<Type> type_named(std::string_view text);

// The inverse: type_named(type_text(t)) == t, for types that documents can hold.
std::string type_text(const Type& type);

}  // namespace couch::sql
