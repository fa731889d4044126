#include "sql/rows.h"

#include <charconv>
#include <string>
#include <utility>

#include "sql/error.h"
#include "sql/leaf_reader.h"
#include "sql/rows_engine.h"
#include "sql/rows_reduce.h"

namespace couch::sql {

namespace {

using decode::RowReader;

// From JSON to cells, nothing between.
class DirectRows : public Rows {
 public:
  DirectRows(plan::Direct plan, Running running, Documents& documents)
      : plan_(std::move(plan)),
        running_(std::move(running)),
        documents_(documents),
        reader_(open_leaf(plan_.leaf, running_, documents)),
        then_(plan_.leaf.then) {}

  const std::vector<ResultColumn>& columns() const override { return *running_.columns; }
  bool next() override {
    for (; skipped_ < plan_.offset; ++skipped_) {
      if (!advance()) return end();
    }
    if ((plan_.limit && given_ >= *plan_.limit) || !advance()) return end();
    ++given_;
    return true;
  }
  Cell cell(size_t i) override { return reader_.cell(plan_.slots[i]); }
  std::vector<std::string> take_warnings() override {
    std::vector<std::string> out = std::exchange(said_, {});
    warnings_.collect(reader_, ended_, out);
    return out;
  }

 private:
  bool advance() {
    while (!reader_.next()) {
      if (!then_) return false;
      warnings_.collect(reader_, true, said_);
      warnings_ = {};
      reader_ = open_leaf(*then_, running_, documents_);
      then_ = then_->then;
    }
    return true;
  }
  bool end() {
    ended_ = true;
    reader_.close();
    return false;
  }

  plan::Direct plan_;
  Running running_;
  Documents& documents_;
  RowReader reader_;
  std::shared_ptr<const plan::Leaf> then_;  // what follows the reader's rows
  MismatchWarnings warnings_;
  std::vector<std::string> said_;  // warnings of what came before it
  uint64_t skipped_ = 0, given_ = 0;
  bool ended_ = false;
};

// {"doc_count":…}
class CountRows : public Rows {
 public:
  CountRows(const plan::CountAll& plan, Running running, Documents& documents)
      : running_(std::move(running)), stream_(documents.open(plan.request)) {}

  const std::vector<ResultColumn>& columns() const override { return *running_.columns; }
  bool next() override {
    if (!stream_) return false;
    auto row = stream_->next();
    if (!row) throw Error(ErrorKind::MalformedAnswer, "the server did not say how many documents there are");
    count_ = read({row->data(), row->size()});
    stream_.reset();
    return true;
  }
  Cell cell(size_t) override { return count_; }

 private:
  static int64_t read(std::string_view json) {
    constexpr std::string_view key = "\"doc_count\":";
    auto at = json.find(key);
    int64_t count = 0;
    const char* end = json.data() + json.size();
    const char* begin = at == std::string_view::npos ? end : json.data() + at + key.size();
    while (begin != end && *begin == ' ') ++begin;
    if (std::from_chars(begin, end, count).ec != std::errc{})
      throw Error(ErrorKind::MalformedAnswer, "the server did not say how many documents there are");
    return count;
  }

  Running running_;
  std::unique_ptr<DocumentStream> stream_;
  int64_t count_ = 0;
};

class ListRows : public Rows {
 public:
  ListRows(std::vector<ResultColumn> columns, std::vector<std::vector<Value>> rows)
      : columns_(std::move(columns)), rows_(std::move(rows)) {}
  const std::vector<ResultColumn>& columns() const override { return columns_; }
  bool next() override {
    if (at_ >= rows_.size()) return false;
    ++at_;
    return true;
  }
  Cell cell(size_t i) override { return view(rows_[at_ - 1][i]); }

 private:
  std::vector<ResultColumn> columns_;
  std::vector<std::vector<Value>> rows_;
  size_t at_ = 0;
};

}  // namespace

std::unique_ptr<Rows> run(plan::Plan plan, Running running, Documents& documents) {
  struct Start {
    Running& running;
    Documents& documents;
    std::unique_ptr<Rows> operator()(plan::Direct& p) {
      return std::make_unique<DirectRows>(std::move(p), std::move(running), documents);
    }
    std::unique_ptr<Rows> operator()(plan::CountAll& p) {
      return std::make_unique<CountRows>(p, std::move(running), documents);
    }
    std::unique_ptr<Rows> operator()(plan::Engine& p) {
      return engine_rows(std::move(p), std::move(running), documents);
    }
    std::unique_ptr<Rows> operator()(plan::Reduced& p) {
      return reduced_rows(std::move(p), std::move(running), documents);
    }
  };
  return std::visit(Start{running, documents}, plan);
}

std::unique_ptr<Rows> rows_of(std::vector<ResultColumn> columns, std::vector<std::vector<Value>> rows) {
  return std::make_unique<ListRows>(std::move(columns), std::move(rows));
}

}  // namespace couch::sql
