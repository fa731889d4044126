#pragma once
// CREATE VIEW, DROP VIEW (sql/saved_view.h).
#include <memory>

#include "sql/define/definition.h"

namespace couch::sql::define {

std::unique_ptr<const Definition> create_view(ast::CreateView statement);
std::unique_ptr<const Definition> drop_view(ast::Drop statement);

}  // namespace couch::sql::define
