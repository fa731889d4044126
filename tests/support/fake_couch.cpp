#include "tests/support/fake_couch.h"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "tests/support/mango_oracle.h"

namespace couch::test::model {

namespace {

class FakeStream : public sql::DocumentStream {
 public:
  FakeStream(FakeCouch& couch, std::vector<std::string> rows) : couch_(couch), rows_(std::move(rows)) {}
  std::optional<std::span<char>> next() override {
    if (couch_.before_row) couch_.before_row();
    if (at_ == rows_.size()) return std::nullopt;
    ++couch_.rows_given;
    // A buffer of its own, as long as the contract says and no longer: writing past it is a memory error.
    std::string& row = rows_[at_++];
    buffer_ = std::make_unique<char[]>(row.size() + 1);
    std::copy(row.begin(), row.end(), buffer_.get());
    buffer_[row.size()] = '#';
    return std::span<char>{buffer_.get(), row.size()};
  }

 private:
  FakeCouch& couch_;
  std::vector<std::string> rows_;
  std::unique_ptr<char[]> buffer_;
  size_t at_ = 0;
};

std::string quoted(const std::string& text) { return to_text(Json::string(text)); }

std::string row_of(const std::string& id, const std::string& document, bool include) {
  Json json = parse_json(document);
  std::string out = "{\"id\":" + quoted(id) + ",\"key\":" + quoted(id) +
                    ",\"value\":{\"rev\":" + to_text(*json.find("_rev")) + "}";
  if (include) out += ",\"doc\":" + document;
  return out + "}";
}

bool is_design(const std::string& id) { return id.starts_with("_design/"); }

void limit_to(std::vector<std::string>& rows, const std::optional<uint64_t>& limit) {
  if (limit && rows.size() > *limit) rows.resize(*limit);
}

// `fields`: the nesting is kept, what is missing is left out.
void project(const Json& from, const std::vector<std::string>& path, size_t at, Json& to) {
  const Json* value = from.find(path[at]);
  if (!value) return;
  if (at + 1 == path.size()) {
    to.set(path[at], *value);
    return;
  }
  if (value->kind != Json::Kind::Object) return;
  Found found = find_path(*value, {path.begin() + static_cast<std::ptrdiff_t>(at) + 1, path.end()});
  if (!found.value) return;
  const Json* existing = to.find(path[at]);
  Json inner = existing ? *existing : Json::object({});
  project(*value, path, at + 1, inner);
  to.set(path[at], std::move(inner));
}

}  // namespace

sql::Column column(const std::string& path, sql::TypeKind kind) {
  sql::Column out;
  out.name = path;
  out.path = mango_path(path);
  out.type.kind = kind;
  if (kind == sql::TypeKind::Varchar) out.type.size = 255;
  return out;
}

void FakeCouch::put(std::string_view document) { put(parse_json(document)); }

std::vector<sql::WriteResult> FakeCouch::write(const std::string& database,
                                               std::span<const std::string> documents) {
  if (database != database_) throw std::invalid_argument("no database " + database);
  if (auto before = std::exchange(before_write, nullptr)) before();
  writes.emplace_back(documents.begin(), documents.end());
  std::vector<sql::WriteResult> out;
  for (const auto& text : documents) {
    Json document = parse_json(text);
    sql::WriteResult& result = out.emplace_back();
    result.id = document.find("_id")->text;
    const auto known = documents_.find(result.id);
    const Json* stated = document.find("_rev");
    const std::string given = stated ? stated->text : std::string{};
    const std::string now =
        known == documents_.end() ? std::string{} : parse_json(known->second).find("_rev")->text;
    if (given != now) {
      result.error = "conflict";
      result.reason = "Document update conflict.";
      continue;
    }
    result.rev = std::to_string((now.empty() ? 0 : std::stoi(now)) + 1) + "-w";
    if (document.find("_deleted")) {
      documents_.erase(result.id);
      continue;
    }
    document.set("_rev", Json::string(result.rev));
    documents_[result.id] = to_text(document);
  }
  return out;
}

void FakeCouch::put(const Json& document) {
  Json copy = document;
  const Json* id = copy.find("_id");
  if (!id || id->kind != Json::Kind::String) throw std::invalid_argument("a document has an _id");
  std::string key = id->text;
  if (!copy.find("_rev")) copy.set("_rev", Json::string("1-" + std::to_string(documents_.size())));
  documents_[key] = to_text(copy);
}

std::shared_ptr<sql::Table> FakeCouch::table(const std::string& name, std::vector<sql::Column> columns) {
  sql::Table table;
  table.name = name;
  if (name == database_) {
    table.kind = sql::TableKind::Database;
  } else {
    table.discriminator_path = {"type"};
    table.discriminator = name;
  }
  sql::Column id = column("_id", sql::TypeKind::Varchar), rev = column("_rev", sql::TypeKind::Varchar);
  id.source = sql::ColumnSource::Id;
  rev.source = sql::ColumnSource::Rev;
  id.nullable = rev.nullable = false;
  table.columns = {id, rev};
  table.columns.insert(table.columns.end(), columns.begin(), columns.end());
  sql::Column document = column("_doc", sql::TypeKind::LongVarchar);
  document.source = sql::ColumnSource::Document;
  document.hidden = true;
  document.type.json = true;
  table.columns.push_back(document);
  table.catalog = database_;
  auto shared = std::make_shared<sql::Table>(std::move(table));
  tables_[name] = shared;
  return shared;
}

std::shared_ptr<const sql::Table> FakeCouch::add(sql::Table table) {
  table.catalog = database_;
  auto shared = std::make_shared<const sql::Table>(std::move(table));
  tables_[shared->name] = shared;
  return shared;
}

void FakeCouch::index(const std::string& name, std::vector<std::vector<std::string>> fields) {
  sql::Index index;
  index.design_document = name;
  index.name = name;
  index.fields = std::move(fields);
  indexes_.push_back(std::move(index));
}

void FakeCouch::index(sql::Index index) { indexes_.push_back(std::move(index)); }

void FakeCouch::view(const std::string& design_document, const std::string& name,
                     std::vector<std::string> rows, const std::string& reduce) {
  if (!reduce.empty()) reduces_[design_document + "/" + name] = reduce;
  views_[design_document + "/" + name] = std::move(rows);
}

std::unique_ptr<sql::DocumentStream> FakeCouch::open(const sql::DocumentRequest& request) {
  requests.push_back(request);
  if (before_answer) before_answer(request);
  if (request.database != database_) throw std::invalid_argument("no database " + request.database);
  if (auto* read = std::get_if<sql::ViewRead>(&request.what)) {
    for (const auto& index : indexes_) {
      if (index.design_document != read->design_document) continue;
      if (index.partitioned && request.partition.empty())
        throw std::invalid_argument("400 `partition` parameter is mandatory for queries to this view.");
      if (!index.partitioned && !request.partition.empty())
        throw std::invalid_argument("400 `partition` parameter is not supported in this design doc");
    }
  }
  FakeCouch inside{database_};
  if (!request.partition.empty()) {
    inside.indexes_ = indexes_;
    for (const auto& [id, text] : documents_) {
      if (id.starts_with(request.partition + ":")) inside.documents_.emplace(id, text);
    }
  }
  const FakeCouch& asked = request.partition.empty() ? *this : inside;
  auto answer = std::visit([&](const auto& what) { return asked.rows(what); }, request.what);
  answer.insert(answer.begin(), garbled_.begin(), garbled_.end());
  return std::make_unique<FakeStream>(*this, std::move(answer));
}

std::shared_ptr<const sql::Table> FakeCouch::table(std::string_view, std::string_view name, bool exact,
                                                   std::vector<std::string>* nearest) {
  auto found = tables_.find(std::string{name});
  if (found != tables_.end()) return found->second;
  auto same = [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
  };
  for (const auto& [known, table] : tables_) {
    if (!exact && std::equal(known.begin(), known.end(), name.begin(), name.end(), same)) return table;
    if (nearest && nearest->size() < 3) nearest->push_back(known);
  }
  return nullptr;
}

std::shared_ptr<const sql::Table> FakeCouch::assumed(std::string_view, std::string_view name,
                                                     std::string_view discriminator) {
  auto whole = tables_.find(database_);
  if (whole == tables_.end()) return nullptr;
  sql::Table table = *whole->second;
  table.kind = sql::TableKind::Typed;
  table.name = name;
  table.discriminator_path = {"type"};
  table.discriminator = discriminator;
  return std::make_shared<const sql::Table>(std::move(table));
}

std::vector<std::string> FakeCouch::rows(const sql::AllDocs& read) const {
  std::vector<std::string> out;
  const auto& low = read.descending ? read.end : read.start;
  const auto& high = read.descending ? read.start : read.end;
  for (const auto& [id, document] : documents_) {
    bool at_end = read.end && id == *read.end && !read.inclusive_end;
    if ((low && id < *low) || (high && id > *high) || at_end) continue;
    out.push_back(row_of(id, document, read.include_docs));
  }
  if (read.descending) std::reverse(out.begin(), out.end());
  limit_to(out, read.limit);
  return out;
}

std::vector<std::string> FakeCouch::rows(const sql::ByIds& read) const {
  std::vector<std::string> out;
  for (const auto& id : read.ids) {
    auto found = documents_.find(id);
    out.push_back(found == documents_.end() ? "{\"key\":" + quoted(id) + ",\"error\":\"not_found\"}"
                                            : row_of(id, found->second, read.include_docs));
  }
  return out;
}

std::vector<std::string> FakeCouch::rows(const sql::Find& read) const {
  Json selector = parse_json(read.selector);
  struct Match {
    Json key, document;
  };
  std::vector<Match> matches;
  const sql::Index* index = nullptr;
  for (const auto& one : indexes_) {
    if (!read.use_index.empty() && one.name == read.use_index.back()) index = &one;
  }
  if (!read.use_index.empty() && !index) throw std::invalid_argument("no index " + read.use_index.back());
  for (const auto& [id, text] : documents_) {
    if (is_design(id)) continue;
    Json document = parse_json(text);
    Json key = Json::array({});
    bool indexed = true;
    for (const auto& field : index ? index->fields : std::vector<std::vector<std::string>>{}) {
      Found found = find_path(document, field);
      if (!found.value) {
        indexed = false;  // an index holds no document that lacks one of its fields
        break;
      }
      key.items.push_back(*found.value);
    }
    if (indexed && mango_matches(selector, document))
      matches.push_back({std::move(key), std::move(document)});
  }
  if (!read.sort.empty() && read.selector.find("\"_id\"") == std::string::npos)
    throw std::runtime_error("400 no_usable_index: a sort by _id wants _id in the selector");
  std::stable_sort(matches.begin(), matches.end(),
                   [](const Match& a, const Match& b) { return compare(a.key, b.key) < 0; });
  if (read.sort.find("desc") != std::string::npos) std::reverse(matches.begin(), matches.end());
  std::vector<std::string> out;
  for (const auto& match : matches) {
    Json row = match.document;
    if (!read.fields.empty()) {
      row = Json::object({});
      for (const auto& field : read.fields) project(match.document, mango_path(field), 0, row);
    }
    out.push_back(to_text(row));
  }
  limit_to(out, read.limit);
  return out;
}

std::vector<ViewRow> FakeCouch::view_rows(const sql::ViewRead& read) const {
  for (const auto& index : indexes_) {
    if (index.design_document == read.design_document && index.name == read.view)
      return index_rows(documents_, index);
  }
  auto found = views_.find(read.design_document + "/" + read.view);
  if (found == views_.end()) throw std::invalid_argument("no view " + read.view);
  std::vector<ViewRow> out;
  for (const auto& text : found->second) {
    Json row = parse_json(text);
    const Json* id = row.find("id");
    auto document = id ? documents_.find(id->text) : documents_.end();
    out.push_back({*row.find("key"), id ? id->text : std::string{},
                   row.find("value") ? *row.find("value") : Json::null(),
                   document == documents_.end() ? "null" : document->second});
  }
  return out;
}

std::vector<std::string> FakeCouch::rows(const sql::ViewRead& read) const {
  auto named = reduces_.find(read.design_document + "/" + read.view);
  return view_answer(view_rows(read), read, named == reduces_.end() ? "_count" : named->second);
}

std::vector<std::string> FakeCouch::rows(const sql::Rank& rank) const {
  auto from = documents_.lower_bound(rank.from);
  const auto before = server.couchdb ? std::distance(documents_.begin(), from) : 0;
  std::string row = "{\"total\":" + std::to_string(documents_.size()) + ",\"rank\":" + std::to_string(before);
  if (from != documents_.end()) row += ",\"id\":" + quoted(from->first);
  return {row + "}"};
}

std::vector<std::string> FakeCouch::rows(const sql::DatabaseCount&) const {
  auto designs =
      std::count_if(documents_.begin(), documents_.end(), [](const auto& d) { return is_design(d.first); });
  auto all = static_cast<std::ptrdiff_t>(documents_.size());
  return {"{\"doc_count\":" + std::to_string(all - designs) + ",\"design_count\":" + std::to_string(designs) +
          ",\"update_seq\":\"1-x\"}"};
}

}  // namespace couch::test::model
