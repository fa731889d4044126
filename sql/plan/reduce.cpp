#include "sql/plan/reduce.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "sql/decode/raw.h"
#include "sql/engine/sqlite_text.h"
#include "sql/mango/push_down.h"
#include "sql/plan/conjuncts.h"
#include "sql/plan/reduce_query.h"
#include "sql/plan/reduce_questions.h"
#include "sql/walk.h"

namespace couch::sql::plan {

namespace {

using Keys = std::map<mango::Path, FieldKeys>;

// The table with its type's name; nullptr: its counts cannot be told by an index.
std::shared_ptr<const Table> countable(const Relation& relation, const Context& context) {
  if (relation.kind != RelationKind::Base || !relation.hint.empty()) return nullptr;
  const Table& table = *relation.table;
  if (table.has_twin) return nullptr;
  if (table.kind == TableKind::Database) return relation.table;
  if (table.kind != TableKind::Typed || table.discriminator_path.empty()) return nullptr;
  if (!relation.assumed_parameter) return relation.table;
  auto* text = std::get_if<std::string>(&context.parameters.at(*relation.assumed_parameter));
  if (!text || text->empty()) return nullptr;
  auto known = std::make_shared<Table>(table);
  known->discriminator = *text;
  return known;
}

bool is_discriminator(const Column& column, const Table& table) {
  return column.source == ColumnSource::Path && !table.discriminator_path.empty() &&
         column.path == table.discriminator_path;
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
  Figures(const ast::Select& select, std::shared_ptr<const Table> table, KeyConditions conditions,
          const Context& context)
      : select_(select),
        table_(std::move(table)),
        conditions_(std::move(conditions)),
        context_(context),
        questions_(table_, context) {}

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
    const Column* column = plain_column(argument, context_);
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
    return is_discriminator(column, *table_) ||
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
                          FieldKeys{any_value ? all_keys() : keys_of_class(class_of(column.type)), true});
    const auto* index = questions_.exact_index(keys, &column.path);
    if (!index) return std::nullopt;
    if (!any_value) return questions_.count(*index, keys);
    return conditions_.fields.empty() ? questions_.count_from(*index, "false") : std::nullopt;
  }

  std::optional<Reduced::Figure> extreme(const Column& column, bool largest) {
    if (column.source != ColumnSource::Path || !column.array_steps.empty() ||
        decode::takes_any_value(column.type))
      return std::nullopt;
    if (is_discriminator(column, *table_) || context_.options.mismatch == MismatchPolicy::Error)
      return std::nullopt;
    TypeClass of = class_of(column.type);
    bool ordered = of == TypeClass::Bit || of == TypeClass::Number ||
                   (of == TypeClass::Text && context_.collation == CollationKind::Server) ||
                   (is_datetime(of) && column.uniform && context_.traits.icu_order);
    if (!ordered) return std::nullopt;
    Keys keys = conditions_.fields;
    auto place = keys.try_emplace(column.path, FieldKeys{all_keys(), true}).first;
    place->second.keys = intersection(place->second.keys, keys_of_class(of));
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

std::optional<Reduced> plan_figures(const ast::Query& query, const Context& context) {
  auto* select = std::get_if<ast::Select>(&query.body->node);
  if (!select || !query.with.empty() || query.with_ties || !keeps_one_row(query, context))
    return std::nullopt;
  if (select->distinct || !select->group_by.empty() || !select->windows.empty() || select->from.size() != 1)
    return std::nullopt;
  auto* named = std::get_if<ast::NamedTable>(&select->from.front()->node);
  if (!named) return std::nullopt;
  auto table = countable(context.bound.relations[named->relation], context);
  if (!table) return std::nullopt;
  KeyConditions conditions = key_conditions(conjuncts(select->where.get()), named->relation, *table, context);
  if (conditions.never || !conditions.exact) return std::nullopt;
  return Figures{*select, std::move(table), std::move(conditions), context}.plan();
}

// ---- groups

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

std::optional<Reduced> plan_groups(const ast::Query& query, const Context& context) {
  auto reads = grouped_reads(query, context);
  if (!reads || reads->size() != 1) return std::nullopt;
  const GroupedRead& read = reads->front();
  auto table = countable(context.bound.relations[read.relation], context);
  if (!table) return std::nullopt;
  KeyConditions conditions =
      key_conditions(conjuncts(read.select->where.get()), read.relation, *table, context);
  if (conditions.never) return std::nullopt;

  Questions questions{table, context};
  Reduced::Groups groups;
  groups.relation = read.relation;
  groups.table = table;
  std::vector<const Column*> columns;  // those that are not constant
  std::vector<const Column*> open;     // whose NULLs are rows like others
  Keys keys;
  std::set<mango::Path> paths;
  for (uint32_t number : read.columns) {
    const Column& column = table->columns[number];
    groups.columns.push_back(number);
    Reduced::Groups::Slot slot;
    slot.column = number;
    slot.constant = is_discriminator(column, *table);
    if (!slot.constant) {
      columns.push_back(&column);
      paths.insert(column.path);
      auto known = conditions.fields.find(column.path);
      if (known != conditions.fields.end()) {
        keys.emplace(column.path, known->second);
      } else if (read.ignored_nulls == number) {
        keys.emplace(column.path, FieldKeys{keys_of_class(class_of(column.type)), true});
        slot.never_null = true;
      } else {
        open.push_back(&column);
      }
    }
    groups.slots.push_back(slot);
  }
  if (columns.empty()) {
    groups.total = questions.rows();
    if (!groups.total) return std::nullopt;
  } else {
    if (paths.size() != columns.size()) return std::nullopt;  // one field as two columns
    const bool counted_rest = open.size() == 1 && columns.size() == 1;
    if (counted_rest) {
      keys.emplace(open.front()->path, FieldKeys{keys_of_class(class_of(open.front()->type)), true});
      for (auto& slot : groups.slots) slot.never_null = !slot.constant;
    }
    const ReadableIndex* best = nullptr;
    for (const auto& index : questions.indexes()) {
      std::set<mango::Path> fields;
      for (size_t i = 0; i < index.fields(); ++i) fields.insert(index.field(i));
      if (fields != paths || index.fields() != paths.size()) continue;
      if (!best || narrowness(index, keys) > narrowness(*best, keys)) best = &index;
    }
    if (!best) return std::nullopt;
    std::vector<size_t> places;
    for (const Column* column : columns) {
      for (size_t i = 0; i < best->fields(); ++i) {
        if (best->field(i) == column->path) places.push_back(i);
      }
    }
    groups.questions = questions.groups(*best, keys, columns, places);
    if (counted_rest) {
      groups.total = questions.rows();
      if (!groups.total) return std::nullopt;
    } else if (!open.empty()) {
      // Documents that lack one of the fields are in no group: there must be none.
      auto rows = questions.rows();
      if (!rows) return std::nullopt;
      if (keys.empty()) {
        questions.checks().push_back({{}, *rows, true});
      } else {
        auto held = questions.typed() ? questions.count_from(*best, {}) : questions.whole(*best);
        if (!held) return std::nullopt;
        questions.checks().push_back({*held, *rows, false});
      }
    }
  }
  Reduced out = std::move(questions).take();
  out.sql = engine::weighted_text(context.bound, query, context.collation, {read.relation});
  out.groups.push_back(std::move(groups));
  return out;
}

}  // namespace

std::optional<Reduced> plan_reduced(const ast::Query& query, const Context& context) {
  if (!context.traits.couchdb || !context.traits.index_as_view) return std::nullopt;
  if (auto figures = plan_figures(query, context)) return figures;
  return plan_groups(query, context);
}

}  // namespace couch::sql::plan
