#include "sql/plan/view_range.h"

#include "sql/engine/collation.h"
#include "sql/engine/decimal.h"
#include "sql/json_text.h"
#include "sql/mango/operand.h"

namespace couch::sql::plan {

namespace {

using mango::Operator;

bool is_whole_key(const mango::Path& path) { return path.size() == 1 && path.front() == "key"; }

// Any bound is right; one of the query's is better than one between two classes.
bool tighten(std::string& bound, const std::string& operand) {
  if (!bound.empty() && !mango::is_class_edge(bound)) return false;
  bound = operand;
  return true;
}

// A range that ends before it begins: CouchDB answers 400, not with no rows. Both bounds are of the key's own
// class; those between two classes are in order.
bool is_reversed(const std::string& start, const std::string& end, CollationKind collation) {
  if (start.empty() || end.empty() || mango::is_class_edge(start) || mango::is_class_edge(end)) return false;
  if (start.front() != '"' || end.front() != '"')
    return engine::is_decimal(start) && engine::is_decimal(end) && engine::compare_decimals(start, end) > 0;
  std::string first = string_of(start), last = string_of(end);
  return (collation == CollationKind::Server ? engine::compare_text(first, last) : first.compare(last)) > 0;
}

}  // namespace

ViewRange view_range(const std::vector<const ast::Expr*>& conditions, uint32_t relation, const Table& table,
                     const mango::PushDownOptions& options) {
  ViewRange out;
  bool point = false;
  for (const auto* condition : conditions) {
    mango::Pushed pushed = mango::push(*condition, relation, table, options);
    if (mango::is_nothing(pushed.selector)) {
      out.never = true;
      out.pushed = {condition};
      out.residual.clear();
      return out;
    }
    if (mango::is_everything(pushed.selector) && pushed.exact) continue;
    out.residual.push_back(condition);
    // Views are ordered by the server's collation, and PouchDB's are by its own: the bounds hold where push()
    // gave them.
    auto* field = std::get_if<mango::Field>(&pushed.selector.node);
    if (!field || !is_whole_key(field->path) || point) continue;
    bool used = false;
    for (const auto& test : field->tests) {
      switch (test.op) {
        case Operator::Equal:
          out.start = out.end = test.operand;
          point = used = true;
          break;
        case Operator::Greater:
        case Operator::GreaterEqual: used = tighten(out.start, test.operand) || used; break;
        case Operator::Less:
        case Operator::LessEqual: used = tighten(out.end, test.operand) || used; break;
        case Operator::NotEqual:
        case Operator::In:
        case Operator::NotIn:
        case Operator::Regex:
        case Operator::Exists: break;
      }
    }
    if (used) out.pushed.push_back(condition);
  }
  out.never = is_reversed(out.start, out.end, options.collation);
  return out;
}

}  // namespace couch::sql::plan
