#include "sql/rows.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <string>
#include <utility>

#include "sql/datetime.h"
#include "sql/decode/row_reader.h"
#include "sql/engine/database.h"
#include "sql/engine/encoding.h"
#include "sql/engine/tables.h"
#include "sql/error.h"

namespace couch::sql {

namespace {

using decode::RowReader;

RowReader open(const plan::Leaf& leaf, const Running& running, Documents& documents) {
  if (leaf.access == plan::Access::Nothing) return {leaf.shape, running.mismatch};
  return {documents.open(leaf.request), leaf.shape, running.mismatch, *running.stop};
}

// Says how many values did not fit: when the first is met, and at the end once more if there were others.
class MismatchWarnings {
 public:
  void collect(const RowReader& reader, bool at_end, std::vector<std::string>& out) {
    bool first = reported_ == 0 && reader.mismatches() > 0;
    bool total = at_end && reader.mismatches() > reported_;
    if (!first && !total) return;
    reported_ = reader.mismatches();
    out.push_back(reader.mismatch_warning());
  }

 private:
  uint64_t reported_ = 0;
};

// From JSON to cells, nothing between.
class DirectRows : public Rows {
 public:
  DirectRows(plan::Direct plan, Running running, Documents& documents)
      : plan_(std::move(plan)),
        running_(std::move(running)),
        reader_(open(plan_.leaf, running_, documents)) {}

  const std::vector<ResultColumn>& columns() const override { return *running_.columns; }
  bool next() override {
    for (; skipped_ < plan_.offset; ++skipped_) {
      if (!reader_.next()) return end();
    }
    if ((plan_.limit && given_ >= *plan_.limit) || !reader_.next()) return end();
    ++given_;
    return true;
  }
  Cell cell(size_t i) override { return reader_.cell(plan_.slots[i]); }
  std::vector<std::string> take_warnings() override {
    std::vector<std::string> out;
    warnings_.collect(reader_, ended_, out);
    return out;
  }

 private:
  bool end() {
    ended_ = true;
    reader_.close();
    return false;
  }

  plan::Direct plan_;
  Running running_;
  RowReader reader_;
  MismatchWarnings warnings_;
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

Timestamp utc_now() {
  using namespace std::chrono;
  auto now = system_clock::now().time_since_epoch();
  auto seconds = duration_cast<std::chrono::seconds>(now);
  auto rest = duration_cast<nanoseconds>(now - seconds);
  return timestamp_of(seconds.count(), static_cast<uint32_t>(rest.count())).value_or(Timestamp{});
}

// Through SQLite. Requests are sent at once; the leaves are read and the query starts with the first row that
// is asked for.
class EngineRows : public Rows {
 public:
  EngineRows(plan::Engine plan, Running running, Documents& documents)
      : plan_(std::move(plan)), running_(std::move(running)), warnings_(plan_.leaves.size()) {
    readers_.reserve(plan_.leaves.size());
    for (const auto& leaf : plan_.leaves) readers_.push_back(open(leaf, running_, documents));
  }

  const std::vector<ResultColumn>& columns() const override { return *running_.columns; }
  bool next() override {
    if (ended_) return false;
    if (!statement_) start();
    bool more = (running_.limit == 0 || given_ < running_.limit) && database_->step(*statement_);
    if (!more) {
      mismatches_ += database_->runtime().take_mismatches();
      ended_ = true;
      return false;
    }
    ++given_;
    return true;
  }
  Cell cell(size_t i) override {
    return engine::decode(statement_->get(), static_cast<int>(i), (*running_.columns)[i].type);
  }
  std::vector<std::string> take_warnings() override {
    std::vector<std::string> out;
    for (size_t i = 0; i < readers_.size(); ++i) warnings_[i].collect(readers_[i], ended_, out);
    if (database_) mismatches_ += database_->runtime().take_mismatches();
    if (mismatches_ > 0 && ended_) {
      out.push_back(fmt::format(
          "{} {} not convert to the class of what it is compared or computed with and read as NULL",
          mismatches_, mismatches_ == 1 ? "value does" : "values do"));
      mismatches_ = 0;
    }
    return out;
  }

 private:
  void start() {
    engine::RuntimeOptions options;
    options.collation = running_.collation;
    options.mismatch = running_.mismatch;
    options.database = running_.database;
    options.user = running_.user;
    database_ = std::make_unique<engine::Database>(std::move(options), *running_.stop);
    database_->runtime().begin(utc_now());
    for (size_t i = 0; i < readers_.size(); ++i) {
      const plan::Leaf& leaf = plan_.leaves[i];
      engine::TableShape shape{leaf.relation, leaf.shape.table.get(), &leaf.shape.columns};
      if (plan_.streams) {
        engine::stream_table(*database_, shape, readers_[i], running_.collation);
      } else {
        engine::fill_table(*database_, shape, readers_[i], running_.collation);
      }
    }
    statement_.emplace(database_->prepare(plan_.sql));
    for (size_t i = 0; i < running_.parameters.size(); ++i) {
      engine::bind(statement_->get(), static_cast<int>(i + 1), running_.parameters[i]);
    }
  }

  plan::Engine plan_;
  Running running_;
  std::vector<RowReader> readers_;
  std::vector<MismatchWarnings> warnings_;
  std::unique_ptr<engine::Database> database_;
  std::optional<engine::Statement> statement_;  // goes before its database
  uint64_t given_ = 0, mismatches_ = 0;
  bool ended_ = false;
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
      return std::make_unique<EngineRows>(std::move(p), std::move(running), documents);
    }
  };
  return std::visit(Start{running, documents}, plan);
}

std::unique_ptr<Rows> rows_of(std::vector<ResultColumn> columns, std::vector<std::vector<Value>> rows) {
  return std::make_unique<ListRows>(std::move(columns), std::move(rows));
}

}  // namespace couch::sql
