#include "sql/plan/id_condition.h"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "sql/mango/like.h"
#include "sql/mango/push_down.h"
#include "sql/plan/conjuncts.h"

namespace couch::sql::plan {

namespace {

class Reader {
 public:
  Reader(uint32_t relation, const Table& table, const std::vector<Value>& parameters,
         const ServerTraits& traits)
      : relation_(relation), table_(table), parameters_(parameters), traits_(traits) {}

  void read(const ast::Expr& expr) {
    bool used = std::visit([&](const auto& node) { return take(node); }, expr.node);
    if (used) out_.used.push_back(&expr);
  }

  IdCondition finish() {
    if (out_.ids) {
      // A range that is known, too, drops some of them here.
      std::erase_if(*out_.ids, [&](const std::string& id) {
        if (out_.start && id < *out_.start) return true;
        if (out_.end && (out_.inclusive_end ? id > *out_.end : id >= *out_.end)) return true;
        // Design and local documents are no rows, and other ids do not begin so.
        return id.empty() || id.starts_with('_');
      });
      out_.start.reset();
      out_.end.reset();
      out_.never = out_.never || out_.ids->empty();
    } else if (out_.start && out_.end) {
      out_.never = out_.never || *out_.start > *out_.end || (*out_.start == *out_.end && !out_.inclusive_end);
    }
    return std::move(out_);
  }

 private:
  // A text to compare _id with; nullptr: the condition is not for us. A NULL makes it never true.
  const std::string* text(const ast::Expr& expr) {
    const Value* value = mango::constant(expr, &parameters_, storage_);
    if (!value) return nullptr;
    if (is_null(*value)) null_ = true;
    return std::get_if<std::string>(value);
  }
  bool is_id(const ast::Expr& expr) const {
    auto* column = std::get_if<ast::BoundColumn>(&expr.node);
    return column && column->relation == relation_ &&
           table_.columns[column->column].source == ColumnSource::Id;
  }
  bool never() {
    out_.never = true;
    return true;
  }

  template <class Node>
  bool take(const Node&) {
    return false;
  }

  bool take(const ast::Compare& node) {
    using ast::CompareOp;
    bool flip = is_id(*node.right);
    if (!flip && !is_id(*node.left)) return false;
    null_ = false;
    const std::string* value = text(flip ? *node.left : *node.right);
    if (null_) return never();
    if (!value) return false;
    switch (node.op) {
      case CompareOp::Equal: return among({*value});
      case CompareOp::NotEqual: return false;
      case CompareOp::Less: return flip ? above(*value, false) : below(*value, false);
      case CompareOp::LessEqual: return flip ? above(*value, true) : below(*value, true);
      case CompareOp::Greater: return flip ? below(*value, false) : above(*value, false);
      case CompareOp::GreaterEqual: return flip ? below(*value, true) : above(*value, true);
    }
    return false;
  }

  // _id = 'a' OR _id IN ('b', 'c'): where each side names ids, these are all that there can be.
  bool take(const ast::Logical& node) {
    if (node.conjunction) return false;
    std::vector<std::string> ids;
    bool exact = true;
    for (const auto& term : node.terms) {
      Reader side{relation_, table_, parameters_, traits_};
      const auto parts = conjuncts(term.get());
      for (const auto* part : parts) side.read(*part);
      const IdCondition said = side.finish();
      exact = exact && said.used.size() == parts.size();
      if (said.never) continue;
      if (!said.ids) return false;
      ids.insert(ids.end(), said.ids->begin(), said.ids->end());
    }
    return among(std::move(ids)) && exact;
  }

  bool take(const ast::In& node) {
    if (node.negated || !is_id(*node.subject)) return false;
    std::vector<std::string> ids;
    for (const auto& item : node.list) {
      null_ = false;
      const std::string* value = text(*item);
      if (null_) continue;
      if (!value) return false;
      ids.push_back(*value);
    }
    return among(std::move(ids));
  }

  bool take(const ast::Between& node) {
    if (node.negated || !is_id(*node.subject)) return false;
    null_ = false;
    const std::string* low = text(*node.low);
    std::string from = low ? *low : std::string{};
    const std::string* high = text(*node.high);
    if (null_) return never();
    if (!low || !high || !comparable(from) || !comparable(*high)) return false;
    above(from, true);
    return below(*high, true);
  }

  bool take(const ast::Like& node) {
    if (node.negated || node.kind != ast::LikeKind::Like || !is_id(*node.subject)) return false;
    null_ = false;
    const std::string* value = text(*node.pattern);
    if (null_) return never();
    if (!value) return false;
    std::string pattern = *value, escape;
    if (node.escape) {
      const std::string* character = text(*node.escape);
      if (null_) return never();
      if (!character) return false;
      escape = *character;
    }
    auto like = mango::like_pattern(pattern, escape);
    if (!like || !comparable(like->prefix)) return false;
    if (like->literal) return among({like->prefix});
    if (like->prefix.empty()) return false;
    above(like->prefix, true);
    if (auto end = mango::after_prefix(like->prefix)) below(*end, false);
    return like->only_prefix;
  }

  // PouchDB orders ids by UTF-16 units; up to U+007F that is the order of bytes.
  bool comparable(const std::string& id) const {
    return traits_.couchdb ||
           std::all_of(id.begin(), id.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  }

  bool among(std::vector<std::string> ids) {
    std::unordered_set<std::string> seen;
    std::erase_if(ids, [&](const std::string& id) { return !seen.insert(id).second; });
    if (out_.ids) {
      std::erase_if(*out_.ids, [&](const std::string& id) { return !seen.contains(id); });
    } else {
      out_.ids = std::move(ids);
    }
    return true;
  }
  bool above(std::string id, bool inclusive) {
    if (!comparable(id)) return false;
    // The next string after s, by bytes, is s and a NUL.
    if (!inclusive) id.push_back('\0');
    if (!out_.start || *out_.start < id) out_.start = std::move(id);
    return true;
  }
  bool below(std::string id, bool inclusive) {
    if (!comparable(id)) return false;
    if (!out_.end || id < *out_.end || (id == *out_.end && !inclusive)) {
      out_.inclusive_end = inclusive;
      out_.end = std::move(id);
    }
    return true;
  }

  uint32_t relation_;
  const Table& table_;
  const std::vector<Value>& parameters_;
  const ServerTraits& traits_;
  Value storage_;
  bool null_ = false;
  IdCondition out_;
};

}  // namespace

IdCondition id_condition(const std::vector<const ast::Expr*>& conjuncts, uint32_t relation,
                         const Table& table, const std::vector<Value>& parameters,
                         const ServerTraits& traits) {
  Reader reader{relation, table, parameters, traits};
  for (const auto* conjunct : conjuncts) reader.read(*conjunct);
  return reader.finish();
}

std::optional<PartitionRange> partition_of(const IdCondition& ids) {
  if (!ids.start || !ids.end) return std::nullopt;
  const size_t colon = ids.start->find(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  PartitionRange out;
  out.name = ids.start->substr(0, colon);
  const std::string first = out.name + ':', after = out.name + ';';  // no id is "p;": each has a colon
  if (*ids.end != after && !ids.end->starts_with(first)) return std::nullopt;
  out.whole = *ids.start == first && *ids.end == after;
  return out;
}

}  // namespace couch::sql::plan
