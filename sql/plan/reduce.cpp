#include "sql/plan/reduce.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "sql/decode/raw.h"
#include "sql/engine/decimal.h"
#include "sql/engine/sqlite_text.h"
#include "sql/mango/push_down.h"
#include "sql/plan/conjuncts.h"
#include "sql/plan/hint.h"
#include "sql/plan/id_condition.h"
#include "sql/plan/reduce_query.h"
#include "sql/plan/reduce_questions.h"
#include "sql/walk.h"

namespace couch::sql::plan {

namespace {

using Keys = std::map<mango::Path, FieldKeys>;

// The table with its type's name; nullptr: its counts cannot be told by an index or a view.
std::shared_ptr<const Table> countable(const Relation& relation, const Context& context) {
  if (relation.kind != RelationKind::Base || read_hint(relation.hint, relation.span).of_documents())
    return nullptr;
  const Table& table = *relation.table;
  if (context.pending(table.catalog)) return nullptr;
  if (table.kind == TableKind::Database) return relation.table;
  if (table.kind != TableKind::Typed || table.discriminator_path.empty()) return nullptr;
  if (!relation.assumed_parameter) return relation.table;
  auto* text = std::get_if<std::string>(&context.parameters.at(*relation.assumed_parameter));
  if (!text || text->empty()) return nullptr;
  auto known = std::make_shared<Table>(table);
  known->discriminator = *text;
  return known;
}

bool has_class(const Column& column, const Context& context) {
  if (column.source != ColumnSource::Path || !column.array_steps.empty() ||
      decode::takes_any_value(column.type))
    return false;
  TypeClass of = class_of(column.type);
  return context.options.mismatch == MismatchPolicy::Null &&
         (of == TypeClass::Bit || of == TypeClass::Number || of == TypeClass::Text);
}

bool is_datetime(TypeClass of) {
  return of == TypeClass::Date || of == TypeClass::Time || of == TypeClass::Timestamp;
}

// ---- one row of figures
class Figures {
 public:
  Figures(const ast::Select& select, std::shared_ptr<const Table> table, std::string partition,
          KeyConditions conditions, const Context& context)
      : select_(select),
        table_(std::move(table)),
        conditions_(std::move(conditions)),
        context_(context),
        questions_(table_, context, std::move(partition)) {}

  std::optional<Reduced> plan() {
    if (questions_.indexes().empty() && questions_.typed()) return std::nullopt;
    for (const auto& item : select_.items) {
      if (!collect(*item.expr)) return std::nullopt;
    }
    if (select_.having && !collect(*select_.having)) return std::nullopt;
    if (figures_.empty()) return std::nullopt;
    bool plain = !select_.having;
    for (const auto& item : select_.items) plain = plain && is_aggregate_call(*item.expr);
    Reduced out = std::move(questions_).take();
    if (plain) {
      for (const auto& item : select_.items)
        out.direct.push_back(known_.at(&std::get<ast::Call>(item.expr->node)));
    } else {
      out.sql = engine::figures_text(context_.bound, select_, context_.collation, known_,
                                     context_.parameters.size());
    }
    out.figures = std::move(figures_);
    return out;
  }

 private:
  bool collect(const ast::Expr& expr) {
    if (is_aggregate_call(expr)) {
      const auto& call = std::get<ast::Call>(expr.node);
      auto figure = figure_of(call);
      if (!figure) return false;
      known_.emplace(&call, figures_.size());
      figures_.push_back(*std::move(figure));
      return true;
    }
    if (auto* column = std::get_if<ast::BoundColumn>(&expr.node)) return column->relation == output_relation;
    if (auto* call = std::get_if<ast::Call>(&expr.node); call && call->over) return false;
    bool all = true;
    for_each_child(
        expr, [&](const ast::ExprPtr& child) { all = all && collect(*child); },
        [&](const ast::QueryPtr&) { all = false; });
    return all;
  }

  std::optional<Reduced::Figure> figure_of(const ast::Call& call) {
    if (call.filter || !call.order_by.empty() || call.arguments.size() != 1) return std::nullopt;
    const ast::Expr& argument = *call.arguments.front();
    const Column* column = plain_column(argument, context_.bound);
    if (call.name == "COUNT") {
      auto* literal = std::get_if<ast::Literal>(&argument.node);
      bool every = std::holds_alternative<ast::Star>(argument.node) ||
                   (literal && !call.distinct && !is_null(literal->value));
      if (column) every = is_always_there(*column) || (!call.distinct && is_counted_by_where(*column));
      if (every) return figure(rows());
      return column && !call.distinct ? figure(values(*column)) : std::nullopt;
    }
    if (column && (call.name == "MIN" || call.name == "MAX")) return extreme(*column, call.name == "MAX");
    return std::nullopt;
  }

  static std::optional<Reduced::Figure> figure(std::optional<Reduced::Sum> sum) {
    if (!sum) return std::nullopt;
    return Reduced::Figure{false, *std::move(sum)};
  }

  // All rows that WHERE lets through have a value in it.
  bool is_counted_by_where(const Column& column) const {
    return table_->is_discriminator(column) ||
           (column.source == ColumnSource::Path && column.array_steps.empty() &&
            conditions_.fields.contains(column.path));
  }

  std::optional<Reduced::Sum> rows() {
    if (conditions_.fields.empty()) return questions_.rows();
    const auto* index = questions_.exact_index(conditions_.fields);
    return index ? questions_.count(*index, conditions_.fields) : std::nullopt;
  }

  std::optional<Reduced::Sum> values(const Column& column) {
    if (column.source != ColumnSource::Path || !column.array_steps.empty()) return std::nullopt;
    const bool any_value = decode::takes_any_value(column.type);
    if (!any_value && !has_class(column, context_)) return std::nullopt;
    Keys keys = conditions_.fields;
    keys.insert_or_assign(column.path,
                          FieldKeys{any_value ? every_key() : keys_of_class(class_of(column.type)), true});
    const auto* index = questions_.exact_index(keys, &column.path);
    if (!index) return std::nullopt;
    if (!any_value) return questions_.count(*index, keys);
    return conditions_.fields.empty() ? questions_.count_from(*index, "false") : std::nullopt;
  }

  std::optional<Reduced::Figure> extreme(const Column& column, bool largest) {
    if (column.source != ColumnSource::Path || !column.array_steps.empty() ||
        decode::takes_any_value(column.type))
      return std::nullopt;
    if (table_->is_discriminator(column) || context_.options.mismatch == MismatchPolicy::Error)
      return std::nullopt;
    TypeClass of = class_of(column.type);
    bool ordered = of == TypeClass::Bit || of == TypeClass::Number ||
                   (of == TypeClass::Text && context_.collation == CollationKind::Server) ||
                   (is_datetime(of) && column.uniform && context_.traits.icu_order);
    if (!ordered) return std::nullopt;
    Keys keys = conditions_.fields;
    auto place = keys.try_emplace(column.path, FieldKeys{every_key(), true}).first;
    place->second.keys = both(place->second.keys, keys_of_class(of));
    const auto* index = questions_.exact_index(keys, &column.path);
    if (!index) return std::nullopt;
    auto sum = questions_.ends(*index, keys, column, largest);
    if (!sum) return std::nullopt;
    return Reduced::Figure{true, *std::move(sum)};
  }

  const ast::Select& select_;
  std::shared_ptr<const Table> table_;
  KeyConditions conditions_;
  const Context& context_;
  Questions questions_;
  std::vector<Reduced::Figure> figures_;
  std::map<const ast::Call*, size_t> known_;
};

// LIMIT and OFFSET let the only row through.
bool keeps_one_row(const ast::Query& query, const Context& context) {
  auto number = [&](const ast::ExprPtr& expr) -> int64_t {
    Value storage;
    const Value* value = mango::constant(*expr, &context.parameters, storage);
    auto* integer = value ? std::get_if<int64_t>(value) : nullptr;
    return integer ? *integer : -1;
  };
  return (!query.limit || number(query.limit) > 0) && (!query.offset || number(query.offset) == 0);
}

// The partition that conditions on _id say all of, and these are taken out of `where`; empty: there is none.
std::string take_partition(std::vector<const ast::Expr*>& where, uint32_t relation, const Table& table,
                           const Context& context) {
  const auto facts = context.facts ? context.facts->find(table.catalog) : decltype(context.facts->end()){};
  if (!context.facts || facts == context.facts->end() || !facts->second.partitioned) return {};
  const IdCondition ids = id_condition(where, relation, table, context.parameters, context.traits);
  auto range = ids.never || ids.ids ? std::nullopt : partition_of(ids);
  if (!range || !range->whole) return {};
  std::erase_if(where, [&](const ast::Expr* condition) {
    return std::find(ids.used.begin(), ids.used.end(), condition) != ids.used.end();
  });
  return std::move(range->name);
}

std::optional<Reduced> plan_figures(const ast::Query& query, const Context& context) {
  auto* select = std::get_if<ast::Select>(&query.body->node);
  if (!select || !query.with.empty() || query.with_ties || !keeps_one_row(query, context))
    return std::nullopt;
  if (select->distinct || !select->group_by.empty() || !select->windows.empty() || select->from.size() != 1)
    return std::nullopt;
  auto* named = std::get_if<ast::NamedTable>(&select->from.front()->node);
  if (!named) return std::nullopt;
  auto table = countable(context.bound.relations[named->relation], context);
  if (!table || table->has_twin) return std::nullopt;
  if (select->where && has_query(*select->where)) return std::nullopt;
  auto where = context.known(conjuncts(select->where.get()));
  std::string partition = take_partition(where, named->relation, *table, context);
  KeyConditions conditions = key_conditions(where, named->relation, *table, context);
  if (conditions.never || !conditions.exact) return std::nullopt;
  return Figures{*select, std::move(table), std::move(partition), std::move(conditions), context}.plan();
}

// ---- groups

// Without those that look into other tables: these are checked on the groups.
std::vector<const ast::Expr*> own_conjuncts(const ast::Expr* where) {
  auto out = conjuncts(where);
  std::erase_if(out, [](const ast::Expr* condition) { return has_query(*condition); });
  return out;
}

// How well an index's leading fields narrow it: fields of one value, then a range.
size_t narrowness(const ReadableIndex& index, const Keys& keys) {
  size_t score = 0;
  for (size_t i = 0; i < index.fields(); ++i) {
    auto found = keys.find(index.field(i));
    if (found == keys.end()) return score;
    if (found->second.keys.size() != 1 || !found->second.keys.front().is_point()) return score + 1;
    score += 2;
  }
  return score;
}

const std::vector<MaterializedView>& views_of(const std::string& database, const Context& context) {
  static const std::vector<MaterializedView> none;
  if (!context.materialized) return none;
  auto found = context.materialized->find(database);
  return found == context.materialized->end() ? none : found->second;
}

// A group's columns, what its keys are to hold, and where the keys stand.
class GroupPlan {
 public:
  GroupPlan(const GroupedRead& read, std::shared_ptr<const Table> table, const KeyConditions& conditions,
            const Context& context)
      : read_(read), table_(std::move(table)), conditions_(conditions), questions_(table_, context) {
    groups_.relation = read.relation;
    groups_.table = table_;
  }

  // From a view that CREATE VIEW made.
  std::optional<Reduced> of_view(const MaterializedView& view) && {
    if (view.discriminator_path != table_->discriminator_path ||
        (questions_.typed() && view.discriminator != table_->discriminator))
      return std::nullopt;
    std::set<uint32_t> columns = read_.columns;
    std::vector<std::pair<const Column*, size_t>> measures;
    for (uint32_t number : read_.measured) {
      const Column& column = table_->columns[number];
      auto place = position(view.measures, column);
      if (place) {
        measures.emplace_back(&column, *place);
        groups_.measures.push_back(number);
      } else {
        columns.insert(number);
      }
    }
    std::vector<size_t> places;
    size_t level = 0;
    for (uint32_t number : columns) {
      const Column& column = table_->columns[number];
      if (add_slot(number).constant) continue;
      auto place = position(view.keys, column);
      if (!place) return std::nullopt;
      places.push_back(*place);
      level = std::max(level, *place + 1);
      // JavaScript's integers end at 2^53: such bounds would leave rounded keys out.
      auto known = conditions_.fields.find(column.path);
      if (known == conditions_.fields.end()) continue;
      if (!std::all_of(known->second.keys.begin(), known->second.keys.end(), is_exact_in_javascript))
        return std::nullopt;
      keys_.emplace(column.path, known->second);
    }
    const ReadableIndex index = questions_.index_of(view);
    groups_.materialized = true;
    groups_.questions = questions_.materialized(index, keys_, columns_, places, level, measures);
    return std::move(*this).finish();
  }

  // From an index on the columns.
  std::optional<Reduced> of_index() && {
    if (table_->has_twin) return std::nullopt;
    std::vector<const Column*> open;  // whose NULLs are rows like others
    std::set<mango::Path> paths;
    std::set<uint32_t> columns = read_.columns;
    columns.insert(read_.measured.begin(), read_.measured.end());
    for (uint32_t number : columns) {
      const Column& column = table_->columns[number];
      auto& slot = add_slot(number);
      if (slot.constant) continue;
      paths.insert(column.path);
      auto known = conditions_.fields.find(column.path);
      if (known != conditions_.fields.end()) {
        keys_.emplace(column.path, known->second);
      } else if (read_.ignored_nulls == number) {
        keys_.emplace(column.path, FieldKeys{keys_of_class(class_of(column.type)), true});
        slot.never_null = true;
      } else {
        open.push_back(&column);
      }
    }
    if (columns_.empty()) {
      groups_.total = questions_.rows();
      return groups_.total ? std::move(*this).finish() : std::nullopt;
    }
    if (paths.size() != columns_.size()) return std::nullopt;  // one field as two columns
    const bool counted_rest = open.size() == 1 && columns_.size() == 1;
    if (counted_rest) {
      keys_.emplace(open.front()->path, FieldKeys{keys_of_class(class_of(open.front()->type)), true});
      for (auto& slot : groups_.slots) slot.never_null = !slot.constant;
    }
    const ReadableIndex* best = best_index(paths);
    if (!best) return std::nullopt;
    std::vector<size_t> places;
    for (const Column* column : columns_) {
      for (size_t i = 0; i < best->fields(); ++i) {
        if (best->field(i) == column->path) places.push_back(i);
      }
    }
    groups_.questions = questions_.groups(*best, keys_, columns_, places);
    if (counted_rest) {
      groups_.total = questions_.rows();
      if (!groups_.total) return std::nullopt;
    } else if (!open.empty() && !check_completeness(*best)) {
      return std::nullopt;
    }
    return std::move(*this).finish();
  }

 private:
  Reduced::Groups::Slot& add_slot(uint32_t number) {
    const Column& column = table_->columns[number];
    groups_.columns.push_back(number);
    Reduced::Groups::Slot slot;
    slot.column = number;
    slot.constant = table_->is_discriminator(column);
    if (!slot.constant) columns_.push_back(&column);
    groups_.slots.push_back(slot);
    return groups_.slots.back();
  }

  static std::optional<size_t> position(const std::vector<MaterializedView::Field>& fields,
                                        const Column& column) {
    for (size_t i = 0; i < fields.size(); ++i) {
      if (fields[i].path == column.path && fields[i].of == class_of(column.type)) return i;
    }
    return std::nullopt;
  }

  static bool is_exact_in_javascript(const KeyRange& range) {
    auto exact = [](const std::string& json) {
      return !engine::is_decimal(json) || std::abs(decode::double_of(json)) < 9007199254740991.0;
    };
    return exact(range.low) && exact(range.high);
  }

  const ReadableIndex* best_index(const std::set<mango::Path>& paths) const {
    const ReadableIndex* best = nullptr;
    for (const auto& index : questions_.indexes()) {
      std::set<mango::Path> fields;
      for (size_t i = 0; i < index.fields(); ++i) fields.insert(index.field(i));
      if (fields != paths || index.fields() != paths.size()) continue;
      if (!best || narrowness(index, keys_) > narrowness(*best, keys_)) best = &index;
    }
    return best;
  }

  // Documents that lack one of the fields are in no group: there must be none.
  bool check_completeness(const ReadableIndex& index) {
    auto rows = questions_.rows();
    if (!rows) return false;
    if (keys_.empty()) {
      questions_.checks().push_back({{}, *rows, 0});
      return true;
    }
    auto held = questions_.typed() ? questions_.count_from(index, {}) : questions_.whole(index);
    if (!held) return false;
    questions_.checks().push_back({*held, *rows, {}});
    return true;
  }

  std::optional<Reduced> finish() && {
    Reduced out = std::move(questions_).take();
    out.groups.push_back(std::move(groups_));
    return out;
  }

  const GroupedRead& read_;
  std::shared_ptr<const Table> table_;
  const KeyConditions& conditions_;
  Questions questions_;
  Reduced::Groups groups_;
  std::vector<const Column*> columns_;  // by slot that is not constant
  Keys keys_;
};

// The groups of one table.
std::optional<Reduced> plan_table(const GroupedRead& read, const Context& context) {
  auto table = countable(context.bound.relations[read.relation], context);
  if (!table) return std::nullopt;
  KeyConditions conditions =
      key_conditions(context.known(own_conjuncts(read.select->where.get())), read.relation, *table, context);
  if (conditions.never) return std::nullopt;

  auto by_index = [&] { return GroupPlan{read, table, conditions, context}.of_index(); };
  // An index's groups are as many as its keys differ; where only sums are wanted of one, a view has fewer.
  if (read.measured.empty()) {
    if (auto plan = by_index()) return plan;
  }
  std::optional<Reduced> best;
  size_t best_keys = 0;
  for (const auto& view : views_of(table->catalog, context)) {
    if (best && view.keys.size() >= best_keys) continue;
    auto plan = GroupPlan{read, table, conditions, context}.of_view(view);
    if (!plan) continue;
    best = std::move(plan);
    best_keys = view.keys.size();
  }
  if (best || read.measured.empty()) return best;
  return by_index();
}

// Asks what `one` asks, too, where it is not asked already.
void add(Reduced& plan, Reduced one) {
  std::vector<size_t> numbers;
  for (auto& question : one.questions) {
    const bool groups = question.kind == Reduced::Question::Kind::Groups;
    if (groups) plan.questions.push_back(std::move(question));
    numbers.push_back(groups ? plan.questions.size() - 1 : ask(plan, std::move(question)));
  }
  const auto renumber = [&](Reduced::Sum& sum) {
    for (size_t& question : sum) question = numbers[question];
  };
  for (auto& check : one.checks) {
    renumber(check.left);
    renumber(check.right);
    if (check.groups) *check.groups += plan.groups.size();
    plan.checks.push_back(std::move(check));
  }
  for (auto& groups : one.groups) {
    renumber(groups.questions);
    if (groups.total) renumber(*groups.total);
    plan.groups.push_back(std::move(groups));
  }
}

std::optional<Reduced> plan_groups(const ast::Query& query, const Context& context) {
  auto reads = grouped_reads(query, {context.bound, context.collation, context.options.mismatch});
  if (!reads) return std::nullopt;
  Reduced out;
  std::set<uint32_t> relations;
  engine::Measures measures;
  for (const auto& read : *reads) {
    auto one = plan_table(read, context);
    if (!one) return std::nullopt;
    add(out, *std::move(one));
    const Reduced::Groups& groups = out.groups.back();
    relations.insert(groups.relation);
    measures[groups.relation] = {groups.measures.begin(), groups.measures.end()};
  }
  out.sql = engine::weighted_text(context.bound, query, context.collation, relations, measures);
  return out;
}

}  // namespace

std::optional<Reduced> plan_reduced(const ast::Query& query, const Context& context) {
  if (!context.traits.couchdb || !context.traits.index_as_view) return std::nullopt;
  if (auto figures = plan_figures(query, context)) return figures;
  return plan_groups(query, context);
}

}  // namespace couch::sql::plan
