#pragma once
// Tables that are stated rather than seen: by CREATE TABLE or in a SchemaFile.
#include <memory>
#include <string>

#include "driver/schema/sample.h"
#include "sql/define/table_definition.h"
#include "sql/table.h"

namespace couch::driver::schema {

// The stated columns in their order, each as it is stated; then what a sample (may be null) shows besides:
// other programs write what they like, and nothing is hidden. The discriminator is no part of * unless it is
// stated: INSERT fills it in.
std::shared_ptr<const sql::Table> declared_table(const sql::define::TableDefinition& definition,
                                                 const std::string& database, const Rules& rules,
                                                 const sql::Table* sampled);

}  // namespace couch::driver::schema
