#pragma once
// The tree of a statement, as parsed. Every node has its byte span. A new alternative breaks the build until every visitor knows it.
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "sql/error.h"
#include "sql/type.h"
#include "sql/value.h"

namespace couch::sql::ast {

struct Expr;
struct Query;
struct TableRef;
using ExprPtr = std::unique_ptr<Expr>;
using QueryPtr = std::unique_ptr<Query>;
using TableRefPtr = std::unique_ptr<TableRef>;

struct Identifier {
  std::string text;     // unescaped
  bool quoted = false;  // "…", `…` or […]: matched exactly
  Span span;
};
using Name = std::vector<Identifier>;  // dotted

// ---- expressions
struct Literal { Value value; };       // NULL, TRUE, 42, 1.5, 'text', DATE '…', {ts '…'}, INTERVAL …, X'…', {guid '…'}
struct ColumnRef { Name name; };       // a, t.a, db.t.a, addr.city (unquoted path), t."addr.city"
struct Star { Name qualifier; };       // *, t.*; only in select lists and COUNT(*)
struct Parameter { uint32_t index; };  // 0-based, in order of the text
struct Default {};                     // DEFAULT in VALUES and SET

enum class UnaryOp : uint8_t { Minus, Plus, Not };
struct Unary { UnaryOp op; ExprPtr operand; };
enum class BinaryOp : uint8_t { Add, Subtract, Multiply, Divide, Modulo, Concat };
struct Binary { BinaryOp op; ExprPtr left, right; };
struct Logical { bool conjunction; std::vector<ExprPtr> terms; };  // AND / OR, flat: two or more terms
enum class CompareOp : uint8_t { Equal, NotEqual, Less, LessEqual, Greater, GreaterEqual };
struct Compare { CompareOp op; ExprPtr left, right; };
struct Distinct { ExprPtr left, right; bool negated; };            // IS [NOT] DISTINCT FROM; negated: IS NOT
struct IsNull { ExprPtr subject; bool negated; };
enum class Truth : uint8_t { True, False, Unknown };
struct IsTruth { ExprPtr subject; Truth value; bool negated; };
struct Between { ExprPtr subject, low, high; bool negated; };
struct In { ExprPtr subject; std::vector<ExprPtr> list; bool negated; };
struct InQuery { ExprPtr subject; QueryPtr query; bool negated; };
enum class LikeKind : uint8_t { Like, Regexp };
struct Like { LikeKind kind; ExprPtr subject, pattern, escape; bool negated; };  // escape may be null
struct Exists { QueryPtr query; };
struct ScalarQuery { QueryPtr query; };
struct Quantified { CompareOp op; ExprPtr subject; bool all; QueryPtr query; };
struct Row { std::vector<ExprPtr> items; };                        // (a, b)
struct CaseWhen { ExprPtr when, then; };
struct Case { ExprPtr subject; std::vector<CaseWhen> branches; ExprPtr otherwise; };  // subject, otherwise may be null
// CAST(x AS t), {fn CONVERT(x, SQL_t)}. type.size 0 (Varchar, VarBinary, Decimal): no length was stated.
// implicit: the binder put it there (coercion.h); a value that does not convert follows TypeMismatch.
struct Cast { ExprPtr operand; Type type; bool implicit = false; };

struct OrderItem { ExprPtr key; bool descending = false; std::optional<bool> nulls_first; Span span; };
enum class FrameUnit : uint8_t { Rows, Range, Groups };
enum class FrameBound : uint8_t { UnboundedPreceding, Preceding, CurrentRow, Following, UnboundedFollowing };
enum class FrameExclude : uint8_t { NoOthers, CurrentRow, Group, Ties };
struct Frame {
  FrameUnit unit = FrameUnit::Range;
  FrameBound start = FrameBound::UnboundedPreceding, end = FrameBound::CurrentRow;
  ExprPtr start_offset, end_offset;
  FrameExclude exclude = FrameExclude::NoOthers;
};
struct Window {
  std::optional<Identifier> base;  // a named window
  std::vector<ExprPtr> partition_by;
  std::vector<OrderItem> order_by;
  std::optional<Frame> frame;
};
// Any function call, the ODBC scalar functions, aggregates and niladic ones (CURRENT_DATE) alike. The name is upper case. Special
// syntax is normalised to arguments: EXTRACT(YEAR FROM x) -> EXTRACT('YEAR', x); TRIM(LEADING 'a' FROM x) -> TRIM('LEADING','a',x);
// POSITION(a IN b) -> POSITION(a,b); TIMESTAMPADD(SQL_TSI_DAY, …) -> TIMESTAMPADD('DAY', …); SUBSTRING(x FROM a FOR b) -> SUBSTRING(x,a,b);
// COUNT(*) has one Star argument.
struct Call {
  std::string name;
  std::vector<ExprPtr> arguments;
  bool distinct = false;
  std::vector<OrderItem> order_by;  // STRING_AGG(x, ',' ORDER BY …), WITHIN GROUP
  ExprPtr filter;
  std::unique_ptr<Window> over;
  bool ignore_nulls = false;
};

// Only after binding: column `column` of relation `relation` (bound.h). The parser never makes one.
struct BoundColumn { uint32_t relation; uint32_t column; };

struct Expr {
  Span span;
  uint32_t depth = 1;  // height of the tree below, subqueries included: at most max_expression_depth (parser.h)
  Type type;           // after binding; the parser sets it for {guid '…'} only, whose value is text
  bool nullable = true;  // after binding
  std::variant<Literal, ColumnRef, Star, Parameter, Default, Unary, Binary, Logical, Compare, Distinct, IsNull, IsTruth, Between, In,
               InQuery, Like, Exists, ScalarQuery, Quantified, Row, Case, Cast, Call, BoundColumn>
      node;
};

// ---- table references
struct NamedTable { Name name; uint32_t relation = 0; };             // relation: after binding
struct DerivedTable { QueryPtr query; bool lateral = false; uint32_t relation = 0; };
enum class JoinKind : uint8_t { Inner, Left, Right, Full, Cross };
struct Join {
  JoinKind kind;
  bool natural = false;
  TableRefPtr left, right;
  ExprPtr on;                     // may be null
  std::vector<Identifier> using_columns;
};
struct TableRef {
  Span span;
  std::variant<NamedTable, DerivedTable, Join> node;
  std::optional<Identifier> alias;
  std::vector<Identifier> column_aliases;  // t AS z(a, b)
  std::string hint;                        // /*+ … */ after the table: forces an access path
  uint32_t depth = 1;                      // as Expr's
};

// ---- queries
struct SelectItem { ExprPtr expr; std::optional<Identifier> alias; };
enum class GroupingKind : uint8_t { Plain, Rollup, Cube, Sets };
struct GroupingElement { GroupingKind kind = GroupingKind::Plain; std::vector<std::vector<ExprPtr>> sets; };
struct NamedWindow { Identifier name; Window window; };
struct Select {
  bool distinct = false;
  std::vector<SelectItem> items;
  std::vector<TableRefPtr> from;  // comma list
  ExprPtr where;
  std::vector<GroupingElement> group_by;
  ExprPtr having;
  std::vector<NamedWindow> windows;
};
struct Values { std::vector<std::vector<ExprPtr>> rows; };
enum class SetOp : uint8_t { Union, Intersect, Except };
struct QueryBody;
using QueryBodyPtr = std::unique_ptr<QueryBody>;
struct SetOperation { SetOp op; bool all; QueryBodyPtr left, right; };
struct Nested { QueryPtr query; };  // a parenthesised query with its own ORDER BY or LIMIT
struct QueryBody {
  Span span;
  std::variant<Select, Values, SetOperation, Nested> node;
  uint32_t depth = 1;  // as Expr's
};
struct CommonTable {
  Identifier name;
  std::vector<Identifier> columns;
  QueryPtr query;
  uint32_t relation = 0;  // after binding
};
struct Query {
  Span span;
  bool recursive = false;
  std::vector<CommonTable> with;
  QueryBodyPtr body;
  std::vector<OrderItem> order_by;
  ExprPtr limit, offset;  // LIMIT, TOP and FETCH FIRST are one
  bool with_ties = false;
  bool for_update = false;
  uint32_t depth = 1;  // as Expr's; a query counts query_depth (parser.h) levels
};

// ---- statements that change something
struct Assignment { Name target; ExprPtr value; };
struct Returning { std::vector<SelectItem> items; };
struct OnConflict { std::vector<Identifier> target; bool update = false; std::vector<Assignment> assignments; ExprPtr where; };
struct Insert {
  Name table;
  std::vector<Name> columns;
  QueryPtr source;  // null: DEFAULT VALUES
  std::optional<OnConflict> on_conflict;
  Returning returning;
};
struct Update {
  Name table; std::optional<Identifier> alias;
  std::vector<Assignment> assignments;
  ExprPtr where; std::optional<Identifier> current_of;
  Returning returning;
};
struct Delete {
  Name table; std::optional<Identifier> alias;
  ExprPtr where; std::optional<Identifier> current_of;
  Returning returning;
};
struct MergeBranch {
  bool matched; ExprPtr condition;
  enum class Action : uint8_t { Update, Delete, Insert, Nothing } action;
  std::vector<Assignment> assignments;
  std::vector<Name> columns; std::vector<ExprPtr> values;
};
struct Merge {
  Name table; std::optional<Identifier> alias;
  TableRefPtr source; ExprPtr on;
  std::vector<MergeBranch> branches;
  Returning returning;
};
struct Truncate { Name table; };
struct ColumnDefinition { Identifier name; Type type; bool not_null = false; bool primary_key = false; ExprPtr default_value; };
struct CreateTable { Name name; bool if_not_exists = false; std::vector<ColumnDefinition> columns; std::vector<Identifier> primary_key; };
struct AlterTable {
  Name name;
  enum class Action : uint8_t { Add, Drop, Rename } action;
  ColumnDefinition column;  // Add; Drop and Rename use its name
  Identifier new_name;
};
struct CreateIndex { Identifier name; Name table; bool if_not_exists = false; std::vector<Name> columns; bool partitioned = false; };
struct CreateView { Name name; bool if_not_exists = false; QueryPtr query; std::string text; };
struct CreateDatabase { Identifier name; bool if_not_exists = false; bool partitioned = false; };
struct Drop {
  enum class What : uint8_t { Table, Index, View, Database } what;
  Name name; bool if_exists = false; std::optional<Name> on_table;
};
struct RefreshSchema {};
struct Transaction {
  enum class Action : uint8_t { Begin, Commit, Rollback, Savepoint, RollbackTo, Release } action;
  std::optional<Identifier> savepoint;
};
struct CallProcedure { Name name; std::vector<ExprPtr> arguments; bool returns_value = false; };  // {call p(…)}, {?=call p(…)}

struct Statement;
struct Explain { std::unique_ptr<Statement> statement; };
struct Statement {
  Span span;
  uint32_t parameters = 0;  // how many ? there are
  std::variant<QueryPtr, Explain, Insert, Update, Delete, Merge, Truncate, CreateTable, AlterTable, CreateIndex, CreateView,
               CreateDatabase, Drop, RefreshSchema, Transaction, CallProcedure>
      node;
};

}  // namespace couch::sql::ast
