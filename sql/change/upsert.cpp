#include "sql/change/upsert.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "sql/change/reading.h"
#include "sql/error.h"
#include "sql/json_text.h"
#include "sql/names.h"

namespace couch::sql::change {

namespace {

constexpr size_t first_computed = 2;

// excluded.x, by itself: the proposed field is copied as it is.
std::optional<Path> excluded_path(const ast::Expr& expr, const Table& table) {
  const auto* column = std::get_if<ast::ColumnRef>(&expr.node);
  if (!column || column->name.size() < 2 || fit(column->name.front(), "excluded") == NameFit::None)
    return std::nullopt;
  const ast::Name rest{column->name.begin() + 1, column->name.end()};
  const Field field = insert_field(table, rest);
  if (!field.column || field.source != ColumnSource::Path)
    return std::nullopt;  // the binder says what is wrong
  return field.path;
}

}  // namespace

Upsert::Upsert(const std::string& text, ast::OnConflict& conflict, const Table& table,
               const ast::Identifier& called, Span span, Catalog& catalog, const Options& options,
               std::vector<ParameterInfo>& infos)
    : database_(table.catalog), options_(options), updates_(conflict.update) {
  for (const auto& name : conflict.target) {
    if (conflict.target.size() > 1 || fit(name, "_id") == NameFit::None)
      throw Error(ErrorKind::NotSupported, "only _id is unique: write ON CONFLICT (_id)", name.span);
  }
  if (!updates_) return;
  std::vector<Field> fields;
  std::vector<Operand> operands;
  std::vector<ast::SelectItem> computed;
  for (auto& assignment : conflict.assignments) {
    fields.push_back(update_field(table, assignment.target, called.text));
    if (auto path = excluded_path(*assignment.value, table)) {
      Operand operand;
      operand.kind = Operand::Kind::Copied;
      operand.path = std::move(*path);
      operand.span = assignment.value->span;
      operands.push_back(std::move(operand));
    } else {
      operands.push_back(operand_of(assignment.value, computed));
    }
  }
  LocalTables tables(catalog);
  tables.add(fresh_database, table);
  Table proposed = table;
  proposed.kind = TableKind::Database;  // whatever type the row states
  proposed.discriminator_path.clear();
  // Its columns are called excluded.x, so that a plain x is the target's.
  for (Column& column : proposed.columns) column.name = "excluded." + column.name;
  tables.add(excluded_database, std::move(proposed));
  const ast::Identifier excluded{"\x01", true, span};
  ast::Select select;
  select.items.push_back(item_of(column_ref(called, "_id")));
  select.items.push_back(item_of(column_ref(called, "_doc")));
  for (auto& item : computed) select.items.push_back(std::move(item));
  auto equal = std::make_unique<ast::Expr>();
  equal->span = span;
  equal->depth = 2;
  equal->node =
      ast::Compare{ast::CompareOp::Equal, column_ref(called, "_id"), column_ref(excluded, "excluded._id")};
  auto both = std::make_unique<ast::TableRef>();
  both->span = span;
  ast::Join join{ast::JoinKind::Inner,
                 false,
                 local_ref(fresh_database, called, span),
                 local_ref(excluded_database, excluded, span),
                 std::move(equal),
                 {}};
  both->node = std::move(join);
  select.from.push_back(std::move(both));
  select.where = std::move(conflict.where);
  auto query = select_query(std::move(select), span);
  forget_database(*query, table.catalog, called.text);
  BoundInner bound = bind_inner(std::move(query), tables, infos);
  std::vector<Type> types;
  for (size_t i = first_computed; i < bound.bound.columns.size(); ++i)
    types.push_back(bound.bound.columns[i].type);
  assignments_ = Assignments(std::move(fields), std::move(operands), types, infos);
  query_ = prepare_inner(text, std::move(bound), tables, options);
}

void Upsert::run(std::vector<Outgoing>& documents, Writer& writer, const std::vector<Value>& values,
                 const Execution& execution, Tally& tally, Result& result, bool returning) const {
  std::unordered_map<std::string, size_t> place;  // by _id: in documents
  for (size_t i = 0; i < documents.size(); ++i) {
    if (place.emplace(documents[i].id, i).second || !updates_) continue;
    throw Error(
        ErrorKind::Cardinality,
        fmt::format("_id '{}' stands twice among the rows: ON CONFLICT DO UPDATE would change it twice",
                    documents[i].id));
  }
  std::vector<Outgoing> fresh;  // to insert
  std::vector<std::string> taken;
  for (auto& [id, i] : place) fresh.push_back(documents[i]);
  const auto settle = [&](const std::vector<Outgoing>& sent, const std::vector<Written>& written,
                          std::vector<std::string>& conflicts) {
    for (size_t i = 0; i < sent.size(); ++i) {
      if (written[i].fate == Fate::Conflict) {
        conflicts.push_back(sent[i].id);
      } else if (written[i].fate != Fate::Written) {
        tally.failed(sent[i], written[i]);
      } else {
        ++tally.done;
        if (returning)
          result.written.push_back({sent[i].id, written[i].rev, revised(*sent[i].json, written[i].rev)});
      }
    }
  };
  // In the order of the statement.
  std::sort(fresh.begin(), fresh.end(),
            [&](const auto& a, const auto& b) { return place.at(a.id) < place.at(b.id); });
  settle(fresh,
         writer.buffered() ? insert_buffered(writer, fresh, execution.documents, database_)
                           : writer.write(fresh),
         taken);
  if (!updates_) return;
  Backoff backoff(execution);
  for (bool first = true; !taken.empty(); first = false) {
    if (!first && !backoff.wait(execution.documents)) {
      for (const auto& id : taken) tally.add(id, Fate::Conflict, {});
      return;
    }
    auto there = read_documents(execution.documents, database_, taken);
    std::unordered_map<std::string, std::string> base;
    for (const auto& document : there) base.emplace(document.id, document.rev);
    std::vector<Outgoing> gone;  // deleted meanwhile: new again
    std::vector<LocalDocument> proposed;
    for (const auto& id : taken) {
      const Outgoing& document = documents[place.at(id)];
      if (base.contains(id))
        proposed.push_back({id, {}, *document.json});
      else
        gone.push_back(document);
    }
    taken.clear();
    if (!gone.empty()) settle(gone, writer.write(gone), taken);
    if (proposed.empty()) continue;
    LocalDocuments local(execution.documents);
    local.add(fresh_database, std::move(there));
    local.add(excluded_database, std::move(proposed));
    std::vector<Outgoing> changed;
    auto rows = query_.run(values, local, execution);
    while (rows->next()) {
      Outgoing out;
      out.id = std::get<std::string>(own(rows->cell(0)));
      const Cell document = rows->cell(1);
      const std::string_view text = std::get<std::string_view>(document);
      out.base = base[out.id];
      auto json = assignments_.json({&values, rows.get(), first_computed, *documents[place.at(out.id)].json});
      fill_defaults(assignments_, json, options_, execution);
      out.json = assignments_.apply(text, json);
      changed.push_back(std::move(out));
    }
    for (auto& warning : rows->take_warnings()) result.warnings.push_back(std::move(warning));
    settle(changed, writer.write(changed), taken);
  }
}

std::map<std::string, std::string> existing(Documents& documents, const std::string& database,
                                            const std::vector<std::string>& ids) {
  std::map<std::string, std::string> out;
  if (ids.empty()) return out;
  auto stream = documents.open({database, {}, ByIds{ids, false}});
  while (auto row = stream->next()) {
    const std::string_view text{row->data(), row->size()};
    const std::string_view value = member_of(text, "value");
    if (!value.starts_with('{') || member_of(value, "deleted") == "true") continue;
    out.emplace(string_of(member_of(text, "id")), string_of(member_of(value, "rev")));
  }
  return out;
}

std::vector<Written> insert_buffered(Writer& writer, std::vector<Outgoing>& documents, Documents& source,
                                     const std::string& database) {
  std::vector<std::string> ids;
  for (const auto& document : documents) ids.push_back(document.id);
  std::map<std::string, std::string> there = existing(source, database, ids);
  std::vector<Written> out(documents.size());
  std::vector<Outgoing> fresh;
  for (size_t i = 0; i < documents.size(); ++i) {
    if (there.emplace(documents[i].id, "").second)
      fresh.push_back(documents[i]);
    else
      out[i].fate = Fate::Conflict;
  }
  writer.write(fresh);
  return out;
}

}  // namespace couch::sql::change
