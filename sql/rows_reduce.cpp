#include "sql/rows_reduce.h"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "sql/decode/raw.h"
#include "sql/decode/row_reader.h"
#include "sql/engine/collation.h"
#include "sql/engine/database.h"
#include "sql/engine/encoding.h"
#include "sql/engine/sqlite_text.h"
#include "sql/leaf_reader.h"
#include "sql/rows_engine.h"

namespace couch::sql {

namespace {

using plan::Reduced;
using Question = Reduced::Question;

// Requests are sent at once, all of them; their answers are read with the first row that is asked for.
class ReducedRows : public Rows {
 public:
  ReducedRows(plan::Reduced plan, Running running, Documents& documents)
      : plan_(std::move(plan)), running_(std::move(running)), documents_(documents) {
    readers_.reserve(plan_.questions.size());
    for (const auto& question : plan_.questions)
      readers_.emplace_back(documents.open(question.request), question.shape, MismatchPolicy::Null,
                            *running_.stop);
    counts_.resize(plan_.questions.size());
    firsts_.resize(plan_.questions.size());
  }

  const std::vector<ResultColumn>& columns() const override { return *running_.columns; }

  bool next() override {
    if (!started_) start();
    if (instead_) return instead_->next();
    if (ended_) return false;
    bool more = running_.limit == 0 || given_ < running_.limit;
    if (statement_) {
      more = more && database_->step(*statement_);
    } else {
      more = more && given_ == 0;
    }
    if (more) {
      ++given_;
    } else {
      ended_ = true;
    }
    return more;
  }

  Cell cell(size_t i) override {
    if (instead_) return instead_->cell(i);
    if (statement_)
      return engine::decode(statement_->get(), static_cast<int>(i), (*running_.columns)[i].type);
    return view(values_[plan_.direct[i]]);
  }

  std::vector<std::string> take_warnings() override {
    if (instead_) return instead_->take_warnings();
    std::vector<std::string> out;
    if (database_) mismatches_ += database_->runtime().take_mismatches();
    if (mismatches_ > 0 && ended_) out.push_back(conversion_warning(std::exchange(mismatches_, 0)));
    return out;
  }

 private:
  void start() {
    started_ = true;
    try {
      if (read()) return;  // else an index does not hold what the counts need, or somebody is writing
    } catch (...) {
      // An index or view that somebody dropped meanwhile, or a map that fails: what else is wrong shows again.
      if (running_.stop->load(std::memory_order_relaxed)) throw;
    }
    statement_.reset();
    database_.reset();
    values_.clear();
    readers_.clear();
    if (plan_.otherwise->error) std::rethrow_exception(plan_.otherwise->error);
    instead_ = run(plan_.otherwise->plan, running_, documents_);
  }

  // False: the answers do not tell.
  bool read() {
    for (size_t i = 0; i < plan_.questions.size(); ++i) {
      if (plan_.questions[i].kind != Question::Kind::Groups && !read(i)) return false;
    }
    for (const auto& check : plan_.checks) {
      if (!check.groups && sum(check.left) != sum(check.right)) return false;
    }
    if (!plan_.groups.empty()) return read_groups();
    for (const auto& figure : plan_.figures) values_.push_back(value_of(figure));
    if (!plan_.direct.empty()) return true;
    database_ = engine_for(running_);
    statement_.emplace(database_->prepare(plan_.sql));
    engine::bind_all(statement_->get(), running_.parameters);
    for (size_t i = 0; i < values_.size(); ++i)
      engine::bind(statement_->get(), static_cast<int>(running_.parameters.size() + i + 1), view(values_[i]),
                   type_of(plan_.figures[i]));
    return true;
  }

  // A request whose rows are no groups.
  bool read(size_t number) {
    const Question& question = plan_.questions[number];
    decode::RowReader& rows = readers_[number];
    while (rows.next()) {
      if (question.typed && !is_of_type(rows, question.type)) {
        if (question.first_only && !may_be_of_type(rows, question.type)) break;  // there is none of the type
        return false;
      }
      if (question.kind == Question::Kind::First) {
        const Cell& cell = rows.cell(rows.width() - 1);
        if (is_null(cell)) return false;  // no value of the class stands at the end of its range
        firsts_[number] = own(cell);
        break;
      }
      counts_[number] += count_of(rows);
      if (question.first_only) break;
    }
    if (question.kind == Question::Kind::First || question.first_only) rows.close();
    return true;
  }

  static int64_t count_of(const decode::RowReader& rows) {
    auto* count = std::get_if<int64_t>(&rows.cell(0));
    if (!count) throw Error(ErrorKind::MalformedAnswer, "an index's count is no number");
    return *count;
  }
  static bool is_of_type(const decode::RowReader& rows, std::string_view wanted) {
    auto* type = std::get_if<std::string_view>(&rows.cell(1));
    return type && *type == wanted;
  }
  // Equal to the server, and another type here.
  static bool may_be_of_type(const decode::RowReader& rows, std::string_view wanted) {
    auto* type = std::get_if<std::string_view>(&rows.cell(1));
    return type && engine::compare_text(*type, wanted) == 0;
  }

  int64_t sum(const Reduced::Sum& questions) const {
    int64_t total = 0;
    for (size_t question : questions) total += counts_[question];
    return total;
  }

  Value value_of(const Reduced::Figure& figure) const {
    if (!figure.extreme) return sum(figure.questions);
    for (size_t question : figure.questions) {
      if (firsts_[question]) return *firsts_[question];
    }
    return Value{};
  }
  Type type_of(const Reduced::Figure& figure) const {
    if (figure.extreme && !figure.questions.empty()) {
      const decode::Shape& shape = plan_.questions[figure.questions.front()].shape;
      return shape.table->columns[shape.columns.back()].type;
    }
    Type type;
    type.kind = TypeKind::BigInt;
    return type;
  }

  // ---- groups
  bool read_groups() {
    database_ = engine_for(running_);
    for (size_t i = 0; i < plan_.groups.size(); ++i) {
      if (!fill(i)) return false;
    }
    statement_.emplace(database_->prepare(plan_.sql));
    engine::bind_all(statement_->get(), running_.parameters);
    return true;
  }

  bool fill(size_t number) {
    const Reduced::Groups& groups = plan_.groups[number];
    const std::string name = engine::table_name(groups.relation);
    std::string columns, places;
    for (uint32_t column : groups.columns) {
      columns += fmt::format("{} COLLATE {}, ", engine::column_name(column),
                             engine::collation_of(groups.table->columns[column], running_.collation));
      places += "?, ";
    }
    database_->run(fmt::format("CREATE TEMP TABLE {}({}w)", name, columns));
    engine::Statement insert =
        database_->prepare(fmt::format("INSERT INTO temp.{} VALUES({}?)", name, places));
    database_->run("BEGIN");
    int64_t read = 0, kept = 0;
    for (size_t question : groups.questions) {
      decode::RowReader& rows = readers_[question];
      while (rows.next()) {
        const Question& asked = plan_.questions[question];
        if (asked.typed && !is_of_type(rows, asked.type)) return false;
        const int64_t weight = count_of(rows);
        read += weight;
        size_t slot = asked.typed ? 2 : 1;
        if (groups.materialized && is_flawed(rows, groups, slot++)) return false;
        if (insert_row(insert, groups, weight, [&] { return rows.cell(slot++); })) kept += weight;
      }
    }
    for (const auto& check : plan_.checks) {
      if (check.groups == number && read != sum(check.right)) return false;
    }
    if (groups.total) {
      const int64_t rest = sum(*groups.total) - kept;
      if (rest > 0) {
        Reduced::Groups nulls = groups;
        for (auto& slot : nulls.slots) slot.never_null = false;
        insert_row(insert, nulls, rest, [] { return Cell{}; });
      }
    }
    database_->run("COMMIT");
    return true;
  }

  // JavaScript could not tell what some document of the group holds, or its sum has outgrown 64 bits.
  static bool is_flawed(const decode::RowReader& rows, const Reduced::Groups& groups, size_t slot) {
    auto* flaws = std::get_if<int64_t>(&rows.cell(slot));
    if (!flaws || *flaws != 0) return true;
    for (size_t i = rows.width() - 4 * groups.measures.size(); i < rows.width(); ++i) {
      if (std::holds_alternative<DecimalView>(rows.cell(i))) return true;
    }
    return false;
  }

  bool insert_row(engine::Statement& insert, const Reduced::Groups& groups, int64_t weight,
                  auto&& next_cell) {
    bool wanted = true;
    for (size_t i = 0; i < groups.slots.size(); ++i) {
      const auto& slot = groups.slots[i];
      const Type& type = groups.table->columns[slot.column].type;
      Cell cell;
      if (slot.constant) {
        cell = decode::cell_of({decode::RawKind::String, groups.table->discriminator}, type).value_or(Cell{});
      } else {
        cell = next_cell();
      }
      wanted = wanted && !(slot.never_null && is_null(cell));
      engine::bind(insert.get(), static_cast<int>(i + 1), cell, type);
    }
    if (!wanted) return false;
    Type whole;
    whole.kind = TypeKind::BigInt;
    int place = static_cast<int>(groups.slots.size());
    engine::bind(insert.get(), ++place, Cell{weight}, whole);
    for (uint32_t measure : groups.measures) {
      const Type& type = groups.table->columns[measure].type;
      const Cell count = next_cell();
      auto* number = std::get_if<int64_t>(&count);
      const bool none = !number || *number == 0;
      engine::bind(insert.get(), ++place, count, whole);
      for (int i = 0; i < 3; ++i) {
        const Cell value = next_cell();
        engine::bind(insert.get(), ++place, none ? Cell{} : value, type);
      }
    }
    database_->step(insert);
    sqlite3_reset(insert.get());
    return true;
  }

  plan::Reduced plan_;
  Running running_;
  Documents& documents_;
  std::vector<decode::RowReader> readers_;
  std::vector<int64_t> counts_;               // by question
  std::vector<std::optional<Value>> firsts_;  // by question
  std::vector<Value> values_;                 // by figure
  std::unique_ptr<engine::Database> database_;
  std::optional<engine::Statement> statement_;  // goes before its database
  std::unique_ptr<Rows> instead_;
  uint64_t given_ = 0, mismatches_ = 0;
  bool started_ = false, ended_ = false;
};

}  // namespace

std::unique_ptr<Rows> reduced_rows(plan::Reduced plan, Running running, Documents& documents) {
  return std::make_unique<ReducedRows>(std::move(plan), std::move(running), documents);
}

}  // namespace couch::sql
