#include "sql/plan/reduce_questions.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/json_text.h"
#include "sql/mango/operand.h"
#include "sql/mango/push_down.h"
#include "sql/plan/explain.h"
#include "sql/plan/index_read.h"

namespace couch::sql::plan {

namespace {

using KeyParts = std::vector<std::string>;
using Keys = std::map<mango::Path, FieldKeys>;

constexpr size_t most_ranges = 16;
constexpr size_t most_keys = 2000;

std::string array(const KeyParts& parts) { return fmt::format("[{}]", fmt::join(parts, ",")); }
std::string array(KeyParts parts, std::initializer_list<std::string> more) {
  parts.insert(parts.end(), more);
  return array(parts);
}

// Makes it the keys that begin with `prefix` and go on with the range; last: they end there.
void bound(ViewRead& read, const KeyParts& prefix, const KeyRange& range, bool last,
           bool descending = false) {
  KeySpan{prefix, range, last && !range.is_open()}.bound(read, descending);
}

// A step that an array on the way would read as a position.
bool names_only(const mango::Path& path) {
  return std::none_of(path.begin() + 1, path.end(), [](const std::string& step) {
    return !step.empty() && step.find_first_not_of("0123456789") == std::string::npos;
  });
}

bool is_point(const Keys& keys, const mango::Path& field) {
  auto found = keys.find(field);
  return found != keys.end() && found->second.keys.size() == 1 && found->second.keys.front().is_point();
}

Column count_column() {
  Column column;
  column.name = "count";
  column.path = {"value"};
  column.type.kind = TypeKind::BigInt;
  return column;
}

Column key_part(size_t place, const Type& type) {
  Column column;
  column.source = ColumnSource::KeyPart;
  column.path = {"key"};
  column.index = static_cast<uint32_t>(place);
  column.type = type;
  return column;
}

// A number of what _stats made of the place-th value.
Column measure_column(size_t place, const char* part, const Type& type) {
  Column column;
  column.name = part;
  column.path = {"value", fmt::format("{}", place), part};
  column.array_steps = {1};
  column.type = type;
  return column;
}

Type text_type() {
  Type type;
  type.kind = TypeKind::Varchar;
  type.size = 255;
  return type;
}

}  // namespace

KeyConditions key_conditions(const std::vector<const ast::Expr*>& conjuncts, uint32_t relation,
                             const Table& table, const Context& context) {
  KeyConditions out;
  const mango::PushDownOptions options{context.collation, context.options.mismatch, context.traits,
                                       &context.parameters};
  for (const auto* conjunct : conjuncts) {
    mango::Pushed pushed = mango::push(*conjunct, relation, table, options);
    if (mango::is_nothing(pushed.selector)) {
      out.never = true;
      return out;
    }
    if (mango::is_everything(pushed.selector) && pushed.exact) continue;
    auto condition = key_condition(pushed.selector);
    if (!condition) {
      out.exact = false;
      continue;
    }
    const bool exact = pushed.exact && condition->exact;
    if (!table.discriminator_path.empty() && condition->path == table.discriminator_path) {
      // The same for all rows of the table.
      const std::string type = json_string(table.discriminator);
      if (both(condition->keys, {{type, type}}).empty()) out.never = true;
      out.exact = out.exact && exact;
      continue;
    }
    auto [place, added] = out.fields.try_emplace(condition->path, FieldKeys{condition->keys, exact});
    if (!added) {
      place->second.keys = both(place->second.keys, condition->keys);
      place->second.exact = place->second.exact && exact;
    }
    out.exact = out.exact && exact;
    out.never = out.never || place->second.keys.empty();
  }
  return out;
}

Questions::Questions(std::shared_ptr<const Table> table, const Context& context, std::string partition)
    : table_(std::move(table)), partition_(std::move(partition)) {
  auto found = context.indexes.find(table_->catalog);
  if (found == context.indexes.end()) return;
  for (const auto& index : found->second) {
    if (index.partial || index.partitioned == partition_.empty() || index.fields.empty()) continue;
    if (typed() && index.fields.front() != table_->discriminator_path) continue;
    if (!std::all_of(index.fields.begin(), index.fields.end(), names_only)) continue;
    indexes_.push_back({&index, typed() ? size_t{1} : size_t{0}});
  }
}

const ReadableIndex* Questions::exact_index(const Keys& keys, const mango::Path* last) const {
  for (const auto& index : indexes_) {
    if (index.fields() != keys.size()) continue;
    bool fits = true;
    for (size_t i = 0; i < index.fields() && fits; ++i) {
      const bool at_end = i + 1 == index.fields();
      fits = keys.contains(index.field(i)) && (at_end || is_point(keys, index.field(i)));
      for (size_t before = 0; before < i; ++before) fits = fits && index.field(before) != index.field(i);
      if (last && at_end) fits = fits && index.field(i) == *last;
    }
    if (fits) return &index;
  }
  return nullptr;
}

KeyParts Questions::prefix(const ReadableIndex& index, const Keys& keys) const {
  KeyParts out;
  if (typed()) out.push_back(json_string(table_->discriminator));
  for (size_t i = 0; i + 1 < index.fields() && is_point(keys, index.field(i)); ++i)
    out.push_back(keys.at(index.field(i)).keys.front().low);
  return out;
}

ViewRead Questions::read_of(const ReadableIndex& index) const {
  ViewRead read;
  read.design_document = index.index->design_document;
  read.view = index.index->name;
  return read;
}

Questions::Question Questions::question(Question::Kind kind, const ReadableIndex& index, ViewRead read,
                                        std::string asks) const {
  Question out;
  out.kind = kind;
  out.index = index.index->name;
  out.asks = std::move(asks);
  out.request.database = table_->catalog;
  out.request.partition = partition_;
  auto row = std::make_shared<Table>();
  row->kind = TableKind::View;
  row->catalog = table_->catalog;
  row->name = out.index;
  row->columns.push_back(count_column());
  out.shape.columns.push_back(0);
  out.typed = typed() && (kind != Question::Kind::Count || !read.keys.empty() || read.group_level > 0);
  if (out.typed) {
    out.type = table_->discriminator;
    row->columns.push_back(key_part(0, text_type()));
    out.shape.columns.push_back(1);
  }
  out.shape.table = std::move(row);
  out.shape.envelope = decode::Envelope::View;
  out.request.what = std::move(read);
  return out;
}

size_t ask(Reduced& plan, Reduced::Question question) {
  const RequestText text = request_text(question.request);
  for (size_t i = 0; i < plan.questions.size(); ++i) {
    const auto& other = plan.questions[i];
    if (other.kind != question.kind) continue;
    const RequestText known = request_text(other.request);
    const bool same_shape =
        other.shape.columns.size() == question.shape.columns.size() && question.shape.columns.size() <= 2;
    if (same_shape && known.path == text.path && known.body == text.body) return i;
  }
  plan.questions.push_back(std::move(question));
  return plan.questions.size() - 1;
}

size_t Questions::ask(Question question) { return plan::ask(out_, std::move(question)); }

std::optional<Questions::Sum> Questions::count(const ReadableIndex& index, const Keys& keys) {
  const KeyParts start = prefix(index, keys);
  ViewRead read = read_of(index);
  read.reduce = true;
  Sum out;
  if (index.fields() == 0) {  // the types alone
    read.start_key = read.end_key = array(start);
    read.group_level = 1;
    return Sum{
        ask(question(Question::Kind::Count, index, std::move(read), "counts the documents of the type"))};
  }
  const KeyRanges& last = keys.at(index.field(index.fields() - 1)).keys;
  const bool points = last.size() > 1 &&
                      std::all_of(last.begin(), last.end(), [](const auto& one) { return one.is_point(); });
  // Inside a partition CouchDB 3.5 answers {keys} with group=true by no rows at all.
  if (points && last.size() <= most_keys && partition_.empty()) {
    for (const auto& one : last) read.keys.push_back(array(start, {one.low}));
    read.group = true;
    return Sum{ask(question(Question::Kind::Count, index, std::move(read), "counts the keys"))};
  }
  if (last.size() > most_ranges) return std::nullopt;
  if (typed()) read.group_level = 1;
  for (const auto& range : last) {
    ViewRead one = read;
    bound(one, start, range, true);
    out.push_back(ask(question(Question::Kind::Count, index, std::move(one), "counts a range of keys")));
  }
  return out;
}

std::optional<Questions::Sum> Questions::count_from(const ReadableIndex& index, const std::string& low) {
  ViewRead read = read_of(index);
  read.reduce = true;
  KeyParts start;
  if (typed()) start.push_back(json_string(table_->discriminator));
  if (!low.empty()) start.push_back(low);
  if (!start.empty()) read.start_key = array(start);
  if (typed()) {  // up to where the type ends: the first group
    read.group_level = 1;
    read.limit = 1;
  }
  Question asked =
      question(Question::Kind::Count, index, std::move(read), "counts the documents that have its fields");
  asked.first_only = typed();
  return Sum{ask(std::move(asked))};
}

Questions::Sum Questions::whole(const ReadableIndex& index) {
  ViewRead read = read_of(index);
  read.reduce = true;
  return {ask(question(Question::Kind::Count, index, std::move(read),
                       "counts the documents that have its fields, of all types"))};
}

Questions::Sum Questions::database() {
  Question asked;
  asked.kind = Question::Kind::Database;
  asked.asks = "the server knows the number of documents; design documents are subtracted";
  asked.request.database = table_->catalog;
  asked.request.partition = partition_;
  asked.request.what = DatabaseCount{};
  auto row = std::make_shared<Table>();
  row->kind = TableKind::View;
  row->catalog = table_->catalog;
  row->name = table_->catalog;
  row->columns.push_back(count_column());
  row->columns.back().path = {"doc_count"};
  asked.shape.table = std::move(row);
  asked.shape.envelope = decode::Envelope::View;
  asked.shape.columns.push_back(0);
  return {ask(std::move(asked))};
}

std::optional<Questions::Sum> Questions::rows() {
  if (!typed()) return database();
  if (const auto* types = exact_index({})) return count(*types, {});
  if (indexes_.empty()) return std::nullopt;
  // An index that holds as many documents as there are holds all of them, those of this type among them.
  const ReadableIndex& any = indexes_.front();
  out_.checks.push_back({whole(any), database(), {}});
  return count_from(any, {});
}

std::optional<Questions::Sum> Questions::ends(const ReadableIndex& index, const Keys& keys,
                                              const Column& column, bool largest) {
  const KeyParts start = prefix(index, keys);
  KeyRanges sets = keys.at(index.field(index.fields() - 1)).keys;
  if (sets.size() > most_ranges) sets = {hull(sets)};
  if (largest) std::reverse(sets.begin(), sets.end());
  Sum out;
  for (const auto& range : sets) {
    ViewRead read = read_of(index);
    read.limit = 1;
    bound(read, start, range, true, largest);
    Question asked = question(Question::Kind::First, index, std::move(read),
                              largest ? "the last key of a range" : "the first key of a range");
    auto row = std::make_shared<Table>(*asked.shape.table);
    row->columns.push_back(key_part(index.first + index.fields() - 1, column.type));
    out.push_back(add(std::move(asked), std::move(row)));
  }
  return out;
}

ReadableIndex Questions::index_of(const MaterializedView& view) {
  auto index = std::make_unique<Index>();
  index->design_document = view.design_document;
  index->name = "groups";
  if (typed()) index->fields.push_back(view.discriminator_path);
  for (const auto& key : view.keys) index->fields.push_back(key.path);
  views_.push_back(std::move(index));
  return {views_.back().get(), typed() ? size_t{1} : size_t{0}};
}

// The ranges of keys, each as a read.
std::vector<ViewRead> Questions::ranges(const ReadableIndex& index, const Keys& keys,
                                        const ViewRead& read) const {
  const KeyParts start = prefix(index, keys);
  std::vector<ViewRead> out;
  if (index.fields() == 0) {
    out.push_back(read);
    if (!start.empty()) out.back().start_key = out.back().end_key = array(start);
    return out;
  }
  const size_t at = start.size() - (typed() ? 1 : 0);  // the field after the prefix
  const bool last = at + 1 == index.fields();
  KeyRanges sets = every_key();
  if (auto found = keys.find(index.field(at)); found != keys.end()) sets = found->second.keys;
  const bool points = last && read.group && sets.size() > 1 && sets.size() <= most_keys &&
                      std::all_of(sets.begin(), sets.end(), [](const auto& one) { return one.is_point(); });
  if (points) {
    out.push_back(read);
    for (const auto& one : sets) out.back().keys.push_back(array(start, {one.low}));
    return out;
  }
  if (sets.size() > most_ranges) sets = {hull(sets)};
  for (const auto& range : sets) {
    out.push_back(read);
    bound(out.back(), start, range, last);
  }
  return out;
}

Questions::Sum Questions::groups(const ReadableIndex& index, const Keys& keys,
                                 const std::vector<const Column*>& slots, const std::vector<size_t>& places) {
  ViewRead read = read_of(index);
  read.reduce = read.group = true;
  Sum out;
  for (auto& one : ranges(index, keys, read)) {
    Question asked =
        question(Question::Kind::Groups, index, std::move(one), "counts the keys group by group");
    auto row = std::make_shared<Table>(*asked.shape.table);
    for (size_t i = 0; i < slots.size(); ++i)
      row->columns.push_back(key_part(index.first + places[i], slots[i]->type));
    out.push_back(add(std::move(asked), std::move(row)));
  }
  return out;
}

Questions::Sum Questions::materialized(const ReadableIndex& view, const Keys& keys,
                                       const std::vector<const Column*>& slots,
                                       const std::vector<size_t>& places, size_t level,
                                       const std::vector<std::pair<const Column*, size_t>>& measures) {
  ViewRead read = read_of(view);
  read.reduce = true;
  read.group = level == view.fields();
  if (!read.group) read.group_level = static_cast<uint32_t>(view.first + level);
  Sum out;
  for (auto& one : ranges(view, keys, read)) {
    Question asked = question(Question::Kind::Groups, view, std::move(one), "the server keeps these groups");
    asked.index = view.index->design_document;
    auto row = std::make_shared<Table>(*asked.shape.table);
    row->columns.front() = measure_column(0, "count", Type{.kind = TypeKind::BigInt});
    row->columns.push_back(measure_column(1, "sum", Type{.kind = TypeKind::BigInt}));
    for (size_t i = 0; i < slots.size(); ++i)
      row->columns.push_back(key_part(view.first + places[i], slots[i]->type));
    for (const auto& [column, place] : measures) {
      row->columns.push_back(measure_column(place + 2, "count", Type{.kind = TypeKind::BigInt}));
      for (const char* part : {"sum", "min", "max"})
        row->columns.push_back(measure_column(place + 2, part, column->type));
    }
    out.push_back(add(std::move(asked), std::move(row)));
  }
  return out;
}

size_t Questions::add(Question question, std::shared_ptr<Table> row) {
  for (size_t i = question.shape.columns.size(); i < row->columns.size(); ++i)
    question.shape.columns.push_back(static_cast<uint32_t>(i));
  question.shape.table = std::move(row);
  out_.questions.push_back(std::move(question));
  return out_.questions.size() - 1;
}

Reduced Questions::take() && { return std::move(out_); }

}  // namespace couch::sql::plan
