// A tree back to SQL: queries and tables.
#include <fmt/format.h>

#include "sql/printer_impl.h"

namespace couch::sql {

void Printer::query(const ast::Query& query) {
  if (!query.with.empty()) {
    put(query.recursive ? "WITH RECURSIVE " : "WITH ");
    list(query.with, [&](const ast::CommonTable& table) {
      identifier(table.name, Place::Expression);
      if (!table.columns.empty()) {
        put(" ");
        names(table.columns);
      }
      put(" AS ");
      subquery(*table.query);
    });
    put(" ");
  }
  body(*query.body);
  if (!query.order_by.empty()) {
    put(" ");
    order_items(query.order_by);
  }
  if (query.limit && !query.with_ties) {
    put(" LIMIT ");
    expr(*query.limit, Level::Concat);
  }
  if (query.offset) {
    put(" OFFSET ");
    expr(*query.offset, Level::Concat);
    if (query.with_ties) put(" ROWS");
  }
  if (query.limit && query.with_ties) {
    put(" FETCH FIRST ");
    expr(*query.limit, Level::Concat);
    put(" ROWS WITH TIES");
  }
}

void Printer::body(const ast::QueryBody& body) {
  std::visit([&](const auto& alternative) { node(alternative); }, body.node);
}

void Printer::node(const ast::Select& select) {
  put(select.distinct ? "SELECT DISTINCT " : "SELECT ");
  select_items(select.items);
  if (!select.from.empty()) {
    put(" FROM ");
    list(select.from, [&](const ast::TableRefPtr& item) { table(*item); });
  }
  if (select.where) {
    put(" WHERE ");
    expr(*select.where);
  }
  if (!select.group_by.empty()) {
    put(" GROUP BY ");
    list(select.group_by, [&](const ast::GroupingElement& element) { grouping(element); });
  }
  if (select.having) {
    put(" HAVING ");
    expr(*select.having);
  }
  if (!select.windows.empty()) {
    put(" WINDOW ");
    list(select.windows, [&](const ast::NamedWindow& named) {
      identifier(named.name, Place::NameOnly);
      put(" AS ");
      window(named.window);
    });
  }
}

void Printer::select_items(const std::vector<ast::SelectItem>& items) {
  list(items, [&](const ast::SelectItem& item) {
    expr(*item.expr);
    as(item.alias);
  });
}

void Printer::grouping(const ast::GroupingElement& element) {
  const auto set = [&](const std::vector<ast::ExprPtr>& items) {
    if (items.size() != 1) put("(");
    exprs(items);
    if (items.size() != 1) put(")");
  };
  switch (element.kind) {
    case ast::GroupingKind::Plain: set(element.sets.front()); return;
    case ast::GroupingKind::Rollup: put("ROLLUP ("); break;
    case ast::GroupingKind::Cube: put("CUBE ("); break;
    case ast::GroupingKind::Sets: put("GROUPING SETS ("); break;
  }
  list(element.sets, set);
  put(")");
}

void Printer::node(const ast::Values& values) {
  put("VALUES ");
  list(values.rows, [&](const std::vector<ast::ExprPtr>& row) {
    put("(");
    list(row, [&](const ast::ExprPtr& item) { set_value(*item); });
    put(")");
  });
}

void Printer::node(const ast::SetOperation& operation) {
  set_operand(*operation.left, operation, false);
  switch (operation.op) {
    case ast::SetOp::Union: put(" UNION "); break;
    case ast::SetOp::Intersect: put(" INTERSECT "); break;
    case ast::SetOp::Except: put(" EXCEPT "); break;
  }
  if (operation.all) put("ALL ");
  set_operand(*operation.right, operation, true);
}

// INTERSECT binds tighter; the others lean left. A chain of one associative operation is printed flat,
// however it leans.
void Printer::set_operand(const ast::QueryBody& operand, const ast::SetOperation& of, bool right) {
  const auto* const inner = std::get_if<ast::SetOperation>(&operand.node);
  bool parentheses = false;
  if (inner != nullptr) {
    const bool same = inner->op == of.op && inner->all == of.all && of.op != ast::SetOp::Except;
    const bool inner_tight = inner->op == ast::SetOp::Intersect, tight = of.op == ast::SetOp::Intersect;
    parentheses = right ? !same && (tight || !inner_tight) : tight && !inner_tight;
  }
  if (parentheses) put("(");
  body(operand);
  if (parentheses) put(")");
}

void Printer::node(const ast::Nested& nested) { subquery(*nested.query); }

void Printer::table(const ast::TableRef& table) {
  if (const auto* const joined = std::get_if<ast::Join>(&table.node)) return join(*joined);
  if (const auto* const named = std::get_if<ast::NamedTable>(&table.node)) {
    name(named->name, Place::Expression);
  } else if (const auto* const derived = std::get_if<ast::DerivedTable>(&table.node)) {
    if (derived->lateral) put("LATERAL ");
    subquery(*derived->query);
  }
  as(table.alias);
  if (!table.column_aliases.empty()) names(table.column_aliases);
  if (!table.hint.empty()) put(fmt::format(" /*+ {} */", table.hint));
}

void Printer::join(const ast::Join& join) {
  table(*join.left);
  if (join.natural) put(" NATURAL");
  switch (join.kind) {
    case ast::JoinKind::Inner: put(" JOIN "); break;
    case ast::JoinKind::Left: put(" LEFT JOIN "); break;
    case ast::JoinKind::Right: put(" RIGHT JOIN "); break;
    case ast::JoinKind::Full: put(" FULL JOIN "); break;
    case ast::JoinKind::Cross: put(" CROSS JOIN "); break;
  }
  const bool parentheses = std::holds_alternative<ast::Join>(join.right->node);
  if (parentheses) put("(");
  table(*join.right);
  if (parentheses) put(")");
  if (join.on) {
    put(" ON ");
    expr(*join.on);
  }
  if (!join.using_columns.empty()) {
    put(" USING ");
    names(join.using_columns);
  }
}

}  // namespace couch::sql
