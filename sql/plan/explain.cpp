#include "sql/plan/explain.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace couch::sql::plan {

namespace {

using Row = std::vector<Value>;

// Of explain_columns().
constexpr size_t cost_column = 9, alternatives_column = 10, advice_column = 11;

Value text_or_null(std::string text) { return text.empty() ? Value{} : Value{std::move(text)}; }

// The conditions as the user wrote them.
std::string conditions(const std::vector<const ast::Expr*>& list, const Context& context) {
  std::string out;
  for (const auto* condition : list) {
    if (!out.empty()) out += " AND ";
    auto [begin, end] = condition->span;
    if (begin < end && end <= context.statement.size()) out += context.statement.substr(begin, end - begin);
  }
  return out;
}

class Writer {
 public:
  explicit Writer(const Context& context) : context_(context) {}

  void write(const Direct& direct) {
    std::string notes = "rows go from JSON to the application";
    if (direct.limit && direct.leaf.limited) notes += "; the server stops at LIMIT";
    leaf(direct.leaf, std::move(notes));
  }
  void write(const CountAll& count) {
    RequestText text = request_text(count.request);
    add("count of the database", text, {}, {}, {},
        "the server knows the number of documents; design documents are subtracted");
  }
  void write(const Engine& engine) {
    for (size_t i : engine.order) {
      for (const auto& read : engine.keyed[i]) keyed(engine, i, read);
      std::string notes = engine.streams ? "rows stream into SQLite" : "rows are kept in a temporary table";
      if (!engine.keyed[i].empty()) notes += "; only where there are too many keys for the step before";
      leaf(engine.leaves[i], std::move(notes));
    }
    rows_.push_back({next(), Value{std::string{"SQLite"}}, Value{}, Value{}, Value{engine.sql}, Value{},
                     Value{}, Value{}, Value{}, Value{}, Value{}, Value{}});
  }

  void write(const Reduced& reduced) {
    for (const auto& question : reduced.questions) {
      std::string operation =
          question.index.empty() ? "count of the database" : "reduce of index " + question.index;
      if (question.kind == Reduced::Question::Kind::First) operation = "end of index " + question.index;
      add(std::move(operation), request_text(question.request), {}, {}, {}, question.asks);
    }
    std::string notes =
        reduced.checks.empty() ? "" : "where the counts do not agree, documents are read instead";
    if (reduced.sql.empty() && notes.empty()) return;
    rows_.push_back({next(), Value{std::string{reduced.sql.empty() ? "check" : "SQLite"}}, Value{}, Value{},
                     text_or_null(reduced.sql), Value{}, Value{}, Value{}, text_or_null(std::move(notes)),
                     Value{}, Value{}, Value{}});
  }

  std::vector<Row> take() { return std::move(rows_); }

 private:
  Value next() { return static_cast<int64_t>(rows_.size() + 1); }

  std::string table_text(const Leaf& leaf) const {
    const Relation& relation = context_.bound.relations[leaf.relation];
    return relation.alias.empty() || relation.alias == relation.table->name
               ? relation.table->name
               : fmt::format("{} {}", relation.table->name, relation.alias);
  }

  void keyed(const Engine& engine, size_t position, const KeyedRead& read) {
    const Leaf& leaf = engine.leaves[position];
    std::string values, key = read.frames.front().front();
    for (size_t i = 0; i < read.parts.size(); ++i) {
      auto [begin, end] = read.parts[i].span;
      std::string value = begin < end && end <= context_.statement.size()
                              ? std::string{context_.statement.substr(begin, end - begin)}
                              : std::string{"values"};
      values += (i == 0 ? "" : ", ") + value;
      key += fmt::format("<{}>", value) + read.frames.front()[i + 1];
    }
    std::string waits;
    for (size_t one : read.after) waits += (waits.empty() ? "" : ", ") + table_text(engine.leaves[one]);
    std::vector<Key> keys{{key, {}}};
    if (read.by_id) keys.push_back({"...", {}});  // one alone would be GET /db/id
    Leaf example = with_keys(leaf, read, keys, 1);
    std::string notes = waits.empty() ? "" : fmt::format("after {}; ", waits);
    if (!read.by_id) notes += fmt::format("keys are {}; ", read.fields);
    if (!read.covered.empty()) notes += "the index has all that is read; ";
    if (read.frames.size() > 1) notes += fmt::format("{} for each row of values; ", read.frames.size());
    notes += read.most == std::numeric_limits<uint64_t>::max() ? "for any number of keys (hint)"
                                                               : fmt::format("for up to {} keys", read.most);
    notes += read.next ? ", a request each" : ", in requests of 1000";
    add(read.by_id ? "documents by _id, of a join" : "index " + read.index + ", by keys of a join",
        request_text(example.requests.front()), table_text(leaf), values, {}, std::move(notes));
  }

  void leaf(const Leaf& leaf, std::string notes) {
    std::string operation{name_of(leaf.access)};
    if (!leaf.index.empty()) operation += " " + leaf.index;
    for (const auto& note : leaf.notes) notes += "; " + note;
    RequestText text;
    if (leaf.access != Access::Nothing) {
      text = request_text(leaf.requests.front());
      if (leaf.requests.size() > 1)
        notes += fmt::format("; the first of {} requests, {} at a time", leaf.requests.size(), leaf.at_once);
      if (context_.options.mismatch == MismatchPolicy::Error && leaf.access != Access::View)
        notes += "; TypeMismatch=error: conditions on typed columns are checked here";
    } else {
      notes = "the conditions can never be true: nothing is asked";
    }
    add(std::move(operation), text, table_text(leaf), conditions(leaf.pushed, context_),
        conditions(leaf.residual, context_), std::move(notes), leaf.estimate);
    Row& row = rows_.back();
    if (leaf.cost > 0) row[cost_column] = std::round(leaf.cost / 100) / 10;
    row[alternatives_column] = text_or_null(fmt::format("{}", fmt::join(leaf.alternatives, "; ")));
    row[advice_column] = text_or_null(leaf.advice);
    // The other requests: all of a few, the beginning of many.
    constexpr size_t most = 8;
    for (size_t i = 1; i < std::min(leaf.requests.size(), most); ++i)
      add("  and", request_text(leaf.requests[i]), table_text(leaf), {}, {}, {});
    if (leaf.then) this->leaf(*leaf.then, "after these");
  }

  void add(std::string operation, RequestText text, std::string table, std::string pushed,
           std::string residual, std::string notes, uint64_t estimate = 0) {
    rows_.push_back({next(), Value{std::move(operation)}, text_or_null(std::move(table)),
                     text.method.empty() ? Value{} : Value{fmt::format("{} {}", text.method, text.path)},
                     text_or_null(std::move(text.body)), text_or_null(std::move(pushed)),
                     text_or_null(std::move(residual)),
                     estimate == 0 ? Value{} : Value{static_cast<int64_t>(estimate)},
                     text_or_null(std::move(notes)), Value{}, Value{}, Value{}});
  }

  const Context& context_;
  std::vector<Row> rows_;
};

ResultColumn column(const char* name, TypeKind kind, uint32_t size) {
  ResultColumn out;
  out.name = name;
  out.type.kind = kind;
  out.type.size = size;
  return out;
}

}  // namespace

const std::vector<ResultColumn>& explain_columns() {
  static const std::vector<ResultColumn> columns{column("step", TypeKind::Integer, 0),
                                                 column("operation", TypeKind::Varchar, 128),
                                                 column("table", TypeKind::Varchar, 255),
                                                 column("request", TypeKind::Varchar, 4000),
                                                 column("body", TypeKind::LongVarchar, 1 << 20),
                                                 column("pushed", TypeKind::Varchar, 4000),
                                                 column("checked_here", TypeKind::Varchar, 4000),
                                                 column("estimated_documents", TypeKind::BigInt, 0),
                                                 column("notes", TypeKind::Varchar, 4000),
                                                 column("estimated_ms", TypeKind::Double, 0),
                                                 column("alternatives", TypeKind::Varchar, 4000),
                                                 column("index_that_helps", TypeKind::Varchar, 4000)};
  return columns;
}

std::vector<Row> explain(const Plan& plan, const Context& context) {
  Writer writer{context};
  std::visit([&](const auto& node) { writer.write(node); }, plan);
  return writer.take();
}

}  // namespace couch::sql::plan
