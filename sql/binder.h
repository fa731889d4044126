#pragma once
// The binder's insides, shared by binder_*.cpp. bound.h has the entry.
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sql/bound.h"
#include "sql/functions.h"
#include "sql/scope.h"

namespace couch::sql {

enum class Clause : uint8_t { None, From, Where, GroupBy, Select, Having, OrderBy, Limit };

// One SELECT (or the ORDER BY of a set operation) while it is bound. They form a chain to the outer queries.
struct SelectContext {
  SelectContext* outer = nullptr;
  Scope scope;
  Clause clause = Clause::None;
  ast::Select* select = nullptr;  // null: no SELECT (VALUES, ORDER BY of a set operation)
  const std::vector<ResultColumn>* outputs = nullptr;  // once the select list is bound: what its aliases name
  bool aggregates = false;                             // an aggregate was met
  bool windows = false;                                // a window function was met
  bool inside_aggregate = false;
  bool inside_window = false;

  SelectContext(SelectContext* around, const std::vector<Relation>& relations)
      : outer(around), scope(relations) {}
};

struct CommonName {
  ast::Identifier name;
  uint32_t relation;
};

class Binder {
 public:
  Binder(Bound& bound, Catalog& catalog) : bound_(bound), catalog_(catalog) {}

  std::vector<ResultColumn> query(ast::Query& query, SelectContext* outer);

 private:
  // ---- queries (binder_query.cpp)
  // query(), but for its columns of NULLs alone: they have no type yet, TypeClass::Null.
  std::vector<ResultColumn> untyped_query(ast::Query& query, SelectContext* outer);
  void settle(ast::QueryBody& body, std::vector<ResultColumn>& columns);
  std::vector<ResultColumn> body(ast::QueryBody& body, SelectContext* outer, ast::Query* owner);
  std::vector<ResultColumn> select(ast::Select& select, SelectContext* outer, ast::Query* owner);
  std::vector<ResultColumn> values(ast::Values& values, SelectContext* outer);
  std::vector<ResultColumn> set_operation(ast::SetOperation& operation, Span span, SelectContext* outer);
  std::vector<ResultColumn> join_outputs(ast::SetOperation& operation, Span span,
                                         std::vector<ResultColumn> left,
                                         const std::vector<ResultColumn>& right);
  void set_apart(ast::Query& query, std::vector<ResultColumn> columns);
  void set_apart(ast::QueryBodyPtr& body, const std::vector<ResultColumn>& columns);
  void expand_stars(ast::Select& select, SelectContext& context);
  void order_by_outputs(ast::Query& query, const std::vector<ResultColumn>& columns, SelectContext* outer);
  void order_key(ast::OrderItem& item, ast::Select& select, SelectContext& context);
  void limit(ast::ExprPtr& expr, std::string_view what, SelectContext* outer);
  void common_tables(ast::Query& query, SelectContext* outer);
  void recursive_table(ast::CommonTable& table, SelectContext* outer);
  void type_recursive_nulls(ast::SetOperation& operation, uint32_t recursive, SelectContext* outer);

  // ---- FROM (binder_tables.cpp)
  Scope table(ast::TableRef& ref, SelectContext& context);
  Scope named_table(ast::TableRef& ref, ast::NamedTable& named, SelectContext& context);
  Scope derived_table(ast::TableRef& ref, ast::DerivedTable& derived, SelectContext& context);
  Scope saved_view(ast::TableRef& ref, std::shared_ptr<const Table> view);
  std::string current_database() const;
  Scope join(ast::TableRef& ref, ast::Join& join, SelectContext& context);
  void join_columns(ast::Join& join, Scope& both, Scope left, Scope right, Span span);
  std::shared_ptr<const Table> assumed_table(const ast::TableRef& ref, const ast::Name& name,
                                             const SelectContext& context,
                                             std::optional<uint32_t>& parameter);
  uint32_t add_relation(Relation relation);
  void rename_columns(Relation& relation, const std::vector<ast::Identifier>& names, Span span);

  // ---- expressions (binder_expressions.cpp)
  void expression(ast::ExprPtr& expr, SelectContext& context);
  void condition(ast::ExprPtr& expr, SelectContext& context);
  void column(ast::ExprPtr& expr, SelectContext& context);
  bool alias(ast::ExprPtr& expr, SelectContext& context);
  void unary(ast::ExprPtr& expr, SelectContext& context);
  void binary(ast::ExprPtr& expr, SelectContext& context);
  void datetime_arithmetic(ast::Expr& expr);
  void compare(ast::ExprPtr& left, ast::ExprPtr& right, Span span);
  void in_query(ast::Expr& expr, ast::InQuery& in, SelectContext& context);
  void quantified(ast::Expr& expr, ast::Quantified& quantified, SelectContext& context);
  void case_of(ast::Expr& expr, ast::Case& node, SelectContext& context);
  void cast(ast::Expr& expr, ast::Cast& node, SelectContext& context);
  void compare_with_query(ast::ExprPtr& subject, ast::Query& query, std::vector<ResultColumn>& columns,
                          Span span);
  [[noreturn]] void unknown_column(const ast::Expr& expr, const ast::Name& name,
                                   const SelectContext& context);
  std::string called_here(const ast::Name& name, const SelectContext& context) const;
  ast::ExprPtr column_of(const ColumnPlace& place, bool nullable, Span span);
  ast::ExprPtr merged_column(const MergedColumn& merged, Span span);

  // ---- calls (binder_calls.cpp)
  void call(ast::ExprPtr& expr, SelectContext& context);
  void arguments(ast::Expr& expr, ast::Call& call, const Function& function);
  void aggregate(ast::Expr& expr, ast::Call& call, const Function& function, SelectContext& context);
  void window(ast::Window& window, SelectContext& context, Span span);
  void call_type(ast::Expr& expr, ast::Call& call, const Function& function, const Type& unified);

  // ---- GROUP BY (binder_grouping.cpp)
  void group_by(ast::Select& select, SelectContext& context);
  void check_grouped(const ast::Select& select, const SelectContext& context,
                     const std::vector<ast::OrderItem>* order_by);

  Bound& bound_;
  Catalog& catalog_;
  std::vector<CommonName> commons_;
  std::vector<std::string> views_;  // databases of the saved views that are being bound, outermost first
};

// Every expression of a bound query's result column `index`, in all the SELECTs and VALUES that make it up.
void outputs_of(ast::QueryBody& body, size_t index, std::vector<ast::ExprPtr*>& outputs);

// A query's rows depend on what class its columns are of: converting them has to wait until it is through.
bool chooses_by_value(const ast::Query& query);
// One of the operands will be converted.
bool are_of_several_classes(const std::vector<ast::ExprPtr*>& operands);

// A canonical text of a bound expression: equal texts, equal expressions. A subquery is equal only to itself.
std::string fingerprint(const ast::Expr& expr, const ast::Select* outputs_of);

// Whether the expression is a literal text, and which.
const std::string* literal_text(const ast::Expr& expr);

}  // namespace couch::sql
