#include "sql/change/update.h"

#include <fmt/format.h>

#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "sql/change/reading.h"
#include "sql/change/row_versions.h"
#include "sql/change/rows.h"
#include "sql/change/update_parts.h"
#include "sql/change/values.h"
#include "sql/change/writer.h"
#include "sql/coercion.h"
#include "sql/define/check.h"
#include "sql/error.h"
#include "sql/json_text.h"
#include "sql/parser.h"

namespace couch::sql::change {

namespace {

// A view that CREATE VIEW made is bound as its query, which has no _id to find documents by.
void refuse_view(const ast::Name& name, Catalog& catalog) {
  if (name.size() > 2) return;
  const std::string database = name.size() == 2 ? name.front().text : catalog.current();
  if (database.empty()) return;
  const auto table = catalog.table(database, name.back().text, name.back().quoted);
  if (table && !table->query.empty())
    require_documents(*table, Span{name.front().span.begin, name.back().span.end});
}

class PreparedUpdate : public Change {
 public:
  PreparedUpdate(std::string text, ast::Statement& tree, Catalog& catalog, const ChangeOptions& options)
      : options_(options) {
    UpdateParts parts = parts_of(tree);
    if (parts.current_of) current_of_ = parts.current_of->text;
    infos_.resize(tree.parameters, ParameterInfo{{}, true, false});
    removes_ = parts.removes;
    whole_ = !removes_ || !parts.returning.items.empty();

    Reading reading = reading_of(parts, whole_, parts.from());
    BoundInner bound = [&] {
      try {
        return bind_inner(std::move(reading.query), catalog, infos_);
      } catch (const Error& error) {
        if (error.kind() == ErrorKind::UnknownColumn) refuse_view(parts.table, catalog);
        throw;
      }
    }();
    const Target target = target_of(bound.bound);
    table_ = target.table;
    require_documents(*table_, target.span);
    states_revision_ = target.states_revision;

    std::vector<Field> fields;
    for (const auto& assignment : parts.assignments)
      fields.push_back(update_field(*table_, assignment.target, parts.called().text));
    std::vector<Type> computed;
    for (size_t i = first_computed; i < bound.bound.columns.size(); ++i)
      computed.push_back(bound.bound.columns[i].type);
    reads_ = columns_read(bound.bound, first_computed);
    if (const auto inner = id_parameter(bound.bound); inner && computed.empty() && !target.assumed)
      id_parameter_ = bound.parameters[*inner];
    if (!removes_)
      assignments_ = Assignments(std::move(fields), std::move(reading.operands), computed, infos_);
    rows_ = prepare_inner(text, std::move(bound), catalog, options);

    // The same once more, over documents that are read again by their ids.
    ast::Statement twin = parse(text);
    if (auto* explain = std::get_if<ast::Explain>(&twin.node)) {
      auto subject = std::move(explain->statement);
      twin = std::move(*subject);
    }
    UpdateParts again = parts_of(twin);
    LocalTables tables(catalog);
    Table local = *table_;
    if (target.assumed) {
      // Which type is meant shows in WHERE alone.
      local.kind = TableKind::Database;
      local.discriminator_path.clear();
    }
    tables.add(fresh_database, std::move(local));
    ast::TableRefPtr fresh = local_ref(fresh_database, again.called(), again.span);
    Reading second = reading_of(again, whole_, std::move(fresh));
    forget_database(*second.query, table_->catalog, again.called().text);
    std::vector<ParameterInfo> same(infos_.size());
    again_ = prepare_inner(text, bind_inner(std::move(second.query), tables, same), tables, options);

    returning_ = prepare_returning(text, parts.returning, with_new_fields(*table_, assignments_.fields()),
                                   again.called(), parts.span, catalog, options, infos_);
  }

  const std::vector<ResultColumn>& columns() const override { return returning_.columns(); }
  const std::vector<ParameterInfo>& parameters() const override { return infos_; }
  const Table& target() const override { return *table_; }
  Steps steps() const override {
    Steps steps;
    if (current_of_.empty()) {
      steps.reads.push_back(&rows_);
      steps.notes = fmt::format("the {} documents", removes_ ? "deleted" : "changed");
      steps.notes += states_revision_
                         ? "; one that was changed meanwhile is 40001"
                         : "; one that was changed meanwhile is read again by its _id, checked and "
                           "written again";
    } else {
      if (!removes_ || returning_.query)
        steps.lookups.push_back("the row that cursor " + current_of_ + " is on");
      steps.documents = 1;
      steps.notes = "if its _rev is still the row's; else 01001";
    }
    return steps;
  }
  std::string_view function() const override {
    if (!current_of_.empty()) return removes_ ? "DELETE CURRENT" : "UPDATE CURRENT";
    return removes_ ? "DELETE" : "UPDATE";
  }
  bool is_current(Catalog& catalog) const override { return rows_.prepared->is_current(catalog); }

  std::string_view current_of() const override { return current_of_; }

  std::vector<SetOutcome> execute_rows(std::span<RowVersion* const> rows,
                                       std::span<const std::vector<Value>> sets,
                                       const Execution& execution) const override {
    std::vector<SetOutcome> outcomes(rows.size());
    std::vector<std::optional<LocalDocument>> there;
    if (removes_ && !execution.transaction) {
      // The server compares the revisions: nothing has to be read.
      for (const RowVersion* row : rows) {
        there.emplace_back();
        if (!row->revision.empty()) there.back() = LocalDocument{row->id, row->revision, {}};
      }
    } else {
      there = documents_of({rows.begin(), rows.end()}, execution, table_->catalog);
    }
    std::vector<Outgoing> batch;
    std::vector<size_t> owner;
    for (size_t i = 0; i < rows.size(); ++i) {
      if (!there[i]) continue;
      try {
        batch.push_back(outgoing(*there[i], sets[i], execution));
        owner.push_back(i);
      } catch (const Error&) {
        outcomes[i].error = std::current_exception();
      }
    }
    Writer writer{execution, table_->catalog};
    const auto written = writer.write(batch);
    const bool stopped = execution.stop.load(std::memory_order_relaxed);
    std::optional<size_t> succeeded;
    for (size_t i = 0; i < written.size(); ++i) {
      SetOutcome& outcome = outcomes[owner[i]];
      if (written[i].fate == Fate::Written) {
        outcome.affected = 1;
        succeeded = owner[i];
        now_is(*rows[owner[i]], written[i].rev, execution, table_->catalog);
      } else if (written[i].fate != Fate::Conflict) {
        outcome.error = std::make_exception_ptr(
            error_of(batch[i].id, written[i].fate, written[i].reason, verb(), stopped));
      }
    }
    if (!written.empty()) writer.warn(outcomes[owner.front()].warnings);
    if (succeeded && execution.catalog) tell(*execution.catalog, 1, coerced(sets[*succeeded], infos_));
    return outcomes;
  }

  // Of `WHERE _id = ?` all documents are read and written together.
  bool takes_sets() const override { return id_parameter_ && !returning_.query; }

  std::vector<SetOutcome> execute_sets(std::span<const std::vector<Value>> sets,
                                       const Execution& execution) const override {
    std::vector<SetOutcome> outcomes(sets.size());
    std::vector<size_t> alone;  // after the others: a document's second change, and those that met a conflict
    std::unordered_set<std::string> seen;
    for (size_t from = 0; from < sets.size();) {
      std::vector<std::pair<std::string, size_t>> wanted;  // _id and set
      std::vector<std::string> ids;
      for (; from < sets.size() && wanted.size() < sets_at_once; ++from) {
        const auto* id = std::get_if<std::string>(&sets[from][*id_parameter_]);
        if (id && seen.insert(*id).second) {
          wanted.emplace_back(*id, from);
          ids.push_back(*id);
        } else {
          alone.push_back(from);
        }
      }
      const bool first = wanted.size() + alone.size() == from;
      try {
        change_together(sets, wanted, ids, execution, outcomes, alone);
      } catch (...) {
        if (first || execution.stop.load(std::memory_order_relaxed)) throw;  // nothing was written
        for (const auto& [id, set] : wanted) outcomes[set].error = std::current_exception();
      }
    }
    for (const size_t set : alone) {
      try {
        auto rows = execute(sets[set], execution);
        outcomes[set].affected = rows->affected().value_or(0);
        outcomes[set].warnings = rows->take_warnings();
      } catch (...) {
        if (execution.stop.load(std::memory_order_relaxed)) throw;
        outcomes[set].error = std::current_exception();
      }
    }
    return outcomes;
  }

  std::unique_ptr<Rows> execute(const std::vector<Value>& parameters,
                                const Execution& execution) const override {
    const std::vector<Value> values = coerced(parameters, infos_);
    Work work{execution, Writer{execution, table_->catalog}, values, {}, {}, {}, {}, {}, {}, {}, 0};
    if (current_of_.empty())
      change_rows(work);
    else
      change_current(work);
    work.tally.throw_if_failed(verb(), execution.stop);
    work.writer.warn(work.result.warnings);
    work.result.affected = work.tally.done;
    if (execution.catalog) tell(*execution.catalog, work.tally.done, values);
    return rows_of(std::move(work.result), returning_, values, execution);
  }

 private:
  struct Work {
    const Execution& execution;
    Writer writer;
    const std::vector<Value>& values;
    Tally tally;
    Result result;
    std::unordered_set<std::string> seen;  // what a statement has changed is no new row of it
    std::vector<Outgoing> batch;
    std::vector<std::string> before;  // of removed documents: as they were, for RETURNING
    std::vector<std::string> conflicts;
    std::string revision;  // of the document that was written last
    size_t bytes = 0;
  };

  static constexpr size_t sets_at_once = 5000;

  std::string_view verb() const { return removes_ ? "deleted" : "updated"; }

  void change_rows(Work& work) const {
    const Execution& execution = work.execution;
    auto rows = rows_.run(work.values, execution.documents, execution);
    take(*rows, work);
    Backoff backoff(execution);
    while (!work.conflicts.empty()) {
      const auto ids = std::exchange(work.conflicts, {});
      if (states_revision_ || !backoff.wait(execution.documents)) {
        for (const auto& id : ids) work.tally.add(id, Fate::Conflict, {});
        break;
      }
      try {
        LocalDocuments local(execution.documents);
        local.add(fresh_database, read_documents(execution.documents, table_->catalog, ids));
        for (const auto& id : ids) work.seen.erase(id);
        auto fresh = again_.run(work.values, local, execution);
        take(*fresh, work);
      } catch (...) {
        work.tally.rethrow(ids, verb(), execution.stop);
      }
    }
  }

  // WHERE CURRENT OF: the document as its row was read, or none.
  void change_current(Work& work) const {
    const Execution& execution = work.execution;
    if (!execution.row)
      throw Error(ErrorKind::NotSupported, fmt::format("there is no cursor {} here", current_of_));
    RowVersion& version = execution.row->version;
    if (!same_table(execution.row->table, *table_)) {
      throw Error(ErrorKind::WrongArguments,
                  fmt::format("the rows of cursor {} are those of {}.{}, not of {}.{}", current_of_,
                              execution.row->table.catalog, execution.row->table.name, table_->catalog,
                              table_->name));
    }
    auto there = documents_of({&version}, execution, table_->catalog);
    if (!there.front()) return;
    std::vector<LocalDocument> documents;
    documents.push_back(std::move(*there.front()));
    LocalDocuments local(execution.documents);
    local.add(fresh_database, std::move(documents));
    auto rows = again_.run(work.values, local, execution);
    take(*rows, work);
    if (work.tally.done > 0) now_is(version, work.revision, execution, table_->catalog);
  }

  // The document with this set's values; without JSON where it goes.
  Outgoing outgoing(const LocalDocument& document, const std::vector<Value>& set,
                    const Execution& execution) const {
    Outgoing out;
    out.id = document.id;
    out.base = document.rev;
    if (!removes_) {
      const std::vector<Value> values = coerced(set, infos_);
      auto json = assignments_.json({&values, nullptr, 0, {}});
      fill_defaults(assignments_, json, options_, execution);
      out.json = assignments_.apply(document.json, json);
    }
    return out;
  }

  void change_together(std::span<const std::vector<Value>> sets,
                       const std::vector<std::pair<std::string, size_t>>& wanted,
                       const std::vector<std::string>& ids, const Execution& execution,
                       std::vector<SetOutcome>& outcomes, std::vector<size_t>& alone) const {
    std::unordered_map<std::string, LocalDocument> there;
    for (auto& document : read_documents(execution.documents, table_->catalog, ids))
      there.emplace(document.id, std::move(document));
    std::vector<Outgoing> batch;
    std::vector<size_t> owner;
    for (const auto& [id, set] : wanted) {
      const auto found = there.find(id);
      if (found == there.end() || !belongs_to(found->second.json, *table_)) continue;
      try {
        batch.push_back(outgoing(found->second, sets[set], execution));
        owner.push_back(set);
      } catch (const Error&) {
        outcomes[set].error = std::current_exception();
      }
    }
    Writer writer{execution, table_->catalog};
    const auto written = writer.write(batch);
    const bool stopped = execution.stop.load(std::memory_order_relaxed);
    for (size_t i = 0; i < written.size(); ++i) {
      if (written[i].fate == Fate::Written)
        outcomes[owner[i]].affected = 1;
      else if (written[i].fate == Fate::Conflict)
        alone.push_back(owner[i]);
      else
        outcomes[owner[i]].error = std::make_exception_ptr(
            error_of(batch[i].id, written[i].fate, written[i].reason, verb(), stopped));
    }
  }

  // Nothing is written before all rows are known, as long as they fit here: so an error in one leaves all as
  // they were.
  static constexpr size_t most_bytes = 64u << 20;

  void take(Rows& rows, Work& work) const {
    while (rows.next()) {
      std::string id = std::get<std::string>(own(rows.cell(0)));
      if (!work.seen.insert(id).second) continue;
      const Cell second = rows.cell(1);
      const auto* text = std::get_if<std::string_view>(&second);
      Outgoing out;
      if (!whole_) {
        if (text) out.base = *text;
      } else {
        const std::string_view document = text ? *text : std::string_view{};
        out.base = string_of(member_of(document, "_rev"));
        if (!removes_) out.json = changed(id, document, rows, work.values, work.execution);
        if (removes_ && returning_.query) work.before.emplace_back(document);
        work.bytes += out.json ? out.json->size() : 0;
      }
      out.id = std::move(id);
      work.bytes += out.id.size() + 128;
      work.batch.push_back(std::move(out));
      if (work.bytes > most_bytes) write(work);
    }
    for (auto& warning : rows.take_warnings()) work.result.warnings.push_back(std::move(warning));
    write(work);
  }

  std::string changed(const std::string& id, std::string_view document, Rows& rows,
                      const std::vector<Value>& values, const Execution& execution) const {
    try {
      for (size_t i = 0; i < reads_.size(); ++i) {
        if (is_null(rows.cell(first_computed + i))) require_readable(document, *table_, reads_[i]);
      }
      auto json = assignments_.json({&values, &rows, first_computed, {}});
      fill_defaults(assignments_, json, options_, execution);
      return assignments_.apply(document, json);
    } catch (const Error& error) {
      throw Error(error.kind(), fmt::format("document '{}': {}", id, error.what()));
    }
  }

  void write(Work& work) const {
    auto written = work.writer.write(work.batch);
    for (size_t i = 0; i < written.size(); ++i) {
      Outgoing& out = work.batch[i];
      if (written[i].fate == Fate::Conflict) {
        work.conflicts.push_back(out.id);
      } else if (written[i].fate != Fate::Written) {
        work.tally.failed(out, written[i]);
      } else {
        ++work.tally.done;
        work.revision = written[i].rev;
        if (!returning_.query) continue;
        if (removes_)
          work.result.written.push_back({out.id, out.base, std::move(work.before[i])});
        else
          work.result.written.push_back({out.id, written[i].rev, revised(*out.json, written[i].rev)});
      }
    }
    work.batch.clear();
    work.before.clear();
    work.bytes = 0;
  }

  // New fields are known at once.
  void tell(Catalog& catalog, uint64_t done, const std::vector<Value>& values) const {
    if (done == 0 || removes_) return;
    const auto columns = new_columns(assignments_.fields(), assignments_.operands(), values);
    if (!columns.empty() && !table_->discriminator_path.empty())
      catalog.wrote(table_->catalog, table_->discriminator, columns);
  }

  Options options_;
  std::string current_of_;  // the cursor whose row is changed; empty: WHERE chooses
  std::vector<ParameterInfo> infos_;
  std::shared_ptr<const Table> table_;
  bool removes_ = false, whole_ = false, states_revision_ = false;
  Assignments assignments_;
  std::optional<uint32_t> id_parameter_;      // WHERE _id = ? alone chooses the row
  std::vector<std::vector<uint32_t>> reads_;  // by computed value: the table's columns in it
  Inner rows_, again_;
  Returning returning_;
};

}  // namespace

std::unique_ptr<const Change> prepare_update(std::string_view text, ast::Statement& tree, Catalog& catalog,
                                             const ChangeOptions& options) {
  return std::make_unique<PreparedUpdate>(std::string{text}, tree, catalog, options);
}

}  // namespace couch::sql::change
