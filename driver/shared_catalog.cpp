#include "driver/shared_catalog.h"

namespace couch::driver {

std::string SharedCatalog::current() const { return turn()->current(); }

std::shared_ptr<const sql::Table> SharedCatalog::table(std::string_view database, std::string_view name,
                                                       bool exact, std::vector<std::string>* nearest) {
  return turn()->table(database, name, exact, nearest);
}

bool SharedCatalog::has_database(std::string_view database) { return turn()->has_database(database); }

std::shared_ptr<const sql::Table> SharedCatalog::assumed(std::string_view database, std::string_view name,
                                                         std::string_view discriminator) {
  return turn()->assumed(database, name, discriminator);
}

std::vector<std::string> SharedCatalog::type_field() const { return turn()->type_field(); }

std::vector<sql::Index> SharedCatalog::indexes(std::string_view database) {
  return turn()->indexes(database);
}

std::vector<sql::MaterializedView> SharedCatalog::materialized_views(std::string_view database) {
  return turn()->materialized_views(database);
}

sql::DatabaseFacts SharedCatalog::facts(std::string_view database) { return turn()->facts(database); }

sql::ServerTraits SharedCatalog::traits() { return turn()->traits(); }

void SharedCatalog::wrote(std::string_view database, std::string_view discriminator,
                          const std::vector<sql::Column>& columns) {
  if (ManualCommit& manual = session_->manual_commit(); manual.transaction())
    manual.tell(database, discriminator);
  turn()->wrote(database, discriminator, columns);
}

void SharedCatalog::redefined(std::string_view database) { turn()->redefined(database); }

}  // namespace couch::driver
