#include "sql/change/rows.h"

#include <optional>

namespace couch::sql::change {

namespace {

const std::vector<ResultColumn>& no_columns() {
  static const auto* const none = new std::vector<ResultColumn>;
  return *none;
}

class ChangeRows : public Rows {
 public:
  ChangeRows(Result result, const Returning& returning, const std::vector<Value>& parameters,
             const Execution& execution)
      : affected_(result.affected), warnings_(std::move(result.warnings)), local_(execution.documents) {
    if (!returning.query) return;
    local_.add(written_database, std::move(result.written));
    rows_ = returning.query.run(parameters, local_, execution);
  }

  const std::vector<ResultColumn>& columns() const override {
    return rows_ ? rows_->columns() : no_columns();
  }
  bool next() override { return rows_ && rows_->next(); }
  Cell cell(size_t i) override { return rows_->cell(i); }
  std::vector<std::string> take_warnings() override {
    std::vector<std::string> out = std::move(warnings_);
    warnings_.clear();
    if (rows_) {
      for (auto& warning : rows_->take_warnings()) out.push_back(std::move(warning));
    }
    return out;
  }
  std::optional<uint64_t> affected() const override { return affected_; }

 private:
  uint64_t affected_;
  std::vector<std::string> warnings_;
  LocalDocuments local_;
  std::unique_ptr<Rows> rows_;  // reads local_
};

}  // namespace

const std::vector<ResultColumn>& Returning::columns() const {
  return query ? query.prepared->columns() : no_columns();
}

Returning prepare_returning(const std::string& text, ast::Returning& returning, const Table& table,
                            const ast::Identifier& called, Span span, Catalog& catalog,
                            const Options& options, std::vector<ParameterInfo>& infos) {
  Returning out;
  if (returning.items.empty()) return out;
  LocalTables tables(catalog);
  tables.add(written_database, table);
  ast::Select select;
  select.items = std::move(returning.items);
  select.from.push_back(local_ref(written_database, called, span));
  auto query = select_query(std::move(select), span);
  forget_database(*query, table.catalog, called.text);
  out.query = prepare_inner(text, bind_inner(std::move(query), tables, infos), tables, options);
  return out;
}

std::unique_ptr<Rows> rows_of(Result result, const Returning& returning, const std::vector<Value>& parameters,
                              const Execution& execution) {
  return std::make_unique<ChangeRows>(std::move(result), returning, parameters, execution);
}

}  // namespace couch::sql::change
