#include "sql/define/indexes.h"

#include <fmt/format.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include <algorithm>
#include <utility>

#include "sql/define/server_word.h"
#include "sql/define/target.h"
#include "sql/json_text.h"
#include "sql/mango/selector.h"
#include "sql/names.h"
#include "sql/no_database.h"

namespace couch::sql::define {

namespace {

using Path = std::vector<std::string>;
using Writer = rapidjson::Writer<rapidjson::StringBuffer>;

constexpr std::string_view index_prefix_of_all = "odbc-index:";

void text(Writer& out, std::string_view value) {
  out.String(value.data(), static_cast<rapidjson::SizeType>(value.size()));
}

bool is_partitioned(Site& site, const std::string& database) {
  if (!site.catalog.traits().couchdb) return false;
  const auto answer = site.documents.perform(ReadAction{database, {}, {}});
  if (!succeeded(answer))
    throw Error(ErrorKind::Denied, fmt::format("database {}: {}", database, said(answer)));
  return member_of(answer.body, std::vector<std::string>{"props", "partitioned"}) == "true";
}

// What an index can be on.
const Path& indexed_path(const Column& column, const ast::Name& name) {
  const Span span{name.front().span.begin, name.back().span.end};
  if (column.source == ColumnSource::Id)
    throw Error(ErrorKind::NotSupported, "_id needs no index: documents are kept in its order", span);
  if (column.source != ColumnSource::Path || !column.array_steps.empty() || !mango::nameable(column.path)) {
    throw Error(ErrorKind::NotSupported, fmt::format("CouchDB cannot index the column {}", column.name),
                span);
  }
  return column.path;
}

class CreateIndex final : public Definition {
 public:
  explicit CreateIndex(ast::CreateIndex statement) : statement_(std::move(statement)) {}
  std::string_view name() const override { return "CREATE INDEX"; }
  std::string done_before() const override {
    return "the index was created before, and is built by the first query that reads it";
  }

  std::vector<std::string> carry_out(Site& site) const override {
    const auto [table, fields] = asked_index(statement_, site.catalog);
    const std::string& name = statement_.name.text;
    const std::string design = index_design_document(table->name, name);
    for (const Index& index : site.catalog.indexes(table->catalog)) {
      if (index.design_document != design) continue;
      if (statement_.if_not_exists) return {};
      throw Error(ErrorKind::IndexExists, fmt::format("table {} has an index {} already", table->name, name),
                  statement_.name.span);
    }
    // The catalog may remember how it was before another program took the name, whose index CouchDB would
    // replace without a word.
    if (index_there(site, *table, name, fields) != IndexThere::No) {
      site.catalog.redefined(table->catalog);
      if (statement_.if_not_exists) return {};
      throw Error(
          ErrorKind::IndexExists,
          fmt::format("there is a design document {} already", index_design_document(table->name, name)),
          statement_.name.span);
    }
    make_index(site, *table, name, fields, statement_.name.span, statement_.partitioned);
    site.catalog.redefined(table->catalog);
    return {};
  }

 private:
  ast::CreateIndex statement_;
};

class DropIndex final : public Definition {
 public:
  explicit DropIndex(ast::Drop statement) : statement_(std::move(statement)) {}
  std::string_view name() const override { return "DROP INDEX"; }

  std::vector<std::string> carry_out(Site& site) const override {
    const TargetName named = target_name(statement_.name, site.catalog);
    std::string database = named.database;
    std::string prefix;
    if (statement_.on_table) {
      const TargetName where = target_name(*statement_.on_table, site.catalog);
      const auto table = find_target(where, site.catalog);
      if (!table && statement_.if_exists) return {};
      prefix = index_prefix((table ? table : target(where, site.catalog))->name);
      database = where.database;
    }
    const auto index = find(ask_about(database, named.span, named.qualified, site.catalog,
                                      [&] { return site.catalog.indexes(database); }),
                            named.table, prefix);
    if (!index) {
      if (statement_.if_exists) return {};
      throw Error(ErrorKind::UnknownIndex,
                  prefix.empty()
                      ? fmt::format("there is no index {} in database {}", written({named.table}), database)
                      : fmt::format("there is no index {} on {}", written({named.table}),
                                    written(*statement_.on_table)),
                  named.span);
    }
    const auto answer =
        site.documents.perform(DropIndexAction{database, index->design_document, index->name});
    site.catalog.redefined(database);
    constexpr long missing = 404;
    if (answer.status == missing && statement_.if_exists) return {};
    if (!succeeded(answer)) {
      throw Error(answer.status == missing ? ErrorKind::UnknownIndex : ErrorKind::Denied,
                  fmt::format("index {}: {}", index->name, said(answer)), named.span);
    }
    return {};
  }

 private:
  // By its name, or by "design document/name" as EXPLAIN and SQLStatistics show it. Where a table is stated,
  // its own index first, then one that another program made; never one that was made for another table.
  std::optional<Index> find(std::vector<Index> indexes, const ast::Identifier& name,
                            const std::string& prefix) const {
    std::vector<Index> exact, alike;
    for (Index& index : indexes) {
      if (!prefix.empty() && index.design_document.starts_with(index_prefix_of_all) &&
          !index.design_document.starts_with(prefix))
        continue;
      const NameFit how =
          std::max(fit(name, index.name), fit(name, index.design_document + "/" + index.name));
      if (how == NameFit::Exact) exact.push_back(index);
      if (how == NameFit::IgnoringCase) alike.push_back(index);
    }
    for (auto* found : {&exact, &alike}) {
      if (!prefix.empty() && std::any_of(found->begin(), found->end(), [&](const Index& index) {
            return index.design_document.starts_with(prefix);
          }))
        std::erase_if(*found, [&](const Index& index) { return !index.design_document.starts_with(prefix); });
      if (found->size() > 1) {
        std::string names;
        for (const Index& index : *found)
          names += fmt::format("{}\"{}/{}\"", names.empty() ? "" : ", ", index.design_document, index.name);
        throw Error(ErrorKind::AmbiguousName,
                    fmt::format("several indexes are called {}: {}; say which by that name, or by ON table",
                                written({name}), names),
                    name.span);
      }
      if (found->size() == 1) return found->front();
    }
    return std::nullopt;
  }

  ast::Drop statement_;
};

}  // namespace

std::string index_prefix(std::string_view table) {
  std::string prefix{index_prefix_of_all};
  for (const char c : table) {
    if (c == ':' || c == '%')
      prefix += c == ':' ? "%3A" : "%25";
    else
      prefix += c;
  }
  return prefix + ":";
}

std::string index_definition(const Table& table, std::string_view name, const std::vector<Path>& fields,
                             bool of_database) {
  // The discriminator leads, so that the index is a range of one type's documents; and a document without it
  // is no row of the table.
  std::vector<Path> all;
  if (table.kind == TableKind::Typed) all.push_back(table.discriminator_path);
  for (const Path& field : fields)
    if (std::find(all.begin(), all.end(), field) == all.end()) all.push_back(field);
  rapidjson::StringBuffer buffer;
  Writer out{buffer};
  out.StartObject();
  out.Key("index");
  out.StartObject();
  out.Key("fields");
  out.StartArray();
  for (const Path& field : all) text(out, mango::field_name(field));
  out.EndArray();
  out.EndObject();
  out.Key("ddoc");
  text(out, index_design_document(table.name, name));
  out.Key("name");
  text(out, name);
  out.Key("type");
  out.String("json");
  if (of_database) {  // a partitioned database makes indexes of its partitions unless told otherwise
    out.Key("partitioned");
    out.Bool(false);
  }
  out.EndObject();
  return {buffer.GetString(), buffer.GetSize()};
}

void make_index(Site& site, const Table& table, const std::string& name, const std::vector<Path>& fields,
                Span span, bool by_partition) {
  const bool partitioned = is_partitioned(site, table.catalog);
  if (by_partition && !partitioned)
    throw Error(ErrorKind::NotSupported,
                fmt::format("{} is no partitioned database: leave PARTITIONED out", table.catalog), span);
  const auto answer = site.documents.perform(
      CreateIndexAction{table.catalog, index_definition(table, name, fields, partitioned && !by_partition)});
  if (!succeeded(answer))
    throw Error(ErrorKind::Denied, fmt::format("index {}: {}", name, said(answer)), span);
  if (!site.catalog.traits().index_as_view || by_partition) return;
  build(site, ReadAction{table.catalog,
                         {"_design", index_design_document(table.name, name), "_view", name},
                         {{"limit", "0"}, {"reduce", "false"}, {"update", "lazy"}}});
}

AskedIndex asked_index(const ast::CreateIndex& statement, Catalog& catalog) {
  const TargetName where = target_name(statement.table, catalog);
  AskedIndex asked{target(where, catalog), {}};
  if (asked.table->kind != TableKind::Typed && asked.table->kind != TableKind::Database)
    not_for(*asked.table, "an index", where.span);
  for (const ast::Name& column : statement.columns) {
    const Path& path = indexed_path(column_named(*asked.table, column), column);
    if (std::find(asked.fields.begin(), asked.fields.end(), path) != asked.fields.end())
      throw Error(ErrorKind::Syntax, fmt::format("{} is named twice", written(column)),
                  Span{column.front().span.begin, column.back().span.end});
    asked.fields.push_back(path);
  }
  return asked;
}

IndexThere index_there(Site& site, const Table& table, const std::string& name,
                       const std::vector<Path>& fields) {
  const auto answer = site.documents.perform(
      ReadAction{table.catalog, {"_design", index_design_document(table.name, name)}, {}});
  constexpr long missing = 404;
  if (answer.status == missing) return IndexThere::No;
  if (!succeeded(answer)) throw Error(ErrorKind::Denied, fmt::format("index {}: {}", name, said(answer)));
  const Path definition{"views", name, "options", "def"};
  const auto of_definition = [&](const char* member) {
    Path path = definition;
    path.emplace_back(member);
    return member_of(answer.body, path);
  };
  const std::string wanted = index_definition(table, name, fields, false);
  if (of_definition("fields") != member_of(wanted, Path{"index", "fields"}) ||
      !of_definition("partial_filter_selector").empty())
    return IndexThere::Other;
  const bool of_database = member_of(answer.body, Path{"options", "partitioned"}) == "false" ||
                           !is_partitioned(site, table.catalog);
  return of_database ? IndexThere::Same : IndexThere::Other;
}

void build(Site& site, const ReadAction& read) {
  try {
    site.documents.perform(read);
  } catch (const std::exception&) {
    if (site.stop) throw;
    // What was defined is there, and the first query builds it.
  }
}

std::unique_ptr<const Definition> create_index(ast::CreateIndex statement) {
  return std::make_unique<CreateIndex>(std::move(statement));
}
std::unique_ptr<const Definition> drop_index(ast::Drop statement) {
  return std::make_unique<DropIndex>(std::move(statement));
}

}  // namespace couch::sql::define
