#pragma once
// The insides of sqlite_text.h, shared by sqlite_*.cpp.
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sql/bound.h"
#include "sql/engine/sqlite_text.h"
#include "sql/functions.h"
#include "sql/session.h"

namespace couch::sql::engine {

class Printer {
 public:
  Printer(const Bound& bound, CollationKind collation)
      : mentions(bound.relations.size()), bound_(bound), collation_(collation) {}

  std::string text;
  std::vector<uint32_t> mentions;
  // sqlite_text.h, weighted_text and figures_text
  const std::set<uint32_t>* weighted = nullptr;
  const Measures* measures = nullptr;
  const std::map<const ast::Call*, size_t>* figures = nullptr;
  size_t first_figure = 0;

  // A whole statement, with the derived tables that were lifted out of it.
  void statement(const ast::Query& query);
  void figures_of(const ast::Select& select);
  // ---- queries (sqlite_queries.cpp)
  void query(const ast::Query& query);
  // ---- expressions (sqlite_expressions.cpp)
  void expression(const ast::Expr& expr);

 private:
  // Result columns are called c0, c1 …; `distinct`: they are compared with each other, so each states its
  // collation.
  void body(const ast::QueryBody& body, bool distinct, const ast::Query* owner);
  void operand(const ast::QueryBody& body, bool left, bool distinct);
  void set_operation(const ast::SetOperation& operation, bool distinct);
  void counted(const ast::SetOperation& operation);
  void values(const ast::Values& values, bool distinct);
  void select(const ast::Select& select, bool distinct, const ast::Query* owner);
  void grouping_sets(const ast::Select& select, const std::vector<std::vector<const ast::Expr*>>& sets,
                     bool distinct, const ast::Query* owner);
  void select_core(const ast::Select& select, bool distinct, const std::vector<const ast::Expr*>* keys,
                   const std::vector<ast::OrderItem>* sort_columns);
  void with_ties(const ast::Query& query);
  void order_by(const ast::Query& query, const ast::Select* select);
  void limits(const ast::Query& query);
  void keep_apart(const ast::Query& query);
  void limit(const ast::Expr& expr);
  void columns(size_t count, const ast::QueryBody& body, bool distinct);
  // ---- FROM (sqlite_from.cpp)
  void table(const ast::TableRef& ref, bool first);
  void term_by_term(const ast::Expr& condition);  // of an ON that SQLite must not fold
  void derived_table(const ast::DerivedTable& derived);
  bool stands_alone(size_t first_read, size_t first_declared) const;
  bool lift(uint32_t relation, std::string query);

  // As an operand of a comparison, a key of a sort or a group: with the collation that decides.
  void collated(const ast::Expr& expr, bool binary = false);
  void collate(const ast::Expr& expr, bool binary = false);
  std::string_view collation_of(const ast::Expr& expr) const;
  bool is_binary(const ast::Expr& expr) const;  // _id, _rev
  bool gives_binary(const ast::Query& query, size_t column) const;
  void literal(const ast::Literal& literal, const ast::Expr& expr);
  void text_literal(std::string_view bytes);
  void logical(const std::vector<ast::ExprPtr>& terms, size_t first, size_t last, std::string_view separator);
  void compare(const ast::Expr& left, std::string_view op, const ast::Expr& right);
  void binary(const ast::Expr& expr, const ast::Binary& node);
  void arithmetic_chain(const ast::Expr& expr);
  void cast(const ast::Expr& expr, const ast::Cast& node);
  void case_of(const ast::Case& node);
  void quantified(const ast::Quantified& node);
  void scalar_query(const ast::Query& query);
  void call(const ast::Expr& expr, const ast::Call& call);
  void aggregate(const ast::Call& call, const Function& function);
  std::string weight() const;  // of the rows of the SELECT that is printed; empty: each stands for itself
  bool weigh(const ast::Call& call, std::string_view name, const std::string& weight);
  void string_agg(const ast::Call& call);
  void arguments(const ast::Call& call, const Function& function);
  void window(const ast::Window& window);
  std::string window_name(const ast::Identifier& name) const;  // of the WINDOW clause: w0, w1 …
  void sort_items(const std::vector<ast::OrderItem>& items);
  void sort_key(const std::vector<const ast::Expr*>& exprs, const std::vector<ast::OrderItem>* directions);
  void number(const ast::Expr& expr);  // natively, where a function takes doubles

  struct Lifted {
    uint32_t relation;
    std::string query;
  };

  const Bound& bound_;
  CollationKind collation_;
  size_t derived_depth_ = 0;
  const ast::Query* statement_ = nullptr;
  std::vector<Lifted> lifted_;
  std::set<uint32_t> beside_lifted_;  // the statement's own WITH elements, those that are complete
  std::vector<uint32_t> read_,
      declared_;  // relations, as the text names them in expressions and in FROM or WITH
  const ast::Select* select_ = nullptr;  // whose items output_relation means
  const std::set<std::string>* grouped_out_ =
      nullptr;  // inside one of several grouping sets: the keys that are NULL in it
  const std::vector<const ast::Expr*>* grouped_ = nullptr;  // the keys of the set, for GROUPING
};

}  // namespace couch::sql::engine
