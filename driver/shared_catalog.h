#pragma once
// The connection's schema for statements that run: each call takes its turn, so that none holds it while it
// waits for the server for something else.
#include <memory>
#include <string>
#include <vector>

#include "driver/session.h"
#include "http/client.h"
#include "sql/table.h"

namespace couch::driver {

class SharedCatalog final : public sql::Catalog {
 public:
  // `stop` (may be null) outlives it.
  SharedCatalog(std::shared_ptr<Session> session, const http::Stop* stop)
      : session_(std::move(session)), stop_(stop) {}

  std::string current() const override;
  std::shared_ptr<const sql::Table> table(std::string_view database, std::string_view name, bool exact,
                                          std::vector<std::string>* nearest) override;
  bool has_database(std::string_view database) override;
  std::shared_ptr<const sql::Table> assumed(std::string_view database, std::string_view name,
                                            std::string_view discriminator) override;
  std::vector<std::string> type_field() const override;
  std::vector<sql::Index> indexes(std::string_view database) override;
  sql::DatabaseFacts facts(std::string_view database) override;
  sql::ServerTraits traits() override;
  std::vector<sql::MaterializedView> materialized_views(std::string_view database) override;
  void wrote(std::string_view database, std::string_view discriminator,
             const std::vector<sql::Column>& columns) override;
  void redefined(std::string_view database) override;

 private:
  Session::Turn turn() const { return session_->schema(stop_); }

  std::shared_ptr<Session> session_;
  const http::Stop* stop_;
};

}  // namespace couch::driver
