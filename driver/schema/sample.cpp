#include "driver/schema/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

#include "driver/schema/columns.h"
#include "sql/json_text.h"
#include "sql/path.h"

namespace couch::driver::schema {
namespace {

// Where a table's documents have arrays: their paths and the shapes of their elements.
struct Array {
  std::vector<std::string> path;
  const Node* element = nullptr;
  uint64_t arrays = 0, elements = 0;
};

void find_arrays(const Node& node, std::vector<std::string>& path, std::vector<Array>& found) {
  if (node.seen.arrays > 0 && node.element && !path.empty())
    found.push_back({path, node.element.get(), node.seen.arrays, node.element->seen.values()});
  if (is_map(node) && !path.empty()) return;
  for (const auto& field : node.fields) {
    if (!nameable(field->name) || (path.empty() && field->name.starts_with('_'))) continue;
    path.push_back(field->name);
    find_arrays(*field->node, path, found);
    path.pop_back();
  }
}

const Node* at_path(const Node& root, const std::vector<std::string>& path) {
  const Node* node = &root;
  for (const auto& name : path)
    if (node != nullptr) node = node->find(name);
  return node;
}

sql::Column plain(std::string name, sql::ColumnSource source, sql::TypeKind kind, uint32_t size = 0) {
  sql::Column column;
  column.name = std::move(name);
  column.source = source;
  column.type.kind = kind;
  column.type.size = size;
  column.nullable = false;
  return column;
}

// Fields of CouchDB's own that a document read with include_docs may have.
void add_document_fields(Columns& columns, const Node& root) {
  for (const auto& field : root.fields) {
    if (field->name.starts_with('_')) {
      if (field->name != "_attachments") continue;  // a map of names to stubs
      sql::Column column;
      column.name = field->name;
      column.path = {field->name};
      column.type.kind = sql::TypeKind::LongVarchar;
      column.type.json = true;
      columns.add(std::move(column));
    } else if (!nameable(field->name)) {
      columns.leave_out("a field without a usable name");
    } else {
      columns.add_node(*field->node, {field->name});
    }
  }
  if (root.dropped > 0) columns.leave_out("further fields");
}

sql::Table array_table(const sql::Table& parent, const Array& array, std::string name, const Rules& rules,
                       const Node* id) {
  sql::Table table;
  table.catalog = parent.catalog;
  table.name = std::move(name);
  table.kind = sql::TableKind::Array;
  table.discriminator_path = parent.discriminator_path;
  table.discriminator = parent.discriminator;
  table.parent = parent.name;
  table.array_path = array.path;
  Columns columns{rules.max_columns, rules.max_varchar_size};
  columns.add(id_column(id, rules.max_varchar_size));
  columns.add(plain("_index", sql::ColumnSource::Index, sql::TypeKind::BigInt));
  const Seen& seen = array.element->seen;
  const bool objects = seen.objects > 0 && !is_map(*array.element) && !array.element->fields.empty();
  Seen other = seen;
  if (objects) other.objects = 0;
  if (!objects || other.values() > other.nulls) {
    sql::Column value = plain(array.element->find("value") != nullptr && objects ? "_value" : "value",
                              sql::ColumnSource::Element, sql::TypeKind::Null);
    value.type = type_of(seen, rules.max_varchar_size);
    value.nullable = true;
    columns.add(std::move(value));
  }
  if (objects) columns.add_fields(*array.element, {});
  columns.move_to(table);
  return table;
}

// The nearest free one of a table's possible names.
std::string free_name(std::set<std::string>& taken, std::vector<std::string> candidates) {
  for (auto& name : candidates)
    if (taken.insert(name).second) return name;
  for (uint32_t n = 2;; ++n)
    if (auto name = fmt::format("{}${}", candidates.front(), n); taken.insert(name).second) return name;
}

}  // namespace

sql::Column id_column(const Node* id, uint32_t max_varchar_size) {
  const uint64_t longest = std::max<uint64_t>(id == nullptr ? 0 : id->seen.longest, 255);
  return plain("_id", sql::ColumnSource::Id, sql::TypeKind::Varchar,
               static_cast<uint32_t>(std::min<uint64_t>(longest, std::max(max_varchar_size, 255u))));
}
sql::Column rev_column() { return plain("_rev", sql::ColumnSource::Rev, sql::TypeKind::Varchar, 255); }
sql::Column document_column() {
  sql::Column column = plain("_doc", sql::ColumnSource::Document, sql::TypeKind::LongVarchar);
  column.type.json = true;
  column.hidden = true;
  return column;
}

Rules rules_of(const Settings& settings) {
  Rules rules;
  rules.type_field =
      sql::split_path(settings.type_field).value_or(std::vector<std::string>{settings.type_field});
  rules.max_columns = settings.max_columns;
  rules.max_tables = settings.max_tables;
  rules.flatten_arrays = settings.flatten_arrays;
  rules.max_varchar_size = settings.sql.max_varchar_size;
  return rules;
}

void Sample::add(std::span<char> document) {
  const std::string_view text{document.data(), document.size()};
  const std::string id = sql::string_of(sql::member_of(text, "_id"));
  if (id.empty()) malformed_sample();
  if (id.starts_with("_design/") || sql::member_of(text, "_deleted") == "true") return;
  if (seen_.size() < remembered_ids_ && !seen_.insert(std::hash<std::string>{}(id)).second) return;

  Shape* shape = &untyped_;
  if (const std::string_view json = sql::member_of(text, rules_.type_field); json.starts_with('"')) {
    std::string type = sql::string_of(json);
    if (!nameable(type)) {
      // No table can have that name.
    } else if (const auto known = types_.find(type); known != types_.end()) {
      shape = &known->second;
    } else if (types_.size() < rules_.max_tables) {
      shape = &types_[std::move(type)];
    } else if (std::find(types_left_out_.begin(), types_left_out_.end(), type) == types_left_out_.end()) {
      constexpr size_t listed = 100;
      if (types_left_out_.size() < listed)
        types_left_out_.push_back(std::move(type));
      else
        ++more_types_left_out_;
    }
  }
  if (observe(document, *shape, budget_, {.flatten_arrays = rules_.flatten_arrays})) ++documents_;
}

void Sample::count(const std::string& type, uint64_t documents) {
  if (!nameable(type) || (!types_.contains(type) && types_.size() >= rules_.max_tables)) return;
  types_[type];
  counts_[type] = documents;
}

Shape Sample::whole() const {
  Shape all;
  Budget budget;
  for (const auto& [_, shape] : types_) {
    all.root.merge(shape.root, budget);
    all.documents += shape.documents;
  }
  all.root.merge(untyped_.root, budget);
  all.documents += untyped_.documents;
  return all;
}

sql::Table Sample::typed(const std::string& database, const std::string& name, const std::string& type,
                         const Shape& shape) const {
  sql::Table table;
  table.catalog = database;
  table.name = name;
  table.kind = sql::TableKind::Typed;
  table.discriminator_path = rules_.type_field;
  table.discriminator = type;
  Columns columns{rules_.max_columns, rules_.max_varchar_size};
  columns.add(id_column(shape.root.find("_id"), rules_.max_varchar_size));
  columns.add(rev_column());
  add_document_fields(columns, shape.root);
  columns.add(document_column());
  columns.move_to(table);
  return table;
}

std::vector<std::shared_ptr<const sql::Table>> Sample::tables(const std::string& database,
                                                              uint64_t total) const {
  const double share =
      documents_ == 0 ? 1.0 : std::max(1.0, static_cast<double>(total) / static_cast<double>(documents_));
  const auto scaled = [&](uint64_t sampled) {
    return static_cast<uint64_t>(static_cast<double>(sampled) * share);
  };
  const Shape all = whole();

  std::set<std::string> taken;
  for (const auto& [type, _] : types_) taken.insert(type);
  sql::Table database_table = typed(database, free_name(taken, {database, database + "$all"}), {}, all);
  database_table.kind = sql::TableKind::Database;
  database_table.discriminator_path.clear();
  database_table.estimated_rows = total;

  std::vector<sql::Table> tables, arrays;
  const auto add_arrays = [&](const sql::Table& parent, const Node& where, const Node& shapes,
                              uint64_t documents) {
    std::vector<std::string> path;
    std::vector<Array> found;
    find_arrays(where, path, found);
    for (auto& array : found) {
      if (&where != &shapes) array.element = at_path(shapes, array.path)->element.get();
      if (array.element == nullptr) continue;  // there was no room for it
      std::string joined = parent.name;
      for (const auto& name : array.path) joined += "_" + name;
      auto table = array_table(parent, array,
                               free_name(taken, {joined, parent.name + "." + sql::column_name(array.path)}),
                               rules_, shapes.find("_id"));
      table.estimated_rows =
          documents == 0
              ? 0
              : static_cast<uint64_t>(static_cast<double>(parent.estimated_rows) *
                                      static_cast<double>(array.elements) / static_cast<double>(documents));
      arrays.push_back(std::move(table));
    }
  };
  for (const auto& [type, shape] : types_) {
    auto table = typed(database, type, type, shape);
    const auto counted = counts_.find(type);
    table.estimated_rows = counted != counts_.end() ? counted->second : scaled(shape.documents);
    add_arrays(table, shape.root, shape.root, shape.documents);
    tables.push_back(std::move(table));
  }
  add_arrays(database_table, untyped_.root, all.root, all.documents);

  // MaxTables: types first, then the tables of their arrays. The database's own is always there.
  const size_t room = rules_.max_tables - std::min<size_t>(rules_.max_tables, tables.size() + 1);
  auto& left_out = database_table.left_out;
  for (const auto& type : types_left_out_) left_out.push_back("table " + type);
  if (more_types_left_out_ > 0)
    left_out.push_back(fmt::format("more tables ({} documents)", more_types_left_out_));
  if (arrays.size() > room) left_out.push_back(fmt::format("{} tables of arrays", arrays.size() - room));
  arrays.resize(std::min(arrays.size(), room));

  std::vector<std::shared_ptr<const sql::Table>> out;
  const auto move_out = [&](sql::Table& table) {
    out.push_back(std::make_shared<const sql::Table>(std::move(table)));
  };
  for (auto& table : tables) move_out(table);
  std::sort(arrays.begin(), arrays.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (auto& table : arrays) move_out(table);
  move_out(database_table);
  return out;
}

std::shared_ptr<const sql::Table> Sample::table_of(const std::string& database, const std::string& name,
                                                   const std::string& type) const {
  const Shape nothing;
  const auto known = types_.find(type);
  auto table = typed(database, name, type, known == types_.end() ? nothing : known->second);
  const auto of_type = std::find_if(table.columns.begin(), table.columns.end(),
                                    [&](const auto& column) { return column.path == rules_.type_field; });
  if (of_type == table.columns.end()) {  // no such document yet
    sql::Column column =
        plain(sql::column_name(rules_.type_field), sql::ColumnSource::Path, sql::TypeKind::Varchar, 255);
    column.path = rules_.type_field;
    column.nullable = true;
    table.columns.insert(table.columns.end() - 1, std::move(column));
  }
  table.estimated_rows = known == types_.end() ? 0 : known->second.documents;
  return std::make_shared<const sql::Table>(std::move(table));
}

}  // namespace couch::driver::schema
