#include "sql/define/databases.h"

#include <fmt/format.h>

#include <utility>

#include "sql/define/server_word.h"

namespace couch::sql::define {

namespace {

constexpr std::string_view rule =
    "a database's name begins with a lowercase letter and consists of lowercase letters, digits and _$()+-/";

[[noreturn]] void refused(const ActionAnswer& answer, const std::string& name, Span span) {
  if (word_of(answer).error == "illegal_database_name")
    throw Error(ErrorKind::Syntax, fmt::format("{} is no name for a database: {}", name, rule), span);
  throw Error(ErrorKind::Denied, fmt::format("database {}: {}", name, said(answer)), span);
}

class CreateDatabase final : public Definition {
 public:
  explicit CreateDatabase(ast::CreateDatabase statement) : statement_(std::move(statement)) {}
  std::string_view name() const override { return "CREATE DATABASE"; }

  std::vector<std::string> carry_out(Site& site) const override {
    const auto& [identifier, if_not_exists, partitioned] = statement_;
    const std::string& name = identifier.text;
    const auto answer = site.documents.perform(CreateDatabaseAction{name, partitioned});
    constexpr long exists = 412;
    if (answer.status == exists) {
      if (if_not_exists) return {};
      throw Error(ErrorKind::TableExists, fmt::format("there is a database {} already", name),
                  identifier.span);
    }
    if (!succeeded(answer)) refused(answer, name, identifier.span);
    site.catalog.redefined(name);
    return {};
  }

 private:
  ast::CreateDatabase statement_;
};

class DropDatabase final : public Definition {
 public:
  explicit DropDatabase(ast::Drop statement) : statement_(std::move(statement)) {
    if (statement_.name.size() > 1)
      throw Error(ErrorKind::Syntax, "a database has a name without dots", statement_.name[1].span);
  }
  std::string_view name() const override { return "DROP DATABASE"; }

  std::vector<std::string> carry_out(Site& site) const override {
    const auto& identifier = statement_.name.front();
    const std::string& name = identifier.text;
    constexpr long missing = 404;
    // PouchDB Server removes what is not there without a word.
    const bool there = site.catalog.traits().couchdb || site.catalog.has_database(name);
    const auto answer = there ? site.documents.perform(DropDatabaseAction{name}) : ActionAnswer{missing, {}};
    if (answer.status == missing) {
      site.catalog.redefined(name);
      if (statement_.if_exists) return {};
      throw Error(ErrorKind::UnknownDatabase, fmt::format("there is no database {}", name), identifier.span);
    }
    if (!succeeded(answer)) refused(answer, name, identifier.span);
    site.catalog.redefined(name);
    return {};
  }

 private:
  ast::Drop statement_;
};

}  // namespace

std::unique_ptr<const Definition> create_database(ast::CreateDatabase statement) {
  return std::make_unique<CreateDatabase>(std::move(statement));
}
std::unique_ptr<const Definition> drop_database(ast::Drop statement) {
  return std::make_unique<DropDatabase>(std::move(statement));
}

}  // namespace couch::sql::define
