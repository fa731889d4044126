#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "sql/functions.h"
#include "sql/mango/push_down.h"
#include "sql/plan/conjuncts.h"
#include "sql/plan/hint.h"
#include "sql/plan/join.h"
#include "sql/plan/plan.h"
#include "sql/plan/reduce.h"
#include "sql/walk.h"

namespace couch::sql::plan {

namespace {

// A row for each row of FROM that passes WHERE; or one of aggregates.
const ast::Select* ungrouped_select(const ast::Query& query) {
  if (!query.with.empty() || query.with_ties) return nullptr;
  auto* select = std::get_if<ast::Select>(&query.body->node);
  if (!select || select->distinct) return nullptr;
  if (!select->group_by.empty() || select->having || !select->windows.empty()) return nullptr;
  return select;
}

const ast::Select* plain_select(const ast::Query& query) {
  auto* select = ungrouped_select(query);
  return select && select->from.size() == 1 ? select : nullptr;
}

const Relation* base_relation(const ast::Select& select, const Context& context, uint32_t* number) {
  auto* table = std::get_if<ast::NamedTable>(&select.from.front()->node);
  if (!table) return nullptr;
  const Relation& relation = context.bound.relations[table->relation];
  *number = table->relation;
  return relation.kind == RelationKind::Base ? &relation : nullptr;
}

// LIMIT and OFFSET: a number that is known, or nullopt for an expression that is not.
struct Bounds {
  bool known = true;
  std::optional<uint64_t> limit;
  uint64_t offset = 0;

  // How many rows are wanted at all.
  std::optional<uint64_t> rows() const {
    constexpr uint64_t far = uint64_t{1} << 62;
    if (!known || !limit || *limit > far || offset > far) return std::nullopt;
    return *limit + offset;
  }
};

std::optional<uint64_t> row_count(const ast::Expr& expr, const Context& context, const char* clause) {
  Value storage;
  const Value* value = mango::constant(expr, &context.parameters, storage);
  auto* number = value ? std::get_if<int64_t>(value) : nullptr;
  if (!number) return std::nullopt;
  if (*number < 0)
    throw Error(ErrorKind::OutOfRange, std::string{clause} + " must not be negative", expr.span);
  return static_cast<uint64_t>(*number);
}

Bounds bounds_of(const ast::Query& query, const Context& context) {
  Bounds out;
  if (query.limit) {
    out.limit = row_count(*query.limit, context, "LIMIT");
    out.known = out.limit.has_value();
  }
  if (query.offset) {
    auto offset = row_count(*query.offset, context, "OFFSET");
    out.known = out.known && offset;
    out.offset = offset.value_or(0);
  }
  return out;
}

// _id alone, up or down, is an order that CouchDB has; what follows it in ORDER BY does not matter, as no two
// are equal.
std::optional<IdOrder> id_order(const ast::Query& query, const ast::Select& select, uint32_t relation,
                                const Table& table) {
  if (query.order_by.empty()) return IdOrder::Any;
  const auto& first = query.order_by.front();
  auto* column = std::get_if<ast::BoundColumn>(&first.key->node);
  if (column && column->relation == output_relation && column->column < select.items.size())
    column = std::get_if<ast::BoundColumn>(&select.items[column->column].expr->node);
  bool unique = table.kind == TableKind::Typed || table.kind == TableKind::Database;
  if (!column || column->relation != relation || !unique ||
      table.columns[column->column].source != ColumnSource::Id)
    return std::nullopt;
  return first.descending ? IdOrder::Descending : IdOrder::Ascending;
}

// The column of the relation that is sorted by; nullptr: something else is.
const ast::BoundColumn* sorted_column(const ast::OrderItem& item, const ast::Select& select,
                                      uint32_t relation) {
  auto* column = std::get_if<ast::BoundColumn>(&item.key->node);
  if (column && column->relation == output_relation && column->column < select.items.size())
    column = std::get_if<ast::BoundColumn>(&select.items[column->column].expr->node);
  return column && column->relation == relation ? column : nullptr;
}

SortKey sort_key(const ast::OrderItem& item, const ast::BoundColumn& column) {
  return {column.column, item.descending, item.nulls_first.value_or(!item.descending)};
}

bool is_of_documents(const Table& table) {
  return table.kind == TableKind::Typed || table.kind == TableKind::Database;
}

// The column of an ORDER BY that an index may have for its order.
std::optional<SortWish> sort_wish(const ast::Query& query, const ast::Select& select, uint32_t relation,
                                  const Table& table) {
  const size_t keys = query.order_by.size();
  if (keys == 0 || keys > 2 || !is_of_documents(table)) return std::nullopt;
  const auto& first = query.order_by.front();
  auto* column = sorted_column(first, select, relation);
  if (!column) return std::nullopt;
  SortWish out{sort_key(first, *column), keys == 2};
  if (keys == 2) {
    auto* second = sorted_column(query.order_by.back(), select, relation);
    if (!second || table.columns[second->column].source != ColumnSource::Id ||
        query.order_by.back().descending != first.descending)
      return std::nullopt;
  }
  return out;
}

std::optional<Direct> direct(const ast::Query& query, const Context& context, uint64_t max_rows) {
  const ast::Select* select = plain_select(query);
  uint32_t number = 0;
  const Relation* relation = select ? base_relation(*select, context, &number) : nullptr;
  if (!relation || read_hint(relation->hint, relation->span).engine) return std::nullopt;
  std::vector<uint32_t> columns;
  for (const auto& item : select->items) {
    auto* column = std::get_if<ast::BoundColumn>(&item.expr->node);
    if (!column || column->relation != number) return std::nullopt;
    columns.push_back(column->column);
  }
  auto order = id_order(query, *select, number, *relation->table);
  Bounds bounds = bounds_of(query, context);
  auto sort = order ? std::nullopt : sort_wish(query, *select, number, *relation->table);
  if ((!order && !sort) || !bounds.known) return std::nullopt;
  if (max_rows != 0) bounds.limit = std::min(bounds.limit.value_or(max_rows), max_rows);

  Wish wish;
  wish.conditions = context.known(conjuncts(select->where.get()));
  wish.order = order.value_or(IdOrder::Any);
  wish.sort = sort;
  wish.limit = bounds.rows();
  // Conditions that are left to be checked would need more columns; then this is no direct plan.
  std::vector<uint32_t> distinct = columns;
  std::sort(distinct.begin(), distinct.end());
  distinct.erase(std::unique(distinct.begin(), distinct.end()), distinct.end());
  wish.columns = std::move(distinct);
  Direct out;
  try {
    out.leaf = plan_leaf(number, wish, context);
  } catch (const Error& error) {
    // Its first rows may be found, in another order.
    if (error.kind() == ErrorKind::RequireIndex && sort && bounds.rows()) return std::nullopt;
    throw;
  }
  if (!out.leaf.residual.empty() || !out.leaf.ordered) return std::nullopt;
  for (uint32_t column : columns) {
    auto slot = std::find(out.leaf.shape.columns.begin(), out.leaf.shape.columns.end(), column);
    out.slots.push_back(static_cast<uint32_t>(slot - out.leaf.shape.columns.begin()));
  }
  out.offset = bounds.offset;
  out.limit = bounds.limit;
  return out;
}

// An aggregate, a window function or a subquery is in it.
bool looks_beyond_its_row(const ast::Expr& expr) {
  auto* call = std::get_if<ast::Call>(&expr.node);
  const Function* function = call ? find_function(call->name) : nullptr;
  bool found = call && (!function || function->kind != FunctionKind::Scalar || call->over);
  for_each_child(
      expr, [&](const ast::ExprPtr& child) { found = found || looks_beyond_its_row(*child); },
      [&](const ast::QueryPtr&) { found = true; });
  return found;
}

// Does the relation's leaf know of all that WHERE says?
bool knows_where(const ast::Select& select, const Context& context, uint32_t relation) {
  const auto terms = conjuncts(select.where.get());
  const auto& known = context.conditions->by_relation[relation];
  return std::all_of(terms.begin(), terms.end(), [&](const ast::Expr* term) {
    return std::find(known.begin(), known.end(), term) != known.end();
  });
}

// What becomes of a relation's rows in FROM.
enum class Rows : uint8_t {
  Stay,    // each is in a row of FROM, or in several
  Narrow,  // as before, or in none: fewer of them give fewer rows of FROM, and the others as they were
  Change   // without them, rows of others change
};

Rows rows_of(const ast::TableRef& from, uint32_t relation, bool& found) {
  if (auto* named = std::get_if<ast::NamedTable>(&from.node)) {
    found = named->relation == relation;
    return Rows::Stay;
  }
  auto* join = std::get_if<ast::Join>(&from.node);
  if (!join) return Rows::Change;
  bool left = false, right = false;
  const Rows in_left = rows_of(*join->left, relation, left);
  const Rows in_right = left ? Rows::Stay : rows_of(*join->right, relation, right);
  found = left || right;
  const FilledSides fills = filled_sides(join->kind);
  if (left ? fills.left : fills.right) return Rows::Change;
  const bool other_is_filled = left ? fills.right : fills.left;
  const Rows inside = left ? in_left : in_right;
  return other_is_filled ? inside : std::max(inside, Rows::Narrow);
}

Rows rows_of(const ast::Select& select, uint32_t relation) {
  for (const auto& from : select.from) {
    bool found = false;
    const Rows rows = rows_of(*from, relation, found);
    if (found) return select.from.size() == 1 ? rows : std::max(rows, Rows::Narrow);
  }
  return Rows::Change;
}

// The rows of this table that ORDER BY puts before all others.
std::optional<FirstWish> first_wish(const ast::Query& query, const Context& context, uint32_t relation,
                                    uint64_t max_rows) {
  const ast::Select* select = ungrouped_select(query);
  const Table& table = *context.bound.relations[relation].table;
  if (!select || query.order_by.empty() || !is_of_documents(table)) return std::nullopt;
  const Rows become = rows_of(*select, relation);
  if (become == Rows::Change || context.again) return std::nullopt;
  if (is_volatile(query)) return std::nullopt;  // rows are counted before they are given
  for (const auto& item : select->items)
    if (looks_beyond_its_row(*item.expr)) return std::nullopt;
  for (const auto& item : query.order_by)
    if (looks_beyond_its_row(*item.key)) return std::nullopt;
  Bounds bounds = bounds_of(query, context);
  if (max_rows != 0) bounds.limit = std::min(bounds.limit.value_or(max_rows), max_rows);
  const auto rows = bounds.rows();
  if (!rows || *rows == 0) return std::nullopt;
  FirstWish out;
  out.rows = *rows;
  const bool knows = knows_where(*select, context, relation);
  out.stays = become == Rows::Stay && knows;
  out.joined =
      select->from.size() > 1 || !std::holds_alternative<ast::NamedTable>(select->from.front()->node);
  const auto& conditions = context.conditions->by_relation;
  out.narrowed = !knows;
  for (uint32_t other = 0; other < conditions.size(); ++other)
    out.narrowed = out.narrowed || (other != relation && !conditions[other].empty());
  out.ends = true;
  for (const auto& item : query.order_by) {
    auto* column = sorted_column(item, *select, relation);
    if (!column) {
      out.ends = false;
      break;
    }
    // No two ids are equal: what follows decides nothing.
    if (table.columns[column->column].source == ColumnSource::Id) {
      out.then_id_descending = item.descending;
      break;
    }
    out.keys.push_back(sort_key(item, *column));
  }
  return out.keys.empty() ? std::nullopt : std::optional{std::move(out)};
}

// SELECT MIN(_id) or MAX(_id): the first row in that order tells.
std::optional<IdOrder> end_of_ids(const ast::Query& query, const Context& context, uint32_t relation) {
  const ast::Select* select = plain_select(query);
  uint32_t number = 0;
  const Relation* base = select ? base_relation(*select, context, &number) : nullptr;
  if (!base || number != relation || !is_of_documents(*base->table) || select->items.size() != 1 ||
      !knows_where(*select, context, relation))
    return std::nullopt;
  auto* call = std::get_if<ast::Call>(&select->items.front().expr->node);
  if (!call || (call->name != "MIN" && call->name != "MAX") || call->arguments.size() != 1 || call->filter ||
      call->over)
    return std::nullopt;
  auto* column = std::get_if<ast::BoundColumn>(&call->arguments.front()->node);
  if (!column || column->relation != relation ||
      base->table->columns[column->column].source != ColumnSource::Id)
    return std::nullopt;
  return call->name == "MIN" ? IdOrder::Ascending : IdOrder::Descending;
}

// By relation, how many rows of it a LIMIT leaves at most, where each of its rows is a row of what is
// limited, in any order. A condition that its leaf does not know of drops rows that the leaf would count.
class Limits {
 public:
  explicit Limits(const Context& context) : context_(context) {}

  void query(const ast::Query& query) { body(*query.body, own(query, std::nullopt)); }
  std::optional<uint64_t> of(uint32_t relation) const {
    auto found = rows_.find(relation);
    return found == rows_.end() ? std::nullopt : std::optional{found->second};
  }

 private:
  using Rows = std::optional<uint64_t>;  // nullopt: all

  Rows own(const ast::Query& query, Rows around) const {
    Bounds bounds = bounds_of(query, context_);
    if (query.with_ties || !query.order_by.empty()) return std::nullopt;
    if (!query.limit) return around && bounds.known ? Rows{*around + bounds.offset} : std::nullopt;
    Rows rows = bounds.rows();
    return rows && around ? std::min(*rows, *around + bounds.offset) : rows;
  }
  void body(const ast::QueryBody& body, Rows rows) {
    if (auto* operation = std::get_if<ast::SetOperation>(&body.node)) {
      bool all = operation->op == ast::SetOp::Union && operation->all;
      this->body(*operation->left, all ? rows : std::nullopt);
      this->body(*operation->right, all ? rows : std::nullopt);
    } else if (auto* nested = std::get_if<ast::Nested>(&body.node)) {
      this->body(*nested->query->body, own(*nested->query, rows));
    } else if (auto* select = std::get_if<ast::Select>(&body.node)) {
      this->select(*select, rows);
    }
  }
  void select(const ast::Select& select, Rows rows) {
    bool one = select.from.size() == 1 && !select.distinct && select.group_by.empty() && !select.having &&
               select.windows.empty();
    bool stay = one && std::none_of(select.items.begin(), select.items.end(),
                                    [](const auto& item) { return looks_beyond_its_row(*item.expr); });
    for (const auto& from : select.from) {
      if (auto* named = std::get_if<ast::NamedTable>(&from->node)) {
        if (stay && rows && only_of(select.where.get(), named->relation)) rows_[named->relation] = *rows;
      } else if (auto* derived = std::get_if<ast::DerivedTable>(&from->node)) {
        body(*derived->query->body, own(*derived->query, stay && !select.where ? rows : std::nullopt));
      }
    }
  }
  // Conditions that a leaf knows of: on it alone.
  static bool only_of(const ast::Expr* where, uint32_t relation) {
    if (!where) return true;
    if (looks_beyond_its_row(*where)) return false;
    return reads_only(*where, relation);
  }
  static bool reads_only(const ast::Expr& expr, uint32_t relation) {
    auto* column = std::get_if<ast::BoundColumn>(&expr.node);
    bool only = !column || column->relation == relation;
    for_each_child(expr, [&](const ast::ExprPtr& child) { only = only && reads_only(*child, relation); });
    return only;
  }

  const Context& context_;
  std::map<uint32_t, uint64_t> rows_;
};

// SELECT COUNT(*) FROM the whole database.
std::optional<CountAll> count_all(const ast::Query& query, const Context& context) {
  const ast::Select* select = plain_select(query);
  uint32_t number = 0;
  const Relation* relation = select ? base_relation(*select, context, &number) : nullptr;
  if (!relation || relation->table->kind != TableKind::Database ||
      read_hint(relation->hint, relation->span).of_documents() || context.pending(relation->table->catalog))
    return std::nullopt;
  if (select->where || select->items.size() != 1 || !query.order_by.empty() || query.limit || query.offset)
    return std::nullopt;
  auto* call = std::get_if<ast::Call>(&select->items.front().expr->node);
  bool star = call && call->name == "COUNT" && call->arguments.size() == 1 &&
              std::holds_alternative<ast::Star>(call->arguments.front()->node);
  if (!star || call->distinct || call->filter || call->over) return std::nullopt;
  return CountAll{DocumentRequest{relation->table->catalog, {}, DatabaseCount{}}};
}

// Without counts of indexes and first keys. It will hardly be needed: the server is not asked what it costs.
// Where the plan dares, that may be, and what was counted before is remembered.
std::shared_ptr<const Otherwise> otherwise(const ast::Query& query, const Context& context, uint64_t max_rows,
                                           bool dares = false) {
  auto out = std::make_shared<Otherwise>();
  Context all = context;
  if (dares)
    all.again = true;
  else
    all.statistics = nullptr;
  try {
    out->plan = plan_query(query, all, max_rows, false);
  } catch (const Error&) {
    out->error = std::current_exception();
  }
  return out;
}

// What is read beside first rows that may be too few is read a second time then.
bool is_too_much(const Engine& plan, double saved) {
  constexpr double most = 0.3;  // of what is saved
  double beside = 0;
  for (size_t i = 0; i < plan.leaves.size(); ++i) {
    if (!plan.leaves[i].dares && plan.keyed[i].empty()) beside += plan.leaves[i].cost;
  }
  return beside > most * saved;
}

}  // namespace

Plan plan_query(const ast::Query& query, const Context& context, uint64_t max_rows, bool reduces) {
  // LIMIT 0 is how tools ask for the columns.
  const bool nothing = query.limit && bounds_of(query, context).limit == uint64_t{0};
  if (nothing && context.statistics) {
    Context unasked = context;
    unasked.statistics = nullptr;
    return plan_query(query, unasked, max_rows, reduces);
  }
  if (auto count = count_all(query, context)) return std::move(*count);
  if (auto one = direct(query, context, max_rows)) return std::move(*one);
  if (auto reduced = reduces ? plan_reduced(query, context) : std::nullopt) {
    reduced->otherwise = otherwise(query, context, max_rows);
    return std::move(*reduced);
  }
  Engine out;
  out.sql = context.sqlite.sql;
  out.conditions = context.conditions;
  out.folded = context.folded;
  Limits limits{context};
  limits.query(query);
  std::optional<double> saved;  // by first rows that may be too few
  for (uint32_t number = 0; number < context.bound.relations.size(); ++number) {
    if (context.bound.relations[number].kind != RelationKind::Base) continue;
    Wish wish;
    wish.conditions = context.known(context.conditions->by_relation[number]);
    wish.limit = limits.of(number);
    if (const auto order = end_of_ids(query, context, number)) {
      wish.order = *order;
      wish.limit = 1;
    }
    if (!wish.limit) wish.first = first_wish(query, context, number, max_rows);
    out.leaves.push_back(plan_leaf(number, wish, context));
    if (out.leaves.back().first) out.rows = wish.first->rows - bounds_of(query, context).offset;
    if (out.leaves.back().dares) saved = out.leaves.back().dares;
    if (!nothing) continue;
    out.leaves.back().access = Access::Nothing;
    out.leaves.back().requests.clear();
  }
  uint32_t only = 0;
  out.streams = out.rows == 0 && scans_one_table_once(context.bound, query, &only) &&
                context.sqlite.mentions[only] <= 1;
  plan_joins(out, context);
  if (saved && is_too_much(out, *saved)) {
    Context certain = context;
    certain.dares = false;
    return plan_query(query, certain, max_rows, reduces);
  }
  if (out.rows != 0) out.otherwise = otherwise(query, context, max_rows, saved.has_value());
  return out;
}

}  // namespace couch::sql::plan
