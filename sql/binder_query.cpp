// SELECT, VALUES, set operations, WITH, ORDER BY, LIMIT.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/binder.h"
#include "sql/coercion.h"
#include "sql/edit_distance.h"
#include "sql/parser.h"
#include "sql/typing.h"
#include "sql/walk.h"

namespace couch::sql {

namespace {

const ast::Identifier* plain_name(const ast::Expr& expr) {
  auto ref = std::get_if<ast::ColumnRef>(&expr.node);
  return ref && ref->name.size() == 1 ? &ref->name[0] : nullptr;
}

void become_output(ast::Expr& expr, size_t index, const ResultColumn& column) {
  expr.node = ast::BoundColumn{output_relation, static_cast<uint32_t>(index)};
  expr.depth = 1;
  expr.type = column.type;
  expr.nullable = column.nullable;
}

// The position that an integer literal in ORDER BY or GROUP BY states.
std::optional<size_t> ordinal(const ast::Expr& expr, size_t columns, std::string_view clause) {
  auto literal = std::get_if<ast::Literal>(&expr.node);
  auto number = literal ? std::get_if<int64_t>(&literal->value) : nullptr;
  if (!number) return std::nullopt;
  if (*number < 1 || static_cast<uint64_t>(*number) > columns) {
    throw Error(ErrorKind::WrongArguments,
                fmt::format("{} {}: there are {} result columns", clause, *number, columns), expr.span);
  }
  return static_cast<size_t>(*number - 1);
}

// The result column that a plain name means; nullopt: none. Several of the same name are an error unless they
// are the same column.
std::optional<size_t> named_output(const ast::Identifier& name, const std::vector<ResultColumn>& columns) {
  NameFit best = NameFit::None;
  std::vector<size_t> found;
  for (size_t i = 0; i < columns.size(); ++i) {
    NameFit how = columns[i].named ? fit(name, columns[i].name) : NameFit::None;
    if (how == NameFit::None || how < best) continue;
    if (how > best) found.clear();
    best = how;
    found.push_back(i);
  }
  if (found.empty()) return std::nullopt;
  for (size_t i : found) {
    const ResultColumn &a = columns[found[0]], &b = columns[i];
    bool same = !a.base_column.empty() && a.base_column == b.base_column && a.table_alias == b.table_alias;
    if (i != found[0] && !same) {
      throw Error(ErrorKind::AmbiguousName, fmt::format("{} names several result columns", written({name})),
                  name.span);
    }
  }
  return found[0];
}

bool is_null_class(const ast::Expr& expr) {
  return class_of(expr.type) == TypeClass::Null && !std::holds_alternative<ast::Parameter>(expr.node);
}

// What a recursive table's rows are like, one of its first rows being of `type`: the ones that follow are of
// its class, and may be larger.
Type of_all_rows(const Type& type) {
  if (is_whole(type.kind)) return bigint_type();
  return type.kind == TypeKind::Varchar ? text_type(longest_varchar) : type;
}

}  // namespace

std::vector<ResultColumn> Binder::query(ast::Query& query, SelectContext* outer) {
  std::vector<ResultColumn> columns = untyped_query(query, outer);
  settle(*query.body, columns);
  return columns;
}

// A column of NULLs alone is text where nothing around the query can say otherwise any more.
void Binder::settle(ast::QueryBody& body, std::vector<ResultColumn>& columns) {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (class_of(columns[i].type) == TypeClass::Null) columns[i].type = text_type();
    std::vector<ast::ExprPtr*> outputs;
    outputs_of(body, i, outputs);
    for (ast::ExprPtr* e : outputs) {
      if (is_null_class(**e)) (*e)->type = columns[i].type;
    }
  }
}

std::vector<ResultColumn> Binder::untyped_query(ast::Query& query, SelectContext* outer) {
  size_t commons = commons_.size();
  common_tables(query, outer);
  std::vector<ResultColumn> columns = body(*query.body, outer, &query);
  if (!std::holds_alternative<ast::Select>(query.body->node)) order_by_outputs(query, columns, outer);
  limit(query.limit, "LIMIT", outer);
  limit(query.offset, "OFFSET", outer);
  if (query.with_ties && query.order_by.empty()) {
    throw Error(ErrorKind::Syntax, "WITH TIES needs an ORDER BY", query.span);
  }
  commons_.resize(commons, CommonName{{}, 0});
  return columns;
}

void Binder::common_tables(ast::Query& query, SelectContext* outer) {
  for (ast::CommonTable& table : query.with) {
    bool recursive = query.recursive && std::holds_alternative<ast::SetOperation>(table.query->body->node);
    if (recursive) {
      recursive_table(table, outer);
      continue;
    }
    Relation relation;
    relation.kind = RelationKind::Common;
    relation.alias = table.name.text;
    relation.span = table.name.span;
    relation.columns = this->query(*table.query, outer);
    rename_columns(relation, table.columns, table.name.span);
    table.relation = add_relation(std::move(relation));
    bound_.relations[table.relation].common = table.relation;
    commons_.push_back({table.name, table.relation});
  }
}

// WITH RECURSIVE t AS (first UNION [ALL] next): `first` tells the columns' types, and `next` sees t. A column
// that is NULL in `first` has the type that `next` gives it, in which it counts as NULL.
void Binder::recursive_table(ast::CommonTable& table, SelectContext* outer) {
  size_t commons = commons_.size();
  common_tables(*table.query, outer);
  ast::QueryBody& body_node = *table.query->body;
  auto& operation = std::get<ast::SetOperation>(body_node.node);
  std::vector<ResultColumn> first = body(*operation.left, outer, nullptr);
  Relation relation;
  relation.kind = RelationKind::Common;
  relation.alias = table.name.text;
  relation.span = table.name.span;
  relation.columns = first;
  for (ResultColumn& column : relation.columns) {
    column.nullable = true;
    column.type = of_all_rows(column.type);
    column.base_catalog = column.base_table = column.base_column = column.table_alias = {};
    column.row_version = false;
  }
  rename_columns(relation, table.columns, table.name.span);
  table.relation = add_relation(std::move(relation));
  bound_.relations[table.relation].common = table.relation;
  commons_.push_back({table.name, table.relation});
  type_recursive_nulls(operation, table.relation, outer);
  std::vector<ResultColumn> next = body(*operation.right, outer, nullptr);
  std::vector<ResultColumn> all = join_outputs(operation, body_node.span, first, next);
  settle(body_node, all);
  for (size_t i = 0; i < all.size(); ++i) {
    const ResultColumn& column = bound_.relations[table.relation].columns[i];
    if (class_of(all[i].type) != class_of(column.type) ||
        is_decimal(all[i].type) != is_decimal(column.type)) {
      throw Error(ErrorKind::WrongArguments,
                  fmt::format("column {} of the recursive table {} is {} in its first part and {} in the "
                              "next: CAST the first",
                              column.name, table.name.text, name_of(column.type), name_of(all[i].type)),
                  body_node.span);
    }
    if (column.type.kind == TypeKind::BigInt)
      bound_.relations[table.relation].columns[i].type = *merge(column.type, all[i].type);
  }
  order_by_outputs(*table.query, all, outer);
  limit(table.query->limit, "LIMIT", outer);
  limit(table.query->offset, "OFFSET", outer);
  commons_.resize(commons, CommonName{{}, 0});
  commons_.push_back({table.name, table.relation});
}

// Gives the columns of a recursive table that are NULL in its first part the types that they have in the next
// one, as far as that says; text to the others. Found by binding copies of that part, which are thrown away:
// what a place asks of a column depends on the column's type.
void Binder::type_recursive_nulls(ast::SetOperation& operation, uint32_t recursive, SelectContext* outer) {
  const auto untyped = [&] {
    std::vector<size_t> out;
    const auto& columns = bound_.relations[recursive].columns;
    for (size_t i = 0; i < columns.size(); ++i) {
      if (class_of(columns[i].type) == TypeClass::Null) out.push_back(i);
    }
    return out;
  };
  for (auto open = untyped(); !open.empty();) {
    ast::Query part;
    part.body = std::move(operation.right);
    const std::string text = print(part);
    operation.right = std::move(part.body);
    const auto relations = bound_.relations;
    const auto parameters = bound_.parameters;
    const bool right_joins = bound_.right_joins;
    const size_t commons = commons_.size();
    std::vector<ResultColumn> next;
    try {
      ast::Statement copy = parse(text);
      next = untyped_query(*std::get<ast::QueryPtr>(copy.node), outer);
    } catch (const Error&) {
      // Told with its place when the part itself is bound.
    }
    bound_.relations = relations;
    bound_.parameters = parameters;
    bound_.right_joins = right_joins;
    commons_.resize(commons, CommonName{{}, 0});
    for (size_t i : open) {
      if (i < next.size()) bound_.relations[recursive].columns[i].type = of_all_rows(next[i].type);
    }
    auto still = untyped();
    if (still.size() == open.size()) break;
    open = std::move(still);
  }
  for (size_t i : untyped()) bound_.relations[recursive].columns[i].type = text_type(longest_varchar);
}

std::vector<ResultColumn> Binder::body(ast::QueryBody& node, SelectContext* outer, ast::Query* owner) {
  return std::visit(
      [&](auto& n) -> std::vector<ResultColumn> {
        using T = std::remove_cvref_t<decltype(n)>;
        if constexpr (std::is_same_v<T, ast::Select>)
          return select(n, outer, owner);
        else if constexpr (std::is_same_v<T, ast::Values>)
          return values(n, outer);
        else if constexpr (std::is_same_v<T, ast::SetOperation>)
          return set_operation(n, node.span, outer);
        else {
          static_assert(std::is_same_v<T, ast::Nested>);
          return untyped_query(*n.query, outer);
        }
      },
      node.node);
}

std::vector<ResultColumn> Binder::select(ast::Select& node, SelectContext* outer, ast::Query* owner) {
  SelectContext context(outer, bound_.relations);
  context.select = &node;
  context.clause = Clause::From;
  for (ast::TableRefPtr& ref : node.from) context.scope.absorb(table(*ref, context));
  for (size_t i = 0; i < context.scope.sources.size(); ++i) {
    for (size_t j = 0; j < i; ++j) {
      const Source &a = context.scope.sources[i], &b = context.scope.sources[j];
      if (!a.name.empty() && a.name == b.name && a.database == b.database) {
        throw Error(ErrorKind::AmbiguousName,
                    fmt::format("{} stands twice in FROM: give one of them an alias", a.name),
                    bound_.relations[a.relation].span);
      }
    }
  }
  if (node.where) {
    context.clause = Clause::Where;
    condition(node.where, context);
  }
  context.clause = Clause::Select;
  expand_stars(node, context);
  std::vector<ResultColumn> columns;
  columns.reserve(node.items.size());
  for (ast::SelectItem& item : node.items) {
    // The name is taken from the text as it was written, before names in it are replaced.
    ResultColumn column;
    if (item.alias) {
      column.name = item.alias->text;
    } else if (auto ref = std::get_if<ast::ColumnRef>(&item.expr->node)) {
      column.name = ref->name.back().text;
    } else if (!std::holds_alternative<ast::BoundColumn>(item.expr->node)) {
      column.name = print(*item.expr);
      column.named = false;
    }
    expression(item.expr, context);
    if (auto bound = std::get_if<ast::BoundColumn>(&item.expr->node)) {
      const ResultColumn& source = bound_.relations[bound->relation].columns[bound->column];
      std::string name = item.alias ? column.name : source.name;
      bool named = item.alias || source.named;
      column = source;
      column.name = name;
      column.named = named;
      if (const Source* s = context.scope.source_of(bound->relation); s && !s->name.empty())
        column.table_alias = s->name;
    }
    // A NULL waits for what the other parts of a set operation, or a place for one value, make of it
    // (settle). So does a column of a recursive table whose types are being found out (type_recursive_nulls);
    // any other column without a type is text.
    if (auto bound = std::get_if<ast::BoundColumn>(&item.expr->node);
        bound && is_null_class(*item.expr) && bound_.relations[bound->relation].kind != RelationKind::Common)
      item.expr->type = text_type();
    column.type = item.expr->type;
    column.nullable = item.expr->nullable;
    columns.push_back(std::move(column));
  }
  context.outputs = &columns;
  group_by(node, context);
  if (node.having) {
    context.clause = Clause::Having;
    context.aggregates = true;
    condition(node.having, context);
  }
  for (ast::NamedWindow& w : node.windows) window(w.window, context, w.name.span);
  std::vector<ast::OrderItem>* order = owner ? &owner->order_by : nullptr;
  if (order) {
    context.clause = Clause::OrderBy;
    for (ast::OrderItem& item : *order) order_key(item, node, context);
  }
  check_grouped(node, context, order);
  context.outputs = nullptr;
  return columns;
}

void Binder::expand_stars(ast::Select& node, SelectContext& context) {
  std::vector<ast::SelectItem> items;
  for (ast::SelectItem& item : node.items) {
    auto star = std::get_if<ast::Star>(&item.expr->node);
    if (!star) {
      items.push_back(std::move(item));
      continue;
    }
    std::vector<Scope::StarColumn> columns;
    if (!context.scope.star(star->qualifier, columns)) {
      std::string message = star->qualifier.empty()
                                ? "* without a FROM clause"
                                : fmt::format("there is no table {} in FROM", written(star->qualifier));
      throw Error(star->qualifier.empty() ? ErrorKind::Syntax : ErrorKind::UnknownTable, message,
                  item.expr->span);
    }
    for (const Scope::StarColumn& c : columns) {
      ast::SelectItem one;
      one.expr = c.merged ? merged_column(*c.merged, item.expr->span)
                          : column_of(c.place, c.nullable, item.expr->span);
      if (c.merged) one.alias = ast::Identifier{c.merged->name, true, item.expr->span};
      items.push_back(std::move(one));
    }
  }
  node.items = std::move(items);
}

// An ORDER BY key of a SELECT: an ordinal, a result column's name, or an expression over the input (and
// aliases).
void Binder::order_key(ast::OrderItem& item, ast::Select& node, SelectContext& context) {
  const std::vector<ResultColumn>& columns = *context.outputs;
  auto index = ordinal(*item.key, columns.size(), "ORDER BY");
  if (!index) {
    if (auto name = plain_name(*item.key)) index = named_output(*name, columns);
  }
  if (index) {
    become_output(*item.key, *index, columns[*index]);
    return;
  }
  expression(item.key, context);
  std::string key = fingerprint(*item.key, &node);
  for (size_t i = 0; i < node.items.size(); ++i) {
    if (fingerprint(*node.items[i].expr, &node) == key) {
      become_output(*item.key, i, columns[i]);
      return;
    }
  }
  if (node.distinct) {
    throw Error(ErrorKind::WrongArguments,
                "with SELECT DISTINCT, ORDER BY can only use what is in the select list", item.span);
  }
}

// The ORDER BY of a set operation or VALUES sees result columns only.
void Binder::order_by_outputs(ast::Query& query, const std::vector<ResultColumn>& columns, SelectContext*) {
  for (ast::OrderItem& item : query.order_by) {
    auto index = ordinal(*item.key, columns.size(), "ORDER BY");
    auto name = plain_name(*item.key);
    if (!index && name) index = named_output(*name, columns);
    if (!index && name) {
      std::vector<std::string_view> names;
      for (const ResultColumn& c : columns) names.push_back(c.name);
      std::vector<std::string> close;
      for (std::string_view n : nearest(name->text, names, 3)) close.emplace_back(n);
      throw Error(ErrorKind::UnknownColumn,
                  fmt::format("{} is no result column, and ORDER BY here sees nothing else.{}",
                              written({*name}), did_you_mean(close)),
                  item.key->span);
    }
    if (!index) {
      throw Error(
          ErrorKind::NotSupported,
          "after UNION, INTERSECT, EXCEPT and VALUES, ORDER BY takes names or numbers of result columns",
          item.key->span);
    }
    become_output(*item.key, *index, columns[*index]);
  }
}

void Binder::limit(ast::ExprPtr& expr, std::string_view what, SelectContext* outer) {
  if (!expr) return;
  SelectContext context(outer, bound_.relations);
  context.clause = Clause::Limit;
  expression(expr, context);
  auto literal = std::get_if<ast::Literal>(&expr->node);
  if (!literal && !std::holds_alternative<ast::Parameter>(expr->node)) {
    throw Error(ErrorKind::NotSupported, fmt::format("{} takes a number or a parameter", what), expr->span);
  }
  require_class(expr, bigint_type(), bound_.parameters);
  if (!literal) return;
  auto number = std::get_if<int64_t>(&std::get<ast::Literal>(expr->node).value);
  if (!number || *number < 0)
    throw Error(ErrorKind::OutOfRange, fmt::format("{} takes a whole number, 0 or more", what), expr->span);
}

std::vector<ResultColumn> Binder::values(ast::Values& node, SelectContext* outer) {
  SelectContext context(outer, bound_.relations);
  context.clause = Clause::Select;
  size_t width = node.rows.front().size();
  for (auto& row : node.rows) {
    if (row.size() != width) {
      throw Error(ErrorKind::WrongArguments,
                  fmt::format("a row of VALUES has {} values, the first one has {}", row.size(), width),
                  row.empty() ? Span{} : row.front()->span);
    }
    for (auto& e : row) expression(e, context);
  }
  std::vector<ResultColumn> columns(width);
  for (size_t i = 0; i < width; ++i) {
    std::vector<ast::ExprPtr*> operands;
    for (auto& row : node.rows) operands.push_back(&row[i]);
    columns[i].name = fmt::format("column{}", i + 1);
    columns[i].named = false;
    columns[i].type = unify_for_choice(operands, bound_.parameters);
    if (std::all_of(operands.begin(), operands.end(), [](auto* e) { return is_null_class(**e); }))
      columns[i].type = Type{};
    columns[i].nullable =
        std::any_of(operands.begin(), operands.end(), [](auto* e) { return (*e)->nullable; });
  }
  return columns;
}

// Whose rows would be others if its columns were of another class, as they are chosen, ordered or told apart
// by their values.
bool chooses_by_value(const ast::QueryBody& body);
bool chooses_by_value(const ast::Query& query) {
  return query.limit || query.offset || chooses_by_value(*query.body);
}
bool chooses_by_value(const ast::QueryBody& body) {
  if (auto* select = std::get_if<ast::Select>(&body.node))
    return select->distinct || !select->group_by.empty();
  if (auto* nested = std::get_if<ast::Nested>(&body.node)) return chooses_by_value(*nested->query);
  auto* operation = std::get_if<ast::SetOperation>(&body.node);
  return operation && (operation->op != ast::SetOp::Union || !operation->all ||
                       chooses_by_value(*operation->left) || chooses_by_value(*operation->right));
}

// One of them will be converted. Parameters take what the others are.
bool are_of_several_classes(const std::vector<ast::ExprPtr*>& operands) {
  std::optional<Type> first;
  for (const ast::ExprPtr* e : operands) {
    const Type& type = (*e)->type;
    if (class_of(type) == TypeClass::Null || std::holds_alternative<ast::Parameter>((*e)->node)) continue;
    if (first && (class_of(*first) != class_of(type) || is_decimal(*first) != is_decimal(type))) return true;
    first = type;
  }
  return false;
}

// The query as a table of its own, whose columns are converted outside.
void Binder::set_apart(ast::Query& query, std::vector<ResultColumn> columns) {
  settle(*query.body, columns);
  auto inner = std::make_unique<ast::Query>();
  inner->span = query.span;
  inner->depth = query.depth;
  inner->recursive = std::exchange(query.recursive, false);
  inner->with_ties = std::exchange(query.with_ties, false);
  inner->with = std::exchange(query.with, {});
  inner->order_by = std::exchange(query.order_by, {});
  inner->limit = std::move(query.limit);
  inner->offset = std::move(query.offset);
  const Span span = query.body->span;
  inner->body = std::move(query.body);
  Relation relation;
  relation.kind = RelationKind::Derived;
  relation.span = span;
  relation.columns = std::move(columns);
  const uint32_t number = add_relation(std::move(relation));
  Relation& added = bound_.relations[number];
  ast::Select select;
  for (size_t i = 0; i < added.columns.size(); ++i) {
    added.used[i] = true;
    ast::SelectItem item;
    item.expr = std::make_unique<ast::Expr>();
    item.expr->span = span;
    item.expr->type = added.columns[i].type;
    item.expr->nullable = added.columns[i].nullable;
    item.expr->node = ast::BoundColumn{number, static_cast<uint32_t>(i)};
    select.items.push_back(std::move(item));
  }
  auto table = std::make_unique<ast::TableRef>();
  table->span = span;
  table->node = ast::DerivedTable{std::move(inner), false, number};
  select.from.push_back(std::move(table));
  query.body = std::make_unique<ast::QueryBody>();
  query.body->span = span;
  query.body->node = std::move(select);
}

void Binder::set_apart(ast::QueryBodyPtr& body, const std::vector<ResultColumn>& columns) {
  auto* operation = std::get_if<ast::SetOperation>(&body->node);
  if (operation && operation->op == ast::SetOp::Union && operation->all) {
    set_apart(operation->left, columns);
    set_apart(operation->right, columns);
  } else if (chooses_by_value(*body)) {
    ast::Query whole;
    whole.span = body->span;
    whole.depth = body->depth;
    whole.body = std::move(body);
    set_apart(whole, columns);
    body = std::move(whole.body);
  }
}

std::vector<ResultColumn> Binder::set_operation(ast::SetOperation& operation, Span span,
                                                SelectContext* outer) {
  std::vector<ResultColumn> left = body(*operation.left, outer, nullptr);
  std::vector<ResultColumn> right = body(*operation.right, outer, nullptr);
  return join_outputs(operation, span, std::move(left), right);
}

std::vector<ResultColumn> Binder::join_outputs(ast::SetOperation& operation, Span span,
                                               std::vector<ResultColumn> left,
                                               const std::vector<ResultColumn>& right) {
  if (left.size() != right.size()) {
    throw Error(ErrorKind::WrongArguments,
                fmt::format("the two sides have {} and {} columns", left.size(), right.size()), span);
  }
  for (size_t i = 0; i < left.size(); ++i) {
    std::vector<ast::ExprPtr*> operands;
    outputs_of(*operation.left, i, operands);
    outputs_of(*operation.right, i, operands);
    if (!are_of_several_classes(operands)) continue;
    set_apart(operation.left, left);
    set_apart(operation.right, right);
    break;
  }
  for (size_t i = 0; i < left.size(); ++i) {
    std::vector<ast::ExprPtr*> operands;
    outputs_of(*operation.left, i, operands);
    outputs_of(*operation.right, i, operands);
    left[i].type = unify_for_choice(operands, bound_.parameters);
    if (std::all_of(operands.begin(), operands.end(), [](auto* e) { return is_null_class(**e); }))
      left[i].type = Type{};
    bool keeps_nulls = operation.op != ast::SetOp::Except && right[i].nullable;
    left[i].nullable = operation.op == ast::SetOp::Intersect ? left[i].nullable && right[i].nullable
                                                             : left[i].nullable || keeps_nulls;
    // Rows of two origins: the column is of no table any more.
    left[i].base_catalog = left[i].base_table = left[i].base_column = left[i].table_alias = {};
    left[i].row_version = false;
  }
  return left;
}

}  // namespace couch::sql
