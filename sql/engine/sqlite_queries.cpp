// Queries, tables and set operations as SQLite's SQL.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "sql/binder.h"
#include "sql/engine/recursion.h"
#include "sql/engine/sqlite_printer.h"
#include "sql/engine/sqlite_text.h"
#include "sql/walk.h"

namespace couch::sql::engine {

namespace {

constexpr size_t most_grouping_sets = 256;

const ast::Expr& output(const ast::QueryBody& body, size_t index) {
  return std::visit(
      [&](const auto& n) -> const ast::Expr& {
        using T = std::remove_cvref_t<decltype(n)>;
        if constexpr (std::is_same_v<T, ast::Select>)
          return *n.items[index].expr;
        else if constexpr (std::is_same_v<T, ast::Values>)
          return *n.rows.front()[index];
        else if constexpr (std::is_same_v<T, ast::SetOperation>)
          return output(*n.left, index);
        else {
          static_assert(std::is_same_v<T, ast::Nested>);
          return output(*n.query->body, index);
        }
      },
      body.node);
}

size_t width(const ast::QueryBody& body) {
  return std::visit(
      [&](const auto& n) -> size_t {
        using T = std::remove_cvref_t<decltype(n)>;
        if constexpr (std::is_same_v<T, ast::Select>)
          return n.items.size();
        else if constexpr (std::is_same_v<T, ast::Values>)
          return n.rows.front().size();
        else if constexpr (std::is_same_v<T, ast::SetOperation>)
          return width(*n.left);
        else {
          static_assert(std::is_same_v<T, ast::Nested>);
          return width(*n.query->body);
        }
      },
      body.node);
}

// SQLite (to 3.40 at least) makes of a derived UNION ALL a UNION ALL of the query around it, and loses the
// order of a RIGHT or FULL JOIN in there: "ON clause references tables to its right". A LIMIT keeps it from
// that.
bool is_union_all(const ast::QueryBody& body) {
  if (auto nested = std::get_if<ast::Nested>(&body.node)) return is_union_all(*nested->query->body);
  auto operation = std::get_if<ast::SetOperation>(&body.node);
  return operation && operation->all && operation->op == ast::SetOp::Union;
}

using KeySet = std::vector<const ast::Expr*>;

// The grouping sets of one element: ROLLUP(a, b) is (a, b), (a), ().
std::vector<KeySet> sets_of(const ast::GroupingElement& element) {
  std::vector<KeySet> parts;
  for (const auto& set : element.sets) {
    KeySet keys;
    for (const auto& key : set) keys.push_back(key.get());
    parts.push_back(std::move(keys));
  }
  auto append = [](KeySet& to, const KeySet& from) { to.insert(to.end(), from.begin(), from.end()); };
  std::vector<KeySet> result;
  switch (element.kind) {
    case ast::GroupingKind::Sets: return parts;
    case ast::GroupingKind::Plain: {
      KeySet all;
      for (const KeySet& p : parts) append(all, p);
      return {all};
    }
    case ast::GroupingKind::Rollup:
      for (size_t n = parts.size() + 1; n-- > 0;) {
        KeySet prefix;
        for (size_t i = 0; i < n; ++i) append(prefix, parts[i]);
        result.push_back(std::move(prefix));
      }
      return result;
    case ast::GroupingKind::Cube:
      if (parts.size() > 8)
        throw Error(ErrorKind::TooComplex, fmt::format("CUBE of {} makes more than {} grouping sets",
                                                       parts.size(), most_grouping_sets));
      for (size_t bits = size_t{1} << parts.size(); bits-- > 0;) {
        KeySet subset;
        for (size_t i = 0; i < parts.size(); ++i) {
          if (bits >> (parts.size() - 1 - i) & 1) append(subset, parts[i]);
        }
        result.push_back(std::move(subset));
      }
      return result;
  }
  return result;
}

// GROUP BY a, ROLLUP(b, c): every combination of the elements' sets.
std::vector<KeySet> grouping(const ast::Select& select) {
  std::vector<KeySet> all{{}};
  for (const ast::GroupingElement& element : select.group_by) {
    std::vector<KeySet> next;
    for (const KeySet& before : all) {
      for (const KeySet& more : sets_of(element)) {
        KeySet both = before;
        both.insert(both.end(), more.begin(), more.end());
        next.push_back(std::move(both));
      }
      if (next.size() > most_grouping_sets)
        throw Error(ErrorKind::TooComplex,
                    fmt::format("GROUP BY makes more than {} grouping sets", most_grouping_sets));
    }
    all = std::move(next);
  }
  return all;
}

bool is_output(const ast::Expr& expr) {
  auto column = std::get_if<ast::BoundColumn>(&expr.node);
  return column && column->relation == output_relation;
}

}  // namespace

bool Printer::gives_binary(const ast::Query& query, size_t column) const {
  return is_binary(output(*query.body, column));
}

void Printer::statement(const ast::Query& query) {
  statement_ = &query;
  this->query(query);
  if (lifted_.empty()) return;
  constexpr std::string_view with = "WITH RECURSIVE ";
  std::string list;
  for (const Lifted& one : lifted_)
    list += fmt::format("{}{} AS ({})", list.empty() ? "" : ", ", table_name(one.relation), one.query);
  if (text.starts_with(with))
    text.insert(with.size(), list + ", ");
  else
    text.insert(0, fmt::format("{}{} ", with, list));
}

// One row of what is known already.
void Printer::figures_of(const ast::Select& node) {
  select_ = &node;
  text += "SELECT ";
  for (size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0) text += ", ";
    expression(*node.items[i].expr);
    text += " AS " + column_name(static_cast<uint32_t>(i));
  }
  if (node.having) {
    text += " WHERE ";
    expression(*node.having);
  }
  select_ = nullptr;
}

void Printer::query(const ast::Query& query) {
  if (!query.with.empty()) {
    text += "WITH RECURSIVE ";
    for (size_t i = 0; i < query.with.size(); ++i) {
      const ast::CommonTable& common = query.with[i];
      if (i > 0) text += ", ";
      declared_.push_back(common.relation);
      text += table_name(common.relation) + '(';
      size_t count = bound_.relations[common.relation].columns.size();
      for (size_t c = 0; c < count; ++c) text += (c > 0 ? "," : "") + column_name(static_cast<uint32_t>(c));
      text += ") AS (";
      check_recursion(common, bound_);
      this->query(*common.query);
      keep_apart(*common.query);
      text += ")";
      if (&query == statement_) beside_lifted_.insert(common.relation);
    }
    text += ' ';
  }
  if (query.with_ties && query.limit) {
    with_ties(query);
    return;
  }
  body(*query.body, false, &query);
  limits(query);
}

void Printer::limits(const ast::Query& query) {
  if (!query.limit && !query.offset) return;
  text += " LIMIT ";
  if (query.limit)
    limit(*query.limit);
  else
    text += "-1";
  if (query.offset) {
    text += " OFFSET ";
    limit(*query.offset);
  }
}

void Printer::keep_apart(const ast::Query& query) {
  if (bound_.right_joins && !query.limit && !query.offset && is_union_all(*query.body)) text += " LIMIT -1";
}

// SQLite takes a negative LIMIT for none; here it is an error, and so is NULL.
void Printer::limit(const ast::Expr& expr) {
  bool literal = std::holds_alternative<ast::Literal>(expr.node);
  if (!literal) text += "couch_limit(";
  expression(expr);
  if (!literal) text += ')';
}

// FETCH FIRST n ROWS WITH TIES: all rows whose rank is within the limit.
void Printer::with_ties(const ast::Query& query) {
  auto select = std::get_if<ast::Select>(&query.body->node);
  size_t count = width(*query.body);
  std::string names;
  for (size_t i = 0; i < count; ++i) names += (i > 0 ? "," : "") + column_name(static_cast<uint32_t>(i));
  std::string keys;
  for (size_t i = 0; i < query.order_by.size(); ++i) {
    const ast::OrderItem& item = query.order_by[i];
    if (i > 0) keys += ", ";
    auto column = std::get_if<ast::BoundColumn>(&item.key->node);
    bool output_key = column && column->relation == output_relation;
    keys += output_key ? column_name(column->column) : fmt::format("s{}", i);
    const ast::Expr& shape = output_key ? output(*query.body, column->column) : *item.key;
    keys += fmt::format(" COLLATE {}", collation_of(shape));
    if (item.descending) keys += " DESC";
    if (item.nulls_first) keys += *item.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  }
  text += fmt::format(
      "SELECT {0} FROM (SELECT *, rank() OVER (ORDER BY {1}) AS k, row_number() OVER (ORDER BY {1}) AS n "
      "FROM (",
      names, keys);
  if (select) {
    if (select->distinct || select->group_by.empty())
      select_core(*select, select->distinct, nullptr, &query.order_by);
    else if (auto sets = grouping(*select); sets.size() == 1)
      select_core(*select, false, &sets[0], &query.order_by);
    else
      throw Error(ErrorKind::NotSupported,
                  "WITH TIES over several grouping sets is not supported by this version", query.span);
  } else {
    body(*query.body, false, nullptr);
  }
  text += ")) WHERE k <= ";
  limit(*query.limit);
  if (query.offset) {
    text += " + ";
    limit(*query.offset);
    text += " AND n > ";
    limit(*query.offset);
  }
  text += " ORDER BY n";
}

void Printer::body(const ast::QueryBody& node, bool distinct, const ast::Query* owner) {
  std::visit(
      [&](const auto& n) {
        using T = std::remove_cvref_t<decltype(n)>;
        if constexpr (std::is_same_v<T, ast::Select>) {
          select(n, distinct, owner);
          return;
        } else if constexpr (std::is_same_v<T, ast::Values>) {
          values(n, distinct);
        } else if constexpr (std::is_same_v<T, ast::SetOperation>) {
          set_operation(n, distinct);
        } else {
          static_assert(std::is_same_v<T, ast::Nested>);
          text += "SELECT ";
          columns(width(node), node, distinct);
          text += " FROM (";
          query(*n.query);
          text += ')';
        }
        if (owner && !owner->order_by.empty()) {
          text += " ORDER BY ";
          for (size_t i = 0; i < owner->order_by.size(); ++i) {
            const ast::OrderItem& item = owner->order_by[i];
            size_t index = std::get<ast::BoundColumn>(item.key->node).column;
            text += fmt::format("{}{}", i > 0 ? ", " : "", index + 1);
            collate(output(node, index));
            if (item.descending) text += " DESC";
            if (item.nulls_first) text += *item.nulls_first ? " NULLS FIRST" : " NULLS LAST";
          }
        }
      },
      node.node);
}

void Printer::columns(size_t count, const ast::QueryBody& body, bool distinct) {
  for (size_t i = 0; i < count; ++i) {
    if (i > 0) text += ',';
    text += column_name(static_cast<uint32_t>(i));
    if (!distinct) continue;
    collate(output(body, i));
    text += " AS " + column_name(static_cast<uint32_t>(i));
  }
}

// One side of a set operation. SQLite gives all set operators the same precedence, from the left: the tree's
// shape is kept by nesting.
void Printer::operand(const ast::QueryBody& node, bool left, bool distinct) {
  auto operation = std::get_if<ast::SetOperation>(&node.node);
  bool counts = operation && operation->all && operation->op != ast::SetOp::Union;
  bool plain = std::holds_alternative<ast::Select>(node.node) ||
               std::holds_alternative<ast::Nested>(node.node) || (operation && left && !counts);
  if (auto select = std::get_if<ast::Select>(&node.node);
      select && !select->group_by.empty() && grouping(*select).size() > 1)
    plain = false;
  if (plain || std::holds_alternative<ast::Values>(node.node)) {
    body(node, distinct, nullptr);
    return;
  }
  text += "SELECT ";
  columns(width(node), node, distinct);
  text += " FROM (";
  body(node, distinct, nullptr);
  text += ')';
}

void Printer::set_operation(const ast::SetOperation& node, bool distinct) {
  if (node.all && node.op != ast::SetOp::Union) {
    counted(node);
    return;
  }
  bool compares = distinct || !node.all;
  operand(*node.left, true, compares);
  switch (node.op) {
    case ast::SetOp::Union: text += node.all ? " UNION ALL " : " UNION "; break;
    case ast::SetOp::Intersect: text += " INTERSECT "; break;
    case ast::SetOp::Except: text += " EXCEPT "; break;
  }
  operand(*node.right, false, compares);
}

// INTERSECT ALL and EXCEPT ALL: the n-th copy of a row on one side meets the n-th on the other.
void Printer::counted(const ast::SetOperation& node) {
  size_t count = width(*node.left);
  std::string names, keys;
  for (size_t i = 0; i < count; ++i) {
    names += (i > 0 ? "," : "") + column_name(static_cast<uint32_t>(i));
    keys += fmt::format("{}c{} COLLATE {}", i > 0 ? ", " : "", i, collation_of(output(*node.left, i)));
  }
  auto side = [&](const ast::QueryBody& body_node) {
    text += "SELECT ";
    columns(count, *node.left, true);
    text += fmt::format(", row_number() OVER (PARTITION BY {}) AS n FROM (", keys);
    body(body_node, false, nullptr);
    text += ')';
  };
  text += "SELECT " + names + " FROM (";
  side(*node.left);
  text += node.op == ast::SetOp::Intersect ? " INTERSECT " : " EXCEPT ";
  side(*node.right);
  text += ')';
}

void Printer::values(const ast::Values& node, bool distinct) {
  text += "SELECT ";
  for (size_t i = 0; i < node.rows.front().size(); ++i) {
    text += fmt::format("{}column{}", i > 0 ? "," : "", i + 1);
    if (distinct) collate(*node.rows.front()[i]);
    text += " AS " + column_name(static_cast<uint32_t>(i));
  }
  text += " FROM (VALUES ";
  for (size_t r = 0; r < node.rows.size(); ++r) {
    text += r > 0 ? ",(" : "(";
    for (size_t i = 0; i < node.rows[r].size(); ++i) {
      if (i > 0) text += ',';
      // SQLite names the columns after the first row, and calls one that is a column as that is called.
      if (r == 0) text += "+(";
      expression(*node.rows[r][i]);
      if (r == 0) text += ')';
    }
    text += ')';
  }
  text += ')';
}

void Printer::select(const ast::Select& node, bool distinct, const ast::Query* owner) {
  std::vector<KeySet> sets;
  if (!node.group_by.empty()) sets = grouping(node);
  if (sets.size() > 1) {
    grouping_sets(node, sets, distinct, owner);
    return;
  }
  select_core(node, distinct, sets.empty() ? nullptr : &sets[0], nullptr);
  if (owner) order_by(*owner, &node);
}

// `keys`: GROUP BY these; null: none. `sort_columns`: these sort keys become further columns s0, s1 …, unless
// they are result columns.
void Printer::select_core(const ast::Select& node, bool distinct, const KeySet* keys,
                          const std::vector<ast::OrderItem>* sort_columns) {
  const ast::Select* around = std::exchange(select_, &node);
  text += node.distinct && !grouped_out_ ? "SELECT DISTINCT " : "SELECT ";
  bool compares = distinct || (node.distinct && !grouped_out_);
  // GROUP BY () and a HAVING alone make one group of everything. SQLite must see an aggregate in the select
  // list for that.
  bool one_group = (keys && keys->empty()) || (node.having && node.group_by.empty());
  for (size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0) text += ", ";
    bool wrapped = one_group && i == 0;
    if (wrapped) text += "iif(count(*) >= 0, ";
    expression(*node.items[i].expr);
    if (wrapped) text += ", NULL)";
    if (compares) collate(*node.items[i].expr);
    text += " AS " + column_name(static_cast<uint32_t>(i));
  }
  if (sort_columns) {
    for (size_t i = 0; i < sort_columns->size(); ++i) {
      if (is_output(*(*sort_columns)[i].key)) continue;
      text += ", ";
      expression(*(*sort_columns)[i].key);
      text += fmt::format(" AS s{}", i);
    }
  }
  if (!node.from.empty()) {
    text += " FROM ";
    for (size_t i = 0; i < node.from.size(); ++i) {
      if (i > 0) text += ", ";
      table(*node.from[i], i == 0);
    }
  }
  if (node.where) {
    text += " WHERE ";
    const auto* out = std::exchange(grouped_out_, nullptr);
    expression(*node.where);
    grouped_out_ = out;
  }
  if (keys && !keys->empty()) {
    text += " GROUP BY ";
    for (size_t i = 0; i < keys->size(); ++i) {
      if (i > 0) text += ", ";
      const ast::Expr* key = (*keys)[i];
      if (is_output(*key)) key = node.items[std::get<ast::BoundColumn>(key->node).column].expr.get();
      // SQLite would take an integer for a position.
      bool constant = std::holds_alternative<ast::Literal>(key->node);
      if (constant) text += "couch_same(";
      expression(*key);
      if (constant) text += ')';
      collate(*key);
    }
  }
  if (node.having) {
    text += " HAVING ";
    expression(*node.having);
  }
  for (size_t i = 0; i < node.windows.size(); ++i) {
    text += fmt::format("{}w{} AS ", i > 0 ? ", " : " WINDOW ", i);
    window(node.windows[i].window);
  }
  select_ = around;
}

// ROLLUP, CUBE, GROUPING SETS: the union of one grouped SELECT a set, in which the keys that are not in the
// set are NULL.
void Printer::grouping_sets(const ast::Select& node, const std::vector<KeySet>& sets, bool distinct,
                            const ast::Query* owner) {
  std::set<std::string> all;
  for (const KeySet& set : sets) {
    for (const ast::Expr* key : set) all.insert(fingerprint(*key, &node));
  }
  bool sorted = owner && !owner->order_by.empty();
  text += node.distinct ? "SELECT DISTINCT " : "SELECT ";
  for (size_t i = 0; i < node.items.size(); ++i) {
    text += (i > 0 ? ", " : "") + column_name(static_cast<uint32_t>(i));
    if (distinct || node.distinct) {
      collate(*node.items[i].expr);
      text += " AS " + column_name(static_cast<uint32_t>(i));
    }
  }
  text += " FROM (";
  for (size_t s = 0; s < sets.size(); ++s) {
    if (s > 0) text += " UNION ALL ";
    std::set<std::string> out = all;
    for (const ast::Expr* key : sets[s]) out.erase(fingerprint(*key, &node));
    const auto* outer_out = std::exchange(grouped_out_, &out);
    const auto* outer_keys = std::exchange(grouped_, &sets[s]);
    select_core(node, false, &sets[s], sorted ? &owner->order_by : nullptr);
    grouped_out_ = outer_out;
    grouped_ = outer_keys;
  }
  text += ')';
  if (!sorted) return;
  text += " ORDER BY ";
  for (size_t i = 0; i < owner->order_by.size(); ++i) {
    const ast::OrderItem& item = owner->order_by[i];
    auto column = std::get_if<ast::BoundColumn>(&item.key->node);
    bool output_key = column && column->relation == output_relation;
    text += (i > 0 ? ", " : "") + (output_key ? column_name(column->column) : fmt::format("s{}", i));
    collate(output_key ? *node.items[column->column].expr : *item.key);
    if (item.descending) text += " DESC";
    if (item.nulls_first) text += *item.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  }
}

void Printer::order_by(const ast::Query& query, const ast::Select* node) {
  if (query.order_by.empty()) return;
  const ast::Select* around = std::exchange(select_, node);
  text += " ORDER BY ";
  for (size_t i = 0; i < query.order_by.size(); ++i) {
    const ast::OrderItem& item = query.order_by[i];
    if (i > 0) text += ", ";
    auto column = std::get_if<ast::BoundColumn>(&item.key->node);
    if (column && column->relation == output_relation) {
      text += std::to_string(column->column + 1);
      collate(*node->items[column->column].expr);
    } else {
      collated(*item.key);
    }
    if (item.descending) text += " DESC";
    // NULL is the lowest value here and in SQLite: first ascending, last descending.
    if (item.nulls_first) text += *item.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  }
  select_ = around;
}

}  // namespace couch::sql::engine
