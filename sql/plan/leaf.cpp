#include "sql/plan/leaf.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sql/mango/push_down.h"
#include "sql/plan/hint.h"
#include "sql/plan/id_condition.h"
#include "sql/plan/index_choice.h"
#include "sql/plan/view_range.h"

namespace couch::sql::plan {

namespace {

using Conditions = std::vector<const ast::Expr*>;

Conditions without(const Conditions& all, const Conditions& some) {
  Conditions out;
  for (const auto* c : all) {
    if (std::find(some.begin(), some.end(), c) == some.end()) out.push_back(c);
  }
  return out;
}

class LeafPlanner {
 public:
  LeafPlanner(uint32_t relation, const Wish& wish, const Context& context)
      : relation_(context.bound.relations[relation]),
        wish_(wish),
        context_(context),
        hint_(read_hint(relation_.hint, relation_.span)) {
    leaf_.relation = relation;
    leaf_.shape.table = table_of(context);
    leaf_.estimate = leaf_.shape.table->estimated_rows;
    if (wish.columns) {
      leaf_.shape.columns = *wish.columns;
      return;
    }
    for (uint32_t column = 0; column < relation_.used.size(); ++column) {
      if (relation_.used[column]) leaf_.shape.columns.push_back(column);
    }
  }

  Leaf plan() {
    const Table& table = *leaf_.shape.table;
    if (table.kind == TableKind::View) {
      view();
    } else {
      documents();
    }
    bool whole = leaf_.access == Access::Scan || leaf_.access == Access::Find;
    if (whole && context_.options.require_index) {
      throw Error(ErrorKind::RequireIndex,
                  fmt::format("reading {} would look at every document of {} (RequireIndex=yes): add a "
                              "condition on _id or on an "
                              "indexed field, or an index",
                              relation_.alias.empty() ? table.name : relation_.alias, table.catalog),
                  relation_.span);
    }
    return std::move(leaf_);
  }

 private:
  std::shared_ptr<const Table> table_of(const Context& context) const {
    if (!relation_.assumed_parameter) return relation_.table;
    // FROM users WHERE type = ?: now it is known which type.
    auto table = std::make_shared<Table>(*relation_.table);
    auto* text = std::get_if<std::string>(&context.parameters.at(*relation_.assumed_parameter));
    table->discriminator = text ? *text : std::string{};
    return table;
  }

  mango::PushDownOptions push_down_options() const {
    return {context_.collation, context_.options.mismatch, context_.traits, &context_.parameters};
  }

  template <class What>
  void ask(What what) {
    leaf_.requests.push_back({leaf_.shape.table->catalog, {}, std::move(what)});
  }

  // ---- documents
  void documents() {
    const Table& table = *leaf_.shape.table;
    IdCondition id =
        id_condition(wish_.conditions, leaf_.relation, table, context_.parameters, context_.traits);
    Conditions rest = without(wish_.conditions, id.used);
    mango::Split split = mango::split(rest, leaf_.relation, table, push_down_options());
    // Conditions that always hold (1 = 1) are in neither list.
    Conditions open = split.pushed;
    open.insert(open.end(), split.residual.begin(), split.residual.end());
    rest = without(rest, without(rest, open));
    bool assumed_null = relation_.assumed_parameter && table.discriminator.empty();
    if (id.never || mango::is_nothing(split.selector) || assumed_null) {
      leaf_.access = Access::Nothing;
      leaf_.pushed = id.never ? id.used : split.pushed;
      leaf_.ordered = leaf_.limited = true;
      leaf_.estimate = 0;
      return;
    }
    if (id.ids && hint_.allows(Access::ByIds)) return by_ids(std::move(id), std::move(rest));
    if (id.is_range() && hint_.allows(Access::IdRange)) return id_range(id, std::move(rest));
    if (id.ids || id.is_range()) split.residual.insert(split.residual.end(), id.used.begin(), id.used.end());
    if (id.ids || id.is_range()) rest.insert(rest.end(), id.used.begin(), id.used.end());
    split.exact = split.residual.empty();
    find_or_scan(std::move(split), std::move(rest));
  }

  void by_ids(IdCondition id, Conditions rest) {
    leaf_.access = Access::ByIds;
    leaf_.pushed = std::move(id.used);
    leaf_.residual = std::move(rest);
    // Bytes are the order of _id.
    if (wish_.order == IdOrder::Ascending) std::sort(id.ids->begin(), id.ids->end());
    if (wish_.order == IdOrder::Descending) std::sort(id.ids->rbegin(), id.ids->rend());
    leaf_.ordered = true;
    leaf_.estimate = id.ids->size();
    bool documents = wants_documents();
    ask(ByIds{std::move(*id.ids), documents});
    leaf_.shape.envelope = decode::Envelope::Row;
    leaf_.shape.documents = documents;
  }

  void id_range(const IdCondition& id, Conditions rest) {
    leaf_.access = Access::IdRange;
    leaf_.pushed = id.used;
    leaf_.residual = std::move(rest);
    all_docs(id.start, id.end, id.inclusive_end);
  }

  void all_docs(std::optional<std::string> start, std::optional<std::string> end, bool inclusive_end) {
    AllDocs read;
    read.start = std::move(start);
    read.end = std::move(end);
    read.inclusive_end = inclusive_end;
    read.include_docs = wants_documents();
    leaf_.ordered = wish_.order != IdOrder::Descending && orders_ids();
    // Downwards the range begins at its end, and a beginning is never exclusive.
    if (wish_.order == IdOrder::Descending && orders_ids() && (!read.end || read.inclusive_end)) {
      read.descending = true;
      read.inclusive_end = true;
      std::swap(read.start, read.end);
      leaf_.ordered = true;
    }
    leaf_.shape.envelope = decode::Envelope::Row;
    leaf_.shape.documents = read.include_docs;
    ask(std::move(read));
  }
  bool orders_ids() const { return context_.traits.couchdb; }

  // Without the documents _all_docs is three times faster; ids and revisions stand in the row.
  bool wants_documents() const {
    const Table& table = *leaf_.shape.table;
    if (table.kind != TableKind::Database) return true;
    return std::any_of(leaf_.shape.columns.begin(), leaf_.shape.columns.end(), [&](uint32_t column) {
      ColumnSource source = table.columns[column].source;
      return source != ColumnSource::Id && source != ColumnSource::Rev;
    });
  }

  void find_or_scan(mango::Split split, Conditions conditions) {
    const Table& table = *leaf_.shape.table;
    // The request's limit counts documents: they must be the rows. The server's own idea of a type's name is
    // ICU's.
    bool order_fits = wish_.order == IdOrder::Any || orders_ids();
    bool type_asked = table.discriminator_path.empty() || mango::nameable(table.discriminator_path);
    const bool pending = context_.pending(table.catalog);
    if (pending)
      leaf_.notes.push_back("the transaction's own changes are merged in, every condition is checked again");
    bool limited =
        wish_.limit && split.exact && table.kind != TableKind::Array && order_fits && type_asked && !pending;
    mango::Selector selector = mango::all([&] {
      std::vector<mango::Selector> terms;
      terms.push_back(mango::documents_of(table, limited, context_.traits));
      terms.push_back(split.selector);
      return terms;
    }());
    std::optional<Index> index;
    if (wish_.order == IdOrder::Any && hint_.allows(Access::Index))
      index = choose_index(selector, table, indexes(), hint_.index);
    bool find =
        index || hint_.forces(Access::Find) || ((split.narrows || limited) && hint_.allows(Access::Find));
    if (!find) {
      leaf_.access = Access::Scan;
      leaf_.residual = std::move(conditions);
      return all_docs(std::nullopt, std::nullopt, true);
    }
    leaf_.access = index ? Access::Index : Access::Find;
    leaf_.pushed = std::move(split.pushed);
    leaf_.residual = pending ? std::move(conditions) : std::move(split.residual);
    const bool sorted = wish_.order != IdOrder::Any && orders_ids() && !pending;
    Find read;
    // CouchDB sorts by _id only where the selector asks something of _id: else 400 no_usable_index.
    if (sorted)
      selector = mango::all({mango::Selector{mango::Field{{"_id"}, {{mango::Operator::Greater, "null"}}}},
                             std::move(selector)});
    read.selector = mango::to_json(selector);
    read.fields = projection();
    if (index) {
      leaf_.index = index->name;
      read.use_index = {index->design_document, index->name};
    }
    if (limited) read.limit = wish_.limit;
    leaf_.limited = limited;
    leaf_.ordered = wish_.order == IdOrder::Any;
    if (sorted) {
      read.sort = wish_.order == IdOrder::Ascending ? R"([{"_id":"asc"}])" : R"([{"_id":"desc"}])";
      leaf_.ordered = true;
    }
    ask(std::move(read));
    leaf_.shape.envelope = decode::Envelope::Document;
  }

  const std::vector<Index>& indexes() const {
    static const std::vector<Index> none;
    auto found = context_.indexes.find(leaf_.shape.table->catalog);
    return found == context_.indexes.end() ? none : found->second;
  }

  // `fields` of _find: what the decoder reads; empty for whole documents.
  std::vector<std::string> projection() const {
    const Table& table = *leaf_.shape.table;
    std::vector<mango::Path> paths{{"_id"}};
    if (!table.discriminator_path.empty()) paths.push_back(table.discriminator_path);
    if (table.kind == TableKind::Array) paths.push_back(table.array_path);
    for (uint32_t index : leaf_.shape.columns) {
      const Column& column = table.columns[index];
      if (column.source == ColumnSource::Document) return {};
      if (column.source == ColumnSource::Rev) paths.push_back({"_rev"});
      if (column.source != ColumnSource::Path || table.kind == TableKind::Array) continue;
      paths.push_back(column.path);
      if (!column.array_steps.empty()) paths.back().resize(column.array_steps.front());  // the whole array
    }
    // Nearly all columns: taking fields out costs the server more than sending them.
    if (leaf_.shape.columns.size() * 4 > table.columns.size() * 3) return {};
    std::vector<std::string> out;
    for (const auto& path : paths) {
      if (!mango::nameable(path)) return {};
      // A parent that is asked for brings its children.
      bool covered = std::any_of(paths.begin(), paths.end(), [&](const mango::Path& other) {
        return other.size() < path.size() && std::equal(other.begin(), other.end(), path.begin());
      });
      auto name = mango::projection_name(path);
      if (!covered && std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
    }
    return out;
  }

  // ---- views
  void view() {
    const Table& table = *leaf_.shape.table;
    leaf_.access = Access::View;
    leaf_.shape.envelope = decode::Envelope::View;
    ViewRead read;
    read.design_document = table.design_document;
    read.view = table.view;
    read.reduce = read.group = table.reduced;
    ViewRange range = view_range(wish_.conditions, leaf_.relation, table, push_down_options());
    leaf_.pushed = std::move(range.pushed);
    leaf_.residual = std::move(range.residual);
    if (range.never) {
      leaf_.access = Access::Nothing;
      leaf_.residual.clear();
      leaf_.ordered = leaf_.limited = true;
      return;
    }
    read.start_key = std::move(range.start);
    read.end_key = std::move(range.end);
    leaf_.limited = wish_.limit && leaf_.residual.empty();
    if (leaf_.limited) read.limit = wish_.limit;
    leaf_.ordered = wish_.order == IdOrder::Any;
    if (table.map_failed)
      leaf_.notes.push_back("the view's map function fails for some documents: they are not in it");
    ask(std::move(read));
  }

  const Relation& relation_;
  const Wish& wish_;
  const Context& context_;
  Hint hint_;
  Leaf leaf_;
};

}  // namespace

Leaf plan_leaf(uint32_t relation, const Wish& wish, const Context& context) {
  return LeafPlanner{relation, wish, context}.plan();
}

}  // namespace couch::sql::plan
