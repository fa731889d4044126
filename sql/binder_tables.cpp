// FROM: tables, derived tables, joins.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/binder.h"
#include "sql/coercion.h"
#include "sql/edit_distance.h"
#include "sql/no_database.h"
#include "sql/other_products.h"
#include "sql/parser.h"
#include "sql/typing.h"

namespace couch::sql {

namespace {

std::vector<ResultColumn> columns_of(const Table& table, const std::string& alias) {
  std::vector<ResultColumn> columns;
  columns.reserve(table.columns.size());
  for (const Column& c : table.columns) {
    ResultColumn column;
    column.name = c.name;
    column.type = c.type;
    column.nullable = c.nullable;
    column.base_catalog = table.catalog;
    column.base_table = table.name;
    column.base_column = c.name;
    column.table_alias = alias;
    column.row_version = c.source == ColumnSource::Rev;
    columns.push_back(std::move(column));
  }
  return columns;
}

bool names_field(const ast::Expr& expr, const std::vector<std::string>& path, const ast::TableRef& ref,
                 const ast::Name& table) {
  auto column = std::get_if<ast::ColumnRef>(&expr.node);
  if (!column) return false;
  auto matches = [&](size_t first) {
    if (column->name.size() - first != path.size()) return false;
    for (size_t i = 0; i < path.size(); ++i) {
      if (fit(column->name[first + i], path[i]) == NameFit::None) return false;
    }
    return true;
  };
  if (matches(0)) return true;
  const std::string& called = ref.alias ? ref.alias->text : table.back().text;
  return column->name.size() > 1 && fit(column->name[0], called) != NameFit::None && matches(1);
}

}  // namespace

uint32_t Binder::add_relation(Relation relation) {
  auto number = static_cast<uint32_t>(bound_.relations.size());
  relation.used.resize(relation.columns.size());
  bound_.relations.push_back(std::move(relation));
  return number;
}

void Binder::rename_columns(Relation& relation, const std::vector<ast::Identifier>& names, Span span) {
  if (names.empty()) return;
  if (names.size() != relation.columns.size()) {
    throw Error(ErrorKind::WrongArguments,
                fmt::format("{} has {} columns, and {} names are given for them", relation.alias,
                            relation.columns.size(), names.size()),
                span);
  }
  for (size_t i = 0; i < names.size(); ++i) {
    relation.columns[i].name = names[i].text;
    relation.columns[i].named = true;
  }
}

Scope Binder::table(ast::TableRef& ref, SelectContext& context) {
  return std::visit(
      [&](auto& node) -> Scope {
        using T = std::remove_cvref_t<decltype(node)>;
        if constexpr (std::is_same_v<T, ast::NamedTable>)
          return named_table(ref, node, context);
        else if constexpr (std::is_same_v<T, ast::DerivedTable>)
          return derived_table(ref, node, context);
        else {
          static_assert(std::is_same_v<T, ast::Join>);
          return join(ref, node, context);
        }
      },
      ref.node);
}

// `FROM users WHERE type = 'user'` where nobody knows users (docs/sql-dialect.md, Unknown names).
std::shared_ptr<const Table> Binder::assumed_table(const ast::TableRef& ref, const ast::Name& name,
                                                   const SelectContext& context,
                                                   std::optional<uint32_t>& parameter) {
  if (!context.select || !context.select->where) return nullptr;
  std::vector<std::string> field = catalog_.type_field();
  if (field.empty()) return nullptr;
  std::vector<const ast::Expr*> terms;
  if (auto logical = std::get_if<ast::Logical>(&context.select->where->node);
      logical && logical->conjunction) {
    for (const auto& t : logical->terms) terms.push_back(t.get());
  } else {
    terms.push_back(context.select->where.get());
  }
  std::string database = name.size() > 1 ? name[name.size() - 2].text : catalog_.current();
  for (const ast::Expr* term : terms) {
    auto equal = std::get_if<ast::Compare>(&term->node);
    if (!equal || equal->op != ast::CompareOp::Equal) continue;
    const ast::Expr* value = nullptr;
    if (names_field(*equal->left, field, ref, name)) value = equal->right.get();
    if (names_field(*equal->right, field, ref, name)) value = equal->left.get();
    if (!value) continue;
    if (auto text = literal_text(*value)) return catalog_.assumed(database, name.back().text, *text);
    if (auto p = std::get_if<ast::Parameter>(&value->node)) {
      // Which type it is shows at execution only, so every column of the database may be meant.
      auto all = catalog_.table(database, database, true);
      if (!all || all->kind != TableKind::Database) return nullptr;
      auto assumed = std::make_shared<Table>(*all);
      assumed->kind = TableKind::Typed;
      assumed->name = name.back().text;
      assumed->discriminator_path = field;
      parameter = p->index;
      return assumed;
    }
  }
  return nullptr;
}

Scope Binder::named_table(ast::TableRef& ref, ast::NamedTable& named, SelectContext& context) {
  const ast::Name& name = named.name;
  Relation relation;
  relation.span = ref.span;
  relation.hint = ref.hint;
  Source source;
  source.name = ref.alias ? ref.alias->text : name.back().text;
  relation.alias = source.name;
  if (name.size() == 1) {
    for (auto common = commons_.rbegin(); common != commons_.rend(); ++common) {
      if (fit(name[0], common->name.text) == NameFit::None &&
          fit(common->name, name[0].text) == NameFit::None)
        continue;
      relation.kind = RelationKind::Common;
      relation.common = common->relation;
      relation.columns = bound_.relations[common->relation].columns;
      std::fill(bound_.relations[common->relation].used.begin(),
                bound_.relations[common->relation].used.end(), true);
      break;
    }
  }
  if (relation.kind != RelationKind::Common) {
    if (name.size() > 2) {
      throw Error(ErrorKind::UnknownTable,
                  fmt::format("{}: a table is called database.table, or table alone", written(name)),
                  ref.span);
    }
    std::string database = name.size() == 2 ? name[0].text : current_database();
    if (database.empty()) {
      throw Error(
          ErrorKind::UnknownTable,
          fmt::format("no database is chosen: write database.{}, or connect with Database=", written(name)),
          ref.span);
    }
    std::vector<std::string> nearest_names;
    relation.table = ask_about(database, ref.span, name.size() == 2, catalog_, [&] {
      return catalog_.table(database, name.back().text, name.back().quoted, &nearest_names);
    });
    if (!relation.table) relation.table = assumed_table(ref, name, context, relation.assumed_parameter);
    if (!relation.table) {
      std::string hint = did_you_mean(nearest_names);
      if (name.size() == 1 && !name[0].quoted) hint = table_here(name[0].text) + hint;
      if (name.size() == 2 && !catalog_.has_database(database)) throw no_such_database(database, ref.span);
      throw Error(
          ErrorKind::UnknownTable,
          fmt::format("there is no table {} in database {}.{}", written({name.back()}), database, hint),
          ref.span);
    }
    if (!relation.table->query.empty()) return saved_view(ref, relation.table);
    relation.columns = columns_of(*relation.table, relation.alias);
    if (!ref.alias) {
      source.database = relation.table->catalog;
      source.name = relation.table->name;
      // A name that differs in case from the table's own is what the query says, so it serves as a qualifier
      // too.
      if (relation.assumed_parameter || fit(name.back(), source.name) == NameFit::None)
        source.name = name.back().text;
    }
  }
  rename_columns(relation, ref.column_aliases, ref.span);
  source.relation = named.relation = add_relation(std::move(relation));
  Scope scope(bound_.relations);
  scope.sources.push_back(std::move(source));
  return scope;
}

Scope Binder::derived_table(ast::TableRef& ref, ast::DerivedTable& derived, SelectContext& context) {
  if (derived.lateral)
    throw Error(ErrorKind::NotSupported, "LATERAL is not supported by this version", ref.span);
  Relation relation;
  relation.kind = RelationKind::Derived;
  relation.alias = ref.alias ? ref.alias->text : "";
  relation.span = ref.span;
  relation.columns = query(*derived.query, context.outer);
  rename_columns(relation, ref.column_aliases, ref.span);
  Source source;
  source.name = relation.alias;
  source.relation = derived.relation = add_relation(std::move(relation));
  Scope scope(bound_.relations);
  scope.sources.push_back(std::move(source));
  return scope;
}

// A view that CREATE VIEW made is its query. Its tables are those of its own database, whatever WITH around
// it says.
Scope Binder::saved_view(ast::TableRef& ref, std::shared_ptr<const Table> view) {
  constexpr size_t most_views = 16;  // in each other
  if (views_.size() >= most_views)
    throw Error(ErrorKind::TooComplex,
                fmt::format("view {} is made of too many views, or of itself", view->name), ref.span);
  ast::Statement statement = parse(view->query);
  auto* query = std::get_if<ast::QueryPtr>(&statement.node);
  if (!query || statement.parameters > 0)
    throw Error(ErrorKind::NotSupported, fmt::format("view {} is no query", view->name), ref.span);
  if (!ref.alias) {
    ref.alias = ast::Identifier{};
    ref.alias->text = view->name;
    ref.alias->quoted = true;
  }
  ref.node = ast::DerivedTable{std::move(*query)};
  bound_.views.push_back(view);
  auto commons = std::exchange(commons_, {});
  views_.push_back(view->catalog);
  SelectContext inside(nullptr, bound_.relations);
  try {
    Scope scope = derived_table(ref, std::get<ast::DerivedTable>(ref.node), inside);
    views_.pop_back();
    commons_ = std::move(commons);
    return scope;
  } catch (const Error& error) {
    // Its place is in the view's text.
    throw Error(error.kind(), fmt::format("view {}: {}", view->name, error.what()), ref.span);
  }
}

std::string Binder::current_database() const { return views_.empty() ? catalog_.current() : views_.back(); }

Scope Binder::join(ast::TableRef& ref, ast::Join& node, SelectContext& context) {
  Scope left = table(*node.left, context);
  Scope right = table(*node.right, context);
  bool left_nullable = node.kind == ast::JoinKind::Right || node.kind == ast::JoinKind::Full;
  bound_.right_joins = bound_.right_joins || left_nullable;
  bool right_nullable = node.kind == ast::JoinKind::Left || node.kind == ast::JoinKind::Full;
  Scope both(bound_.relations);
  if (node.natural || !node.using_columns.empty()) {
    join_columns(node, both, std::move(left), std::move(right), ref.span);
  } else {
    both.absorb(std::move(left));
    size_t from_left = both.sources.size();
    both.absorb(std::move(right));
    if (node.on) {
      SelectContext inside(context.outer, bound_.relations);
      inside.clause = Clause::From;
      inside.scope = both;
      condition(node.on, inside);
    }
    for (size_t i = 0; i < both.sources.size(); ++i) {
      if (i < from_left ? left_nullable : right_nullable) both.sources[i].nullable = true;
    }
  }
  return both;
}

// USING and NATURAL: the columns are found on both sides, compared, and merged into one.
void Binder::join_columns(ast::Join& node, Scope& both, Scope left, Scope right, Span span) {
  struct Side {
    std::vector<ColumnPlace> parts;
    bool full = false;
    bool nullable = true;
  };
  auto find = [&](const Scope& scope, const ast::Identifier& name, std::string_view which) {
    Resolution found = scope.resolve({name});
    Side side;
    if (found.kind == Resolution::Kind::None) {
      throw Error(ErrorKind::UnknownColumn,
                  fmt::format("the {} side of the join has no column {}.{}", which, written({name}),
                              did_you_mean(scope.suggestions({name}))),
                  name.span);
    }
    if (found.kind == Resolution::Kind::Ambiguous) {
      throw Error(
          ErrorKind::AmbiguousName,
          fmt::format("{} is the name of several columns on the {} side of the join", written({name}), which),
          name.span);
    }
    side.parts = found.merged ? found.merged->parts : std::vector<ColumnPlace>{found.place};
    side.full = found.merged && found.merged->full;
    side.nullable = found.nullable;
    return side;
  };
  std::vector<ast::Identifier> names = node.using_columns;
  if (node.natural) {
    std::vector<Scope::StarColumn> columns;
    left.star({}, columns);
    for (const auto& c : columns) {
      const std::string& name =
          c.merged ? c.merged->name : bound_.relations[c.place.relation].columns[c.place.column].name;
      ast::Identifier identifier{name, true, span};
      Resolution other = right.resolve({identifier});
      bool repeated = std::any_of(names.begin(), names.end(), [&](const auto& n) { return n.text == name; });
      if (other.kind == Resolution::Kind::None || repeated ||
          (other.kind == Resolution::Kind::Column && right.hidden(other.place)))
        continue;
      names.push_back(identifier);
    }
  }
  std::vector<MergedColumn> merged;
  std::vector<ast::ExprPtr> terms;
  for (const ast::Identifier& name : names) {
    Side l = find(left, name, "left"), r = find(right, name, "right");
    MergedColumn column;
    column.name = bound_.relations[l.parts[0].relation].columns[l.parts[0].column].name;
    column.full = node.kind == ast::JoinKind::Full || (node.kind == ast::JoinKind::Right ? r.full : l.full);
    const Side& first = node.kind == ast::JoinKind::Right ? r : l;
    const Side& second = node.kind == ast::JoinKind::Right ? l : r;
    column.parts = first.parts;
    column.parts.insert(column.parts.end(), second.parts.begin(), second.parts.end());
    auto value = [&](const Side& side) {
      MergedColumn one{column.name, side.parts, side.full};
      return merged_column(one, name.span);
    };
    auto equal = std::make_unique<ast::Expr>();
    equal->span = name.span;
    equal->type = bit_type();
    equal->depth = 3;
    ast::Compare comparison{ast::CompareOp::Equal, value(l), value(r)};
    compare(comparison.left, comparison.right, name.span);
    equal->node = std::move(comparison);
    terms.push_back(std::move(equal));
    // What the sides had merged before under this name is part of the new one.
    auto same = [&](const MergedColumn& m) { return m.name == column.name; };
    std::erase_if(left.merged, same);
    std::erase_if(right.merged, same);
    merged.push_back(std::move(column));
  }
  both.absorb(std::move(left));
  size_t from_left = both.sources.size();
  both.absorb(std::move(right));
  for (size_t i = 0; i < both.sources.size(); ++i) {
    bool left_side = i < from_left;
    if (node.kind == ast::JoinKind::Full ||
        node.kind == (left_side ? ast::JoinKind::Right : ast::JoinKind::Left))
      both.sources[i].nullable = true;
  }
  both.merged.insert(both.merged.begin(), std::make_move_iterator(merged.begin()),
                     std::make_move_iterator(merged.end()));
  if (terms.size() == 1) {
    node.on = std::move(terms[0]);
  } else if (!terms.empty()) {
    node.on = std::make_unique<ast::Expr>();
    node.on->span = span;
    node.on->type = bit_type();
    node.on->depth = 4;
    node.on->node = ast::Logical{true, std::move(terms)};
  }
  node.natural = false;
  node.using_columns.clear();
}

}  // namespace couch::sql
