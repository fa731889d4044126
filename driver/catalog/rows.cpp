#include <utility>

#include "driver/catalog/catalog.h"

namespace couch::driver::catalog {

namespace {

class ValueRows final : public sql::Rows {
 public:
  ValueRows(std::vector<sql::ResultColumn> columns, std::vector<std::vector<sql::Value>> rows)
      : columns_(std::move(columns)), rows_(std::move(rows)) {}
  const std::vector<sql::ResultColumn>& columns() const override { return columns_; }
  bool next() override {
    if (at_ < rows_.size() + 1) ++at_;
    return at_ <= rows_.size();
  }
  sql::Cell cell(size_t i) override { return sql::view(rows_[at_ - 1][i]); }

 private:
  std::vector<sql::ResultColumn> columns_;
  std::vector<std::vector<sql::Value>> rows_;
  size_t at_ = 0;  // 1 is the first row; 0 before it, rows_.size() + 1 after the last
};

}  // namespace

Result from_values(std::vector<sql::ResultColumn> columns, std::vector<std::vector<sql::Value>> rows) {
  return std::make_unique<ValueRows>(std::move(columns), std::move(rows));
}

}  // namespace couch::driver::catalog
