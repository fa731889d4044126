#pragma once
// CREATE DATABASE, DROP DATABASE.
#include <memory>

#include "sql/define/definition.h"

namespace couch::sql::define {

std::unique_ptr<const Definition> create_database(ast::CreateDatabase statement);
std::unique_ptr<const Definition> drop_database(ast::Drop statement);

}  // namespace couch::sql::define
