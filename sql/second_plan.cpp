#include "sql/second_plan.h"

namespace couch::sql {

namespace {

class RowsOrAgain : public Rows {
 public:
  RowsOrAgain(std::unique_ptr<Rows> rows, BeginAgain again)
      : rows_(std::move(rows)), again_(std::move(again)) {}

  const std::vector<ResultColumn>& columns() const override { return rows_->columns(); }
  bool next() override {
    if (!again_) return rows_->next();
    std::optional<NoSuchView> gone;
    try {
      const bool more = rows_->next();
      again_ = nullptr;
      return more;
    } catch (const NoSuchView& missing) {
      gone = missing;
    }
    const BeginAgain again = std::exchange(again_, nullptr);
    rows_ = again(*gone);
    return rows_->next();
  }
  Cell cell(size_t i) override { return rows_->cell(i); }
  std::vector<std::string> take_warnings() override { return rows_->take_warnings(); }

 private:
  std::unique_ptr<Rows> rows_;
  BeginAgain again_;  // null: it has given a row, or was begun again
};

}  // namespace

std::unique_ptr<Rows> rows_or_again(std::unique_ptr<Rows> first, BeginAgain again) {
  return std::make_unique<RowsOrAgain>(std::move(first), std::move(again));
}

}  // namespace couch::sql
