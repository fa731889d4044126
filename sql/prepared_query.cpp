#include "sql/prepared_query.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "sql/change/overlay.h"
#include "sql/coercion.h"
#include "sql/datetime.h"
#include "sql/define/auto_index.h"
#include "sql/located.h"
#include "sql/plan/explain.h"
#include "sql/plan/flatten.h"
#include "sql/plan/fold.h"
#include "sql/plan/hint.h"
#include "sql/rows.h"
#include "sql/second_plan.h"

namespace couch::sql {

namespace {

class RowsWithWarnings : public Rows {
 public:
  RowsWithWarnings(std::unique_ptr<Rows> rows, std::vector<std::string> warnings)
      : rows_(std::move(rows)), warnings_(std::move(warnings)) {}
  const std::vector<ResultColumn>& columns() const override { return rows_->columns(); }
  bool next() override { return rows_->next(); }
  Cell cell(size_t i) override { return rows_->cell(i); }
  std::vector<std::string> take_warnings() override {
    auto out = std::exchange(warnings_, {});
    for (auto& warning : rows_->take_warnings()) out.push_back(std::move(warning));
    return out;
  }

 private:
  std::unique_ptr<Rows> rows_;
  std::vector<std::string> warnings_;
};

ast::Query& query_of(Bound& bound) {
  ast::Statement* statement = &bound.statement;
  if (auto* explain = std::get_if<ast::Explain>(&statement->node)) statement = explain->statement.get();
  return *std::get<ast::QueryPtr>(statement->node);
}

std::map<std::string, std::vector<Index>> built(const std::map<std::string, std::vector<Index>>& indexes,
                                                define::AutoIndex& auto_index, Documents& documents) {
  auto out = indexes;
  for (auto& [database, list] : out) auto_index.leave_out_unbuilt(database, list, documents);
  return out;
}

}  // namespace

Timestamp utc_now() {
  using namespace std::chrono;
  auto now = system_clock::now().time_since_epoch();
  auto seconds = duration_cast<std::chrono::seconds>(now);
  auto rest = duration_cast<nanoseconds>(now - seconds);
  return timestamp_of(seconds.count(), static_cast<uint32_t>(rest.count())).value_or(Timestamp{});
}

std::unique_ptr<Rows> with_warnings(std::unique_ptr<Rows> rows, std::vector<std::string> warnings) {
  if (warnings.empty()) return rows;
  return std::make_unique<RowsWithWarnings>(std::move(rows), std::move(warnings));
}

// ---- prepared

PreparedQuery::PreparedQuery(std::string text, Bound bound, Catalog& catalog, const Options& options)
    : text_(std::move(text)), options_(options), database_(catalog.current()) {
  explain_ = std::holds_alternative<ast::Explain>(bound.statement.node);
  columns_ = std::make_shared<std::vector<ResultColumn>>(explain_ ? plan::explain_columns() : bound.columns);
  plan::flatten(bound, query_of(bound));
  bound_ = std::make_shared<const Bound>(std::move(bound));
  Known known;
  for (const auto& relation : bound_->relations) {
    if (relation.kind != RelationKind::Base) continue;
    if (!asked_server_) traits_ = catalog.traits();
    asked_server_ = true;
    const std::string& database = relation.table->catalog;
    if (!known.facts.contains(database)) known.facts.emplace(database, catalog.facts(database));
    if (relation.table->kind == TableKind::View || known.indexes.contains(database)) continue;
    known.indexes.emplace(database, catalog.indexes(database));
    known.materialized.emplace(database, catalog.materialized_views(database));
  }
  known_ = std::make_shared<const Known>(std::move(known));
  if (!options_.statistics) options_.statistics = std::make_shared<plan::StatisticsMemory>();
  collation_ = traits_.icu_order ? options_.collation : CollationKind::Binary;
  // What cannot be done is said when the statement is prepared.
  sqlite_ = std::make_shared<const engine::SqliteText>(engine::sqlite_text(*bound_, query(), collation_));
  for (const auto& relation : bound_->relations) plan::read_hint(relation.hint, relation.span);
  conditions_ = plan::conditions_of(*bound_, query());
  foldable_ = plan::foldable(query(), *conditions_);
}

std::unique_ptr<Rows> PreparedQuery::execute(const std::vector<Value>& parameters,
                                             const Execution& execution) const {
  return located_in(text_, [&] {
    // Its answers hold the changes that there are now.
    if (auto* own = dynamic_cast<change::OverlayDocuments*>(&execution.documents)) own->begin_query();
    return with_second_plan(*this, execution,
                            [values = coerced(parameters, bound_->parameters), now = utc_now()](
                                const PreparedQuery& query, const Execution& with, bool& reads_views) {
                              return located_in(query.text_, [&] {
                                PlannedQuery planned{query, values, now, with, with.limit};
                                reads_views = planned.reads_views();
                                return query.explain_ ? rows_of(query.columns(), planned.explained())
                                                      : planned.start();
                              });
                            });
  });
}

PreparedQuery PreparedQuery::renewed(Catalog& catalog, const std::string& database) const {
  PreparedQuery out = *this;
  Known known = *known_;
  known.facts[database] = catalog.facts(database);
  known.indexes[database] = catalog.indexes(database);
  known.materialized[database] = catalog.materialized_views(database);
  out.known_ = std::make_shared<const Known>(std::move(known));
  return out;
}

bool PreparedQuery::is_current(Catalog& catalog) const {
  for (const auto& relation : bound_->relations) {
    if (relation.kind != RelationKind::Base || relation.assumed_parameter) continue;
    if (catalog.table(relation.table->catalog, relation.table->name, true) != relation.table) return false;
  }
  for (const auto& view : bound_->views) {
    if (catalog.table(view->catalog, view->name, true) != view) return false;
  }
  // What it would ask may be dropped, or stand for something else by now.
  return std::ranges::all_of(
             known_->indexes,
             [&](const auto& known) { return catalog.indexes(known.first) == known.second; }) &&
         std::ranges::all_of(known_->materialized, [&](const auto& known) {
           return catalog.materialized_views(known.first) == known.second;
         });
}

const ast::Query& PreparedQuery::query() const {
  const ast::Statement* statement = &bound_->statement;
  if (auto* explain = std::get_if<ast::Explain>(&statement->node)) statement = explain->statement.get();
  return *std::get<ast::QueryPtr>(statement->node);
}

std::unique_ptr<const Prepared> prepared_query(std::string text, Bound bound, Catalog& catalog,
                                               const Options& options) {
  return std::make_unique<PreparedQuery>(std::move(text), std::move(bound), catalog, options);
}

// ---- planned

// With the parameters' values: which index, which ids and whether there can be rows at all depend on them. It
// costs microseconds; the server is asked only where a wrong choice would cost much more than the question.
PlannedQuery::PlannedQuery(const PreparedQuery& query, std::vector<Value> values, Timestamp now,
                           const Execution& execution, uint64_t limit, Ask ask)
    : query_(query),
      execution_(execution),
      now_(now),
      limit_(limit),
      values_(std::move(values)),
      traits_(query.traits_),
      statistics_(execution.documents, *query.options_.statistics),
      built_(query.options_.auto_index
                 ? built(query.known_->indexes, *query.options_.auto_index, execution.documents)
                 : std::map<std::string, std::vector<Index>>{}),
      context_{*query.bound_,
               query.options_,
               query.collation_,
               traits_,
               query.options_.auto_index ? built_ : query.known_->indexes,
               values_,
               query.text_,
               *query.sqlite_,
               query.conditions_,
               &execution.documents,
               &query.known_->facts,
               ask == Ask::Server ? &statistics_ : nullptr,
               &query.known_->materialized,
               nullptr} {
  // What an index holds is not what the connection's own changes make of it.
  for (const auto& relation : query.bound_->relations) {
    if (relation.kind == RelationKind::Base && execution.documents.pending(relation.table->catalog))
      traits_.index_as_view = false;
  }
  if (!query.foldable_.empty()) {
    context_.folded =
        plan::fold(query.foldable_, {*query.bound_, query.collation_, query.options_.mismatch,
                                     query.database_, query.options_.user, values_, now, execution.stop});
  }
  plan_ = plan::plan_query(query.query(), context_, query.explain_ ? 0 : limit);
}

bool PlannedQuery::reads_views() const {
  const auto asks_view = [](const DocumentRequest& request) {
    return std::holds_alternative<ViewRead>(request.what);
  };
  const auto leaf_asks = [&](const plan::Leaf& leaf) {
    for (const plan::Leaf* one = &leaf; one != nullptr; one = one->then.get()) {
      if (one->shape.table->kind != TableKind::View && std::ranges::any_of(one->requests, asks_view))
        return true;
    }
    return false;
  };
  if (const auto* direct = std::get_if<plan::Direct>(&plan_)) return leaf_asks(direct->leaf);
  const auto* engine = std::get_if<plan::Engine>(&plan_);
  if (!engine) return std::holds_alternative<plan::Reduced>(plan_);
  return engine->otherwise || std::ranges::any_of(engine->leaves, leaf_asks) ||
         std::ranges::any_of(engine->keyed, [](const auto& ways) {
           return std::ranges::any_of(ways, [](const plan::KeyedRead& way) { return !way.by_id; });
         });
}

std::vector<std::vector<Value>> PlannedQuery::explained() {
  make_indexes(true);
  return plan::explain(plan_, context_);
}

std::unique_ptr<Rows> PlannedQuery::start() {
  std::vector<std::string> warnings = make_indexes(false);
  const Options& options = query_.options_;
  Running running{query_.bound_,
                  query_.columns_,
                  std::move(values_),
                  query_.collation_,
                  options.mismatch,
                  query_.database_,
                  options.user,
                  &execution_.stop,
                  limit_,
                  options.parallel,
                  now_};
  return with_warnings(run(std::move(plan_), std::move(running), execution_.documents), std::move(warnings));
}

std::vector<std::string> PlannedQuery::make_indexes(bool only_explained) {
  const Options& options = query_.options_;
  std::vector<std::string> warnings;
  if (!options.auto_index) return warnings;
  std::vector<plan::Leaf*> leaves;
  if (auto* direct = std::get_if<plan::Direct>(&plan_)) leaves.push_back(&direct->leaf);
  if (auto* engine = std::get_if<plan::Engine>(&plan_))
    for (auto& leaf : engine->leaves) leaves.push_back(&leaf);
  for (auto* leaf : leaves) {
    const std::string& database = leaf->shape.table->catalog;
    if (!leaf->wants_index || !execution_.catalog || execution_.inner || execution_.transaction ||
        database != execution_.catalog->current())
      continue;
    if (only_explained) {
      leaf->notes.push_back("AutoIndex makes the index that helps when this is executed");
      continue;
    }
    auto said = options.auto_index->make(database, leaf->advice, *execution_.catalog, options, execution_);
    warnings.insert(warnings.end(), said.begin(), said.end());
  }
  return warnings;
}

}  // namespace couch::sql
