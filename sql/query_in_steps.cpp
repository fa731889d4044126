// SELECT with subqueries that stand for a value: asked for first, where that is cheap and the rest gains, so
// that the rest's conditions are known to the server.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "sql/change/overlay.h"
#include "sql/coercion.h"
#include "sql/located.h"
#include "sql/parser.h"
#include "sql/plan/cost.h"
#include "sql/plan/explain.h"
#include "sql/plan/hint.h"
#include "sql/plan/uncorrelated.h"
#include "sql/prepared_query.h"
#include "sql/rows.h"
#include "sql/second_plan.h"

namespace couch::sql {

namespace {

using Row = std::vector<Value>;

// Every document is looked at, or nobody knows how many.
bool reads_much(const plan::Leaf& leaf) {
  using plan::Access;
  if (leaf.access == Access::Nothing) return false;
  if (leaf.cost > 0) return leaf.cost >= plan::worth_steps;
  return leaf.access == Access::Scan || leaf.access == Access::Find || leaf.access == Access::View;
}

bool looks_at_all(const plan::Leaf& leaf) {
  using plan::Access;
  return reads_much(leaf) &&
         (leaf.access == Access::Scan || leaf.access == Access::Find || leaf.access == Access::View);
}

template <class Test>
bool any_leaf(const plan::Plan& plan, const Test& test) {
  if (auto* direct = std::get_if<plan::Direct>(&plan)) return test(direct->leaf);
  auto* engine = std::get_if<plan::Engine>(&plan);
  return engine && std::any_of(engine->leaves.begin(), engine->leaves.end(), test);
}

class QueryInSteps : public Prepared {
 public:
  QueryInSteps(std::string text, Bound whole, plan::Apart apart, Catalog& catalog, const Options& options)
      : text_(std::move(text)), whole_(text_, std::move(whole), catalog, options) {
    for (auto& value : apart.values)
      values_.push_back(std::make_shared<const PreparedQuery>(text_, std::move(value), catalog, options));
    rest_ = std::make_shared<const PreparedQuery>(text_, std::move(apart.rest), catalog, options);
    const auto& relations = whole_.bound().relations;
    hinted_ = std::any_of(relations.begin(), relations.end(), [](const Relation& relation) {
      return plan::read_hint(relation.hint, relation.span).first;
    });
  }

  const std::vector<ResultColumn>& columns() const override { return whole_.columns(); }
  const std::vector<ParameterInfo>& parameters() const override { return whole_.parameters(); }
  StatementKind kind() const override { return whole_.kind(); }
  bool is_current(Catalog& catalog) const override { return whole_.is_current(catalog); }

  std::unique_ptr<Rows> execute(const std::vector<Value>& parameters,
                                const Execution& execution) const override {
    return located_in(text_, [&] {
      if (auto* own = dynamic_cast<change::OverlayDocuments*>(&execution.documents)) own->begin_query();
      return with_second_plan(*this, execution,
                              [values = coerced(parameters, whole_.parameters()), now = utc_now()](
                                  const QueryInSteps& query, const Execution& with, bool& reads_views) {
                                return located_in(
                                    query.text_, [&] { return query.begun(values, now, with, reads_views); });
                              });
    });
  }

  QueryInSteps renewed(Catalog& catalog, const std::string& database) const {
    QueryInSteps out = *this;
    out.whole_ = whole_.renewed(catalog, database);
    for (auto& value : out.values_)
      value = std::make_shared<const PreparedQuery>(value->renewed(catalog, database));
    out.rest_ = std::make_shared<const PreparedQuery>(rest_->renewed(catalog, database));
    return out;
  }

 private:
  std::unique_ptr<Rows> begun(const std::vector<Value>& values, const Timestamp& now,
                              const Execution& execution, bool& reads_views) const {
    if (hinted_ || whole_reads_much(values, now, execution)) {
      if (auto rows = in_steps(values, now, execution, reads_views)) return rows;
    }
    PlannedQuery whole{whole_, values, now, execution, execution.limit};
    reads_views = whole.reads_views();
    return explained() ? rows_of(columns(), whole.explained()) : whole.start();
  }

  bool explained() const { return kind() == StatementKind::Explain; }

  bool whole_reads_much(const std::vector<Value>& values, const Timestamp& now,
                        const Execution& execution) const {
    try {
      const PlannedQuery whole{whole_, values, now, execution, execution.limit, PlannedQuery::Ask::Nobody};
      return any_leaf(whole.plan(), reads_much);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::RequireIndex) throw;
      return true;  // it may be that the rest can do with an index
    }
  }

  // Null: it would not be cheaper. What reads all documents for its value had better read them together with
  // the rest.
  std::unique_ptr<Rows> in_steps(std::vector<Value> values, const Timestamp& now, const Execution& execution,
                                 bool& reads_views) const {
    std::vector<std::string> warnings;
    std::vector<Row> shown;
    for (const auto& query : values_) {
      // No limit of two: there should be one row, and _find would look at all documents for another one.
      PlannedQuery planned{*query, values, now, execution, 0};
      if (!hinted_ && any_leaf(planned.plan(), looks_at_all)) return nullptr;
      if (explained()) show(planned.explained(), shown);
      const auto rows = planned.start();
      Value value;
      if (rows->next()) value = own(rows->cell(0));
      const Span span = query->bound().statement.span;
      if (rows->next())
        throw Error(ErrorKind::Cardinality, "a query that stands for a value gave more than one row", span);
      if (auto* number = std::get_if<double>(&value); number && !std::isfinite(*number)) return nullptr;
      for (auto& warning : rows->take_warnings()) warnings.push_back(std::move(warning));
      if (explained()) show_value(span, shown);
      values.push_back(std::move(value));
    }
    PlannedQuery rest{*rest_, std::move(values), now, execution, execution.limit};
    reads_views = rest.reads_views();
    if (!explained()) return with_warnings(rest.start(), std::move(warnings));
    show(rest.explained(), shown);
    return rows_of(columns(), std::move(shown));
  }

  static void show(std::vector<Row> rows, std::vector<Row>& shown) {
    for (auto& row : rows) {
      row.front() = static_cast<int64_t>(shown.size() + 1);
      shown.push_back(std::move(row));
    }
  }
  // EXPLAIN asks for it, too: how the rest is read depends on it.
  void show_value(Span span, std::vector<Row>& shown) const {
    Row row(columns().size());
    row[0] = static_cast<int64_t>(shown.size() + 1);
    row[1] = std::string{"value of a subquery"};
    row[plan::explain_notes] =
        fmt::format("known before the rest is planned: {}", text_.substr(span.begin, span.end - span.begin));
    shown.push_back(std::move(row));
  }

  std::string text_;
  PreparedQuery whole_;
  std::vector<std::shared_ptr<const PreparedQuery>> values_;  // Apart
  std::shared_ptr<const PreparedQuery> rest_;
  bool hinted_ = false;
};

}  // namespace

std::unique_ptr<const Prepared> prepared_select(std::string text, ast::Statement statement, Catalog& catalog,
                                                const Options& options) {
  Bound whole = bind(std::move(statement), catalog);
  Options shared = options;
  if (!shared.statistics) shared.statistics = std::make_shared<plan::StatisticsMemory>();
  if (plan::has_scalar_query(whole)) {
    // A tree for each of both: what is taken apart is no query any more.
    if (auto apart = plan::apart(bind(parse(text), catalog)))
      return std::make_unique<QueryInSteps>(std::move(text), std::move(whole), std::move(*apart), catalog,
                                            shared);
  }
  return prepared_query(std::move(text), std::move(whole), catalog, shared);
}

}  // namespace couch::sql
