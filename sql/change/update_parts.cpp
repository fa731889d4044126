#include "sql/change/update_parts.h"

#include <utility>

#include "sql/change/inner.h"

namespace couch::sql::change {

ast::TableRefPtr UpdateParts::from() const {
  auto ref = std::make_unique<ast::TableRef>();
  ref->span = {table.front().span.begin, table.back().span.end};
  ref->alias = alias;
  ref->node = ast::NamedTable{table};
  return ref;
}

UpdateParts parts_of(ast::Statement& tree) {
  UpdateParts parts;
  parts.span = tree.span;
  if (auto* update = std::get_if<ast::Update>(&tree.node)) {
    parts.table = std::move(update->table);
    parts.alias = std::move(update->alias);
    parts.assignments = std::move(update->assignments);
    parts.where = std::move(update->where);
    parts.current_of = std::move(update->current_of);
    parts.returning = std::move(update->returning);
  } else if (auto* remove = std::get_if<ast::Delete>(&tree.node)) {
    parts.removes = true;
    parts.table = std::move(remove->table);
    parts.alias = std::move(remove->alias);
    parts.where = std::move(remove->where);
    parts.current_of = std::move(remove->current_of);
    parts.returning = std::move(remove->returning);
  } else {
    parts.removes = true;
    parts.table = std::move(std::get<ast::Truncate>(tree.node).table);
  }
  return parts;
}

Reading reading_of(UpdateParts& parts, bool whole, ast::TableRefPtr from) {
  Reading out;
  ast::Select select;
  std::vector<ast::SelectItem> computed;
  for (auto& assignment : parts.assignments) out.operands.push_back(operand_of(assignment.value, computed));
  select.items.push_back(item_of(column_ref(parts.called(), "_id")));
  select.items.push_back(item_of(column_ref(parts.called(), whole ? "_doc" : "_rev")));
  for (auto& item : computed) select.items.push_back(std::move(item));
  select.from.push_back(std::move(from));
  select.where = std::move(parts.where);
  out.query = select_query(std::move(select), parts.span);
  return out;
}

}  // namespace couch::sql::change
