// FROM: tables, derived tables, and joins so that SQLite gives all of their rows.
#include <algorithm>
#include <utility>

#include "sql/engine/sqlite_printer.h"
#include "sql/engine/sqlite_text.h"
#include "sql/walk.h"

namespace couch::sql::engine {

namespace {

// A derived table takes six places on the stack of SQLite's parser, which has 100. Below so many of them the
// next ones are lifted into WITH, where each begins anew; tools nest a query once for every step of their
// user.
constexpr size_t most_derived_depth = 3;

bool outer_both_ways(const ast::TableRef& ref) {
  auto join = std::get_if<ast::Join>(&ref.node);
  if (!join) return false;
  return join->kind == ast::JoinKind::Right || join->kind == ast::JoinKind::Full ||
         outer_both_ways(*join->left) || outer_both_ways(*join->right);
}

bool reads_nothing(const ast::Expr& expr) {
  bool nothing = !std::holds_alternative<ast::BoundColumn>(expr.node);
  for_each_child(
      expr, [&](const ast::ExprPtr& child) { nothing = nothing && reads_nothing(*child); },
      [&](const ast::QueryPtr&) { nothing = false; });
  return nothing;
}

// SQLite (to 3.40 at least) ends all of a join with a constant false ON of an inner join in it, also the rows
// that a RIGHT or FULL JOIN has without it. It finds such constants by folding AND, OR and NOT, and does not
// look into a subquery.
bool is_constant_in_part(const ast::Expr& condition) {
  if (auto* logical = std::get_if<ast::Logical>(&condition.node)) {
    return std::any_of(logical->terms.begin(), logical->terms.end(),
                       [](const ast::ExprPtr& term) { return is_constant_in_part(*term); });
  }
  if (auto* unary = std::get_if<ast::Unary>(&condition.node)) return is_constant_in_part(*unary->operand);
  if (auto* truth = std::get_if<ast::IsTruth>(&condition.node)) return is_constant_in_part(*truth->subject);
  if (auto* cast = std::get_if<ast::Cast>(&condition.node)) return is_constant_in_part(*cast->operand);
  return reads_nothing(condition);
}

}  // namespace

void Printer::derived_table(const ast::DerivedTable& derived) {
  size_t first_read = read_.size(), first_declared = declared_.size();
  std::string around = std::exchange(text, {});
  ++derived_depth_;
  query(*derived.query);
  keep_apart(*derived.query);
  --derived_depth_;
  std::string inner = std::exchange(text, std::move(around));
  bool deep = derived_depth_ >= most_derived_depth;
  bool lifted = deep && stands_alone(first_read, first_declared) && lift(derived.relation, inner);
  if (!lifted) text += '(' + inner + ") AS ";
  text += table_name(derived.relation);
  declared_.push_back(derived.relation);
}

// What was printed since then reads no relation of the queries around it: neither a row of theirs nor a WITH,
// but for the statement's, which is where it would go.
bool Printer::stands_alone(size_t first_read, size_t first_declared) const {
  std::set<uint32_t> own(declared_.begin() + static_cast<std::ptrdiff_t>(first_declared), declared_.end());
  return std::all_of(
      read_.begin() + static_cast<std::ptrdiff_t>(first_read), read_.end(),
      [&](uint32_t relation) { return own.count(relation) + beside_lifted_.count(relation) != 0; });
}

// Grouping sets print their tables once each: such a one is lifted once.
bool Printer::lift(uint32_t relation, std::string query) {
  for (const Lifted& one : lifted_) {
    if (one.relation == relation) return one.query == query;
  }
  lifted_.push_back({relation, std::move(query)});
  return true;
}

void Printer::term_by_term(const ast::Expr& condition) {
  auto* logical = std::get_if<ast::Logical>(&condition.node);
  if (logical && logical->conjunction) {
    for (const ast::ExprPtr& term : logical->terms) {
      text += &term == &logical->terms.front() ? "(" : " AND ";
      term_by_term(*term);
    }
    text += ')';
    return;
  }
  bool hide = is_constant_in_part(condition);
  text += hide ? "(SELECT " : "";
  expression(condition);
  text += hide ? ")" : "";
}

void Printer::table(const ast::TableRef& ref, bool first) {
  std::visit(
      [&](const auto& n) {
        using T = std::remove_cvref_t<decltype(n)>;
        if constexpr (std::is_same_v<T, ast::NamedTable>) {
          const Relation& relation = bound_.relations[n.relation];
          ++mentions[n.relation];
          declared_.push_back(n.relation);
          if (relation.kind == RelationKind::Common) {
            read_.push_back(relation.common);
            text += table_name(relation.common) + " AS ";
          }
          text += table_name(n.relation);
        } else if constexpr (std::is_same_v<T, ast::DerivedTable>) {
          derived_table(n);
        } else {
          static_assert(std::is_same_v<T, ast::Join>);
          // In a list SQLite would join everything before the comma, too.
          bool brackets = !first && outer_both_ways(ref);
          if (brackets) text += '(';
          table(*n.left, true);
          switch (n.kind) {
            case ast::JoinKind::Inner:
            case ast::JoinKind::Cross: text += " JOIN "; break;
            case ast::JoinKind::Left: text += " LEFT JOIN "; break;
            case ast::JoinKind::Right: text += " RIGHT JOIN "; break;
            case ast::JoinKind::Full: text += " FULL JOIN "; break;
          }
          bool nested = std::holds_alternative<ast::Join>(n.right->node);
          if (nested) text += '(';
          table(*n.right, true);
          if (nested) text += ')';
          if (n.on) {
            text += " ON ";
            bool inner = n.kind == ast::JoinKind::Inner || n.kind == ast::JoinKind::Cross;
            if (inner && bound_.right_joins && is_constant_in_part(*n.on))
              term_by_term(*n.on);
            else
              expression(*n.on);
          } else if (n.kind != ast::JoinKind::Inner && n.kind != ast::JoinKind::Cross) {
            text += " ON 1";
          }
          if (brackets) text += ')';
        }
      },
      ref.node);
}

}  // namespace couch::sql::engine
