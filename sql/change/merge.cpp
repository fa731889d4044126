#include "sql/change/merge.h"

#include <fmt/format.h>

#include <optional>
#include <unordered_set>
#include <utility>

#include "sql/change/insert.h"
#include "sql/change/partition.h"
#include "sql/change/reading.h"
#include "sql/change/rows.h"
#include "sql/change/values.h"
#include "sql/change/writer.h"
#include "sql/coercion.h"
#include "sql/error.h"
#include "sql/json_text.h"

namespace couch::sql::change {

namespace {

using Action = ast::MergeBranch::Action;

// SELECT t._id, t._doc, the branch's number, the computed values FROM source LEFT JOIN t ON …
constexpr size_t branch_column = 2, first_computed = 3;

ast::ExprPtr expr_of(Span span, auto node) {
  auto expr = std::make_unique<ast::Expr>();
  expr->span = span;
  expr->depth = 3;
  expr->node = std::move(node);
  return expr;
}

// t._id IS [NOT] NULL [AND condition]
ast::ExprPtr taken_by(ast::MergeBranch& branch, const ast::Identifier& called) {
  const Span span = branch.condition ? branch.condition->span : called.span;
  ast::ExprPtr there = expr_of(span, ast::IsNull{column_ref(called, "_id"), branch.matched});
  if (!branch.condition) return there;
  std::vector<ast::ExprPtr> both;
  both.push_back(std::move(there));
  both.push_back(std::move(branch.condition));
  return expr_of(span, ast::Logical{true, std::move(both)});
}

class PreparedMerge : public Change {
 public:
  PreparedMerge(const std::string& text, ast::Statement& tree, Catalog& catalog, const ChangeOptions& options)
      : options_(options) {
    auto& merge = std::get<ast::Merge>(tree.node);
    infos_.resize(tree.parameters, ParameterInfo{{}, true, false});
    const ast::Identifier called = merge.alias ? *merge.alias : merge.table.back();
    const Span span{merge.table.front().span.begin, merge.table.back().span.end};
    InsertTarget target = insert_target(merge.table, catalog);
    if (target.made) {
      throw Error(
          ErrorKind::UnknownTable,
          fmt::format("there is no table {}: INSERT makes tables, MERGE does not", target.table->name), span);
    }
    table_ = target.table;
    keys_ = define::key_columns(*table_);
    partitioned_ = catalog.facts(table_->catalog).partitioned;

    std::vector<ast::SelectItem> computed;
    std::vector<std::vector<Field>> fields;
    std::vector<std::vector<Operand>> operands;
    ast::Case which;
    for (size_t i = 0; i < merge.branches.size(); ++i) {
      ast::MergeBranch& branch = merge.branches[i];
      actions_.push_back(branch.action);
      auto& own = fields.emplace_back();
      auto& values = operands.emplace_back();
      for (auto& assignment : branch.assignments) {
        own.push_back(update_field(*table_, assignment.target, called.text));
        values.push_back(operand_of(assignment.value, computed));
      }
      if (branch.action == Action::Insert) {
        for (const auto& name : branch.columns) own.push_back(insert_field(*table_, name));
        if (branch.columns.empty()) own = all_fields(*table_, span);
        for (auto& value : branch.values) values.push_back(operand_of(value, computed));
        if (own.size() != values.size()) {
          throw Error(ErrorKind::WrongArguments,
                      fmt::format("there are {} columns and {} values", own.size(), values.size()),
                      branch.values.front()->span);
        }
      }
      const Span at = branch.condition ? branch.condition->span : called.span;
      ast::CaseWhen when;
      when.when = taken_by(branch, called);
      when.then = expr_of(at, ast::Literal{Value{static_cast<int64_t>(i)}});
      which.branches.push_back(std::move(when));
    }
    ast::Select select;
    select.items.push_back(item_of(column_ref(called, "_id")));
    select.items.push_back(item_of(column_ref(called, "_doc")));
    select.items.push_back(item_of(expr_of(tree.span, std::move(which))));
    for (auto& item : computed) select.items.push_back(std::move(item));
    ast::Join join{ast::JoinKind::Left, false, std::move(merge.source), table_ref(merge.table, called, span),
                   std::move(merge.on), {}};
    auto both = std::make_unique<ast::TableRef>();
    both->span = tree.span;
    both->node = std::move(join);
    select.from.push_back(std::move(both));
    BoundInner bound = bind_inner(select_query(std::move(select), tree.span), catalog, infos_);
    std::vector<Type> types;
    for (size_t i = first_computed; i < bound.bound.columns.size(); ++i)
      types.push_back(bound.bound.columns[i].type);
    Table rich = *table_;
    for (size_t i = 0; i < fields.size(); ++i) {
      rich = with_new_fields(rich, fields[i]);
      const bool inserts = actions_[i] == Action::Insert;
      defaults_.push_back(inserts ? defaults_of(*table_, fields[i], operands[i], options) : nullptr);
      branches_.emplace_back(std::move(fields[i]), std::move(operands[i]), types, infos_);
      if (inserts && partitioned_) require_partition(branches_.back(), keys_, table_->catalog, span);
    }
    rows_ = prepare_inner(text, std::move(bound), catalog, options);
    returning_ = prepare_returning(text, merge.returning, rich, called, tree.span, catalog, options, infos_);
  }

  const std::vector<ResultColumn>& columns() const override { return returning_.columns(); }
  const std::vector<ParameterInfo>& parameters() const override { return infos_; }
  const Table& target() const override { return *table_; }
  Steps steps() const override {
    Steps steps;
    steps.reads.push_back(&rows_);
    steps.notes =
        "what the branches make of the documents; one that was changed meanwhile goes through all of "
        "it once more";
    return steps;
  }
  std::string_view function() const override { return "MERGE"; }
  bool is_current(Catalog& catalog) const override { return rows_.prepared->is_current(catalog); }

  std::unique_ptr<Rows> execute(const std::vector<Value>& parameters,
                                const Execution& execution) const override {
    const std::vector<Value> values = coerced(parameters, infos_);
    Result result;
    Writer writer{execution, table_->catalog};
    Tally tally;
    Backoff backoff(execution);
    // Documents that somebody else changed meanwhile go through all of it once more: another branch may take
    // them by then. What has been done is left alone.
    std::optional<std::unordered_set<std::string>> left;
    do {
      std::vector<std::string> before;  // of deleted documents
      std::vector<Outgoing> batch;
      try {
        batch = proposed(values, execution, left, before, result);
      } catch (...) {
        if (!left) throw;
        tally.rethrow({left->begin(), left->end()}, "merged", execution.stop);
      }
      std::unordered_set<std::string> conflicts;
      const auto written = writer.write(batch);
      for (size_t i = 0; i < written.size(); ++i) {
        if (written[i].fate == Fate::Conflict) {
          conflicts.insert(batch[i].id);
          continue;
        }
        if (written[i].fate != Fate::Written) {
          tally.failed(batch[i], written[i]);
          continue;
        }
        ++tally.done;
        if (!returning_.query) continue;
        if (batch[i].json)
          result.written.push_back({batch[i].id, written[i].rev, revised(*batch[i].json, written[i].rev)});
        else
          result.written.push_back({batch[i].id, batch[i].base, std::move(before[i])});
      }
      left = std::move(conflicts);
    } while (!left->empty() && backoff.wait(execution.documents));
    for (const auto& id : *left) tally.add(id, Fate::Conflict, {});
    tally.throw_if_failed("merged", execution.stop);
    writer.warn(result.warnings);
    result.affected = tally.done;
    return rows_of(std::move(result), returning_, values, execution);
  }

 private:
  // What the rows of the source make of documents; of those in `only`, if it is given.
  std::vector<Outgoing> proposed(const std::vector<Value>& values, const Execution& execution,
                                 const std::optional<std::unordered_set<std::string>>& only,
                                 std::vector<std::string>& before, Result& result) const {
    std::vector<Outgoing> batch;
    std::unordered_set<std::string> seen;
    auto rows = rows_.run(values, execution.documents, execution);
    while (rows->next()) {
      const Cell number = rows->cell(branch_column);
      const auto* place = std::get_if<int64_t>(&number);
      if (!place) continue;
      const auto branch = static_cast<size_t>(*place);
      if (actions_[branch] == Action::Nothing) continue;
      if (only && actions_[branch] != Action::Insert &&
          !only->contains(std::get<std::string>(own(rows->cell(0)))))
        continue;
      Outgoing out = actions_[branch] == Action::Insert ? inserted(branch, *rows, values, execution)
                                                        : matched(branch, *rows, values, before, execution);
      if (only && !only->contains(out.id)) continue;
      batch.push_back(std::move(out));
      before.resize(batch.size());
      if (!seen.insert(batch.back().id).second) {
        throw Error(ErrorKind::Cardinality,
                    fmt::format("several rows of the source change document '{}'", batch.back().id));
      }
    }
    for (auto& warning : rows->take_warnings()) result.warnings.push_back(std::move(warning));
    return batch;
  }

  Outgoing matched(size_t branch, Rows& rows, const std::vector<Value>& values,
                   std::vector<std::string>& before, const Execution& execution) const {
    Outgoing out;
    out.id = std::get<std::string>(own(rows.cell(0)));
    const Cell cell = rows.cell(1);
    const std::string_view document = std::get<std::string_view>(cell);
    out.base = string_of(member_of(document, "_rev"));
    if (actions_[branch] == Action::Delete) {
      before.emplace_back(document);
      return out;
    }
    const Assignments& set = branches_[branch];
    auto json = set.json({&values, &rows, first_computed, {}});
    fill_defaults(set, json, options_, execution);
    out.json = set.apply(document, json);
    return out;
  }

  Outgoing inserted(size_t branch, Rows& rows, const std::vector<Value>& values,
                    const Execution& execution) const {
    const Assignments& set = branches_[branch];
    Outgoing out =
        complete_document(*table_, set, {&values, &rows, first_computed, {}}, defaults_[branch].get(),
                          seed_of(*table_, set.fields()), keys_, execution);
    if (partitioned_) require_partition(out.id, table_->catalog);
    return out;
  }

  Options options_;

  std::vector<ParameterInfo> infos_;
  std::shared_ptr<const Table> table_;
  bool partitioned_ = false;
  std::vector<Action> actions_;
  std::vector<Assignments> branches_;
  std::vector<size_t> keys_;                                       // PRIMARY KEY on other columns than _id
  std::vector<std::shared_ptr<const define::Defaults>> defaults_;  // by branch; null: there are none
  Inner rows_;
  Returning returning_;
};

}  // namespace

std::unique_ptr<const Change> prepare_merge(std::string_view text, ast::Statement& tree, Catalog& catalog,
                                            const ChangeOptions& options) {
  return std::make_unique<PreparedMerge>(std::string{text}, tree, catalog, options);
}

}  // namespace couch::sql::change
