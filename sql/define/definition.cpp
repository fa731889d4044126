#include "sql/define/definition.h"

#include <fmt/format.h>

#include <utility>

#include "sql/define/databases.h"
#include "sql/define/indexes.h"
#include "sql/define/tables.h"
#include "sql/define/views.h"

namespace couch::sql::define {

namespace {

[[noreturn]] void not_yet(std::string_view what, Span span) {
  throw Error(ErrorKind::NotSupported, fmt::format("{} is not supported by this version of the driver", what),
              span);
}

// A new kind of statement breaks the build here.
struct Maker {
  using Made = std::unique_ptr<const Definition>;
  Span span;

  Made operator()(ast::CreateTable& create) const { return create_table(std::move(create)); }
  Made operator()(ast::AlterTable& alter) const { return alter_table(std::move(alter)); }
  Made operator()(ast::CreateIndex& create) const { return create_index(std::move(create)); }
  Made operator()(ast::CreateView& create) const { return create_view(std::move(create)); }
  Made operator()(ast::CreateDatabase& create) const { return create_database(std::move(create)); }
  Made operator()(ast::Drop& drop) const {
    using What = ast::Drop::What;
    switch (drop.what) {
      case What::Table: return drop_table(std::move(drop));
      case What::Index: return drop_index(std::move(drop));
      case What::View: return drop_view(std::move(drop));
      case What::Database: return drop_database(std::move(drop));
    }
    not_yet("DROP", span);
  }
  template <class Other>
  Made operator()(Other&) const {
    throw Error(ErrorKind::Engine, "this statement defines nothing", span);
  }
};

}  // namespace

std::string Definition::done_before() const {
  return fmt::format("a part of {} was done before; run again, it goes on from there", name());
}

std::unique_ptr<const Definition> definition_of(ast::Statement statement) {
  if (statement.parameters > 0)
    throw Error(ErrorKind::Syntax, "a definition takes no parameters: write the values", statement.span);
  return std::visit(Maker{statement.span}, statement.node);
}

}  // namespace couch::sql::define
