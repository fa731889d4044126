#include "sql/plan/join_keys.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "sql/decode/raw.h"
#include "sql/json_text.h"
#include "sql/mango/push_down.h"
#include "sql/path.h"
#include "sql/plan/cost.h"
#include "sql/plan/index_read.h"
#include "sql/plan/key_range.h"

namespace couch::sql::plan {

namespace {

// What one key costs, in documents of a scan (Cost::all_docs): of _all_docs {keys}, of a view's with
// documents and without, and a range of a view, which is a request.
constexpr double id_key = 4.5, view_key = 4.5, covered_key = 2.5, view_range = Cost::request / Cost::all_docs;
// And a row that it finds.
constexpr double view_document = 3.5, covered_row = (Cost::index_key + Cost::row_here) / Cost::all_docs;
// Keys that one row of values gives, at most (IN lists).
constexpr size_t most_frames = 16;

using Links = std::vector<const Link*>;

const ast::Expr& first_output(const ast::QueryBody& body) {
  if (auto* select = std::get_if<ast::Select>(&body.node)) return *select->items.front().expr;
  if (auto* values = std::get_if<ast::Values>(&body.node)) return *values->rows.front().front();
  if (auto* operation = std::get_if<ast::SetOperation>(&body.node)) return first_output(*operation->left);
  return first_output(*std::get<ast::Nested>(body.node).query->body);
}
Type type_of(const Link& link) {
  return link.value ? link.value->type : first_output(*link.query->body).type;
}

// Links with values of the same relation speak of the same row of it (conditions.h); a subquery's values are
// alone.
std::vector<Links> by_source(const std::vector<Link>& links) {
  std::vector<Links> out;
  for (const Link& link : links) {
    auto found = std::find_if(out.begin(), out.end(), [&](const Links& group) {
      const Link& other = *group.front();
      return link.value && other.value && other.source == link.source && other.query == link.query;
    });
    if (found == out.end()) found = out.insert(out.end(), Links{});
    found->push_back(&link);
  }
  return out;
}

class Finder {
 public:
  Finder(const Leaf& leaf, const std::vector<Link>& links, const Context& context)
      : leaf_(leaf), table_(*leaf.shape.table), links_(links), context_(context) {}

  std::vector<KeyedWay> ways() {
    std::vector<KeyedWay> out;
    if (leaf_.access == Access::Nothing || table_.kind == TableKind::View) return out;
    for (const Links& group : by_source(links_)) {
      if (auto way = by_id(group)) {
        out.push_back(std::move(*way));
      } else {
        by_index(group, out);
      }
    }
    return out;
  }

 private:
  KeyedRead::Part part_of(const Link& link) const {
    return {link.column, type_of(link), link.value ? link.value->span : link.query->span};
  }

  std::optional<KeyedWay> by_id(const Links& group) const {
    for (const Link* link : group) {
      if (table_.columns[link->column].source != ColumnSource::Id) continue;
      if (class_of(type_of(*link)) != TypeClass::Text) continue;
      KeyedWay way;
      way.read.parts = {part_of(*link)};
      way.read.key_cost = id_key;
      way.read.row_cost = id_key;
      way.links = {link};
      return way;
    }
    return std::nullopt;
  }

  // The indexes in which these links fix the most: one that fixes less by keys of the same rows reads more.
  void by_index(const Links& group, std::vector<KeyedWay>& out) {
    if (table_.kind != TableKind::Typed && table_.kind != TableKind::Database) return;
    if (!context_.traits.index_as_view || context_.options.mismatch == MismatchPolicy::Error) return;
    auto indexes = context_.indexes.find(table_.catalog);
    if (indexes == context_.indexes.end()) return;
    struct Found {
      std::set<mango::Path> fixed;
      KeyedWay way;
    };
    std::vector<Found> found;
    for (const Index& index : indexes->second) {
      Found one;
      if (auto way = through(index, group, one.fixed)) {
        one.way = std::move(*way);
        found.push_back(std::move(one));
      }
    }
    // Keys alone before documents, and whole keys before ranges, which are a request each.
    std::stable_partition(found.begin(), found.end(),
                          [](const Found& one) { return !one.way.read.covered.empty(); });
    std::stable_partition(found.begin(), found.end(), [](const Found& one) { return !one.way.read.next; });
    for (size_t i = 0; i < found.size(); ++i) {
      bool worse = false;
      for (size_t k = 0; k < found.size() && !worse; ++k) {
        if (k == i || (found[k].way.read.next && !found[i].way.read.next)) continue;
        const auto &mine = found[i].fixed, &others = found[k].fixed;
        const bool within = std::includes(others.begin(), others.end(), mine.begin(), mine.end());
        worse = within && (others.size() > mine.size() || k < i);
      }
      if (!worse) out.push_back(found[i].way);
    }
  }

  // An index holds no document that lacks one of its fields. So each of them must be the discriminator, have
  // a value that a row meets, or one that the table's own conditions ask for: those that begin it make a key
  // when they have a value each, and one after them a range.
  std::optional<KeyedWay> through(const Index& index, const Links& group, std::set<mango::Path>& fixed) {
    if (index.partial || index.partitioned || index.fields.empty()) return std::nullopt;
    KeyedWay way;
    KeyedRead& read = way.read;
    std::vector<std::vector<std::string>> frames{{{}}};
    const auto add_text = [&](const std::string& text) {
      for (auto& frame : frames) frame.back() += text;
    };
    size_t number = 0;
    for (; number < index.fields.size(); ++number) {
      const mango::Path& field = index.fields[number];
      // It holds what no column is.
      if (field.size() == 1 && field.front().starts_with('_')) return std::nullopt;
      const std::string comma = number == 0 ? "" : ",";
      if (table_.is_discriminator(field)) {
        add_text(comma + json_string(table_.discriminator));
      } else if (const Link* link = link_of(field, group)) {
        add_text(comma);
        for (auto& frame : frames) frame.emplace_back();
        read.parts.push_back(part_of(*link));
        way.links.push_back(link);
        fixed.insert(field);
      } else if (KeyRanges points = ranges(field);
                 are_points(points) && points.size() * frames.size() <= most_frames) {
        std::vector<std::vector<std::string>> more;
        for (const auto& frame : frames) {
          for (const auto& point : points) {
            more.push_back(frame);
            more.back().back() += comma + point.low;
          }
        }
        frames = std::move(more);
        fixed.insert(field);
      } else {
        break;
      }
      read.fields += (number == 0 ? "" : ", ") + column_name(field);
    }
    if (read.parts.empty()) return std::nullopt;
    if (number < index.fields.size()) {
      for (size_t rest = number; rest < index.fields.size(); ++rest)
        if (!is_there(index.fields[rest])) return std::nullopt;
      const KeyRanges next = ranges(index.fields[number]);
      if (next.empty()) return std::nullopt;
      read.next = hull(next);
      read.whole = number + 1 == index.fields.size() && !read.next->is_open();
    }
    read.by_id = false;
    read.design_document = index.design_document;
    read.index = index.name;
    read.frames = std::move(frames);
    if (covers(index, table_, leaf_.shape.columns)) read.covered = index.fields;
    read.key_cost = read.next ? view_range : read.covered.empty() ? view_key : covered_key;
    read.row_cost = read.covered.empty() ? view_document : covered_row;
    return way;
  }

  bool is_column(uint32_t number, const mango::Path& field) const {
    const Column& column = table_.columns[number];
    return column.source == ColumnSource::Path && column.array_steps.empty() && column.path == field;
  }
  const Link* link_of(const mango::Path& field, const Links& group) const {
    for (const Link* link : group)
      if (is_column(link->column, field) && is_comparable(*link)) return link;
    return nullptr;
  }
  // Compared by the server as it is here, or so that it finds more. Texts are equal by their weight for ICU:
  // under Collation=binary that is a superset, and the join checks it.
  bool is_comparable(const Link& link) const {
    const Type& type = table_.columns[link.column].type;
    const TypeClass c = class_of(type);
    bool one =
        c == TypeClass::Number || c == TypeClass::Bit || (c == TypeClass::Text && context_.traits.icu_order);
    return one && c == class_of(type_of(link)) && !decode::takes_any_value(type);
  }

  // Every row that makes a difference has something there: what is NULL meets nothing.
  bool is_there(const mango::Path& field) {
    if (table_.is_discriminator(field) || !is_every_key(ranges(field))) return true;
    return std::any_of(links_.begin(), links_.end(),
                       [&](const Link& link) { return is_column(link.column, field); });
  }

  // What the table's own conditions say of a field. Every key: it may be missing.
  KeyRanges ranges(const mango::Path& field) {
    if (!pushed_) {
      pushed_.emplace();
      const mango::PushDownOptions options{context_.collation, context_.options.mismatch, context_.traits,
                                           &context_.parameters};
      for (const auto* list : {&leaf_.pushed, &leaf_.residual})
        for (const auto* condition : *list)
          pushed_->push_back(mango::push(*condition, leaf_.relation, table_, options).selector);
    }
    KeyRanges out = every_key();
    for (const auto& selector : *pushed_) {
      bool exact = true;
      out = both(out, ranges_of(selector, field, &exact));
    }
    return out;
  }

  const Leaf& leaf_;
  const Table& table_;
  const std::vector<Link>& links_;
  const Context& context_;
  std::optional<std::vector<mango::Selector>> pushed_;  // the conditions', when first asked for
};

}  // namespace

std::vector<KeyedWay> ways_by_keys(const Leaf& leaf, const std::vector<Link>& links, const Context& context) {
  return Finder{leaf, links, context}.ways();
}

}  // namespace couch::sql::plan
