#pragma once
// CREATE TABLE, ALTER TABLE, DROP TABLE.
#include <memory>

#include "sql/define/definition.h"

namespace couch::sql::define {

std::unique_ptr<const Definition> create_table(ast::CreateTable statement);
std::unique_ptr<const Definition> alter_table(ast::AlterTable statement);
std::unique_ptr<const Definition> drop_table(ast::Drop statement);

}  // namespace couch::sql::define
