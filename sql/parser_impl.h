#pragma once
// The parser's inside, spread over parser_*.cpp: recursive descent, and Pratt's operator precedence for
// expressions. It looks ahead a few tokens and never goes back, so its time is linear in the text's length.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sql/ast.h"
#include "sql/lexer.h"
#include "sql/parser.h"

namespace couch::sql {

// How tightly operators bind, loosest first. The printer sets parentheses by the same order.
enum class Level : uint8_t { Or, And, Not, Predicate, Concat, Sum, Product, Sign, Primary };

// A piece of the text that native() replaces: the braces and the first word of an ODBC escape.
struct Edit {
  Span span;
  std::string_view replacement;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text), tokens_(tokenize(text)) {}
  ast::Statement parse();
  const std::vector<Edit>& edits() const { return edits_; }  // in order of the text

 private:
  // A query or a value in parentheses: which of them shows only inside.
  struct Parenthesised {
    ast::ExprPtr expr;
    ast::QueryPtr query;
    Span span;
  };
  // One side of UNION; TOP belongs to the SELECT, and to the whole query if that is the SELECT alone.
  struct Operand {
    ast::QueryBodyPtr body;
    ast::ExprPtr top;
    bool with_ties = false;
  };

  // Counts operators and brackets on the way down: a level of the tree is one operator, perhaps with one
  // bracket, so twice the height is enough for every tree that is allowed. Release builds then need less than
  // 768 KiB of stack for any text.
  class Nesting {
   public:
    explicit Nesting(Parser& parser, uint32_t weight = 1) : parser_(parser), weight_(weight) {
      if (parser_.nesting_ + weight_ > 2 * max_expression_depth) parser_.fail_too_deep(parser_.peek().span);
      parser_.nesting_ += weight_;
    }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;
    ~Nesting() { parser_.nesting_ -= weight_; }

   private:
    Parser& parser_;
    uint32_t weight_;
  };
  // The height of the highest tree made while it lives.
  class Height {
   public:
    explicit Height(Parser& parser) : parser_(parser), outer_(std::exchange(parser.height_, 0u)) {}
    Height(const Height&) = delete;
    Height& operator=(const Height&) = delete;
    ~Height() { parser_.height_ = std::max(parser_.height_, outer_); }
    uint32_t get() const { return parser_.height_; }

   private:
    Parser& parser_;
    uint32_t outer_;
  };

  // ---- tokens (parser.cpp)
  const Token& peek(size_t ahead = 0) const {
    const size_t i = at_ + ahead;
    return i < tokens_.list.size() ? tokens_.list[i] : tokens_.list.back();
  }
  Span here() const { return peek().span; }
  Span since(Span begin) const {
    return {begin.begin, at_ == 0 ? begin.end : std::max(begin.begin, tokens_.list[at_ - 1].span.end)};
  }
  Token take();
  bool at(TokenKind kind) const { return peek().kind == kind; }
  bool at(Word word);  // remembers the word for «did you mean»
  bool next_is(Word word, size_t ahead = 1) const { return peek(ahead).word == word; }
  bool at_words(Word first, Word second);
  bool accept(TokenKind kind);
  bool accept(Word word);
  bool accept_words(Word first, Word second);
  Token expect(TokenKind kind);
  Token expect(Word word);
  void close(const Token& open);  // expects the parenthesis or brace that closes `open`
  std::string text_of(const Token& token) const { return token_text(text_, token); }
  std::string hint_here() const;

  // ---- errors (parser_error.cpp)
  [[noreturn]] void fail(ErrorKind kind, Span span, const std::string& message) const {
    throw Error(kind, message, span);
  }
  [[noreturn]] void fail_expected(std::string_view what, std::string_view hint = {}) const;
  [[noreturn]] void fail_unsupported(Span span, std::string_view what, std::string_view instead = {}) const;
  [[noreturn]] void fail_too_deep(Span span) const;
  std::string shown(const Token& token) const;
  std::string place(Span span) const;  // "line 1, column 7"
  std::string guess(std::string_view what) const;
  bool parenthesis_is_open() const;
  std::string clause_out_of_order() const;
  std::string clause_elsewhere() const;

  // ---- names (parser_name.cpp)
  static bool is_name(const Token& token) {
    return token.kind == TokenKind::Word || token.kind == TokenKind::Quoted;
  }
  bool at_expression_name() const;  // a name can stand here, and this is one
  bool at_table_name() const;
  bool at_bare_alias();
  bool at_clause(const Token& token,
                 size_t ahead) const;  // the word begins a clause here, though it is no reserved one
  ast::Identifier identifier(std::string_view what);  // any word or quoted name
  ast::Identifier table_identifier(std::string_view what);
  ast::Name name_from(ast::Identifier first);  // and its dotted parts
  ast::Name table_name(std::string_view what);
  ast::Name column_name();
  std::optional<ast::Identifier> alias(std::string_view what);
  std::vector<ast::Identifier> identifier_list();  // in parentheses

  // ---- expressions (parser_expression.cpp)
  ast::ExprPtr expression() { return expression(Level::Or); }
  ast::ExprPtr expression(Level level);
  std::vector<ast::ExprPtr> expressions();
  ast::ExprPtr operators(ast::ExprPtr left, Level level);
  ast::ExprPtr logical(ast::ExprPtr left, bool conjunction);
  ast::ExprPtr concatenation(ast::ExprPtr left);
  ast::ExprPtr balanced_concatenation(std::vector<ast::ExprPtr>& terms, size_t begin, size_t end);
  bool at_predicate();
  ast::ExprPtr predicate(ast::ExprPtr left);
  ast::ExprPtr comparison(ast::ExprPtr left);
  ast::ExprPtr is(ast::ExprPtr left);
  ast::ExprPtr in(ast::ExprPtr left, bool negated);
  ast::ExprPtr like(ast::ExprPtr left, bool negated);
  ast::ExprPtr between(ast::ExprPtr left, bool negated);
  ast::ExprPtr negation();
  ast::ExprPtr sign();

  // ---- operands (parser_primary.cpp)
  ast::ExprPtr primary();
  ast::ExprPtr word_primary();
  ast::ExprPtr column_reference();
  bool at_oracle_join(size_t ahead) const;
  [[noreturn]] void fail_oracle_join();
  ast::ExprPtr parenthesised_primary();
  Parenthesised parenthesised();
  Parenthesised after_inner(Parenthesised inner, const Token& open);
  ast::ExprPtr row_or_value(ast::ExprPtr first, const Token& open);
  ast::ExprPtr scalar(Parenthesised query);
  ast::ExprPtr exists();
  ast::ExprPtr case_expression();
  ast::ExprPtr parameter();
  ast::ExprPtr value_or_default();
  template <class Node>
  ast::ExprPtr make(Span span, Node node, uint32_t below = 0) {
    auto expr = std::make_unique<ast::Expr>();
    expr->span = span;
    expr->depth = raised(below, 1, span);
    expr->node = std::move(node);
    return expr;
  }
  // The height of a node whose highest child has `below`; too high ones are an error.
  uint32_t raised(uint32_t below, uint32_t by, Span span) {
    if (below + by > max_expression_depth) fail_too_deep(span);
    height_ = std::max(height_, below + by);
    return below + by;
  }

  // ---- literals and escapes (parser_value.cpp)
  ast::ExprPtr literal(Span span, Value value);
  ast::ExprPtr number(bool negative, Span begin);
  bool at_typed_literal() const;  // DATE '…', INTERVAL '…' …
  ast::ExprPtr typed_literal();
  ast::ExprPtr interval_literal(Span begin);
  ast::ExprPtr guid_literal(Span begin);
  ast::ExprPtr escape_primary();  // {d '…'}, {fn …} …
  Token open_escape(std::string_view replacement, bool keep_word);
  void close_escape(const Token& open);

  // ---- types (parser_type.cpp)
  Type type();
  Type odbc_type();  // SQL_INTEGER …
  bool is_type_name(const Token& token) const;
  uint32_t type_length(uint32_t otherwise, uint32_t most);
  Type interval_type(int* leading_digits);

  // ---- calls (parser_call.cpp)
  ast::ExprPtr call();
  ast::ExprPtr niladic();
  ast::ExprPtr cast();
  ast::ExprPtr convert();
  void arguments(ast::Call& call, Word function);
  void generic_arguments(ast::Call& call, bool quantifier);
  void further_arguments(ast::Call& call);
  void extract_arguments(ast::Call& call);
  void trim_arguments(ast::Call& call);
  void position_arguments(ast::Call& call);
  void substring_arguments(ast::Call& call);
  void overlay_arguments(ast::Call& call);
  void unit_argument(ast::Call& call, bool odbc);
  void call_suffixes(ast::Call& call);
  ast::ExprPtr text_literal(Span span, std::string text) { return literal(span, Value(std::move(text))); }

  // ---- windows (parser_window.cpp)
  bool at_over();
  std::unique_ptr<ast::Window> over();
  ast::Window window_specification();
  ast::Frame frame(ast::FrameUnit unit);
  ast::FrameBound frame_bound(ast::ExprPtr& offset);
  std::vector<ast::NamedWindow> named_windows();

  // ---- queries (parser_query.cpp)
  bool at_query(size_t ahead = 0) const;  // SELECT, WITH x, VALUES (
  ast::QueryPtr query();
  ast::QueryPtr query_in_parentheses(std::string_view what);
  ast::QueryPtr finish_query(ast::QueryPtr query, Operand first, Span begin);
  void with_clause(ast::Query& query);
  ast::CommonTable common_table();
  Operand operand();
  Operand operand_of(Parenthesised inner);
  ast::QueryBodyPtr sealed(Operand operand);
  bool at_set_operation();
  bool at_query_tail();
  Operand set_operations(Operand first);
  Operand intersections(Operand first);
  bool set_quantifier();
  ast::QueryBodyPtr chain(ast::SetOp op, bool all, std::vector<ast::QueryBodyPtr> operands);
  ast::QueryBodyPtr balanced(ast::SetOp op, bool all, std::vector<ast::QueryBodyPtr>& operands, size_t begin,
                             size_t end);
  ast::QueryBodyPtr combine(ast::SetOp op, bool all, ast::QueryBodyPtr left, ast::QueryBodyPtr right);
  void query_tail(ast::Query& query);
  void limit_clause(ast::Query& query);
  void fetch_clause(ast::Query& query);
  void for_clause(ast::Query& query);
  std::vector<ast::OrderItem> order_items();

  // ---- SELECT (parser_select.cpp)
  Operand select();
  void top_clause(Operand& operand);
  ast::SelectItem select_item();
  ast::ExprPtr star();  // t.* or *; null if the item is none
  std::vector<ast::SelectItem> select_items();
  ast::ExprPtr optional_where();
  std::vector<ast::GroupingElement> grouping();
  ast::GroupingElement grouping_element();
  std::vector<std::vector<ast::ExprPtr>> grouping_sets(bool empty_allowed);
  std::vector<ast::ExprPtr> grouping_set();
  Operand values();

  // ---- tables (parser_table.cpp)
  std::vector<ast::TableRefPtr> from_list();
  ast::TableRefPtr table_reference();
  ast::TableRefPtr table_primary();
  ast::TableRefPtr named_table();
  ast::TableRefPtr derived_table(ast::QueryPtr query, bool lateral, Span begin);
  ast::TableRefPtr parenthesised_table();
  ast::TableRefPtr after_inner_table(Parenthesised inner, const Token& open);
  ast::TableRefPtr outer_join_escape();
  bool at_join();
  ast::TableRefPtr joined(ast::TableRefPtr left);  // every join that follows
  ast::TableRefPtr one_join(ast::TableRefPtr left);
  void table_alias(ast::TableRef& table);

  // ---- statements (parser_change.cpp, parser_definition.cpp)
  void statement_body(ast::Statement& statement);
  ast::Insert insert();
  void insert_columns(ast::Insert& insert);
  ast::OnConflict on_conflict();
  ast::Update update();
  ast::Delete remove();
  ast::Merge merge();
  ast::MergeBranch merge_branch();
  void change_condition(ast::ExprPtr& where, std::optional<ast::Identifier>& current_of);
  ast::Returning returning();
  std::vector<ast::Assignment> assignments();
  void assignment(std::vector<ast::Assignment>& list);
  void row_assignment(std::vector<ast::Assignment>& list);
  void create(ast::Statement& statement);
  ast::CreateTable create_table();
  ast::ColumnDefinition column_definition();
  void table_constraint(ast::CreateTable& table);
  bool at_table_constraint();
  ast::CreateIndex create_index();
  ast::CreateView create_view();
  ast::CreateDatabase create_database();
  ast::AlterTable alter_table();
  ast::Drop drop();
  bool if_not_exists();
  ast::Transaction transaction();
  ast::CallProcedure procedure();
  ast::CallProcedure procedure_escape();

  std::string_view text_;
  Tokens tokens_;
  size_t at_ = 0;
  uint32_t nesting_ = 0;
  uint32_t height_ = 0;
  uint32_t parameters_ = 0;
  std::vector<Edit> edits_;
  // For messages: the keywords that would have gone on here, and the word last taken as an alias without AS.
  std::array<Word, 40> tried_{};
  size_t tried_count_ = 0;
  size_t bare_alias_ = SIZE_MAX;  // its token
};

// ---- what literals say (parser_literal.cpp)
Value number_value(std::string_view text, bool negative, Span span);  // throws Error(OutOfRange)
Date date_value(std::string_view text, Span span);  // throws Error(InvalidDatetime | DatetimeOverflow)
Time time_value(std::string_view text, Span span);
Timestamp timestamp_value(std::string_view text, Span span);
// leading_digits: the stated precision of the first field, 0 for none. Throws Error(InvalidDatetime |
// IntervalOverflow).
Interval interval_value(std::string_view text, bool negative, const Type& type, int leading_digits,
                        Span span);
bool is_guid(std::string_view text);
std::string bytes_of_hex(std::string_view digits);
std::optional<IntervalField> interval_field(std::string_view word);
std::string upper(std::string_view text);  // ASCII only
bool equal_words(std::string_view a, std::string_view upper_case);

inline uint32_t depth_of(const ast::ExprPtr& expr) { return expr ? expr->depth : 0; }

}  // namespace couch::sql
