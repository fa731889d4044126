#include "sql/change/insert.h"

#include <fmt/format.h>

#include <map>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "sql/change/json.h"
#include "sql/change/partition.h"
#include "sql/change/reading.h"
#include "sql/change/rows.h"
#include "sql/change/upsert.h"
#include "sql/change/values.h"
#include "sql/change/writer.h"
#include "sql/coercion.h"
#include "sql/define/check.h"
#include "sql/edit_distance.h"
#include "sql/error.h"
#include "sql/json_text.h"
#include "sql/names.h"
#include "sql/no_database.h"
#include "sql/turn.h"
#include "sql/typing.h"

namespace couch::sql::change {

InsertTarget insert_target(const ast::Name& name, Catalog& catalog) {
  const Span span{name.front().span.begin, name.back().span.end};
  if (name.size() > 2) {
    throw Error(ErrorKind::UnknownTable,
                fmt::format("{}: a table is called database.table, or table alone", written(name)), span);
  }
  const std::string database = name.size() == 2 ? name[0].text : catalog.current();
  if (database.empty()) {
    throw Error(
        ErrorKind::UnknownTable,
        fmt::format("no database is chosen: write database.{}, or connect with Database=", written(name)),
        span);
  }
  if (name.size() == 2 && !catalog.has_database(database)) throw no_such_database(database, span);
  std::vector<std::string> near;
  auto known = catalog.table(database, name.back().text, name.back().quoted, &near);
  if (known) {
    require_documents(*known, span);
    return {std::move(known), false};
  }
  const auto field = catalog.type_field();
  if (field.empty()) {
    throw Error(ErrorKind::UnknownTable,
                fmt::format("there is no table {} in database {}, and without TypeField none can be made.{}",
                            written({name.back()}), database, did_you_mean(near)),
                span);
  }
  Table table;
  table.catalog = database;
  table.name = name.back().text;
  table.discriminator_path = field;
  table.discriminator = table.name;
  const auto own = [&](std::string column, ColumnSource source, Type type) {
    Column c;
    c.name = column;
    c.source = source;
    c.path = {std::move(column)};
    c.type = type;
    c.nullable = false;
    c.hidden = source == ColumnSource::Document;
    table.columns.push_back(std::move(c));
  };
  own("_id", ColumnSource::Id, text_type());
  own("_rev", ColumnSource::Rev, text_type());
  Type json{TypeKind::LongVarchar};
  json.json = true;
  own("_doc", ColumnSource::Document, json);
  return {std::make_shared<const Table>(std::move(table)), true};
}

std::string seed_of(const Table& table, const std::vector<Field>& fields) {
  const auto& path = table.discriminator_path;
  bool stated = path.empty() || table.kind != TableKind::Typed;
  for (const Field& field : fields) stated = stated || field.path == path;
  if (stated) return "{}";
  const std::optional<std::string> value = json_string(table.discriminator);
  return Edits{{path}}.apply("{}", {&value, 1});
}

Outgoing new_document(const Assignments& assignments, const std::vector<std::optional<std::string>>& json,
                      const std::string& seed, const std::optional<std::string>& made_id) {
  Outgoing out;
  const auto place = assignments.id();
  std::string id = place && json[*place] ? *json[*place] : json_string(made_id ? *made_id : new_id());
  out.id = string_of(id);
  std::string text = "{\"_id\":" + std::move(id);
  // The rest behind it, in one object.
  const std::string rest = assignments.apply(seed, json);
  if (rest.size() > 2) text += ',';
  text.append(rest, 1);
  out.json = std::move(text);
  out.fresh = true;
  return out;
}

std::shared_ptr<const define::Defaults> defaults_of(const Table& table, const std::vector<Field>& fields,
                                                    const std::vector<Operand>& operands,
                                                    const Options& options) {
  std::vector<size_t> given;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].column && operands[i].kind != Operand::Kind::Default) given.push_back(*fields[i].column);
  }
  auto defaults = std::make_shared<define::Defaults>(table, given, options);
  return defaults->empty() ? nullptr : defaults;
}

namespace {

// The _id that a PRIMARY KEY on other columns makes.
std::optional<std::string> key_of(const Table& table, const Assignments& assignments,
                                  const Assignments::Row& row,
                                  const std::vector<define::Defaults::Default>& missing,
                                  const std::vector<size_t>& keys) {
  if (keys.empty()) return std::nullopt;
  std::vector<Value> parts;
  for (const size_t key : keys) {
    Value value;
    for (size_t i = 0; i < assignments.fields().size(); ++i) {
      if (assignments.fields()[i].column == key) value = assignments.value(i, row);
    }
    for (const auto& one : missing) {
      if (one.column == key) value = one.value;
    }
    parts.push_back(define::checked(table.columns[key], std::move(value)));
  }
  return define::made_id(table, parts);
}

}  // namespace

Outgoing complete_document(const Table& table, const Assignments& assignments, const Assignments::Row& row,
                           const define::Defaults* defaults, const std::string& seed,
                           const std::vector<size_t>& keys, const Execution& execution) {
  give_way();
  const auto values_json = assignments.json(row);
  std::string text = seed;
  std::vector<define::Defaults::Default> missing;
  if (defaults) missing = defaults->row(execution);
  for (const auto& one : missing) {
    const Column& column = table.columns[one.column];
    const auto* written = std::get_if<std::string>(&one.value);
    const bool json = column.type.json && written && is_container(*written);
    const std::optional<std::string> value = json ? *written : json_of(one.value);
    text = Edits{{column.path}}.apply(text, {&value, 1});
  }
  return new_document(assignments, values_json, text, key_of(table, assignments, row, missing, keys));
}

namespace {

// A row of VALUES, with what of it has to be computed.
struct ValuesRow {
  Assignments assignments;
  Inner computed;
  std::shared_ptr<const define::Defaults> defaults;  // null: the table states none
};

// The rows of a plain VALUES, or nullptr for any other query.
ast::Values* plain_values(ast::QueryPtr& query) {
  if (!query || !query->with.empty() || !query->order_by.empty() || query->limit || query->offset)
    return nullptr;
  return std::get_if<ast::Values>(&query->body->node);
}

class PreparedInsert : public Change {
 public:
  PreparedInsert(std::string text, ast::Statement& tree, Catalog& catalog, const ChangeOptions& options) {
    auto& insert = std::get<ast::Insert>(tree.node);
    infos_.resize(tree.parameters, ParameterInfo{{}, true, false});
    const Span span{insert.table.front().span.begin, insert.table.back().span.end};
    InsertTarget target = insert_target(insert.table, catalog);
    table_ = target.table;
    made_ = target.made;
    keys_ = define::key_columns(*table_);
    partitioned_ = catalog.facts(table_->catalog).partitioned;

    ast::Values* values = plain_values(insert.source);
    std::vector<Field> fields = fields_of(insert, values, span);
    seed_ = seed_of(*table_, fields);  // an explicit type is the type
    if (!insert.source) {
      add_row({}, {}, {}, catalog, options, text, tree.span);
    } else if (values) {
      for (auto& row : values->rows) {
        if (row.size() != fields.size()) wrong_width(fields.size(), row.size(), row.front()->span);
        std::vector<ast::SelectItem> computed;
        std::vector<Operand> operands;
        for (auto& value : row) operands.push_back(operand_of(value, computed));
        add_row(fields, std::move(operands), std::move(computed), catalog, options, text, tree.span);
      }
    } else {
      query(fields, std::move(insert.source), catalog, options, text);
    }
    if (partitioned_) {
      for (const auto& row : rows_) require_partition(row.assignments, keys_, table_->catalog, span);
      if (source_) require_partition(from_source_, keys_, table_->catalog, span);
    }
    const Table rich = with_new_fields(*table_, fields);
    const ast::Identifier called = insert.table.back();
    if (insert.on_conflict) {
      upsert_ = std::make_unique<Upsert>(text, *insert.on_conflict, rich, called, tree.span, catalog, options,
                                         infos_);
    }
    const auto& more = upsert_ ? upsert_->fields() : std::vector<Field>{};
    returning_ = prepare_returning(text, insert.returning, with_new_fields(rich, more), called, tree.span,
                                   catalog, options, infos_);
  }

  const std::vector<ResultColumn>& columns() const override { return returning_.columns(); }
  const std::vector<ParameterInfo>& parameters() const override { return infos_; }
  const Table& target() const override { return *table_; }
  Steps steps() const override {
    Steps steps;
    if (source_) steps.reads.push_back(&source_);
    steps.documents = source_ ? 0 : rows_.size();
    steps.notes = made_ ? "the new documents of a new table" : "the new documents";
    if (upsert_) {
      steps.lookups.push_back("those whose _id is there already");
      steps.notes = "documents whose _id is new, and what ON CONFLICT makes of the others";
    }
    return steps;
  }
  std::string_view function() const override { return "INSERT"; }
  bool is_current(Catalog& catalog) const override {
    const auto now = catalog.table(table_->catalog, table_->name, true, nullptr);
    if (made_ ? now != nullptr : now != table_) return false;
    if (catalog.facts(table_->catalog).partitioned != partitioned_) return false;
    return !source_ || source_.prepared->is_current(catalog);
  }

  std::unique_ptr<Rows> execute(const std::vector<Value>& parameters,
                                const Execution& execution) const override {
    const std::vector<Value> values = coerced(parameters, infos_);
    Work work{execution, Writer{execution, table_->catalog}, values, {}, {}, {}, {}, 0};
    if (source_) {
      auto rows = source_.run(values, execution.documents, execution);
      while (rows->next()) {
        work.batch.push_back(document(from_source_, source_defaults_.get(), values, rows.get(), execution));
        work.bytes += work.batch.back().json->size() + 128;
        if (work.bytes > most_bytes) write(work);
      }
      work.result.warnings = rows->take_warnings();
    } else {
      for (const auto& row : rows_) {
        std::unique_ptr<Rows> computed;
        if (row.computed) computed = computed_row(row, values, execution);
        work.batch.push_back(
            document(row.assignments, row.defaults.get(), values, computed.get(), execution));
      }
    }
    write(work);
    work.tally.throw_if_failed("inserted", execution.stop);
    work.writer.warn(work.result.warnings);
    work.result.affected = work.tally.done;
    if (work.tally.done > 0) tell(execution, values);
    return rows_of(std::move(work.result), returning_, values, execution);
  }

  bool takes_sets() const override { return !source_ && !upsert_ && !returning_.query; }

  std::vector<SetOutcome> execute_sets(std::span<const std::vector<Value>> sets,
                                       const Execution& execution) const override {
    std::vector<SetOutcome> outcomes(sets.size());
    Writer writer{execution, table_->catalog};
    std::vector<Outgoing> batch;
    std::vector<size_t> owner;  // of the batch's documents: their set
    size_t bytes = 0;
    std::optional<size_t> succeeded;
    bool flushed = false;
    const auto flush = [&] {
      std::vector<Outgoing> documents = std::exchange(batch, {});
      const std::vector<size_t> sets_of = std::exchange(owner, {});
      bytes = 0;
      std::vector<Written> written;
      try {
        written = inserted(writer, documents, execution);
      } catch (...) {
        if (!flushed || execution.stop.load(std::memory_order_relaxed)) throw;  // nothing was written
        for (const size_t set : sets_of) outcomes[set].error = std::current_exception();
      }
      flushed = true;
      for (size_t i = 0; i < written.size(); ++i) {
        SetOutcome& outcome = outcomes[sets_of[i]];
        if (written[i].fate == Fate::Written) {
          ++outcome.affected;
          succeeded = sets_of[i];
        } else if (!outcome.error) {
          outcome.error =
              std::make_exception_ptr(error_of(documents[i].id, written[i].fate, written[i].reason,
                                               "inserted", execution.stop.load(std::memory_order_relaxed)));
        }
      }
    };
    for (size_t set = 0; set < sets.size(); ++set) {
      try {
        const std::vector<Value> values = coerced(sets[set], infos_);
        std::vector<Outgoing> documents;
        for (const auto& row : rows_) {
          std::unique_ptr<Rows> computed;
          if (row.computed) computed = computed_row(row, values, execution);
          documents.push_back(
              document(row.assignments, row.defaults.get(), values, computed.get(), execution));
        }
        for (auto& one : documents) {
          bytes += one.json->size() + 128;
          batch.push_back(std::move(one));
          owner.push_back(set);
        }
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::Interrupted) throw;
        outcomes[set].error = std::current_exception();
      }
      if (bytes > most_bytes) flush();
    }
    flush();
    if (succeeded) tell(execution, coerced(sets[*succeeded], infos_));
    return outcomes;
  }

 private:
  struct Work {
    const Execution& execution;
    Writer writer;
    const std::vector<Value>& values;
    Tally tally;
    Result result;
    std::vector<Outgoing> batch;
    std::unordered_set<std::string> seen;
    size_t bytes = 0;
  };
  static constexpr size_t most_bytes = 64u << 20;

  [[noreturn]] static void wrong_width(size_t fields, size_t values, Span span) {
    throw Error(ErrorKind::WrongArguments, fmt::format("there are {} columns and {} values", fields, values),
                span);
  }

  std::vector<Field> fields_of(const ast::Insert& insert, const ast::Values*, Span span) const {
    if (!insert.source) return {};
    std::vector<Field> fields;
    if (insert.columns.empty()) {
      if (made_) {
        throw Error(
            ErrorKind::UnknownTable,
            fmt::format("there is no table {} yet: name the columns, and INSERT makes it", table_->name),
            span);
      }
      return all_fields(*table_, span);
    }
    for (const auto& name : insert.columns) fields.push_back(insert_field(*table_, name));
    return fields;
  }

  void add_row(std::vector<Field> fields, std::vector<Operand> operands,
               std::vector<ast::SelectItem> computed, Catalog& catalog, const ChangeOptions& options,
               const std::string& text, Span span) {
    ValuesRow row;
    std::vector<Type> types;
    if (!computed.empty()) {
      ast::Select select;
      select.items = std::move(computed);
      BoundInner bound = bind_inner(select_query(std::move(select), span), catalog, infos_);
      for (const auto& column : bound.bound.columns) types.push_back(column.type);
      row.computed = prepare_inner(text, std::move(bound), catalog, options);
    }
    row.defaults = defaults_of(*table_, fields, operands, options);
    row.assignments = Assignments(std::move(fields), std::move(operands), types, infos_);
    rows_.push_back(std::move(row));
  }

  void query(const std::vector<Field>& fields, ast::QueryPtr source, Catalog& catalog,
             const ChangeOptions& options, const std::string& text) {
    const Span span = source->span;
    BoundInner bound = bind_inner(std::move(source), catalog, infos_);
    if (bound.bound.columns.size() != fields.size())
      wrong_width(fields.size(), bound.bound.columns.size(), span);
    std::vector<Operand> operands;
    std::vector<Type> types;
    for (size_t i = 0; i < fields.size(); ++i) {
      Operand operand;
      operand.kind = Operand::Kind::Computed;
      operand.index = static_cast<uint32_t>(i);
      operand.span = span;
      operands.push_back(std::move(operand));
      types.push_back(bound.bound.columns[i].type);
    }
    source_defaults_ = defaults_of(*table_, fields, operands, options);
    from_source_ = Assignments(fields, std::move(operands), types, infos_);
    source_ = prepare_inner(text, std::move(bound), catalog, options);
  }

  std::unique_ptr<Rows> computed_row(const ValuesRow& row, const std::vector<Value>& values,
                                     const Execution& execution) const {
    auto rows = row.computed.run(values, execution.documents, execution);
    if (!rows->next()) throw Error(ErrorKind::Engine, "the values of a row could not be computed");
    return rows;
  }

  Outgoing document(const Assignments& assignments, const define::Defaults* defaults,
                    const std::vector<Value>& values, Rows* computed, const Execution& execution) const {
    Outgoing out = complete_document(*table_, assignments, {&values, computed, 0, {}}, defaults, seed_, keys_,
                                     execution);
    if (partitioned_) require_partition(out.id, table_->catalog);
    return out;
  }

  // Writes new documents. In a transaction their ids are looked up at once.
  std::vector<Written> inserted(Writer& writer, std::vector<Outgoing>& documents,
                                const Execution& execution) const {
    if (!writer.buffered()) return writer.write(documents);
    return insert_buffered(writer, documents, execution.documents, table_->catalog);
  }

  void write(Work& work) const {
    work.bytes = 0;
    if (work.batch.empty()) return;
    std::vector<Outgoing> documents = std::exchange(work.batch, {});
    if (upsert_) {
      upsert_->run(documents, work.writer, work.values, work.execution, work.tally, work.result,
                   static_cast<bool>(returning_.query));
      return;
    }
    // Of several rows none goes in when one cannot.
    if (documents.size() > 1) require_new(documents, work);
    const auto written = inserted(work.writer, documents, work.execution);
    for (size_t i = 0; i < written.size(); ++i) {
      if (written[i].fate != Fate::Written) {
        work.tally.failed(documents[i], written[i]);
        continue;
      }
      ++work.tally.done;
      if (returning_.query)
        work.result.written.push_back(
            {documents[i].id, written[i].rev, revised(*documents[i].json, written[i].rev)});
    }
  }

  void require_new(const std::vector<Outgoing>& documents, Work& work) const {
    std::vector<std::string> ids;
    for (const auto& document : documents) {
      if (!work.seen.insert(document.id).second) {
        throw Error(ErrorKind::Duplicate, fmt::format("_id '{}' stands twice among the rows", document.id));
      }
      ids.push_back(document.id);
    }
    const bool stated = source_ ? from_source_.id().has_value() : rows_.front().assignments.id().has_value();
    if (!stated && keys_.empty()) return;
    const auto there = existing(work.execution.documents, table_->catalog, ids);
    if (there.empty()) return;
    Tally tally;
    tally.done = work.tally.done;
    for (const auto& [id, revision] : there) tally.add(id, Fate::Conflict, {});
    tally.throw_if_failed("inserted", work.execution.stop);
  }

  void tell(const Execution& execution, const std::vector<Value>& values) const {
    if (!execution.catalog) return;
    const Assignments& shape = source_ ? from_source_ : rows_.front().assignments;
    std::string type = table_->discriminator;
    for (size_t i = 0; i < shape.fields().size(); ++i) {
      if (shape.fields()[i].path != table_->discriminator_path || table_->discriminator_path.empty())
        continue;
      const Operand& operand = shape.operands()[i];
      const Value* value = operand.kind == Operand::Kind::Constant    ? &operand.value
                           : operand.kind == Operand::Kind::Parameter ? &values[operand.index]
                                                                      : nullptr;
      const auto* stated = value ? std::get_if<std::string>(value) : nullptr;
      if (!stated) return;  // the next sample shows it
      type = *stated;
    }
    if (table_->kind != TableKind::Typed) return;
    auto columns = new_columns(shape.fields(), shape.operands(), values);
    if (made_ || !columns.empty() || type != table_->discriminator)
      execution.catalog->wrote(table_->catalog, type, columns);
  }

  std::vector<ParameterInfo> infos_;
  std::shared_ptr<const Table> table_;
  bool made_ = false, partitioned_ = false;
  std::string seed_;             // a document without _id and values
  std::vector<ValuesRow> rows_;  // of VALUES
  Inner source_;                 // of a query
  Assignments from_source_;
  std::shared_ptr<const define::Defaults> source_defaults_;
  std::vector<size_t> keys_;  // PRIMARY KEY on other columns than _id
  std::unique_ptr<Upsert> upsert_;
  Returning returning_;
};

}  // namespace

std::unique_ptr<const Change> prepare_insert(std::string_view text, ast::Statement& tree, Catalog& catalog,
                                             const ChangeOptions& options) {
  return std::make_unique<PreparedInsert>(std::string{text}, tree, catalog, options);
}

}  // namespace couch::sql::change
