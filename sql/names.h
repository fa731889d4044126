#pragma once
// How identifiers match names (docs/sql-dialect.md, Names): quoted ones exactly; unquoted ones exactly first,
// else the only one that differs in case alone.
#include <string>
#include <string_view>

#include "sql/ast.h"

namespace couch::sql {

// For comparing without case: Unicode's default case folding. Text that is no UTF-8 stays as it is.
std::string fold_case(std::string_view name);

enum class NameFit : uint8_t { None, IgnoringCase, Exact };
NameFit fit(const ast::Identifier& identifier, std::string_view name);
// The parts [first, …) of a dotted name as one column path: addr.city. A dot inside a quoted part may be the
// path's or a "\." of the field's own name.
NameFit fit_path(const ast::Name& name, size_t first, std::string_view column);

// As it was written, for messages: t.addr."Odd Name".
std::string written(const ast::Name& name, size_t first = 0);

}  // namespace couch::sql
