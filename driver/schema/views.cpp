#include "driver/schema/views.h"

#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>

#include "driver/bridge.h"
#include "driver/bridge_request.h"
#include "driver/schema/columns.h"
#include "sql/json_text.h"
#include "sql/path.h"
#include "sql/saved_view.h"

namespace couch::driver::schema {
namespace {

using namespace std::chrono_literals;

constexpr uint64_t sampled_rows = 100;
constexpr uint32_t most_key_parts = 32;
constexpr size_t at_once = 8;
constexpr uint64_t built_at_once = 20'000;  // documents; CouchDB indexes some 10,000 a second
constexpr auto a_glance = 5s;

sql::Column row_column(std::string name, std::vector<std::string> path, const Node* node,
                       uint32_t max_varchar_size) {
  sql::Column column;
  column.name = std::move(name);
  column.path = std::move(path);
  if (node != nullptr) column.type = type_of(node->seen, max_varchar_size);
  return column;
}

// Columns from what rows {"id","key","value"} showed.
void describe(sql::Table& table, const Shape& rows, const Rules& rules) {
  Columns columns{rules.max_columns, rules.max_varchar_size};
  const Node* key = rows.root.find("key");
  const Node* value = rows.root.find("value");
  if (!table.reduced) {
    auto id = row_column("id", {"id"}, nullptr, rules.max_varchar_size);
    id.type = id_column(rows.root.find("id"), rules.max_varchar_size).type;
    id.nullable = false;
    columns.add(std::move(id));
  }
  columns.add(row_column("key", {"key"}, key, rules.max_varchar_size));
  if (key != nullptr && key->seen.arrays > 0) {
    table.keys_are_arrays = key->seen.values() == key->seen.arrays;
    for (uint32_t part = 0; part < key->elements.size(); ++part) {
      auto column = row_column("key." + std::to_string(part), {"key"}, key->elements[part].get(),
                               rules.max_varchar_size);
      column.source = sql::ColumnSource::KeyPart;
      column.index = part;
      columns.add(std::move(column));
    }
  }
  columns.add(row_column("value", {"value"}, value, rules.max_varchar_size));
  if (value != nullptr && value->seen.objects > 0 && !is_map(*value)) columns.add_fields(*value, {"value"});
  columns.move_to(table);
}

struct Reading {
  std::shared_ptr<sql::Table> table;
  std::unique_ptr<http::RowStream> rows;
  bool lazy = false;
};

Described sample_view(const Asking& ask, Reading& reading, const Rules& rules) {
  Described out;
  Shape shape;
  Budget budget;
  budget.nodes = 4 * size_t{rules.max_columns};
  try {
    while (const auto row = reading.rows->next())
      observe(*row, shape, budget, {.flatten_arrays = std::max(most_key_parts, rules.flatten_arrays)});
    rapidjson::Document envelope;
    envelope.Parse<rapidjson::kParseIterativeFlag>(reading.rows->envelope().data(),
                                                   reading.rows->envelope().size());
    if (!envelope.HasParseError() && envelope.IsObject())
      reading.table->estimated_rows = std::max(number_in(envelope, "total_rows"), shape.documents);
  } catch (const http::Error& error) {
    const bool statement_over = ask.deadline && std::chrono::steady_clock::now() >= *ask.deadline;
    out.built = error.kind() != http::ErrorKind::QueryTimeout;
    if ((out.built && !harmless(error)) || (!out.built && statement_over)) throw;
    reading.table->map_failed = out.built;
  }
  if (reading.lazy && shape.documents == 0 && !reading.table->map_failed) out.built = false;
  describe(*reading.table, shape, rules);
  out.table = reading.table;
  return out;
}

std::vector<std::shared_ptr<sql::Table>> views_in(std::string_view design_document,
                                                  const std::string& database, const Rules& rules) {
  std::vector<std::shared_ptr<sql::Table>> tables;
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(design_document.data(), design_document.size());
  if (document.HasParseError() &&
      document.GetParseError() != rapidjson::kParseErrorStringUnicodeSurrogateInvalid &&
      document.GetParseError() != rapidjson::kParseErrorNumberTooBig)
    malformed_sample();
  if (document.HasParseError() || !document.IsObject()) return tables;
  const std::string id = text_in(document, "_id");
  constexpr std::string_view prefix = "_design/";
  const auto views = document.FindMember("views");
  // A Mango index is no view to people.
  if (!id.starts_with(prefix) || text_in(document, "language") == "query" || views == document.MemberEnd() ||
      !views->value.IsObject())
    return tables;
  for (const auto& view : views->value.GetObject()) {
    if (!view.value.IsObject() || text_in(view.value, "map").empty())
      continue;  // "lib" holds code for the others
    auto table = std::make_shared<sql::Table>();
    table->catalog = database;
    table->kind = sql::TableKind::View;
    table->design_document = id.substr(prefix.size());
    table->view = {view.name.GetString(), view.name.GetStringLength()};
    table->name = table->design_document + "/" + table->view;
    table->reduced = !text_in(view.value, "reduce").empty();
    describe(*table, Shape{}, rules);
    if (nameable(table->name)) tables.push_back(std::move(table));
  }
  return tables;
}

sql::AllDocs design_documents(bool include_docs) {
  sql::AllDocs designs;
  designs.start = "_design/";
  designs.end = "_design0";
  designs.inclusive_end = false;
  designs.include_docs = include_docs;
  return designs;
}

void add_revision(std::string_view row, Revisions& revisions) {
  revisions[sql::string_of(sql::member_of(row, "id"))] =
      sql::string_of(sql::member_of(sql::member_of(row, "value"), "rev"));
}

// What CREATE VIEW made is its query; the views of its design document are nobody's tables.
std::shared_ptr<const sql::Table> view_of(const sql::SavedView& saved, const std::string& database) {
  auto table = std::make_shared<sql::Table>();
  table->catalog = database;
  table->kind = sql::TableKind::View;
  table->design_document = sql::saved_view_id(saved.name).substr(std::string_view{"_design/"}.size());
  table->name = saved.name;
  table->query = saved.query;
  table->columns = saved.columns;
  return table;
}

}  // namespace

std::optional<Revisions> design_revisions(const Asking& ask, const std::string& database) {
  Revisions found;
  try {
    const auto documents = documents_over(ask.client, ask.stop, ask.deadline);
    const auto rows = documents->open({database, {}, design_documents(false)});
    while (const auto row = rows->next()) add_revision({row->data(), row->size()}, found);
  } catch (const http::Error& error) {
    const bool fails =
        error.kind() == http::ErrorKind::ServerFailure || error.kind() == http::ErrorKind::NotAuthorized;
    if (fails || !harmless(error)) throw;
    return std::nullopt;
  }
  return found;
}

Designs designs_of(const Asking& ask, const std::string& database, const Rules& rules) {
  Designs found;
  const auto documents = documents_over(ask.client, ask.stop, ask.deadline);
  const auto rows = documents->open({database, {}, design_documents(true)});
  while (const auto row = rows->next()) {
    const std::string_view text{row->data(), row->size()};
    add_revision(text, found.revisions);
    const std::string_view document = sql::member_of(text, "doc");
    if (document.empty()) malformed_sample();
    if (auto saved = sql::saved_view(document)) {
      found.views.push_back(view_of(*saved, database));
      if (saved->groups) found.materialized.push_back(*std::move(saved->groups));
      continue;
    }
    auto of_one = views_in(document, database, rules);
    found.views.insert(found.views.end(), std::make_move_iterator(of_one.begin()),
                       std::make_move_iterator(of_one.end()));
    if (auto table = sql::define::definition_in(document)) found.tables.push_back(*std::move(table));
  }
  found.views.resize(std::min<size_t>(found.views.size(), rules.max_tables));
  return found;
}

std::vector<Described> described(const Asking& ask, const ViewTables& views, uint64_t documents,
                                 const Rules& rules, Patience patience) {
  const bool glance = patience == Patience::Glance;
  const Asking asking = glance ? ask.within(a_glance) : ask;
  std::vector<Described> out;
  for (size_t from = 0; from < views.size(); from += at_once) {
    std::vector<Reading> flying;
    for (size_t i = from; i < std::min(from + at_once, views.size()); ++i) {
      Reading reading{std::make_shared<sql::Table>(*views[i]), nullptr, glance && documents > built_at_once};
      sql::ViewRead read;
      read.design_document = reading.table->design_document;
      read.view = reading.table->view;
      read.reduce = read.group = reading.table->reduced;
      auto request = view_request(scope_path({reading.table->catalog, {}, read}), read, sampled_rows);
      if (reading.lazy) request.query.emplace_back("update", "lazy");
      reading.rows = asking.stream(std::move(request));
      flying.push_back(std::move(reading));
    }
    for (auto& reading : flying) out.push_back(sample_view(ask, reading, rules));
  }
  return out;
}

std::vector<sql::Index> indexes_of(const Asking& ask, const std::string& database) {
  std::vector<sql::Index> indexes;
  rapidjson::Document answer;
  try {
    answer = ask.get(scope_path({database, {}, sql::DatabaseCount{}}) + "/_index");
  } catch (const http::Error& error) {
    // Who may not ask, or cannot, does without indexes; a server that fails now has them all the same.
    const bool fails =
        error.kind() == http::ErrorKind::ServerFailure || error.kind() == http::ErrorKind::NotAuthorized;
    if (fails || !harmless(error)) throw;
    return indexes;
  }
  const auto list = answer.FindMember("indexes");
  if (list == answer.MemberEnd() || !list->value.IsArray())
    throw http::Error{http::ErrorKind::LinkFailure,
                      "the answer about the indexes of database " + database + " is not what CouchDB gives"};
  for (const auto& entry : list->value.GetArray()) {
    if (!entry.IsObject() || text_in(entry, "type") != "json") continue;
    const auto def = entry.FindMember("def");
    if (def == entry.MemberEnd() || !def->value.IsObject()) continue;
    const auto fields = def->value.FindMember("fields");
    if (fields == def->value.MemberEnd() || !fields->value.IsArray()) continue;
    sql::Index index;
    index.design_document = text_in(entry, "ddoc");
    constexpr std::string_view prefix = "_design/";
    if (index.design_document.starts_with(prefix)) index.design_document.erase(0, prefix.size());
    index.name = text_in(entry, "name");
    bool understood = true;
    for (const auto& field : fields->value.GetArray()) {
      std::string name;
      if (field.IsString()) name = {field.GetString(), field.GetStringLength()};
      if (field.IsObject() && field.MemberCount() == 1)
        name = {field.MemberBegin()->name.GetString(), field.MemberBegin()->name.GetStringLength()};
      auto path = sql::split_path(name);
      understood = understood && path.has_value();
      if (path) index.fields.push_back(*std::move(path));
    }
    const auto partial = def->value.FindMember("partial_filter_selector");
    if (partial != def->value.MemberEnd() && partial->value.IsObject() && !partial->value.ObjectEmpty()) {
      rapidjson::StringBuffer text;
      rapidjson::Writer writer{text};
      partial->value.Accept(writer);
      index.partial = true;
      index.partial_filter.assign(text.GetString(), text.GetSize());
    }
    const auto partitioned = entry.FindMember("partitioned");
    index.partitioned =
        partitioned != entry.MemberEnd() && partitioned->value.IsBool() && partitioned->value.GetBool();
    if (understood && !index.fields.empty()) indexes.push_back(std::move(index));
  }
  return indexes;
}

}  // namespace couch::driver::schema
