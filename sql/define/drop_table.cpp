#include <fmt/format.h>

#include <utility>

#include "sql/define/documents_of.h"
#include "sql/define/indexes.h"
#include "sql/define/server_word.h"
#include "sql/define/stored.h"
#include "sql/define/tables.h"
#include "sql/define/target.h"

namespace couch::sql::define {

namespace {

// The documents first, the definition last: what was interrupted can be run again.
class DropTable final : public Definition {
 public:
  explicit DropTable(ast::Drop statement) : statement_(std::move(statement)) {}
  std::string_view name() const override { return "DROP TABLE"; }

  std::vector<std::string> carry_out(Site& site) const override {
    const TargetName where = target_name(statement_.name, site.catalog);
    auto table = find_target(where, site.catalog);
    if (!table && statement_.if_exists) return {};
    if (!table) table = target(where, site.catalog);
    if (table->kind != TableKind::Typed) not_for(*table, "DROP TABLE", where.span);
    remove_documents(site, *table, where.span);
    const std::string prefix = index_prefix(table->name);
    for (const Index& index : site.catalog.indexes(where.database)) {
      if (!index.design_document.starts_with(prefix)) continue;
      const auto answer =
          site.documents.perform(DropIndexAction{where.database, index.design_document, index.name});
      constexpr long missing = 404;
      if (!succeeded(answer) && answer.status != missing)
        throw Error(ErrorKind::Denied, fmt::format("index {}: {}", index.name, said(answer)), where.span);
    }
    constexpr int tries = 5;
    for (int i = 0; i < tries; ++i) {
      const auto definition = stored_definition(site, where.database, table->name);
      if (!definition || definition->rev.empty() ||
          store(site, where.database, table->name, to_deletion(*definition), where.span) == Stored::Written) {
        site.catalog.redefined(where.database);
        return {};
      }
    }
    throw Error(ErrorKind::Conflict, fmt::format("others keep changing the definition of {}", table->name),
                where.span);
  }

 private:
  ast::Drop statement_;
};

}  // namespace

std::unique_ptr<const Definition> drop_table(ast::Drop statement) {
  return std::make_unique<DropTable>(std::move(statement));
}

}  // namespace couch::sql::define
