#include "sql/change/explained.h"

#include <fmt/format.h>

#include <utility>

#include "sql/change/values.h"
#include "sql/coercion.h"
#include "sql/plan/explain.h"
#include "sql/rows.h"

namespace couch::sql::change {

namespace {

// Of plan::explain_columns().
constexpr size_t step = 0, operation = 1, table = 2, request = 3, estimate = 7, notes = 8;

class Explained final : public Prepared {
 public:
  explicit Explained(std::unique_ptr<const Change> change) : change_(std::move(change)) {}

  const std::vector<ResultColumn>& columns() const override { return plan::explain_columns(); }
  const std::vector<ParameterInfo>& parameters() const override { return change_->parameters(); }
  StatementKind kind() const override { return StatementKind::Explain; }
  bool is_current(Catalog& catalog) const override { return change_->is_current(catalog); }

  std::unique_ptr<Rows> execute(const std::vector<Value>& parameters,
                                const Execution& execution) const override {
    const std::vector<Value> values = coerced(parameters, change_->parameters());
    std::vector<std::vector<Value>> out;
    const auto add = [&](std::vector<Value> row) {
      row[step] = static_cast<int64_t>(out.size() + 1);
      out.push_back(std::move(row));
    };
    const Change::Steps steps = change_->steps();
    for (const Inner* read : steps.reads) {
      auto rows = read->run(values, execution.documents, execution);
      while (rows->next()) {
        std::vector<Value> row;
        for (size_t i = 0; i < columns().size(); ++i) row.push_back(own(rows->cell(i)));
        add(std::move(row));
      }
    }
    const Table& target = change_->target();
    const auto request_row = [&](const char* what, const char* endpoint, const std::string& why) {
      std::vector<Value> row(columns().size());
      row[operation] = std::string{what};
      row[table] = target.name;
      row[request] = fmt::format("POST /{}/{}", target.catalog, endpoint);
      row[notes] = why;
      return row;
    };
    for (const std::string& why : steps.lookups)
      add(request_row("documents by _id", "_all_docs?include_docs=true", why));
    const bool waits = execution.transaction != nullptr;
    std::vector<Value> write =
        request_row(waits ? "write at COMMIT" : "write", "_bulk_docs",
                    steps.notes + "; in requests of at most 2000 documents or 4 MiB, four at a time");
    if (steps.documents > 0) write[estimate] = static_cast<int64_t>(steps.documents);
    add(std::move(write));
    return rows_of(columns(), std::move(out));
  }

 private:
  std::unique_ptr<const Change> change_;
};

}  // namespace

std::unique_ptr<const Prepared> explained(std::unique_ptr<const Change> change) {
  return std::make_unique<Explained>(std::move(change));
}

}  // namespace couch::sql::change
