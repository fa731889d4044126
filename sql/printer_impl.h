#pragma once
// The printer's inside, spread over printer*.cpp. Parentheses stand where the parser's levels need them, and
// nowhere else.
#include <string>
#include <string_view>
#include <vector>

#include "sql/ast.h"
#include "sql/parser_impl.h"

namespace couch::sql {

class Printer {
 public:
  void statement(const ast::Statement& statement);
  void query(const ast::Query& query);
  void expr(const ast::Expr& expr,
            Level least = Level::Or);  // in parentheses if it binds more loosely than `least`
  std::string take() { return std::move(out_); }

 private:
  enum class Place : uint8_t { Expression, NameOnly };  // in lists of names the grammar takes every word

  void put(std::string_view text) { out_ += text; }
  template <class List, class Each>
  void list(const List& items, Each&& each) {
    bool first = true;
    for (const auto& item : items) {
      if (!first) put(", ");
      first = false;
      each(item);
    }
  }
  void exprs(const std::vector<ast::ExprPtr>& items) {
    list(items, [&](const ast::ExprPtr& item) { expr(*item); });
  }

  // printer.cpp
  void identifier(const ast::Identifier& id, Place place);
  void name(const ast::Name& name, Place place);
  void names(const std::vector<ast::Identifier>& ids);
  void as(const std::optional<ast::Identifier>& alias);
  void type(const Type& type);
  void value(const Value& value, const Type& type);
  void interval(const Interval& value);
  void set_value(const ast::Expr& expr);  // in VALUES and SET, where DEFAULT is a word of its own
  void subquery(const ast::Query& query);
  void order_items(const std::vector<ast::OrderItem>& items);
  void window(const ast::Window& window);
  void frame(const ast::Frame& frame);
  void frame_bound(ast::FrameBound bound, const ast::ExprPtr& offset);
  void call(const ast::Call& call);
  bool special_call(const ast::Call& call);

  void node(const ast::Literal& node, const ast::Expr& expr);
  void node(const ast::ColumnRef& node, const ast::Expr& expr);
  void node(const ast::Star& node, const ast::Expr& expr);
  void node(const ast::Parameter& node, const ast::Expr& expr);
  void node(const ast::Default& node, const ast::Expr& expr);
  void node(const ast::Unary& node, const ast::Expr& expr);
  void node(const ast::Binary& node, const ast::Expr& expr);
  void node(const ast::Logical& node, const ast::Expr& expr);
  void node(const ast::Compare& node, const ast::Expr& expr);
  void node(const ast::Distinct& node, const ast::Expr& expr);
  void node(const ast::IsNull& node, const ast::Expr& expr);
  void node(const ast::IsTruth& node, const ast::Expr& expr);
  void node(const ast::Between& node, const ast::Expr& expr);
  void node(const ast::In& node, const ast::Expr& expr);
  void node(const ast::InQuery& node, const ast::Expr& expr);
  void node(const ast::Like& node, const ast::Expr& expr);
  void node(const ast::Exists& node, const ast::Expr& expr);
  void node(const ast::ScalarQuery& node, const ast::Expr& expr);
  void node(const ast::Quantified& node, const ast::Expr& expr);
  void node(const ast::Row& node, const ast::Expr& expr);
  void node(const ast::Case& node, const ast::Expr& expr);
  void node(const ast::Cast& node, const ast::Expr& expr);
  void node(const ast::Call& node, const ast::Expr& expr);
  void node(const ast::BoundColumn& node, const ast::Expr& expr);

  // printer_query.cpp
  void body(const ast::QueryBody& body);
  void node(const ast::Select& select);
  void node(const ast::Values& values);
  void node(const ast::SetOperation& operation);
  void node(const ast::Nested& nested);
  void set_operand(const ast::QueryBody& operand, const ast::SetOperation& of, bool right);
  void select_items(const std::vector<ast::SelectItem>& items);
  void grouping(const ast::GroupingElement& element);
  void table(const ast::TableRef& table);
  void join(const ast::Join& join);

  // printer_statement.cpp
  void node(const ast::QueryPtr& node);
  void node(const ast::Explain& node);
  void node(const ast::Insert& node);
  void node(const ast::Update& node);
  void node(const ast::Delete& node);
  void node(const ast::Merge& node);
  void node(const ast::Truncate& node);
  void node(const ast::CreateTable& node);
  void node(const ast::AlterTable& node);
  void node(const ast::CreateIndex& node);
  void node(const ast::CreateView& node);
  void node(const ast::CreateDatabase& node);
  void node(const ast::Drop& node);
  void node(const ast::RefreshSchema& node);
  void node(const ast::Transaction& node);
  void node(const ast::CallProcedure& node);
  void assignments(const std::vector<ast::Assignment>& list);
  void change_condition(const ast::ExprPtr& where, const std::optional<ast::Identifier>& current_of);
  void returning(const ast::Returning& returning);
  void column_definition(const ast::ColumnDefinition& column);

  std::string out_;
};

Level level_of(const ast::Expr& expr);

}  // namespace couch::sql
