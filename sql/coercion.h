#pragma once
// What happens where values of different classes meet. docs/sql-dialect.md, Classes, says this to users.
//
// Every value has a class: BIT, number, text, DATE, TIME, TIMESTAMP, binary, interval. Sizes and kinds within a class never matter.
//
// Comparing (=, <>, <, IN, BETWEEN, CASE x WHEN, NULLIF, IS DISTINCT FROM, GREATEST, > ALL, USING):
//   1. Within a class values are compared as they are.
//   2. A constant (a literal or a parameter) takes the class of what it is compared with. One that cannot is an error:
//
//        constant    BIT column           number column  text column          DATE column         TIME column   TIMESTAMP column
//        1, 2.5      0, 1; else 22018     itself         its text '2.5'       42000               42000         42000
//        TRUE        itself               1              'true'               42000               42000         42000
//        'text'      true, false, 1, 0;   if it reads    itself               if it reads as      as a time,    as a date or timestamp,
//                    else 22018           as a number,                        a date or           else 22007    else 22007
//                                         else 22018                          timestamp, else 22007
//        DATE        42000                42000          its text             itself              42000         its midnight
//        TIMESTAMP   42000                42000          its text             both as TIMESTAMP   42000         itself
//
//      Of two constants the text takes the other's class: 1 = '1' is true.
//   3. Otherwise BIT counts as the numbers 0 and 1, DATE as the TIMESTAMP of its midnight, and text is read as the other's class. Text that
//      does not read as it is treated as a value that does not fit its column is: NULL and a warning, or 22018 (TypeMismatch).
//   4. Every other pair is 42000: DATE with number, TIME with DATE …
//
// Computing: + - * / take numbers (BIT is 0, 1; text by rules 2 and 3), and datetimes with intervals. || and the string functions take anything, by
// its text.
//
// Choosing (CASE, COALESCE, IFNULL, UNION …): the results' common class; BIT with numbers gives numbers, DATE with TIMESTAMP gives TIMESTAMP, a text
// literal that reads as the others' class takes it, any other text makes all of them text. Another pair is 42000.
//
// CAST converts between all classes that can mean each other, and fails with 22018 or 22007 where the value does not.
#include <optional>
#include <string_view>
#include <vector>

#include "sql/ast.h"
#include "sql/bound.h"

namespace couch::sql {

// Literal or parameter, perhaps with a sign.
bool is_constant(const ast::Expr& expr);

// A value as one of `type`'s class, digits kept: '30' for BIGINT is 30, '3.5' is 3.5 (class, not size). nullopt: it does not read as one.
// DATE keeps a TIMESTAMP that is no midnight: texts of the two compare as their times do. DECIMAL gives Decimal; other numbers never do.
std::optional<Value> convert_class(const Value& value, const Type& type);

// A parameter's value as its place wants it (bound.parameters[index].type). Throws Error(TypeMismatch | InvalidDatetime), naming the
// parameter by its number. Everyone who uses a parameter's value (requests, SQLite) uses this form of it.
Value coerce_parameter(const Value& value, const ParameterInfo& parameter, size_t index);
// All of a statement's. Throws Error(ParameterCount), too. Doing it again changes nothing.
std::vector<Value> coerced(const std::vector<Value>& values, const std::vector<ParameterInfo>& parameters);

// The kind of error for text that does not read as `target`: InvalidDatetime or TypeMismatch.
ErrorKind conversion_error(const Type& target);

// A value's text, as CAST(x AS VARCHAR) and || give it: true, 42, 0.1, 2022-01-31, 2022-01-31 10:15:30.5.
std::string text_of(const Value& value);
// A JSON number as text: the shortest digits that read back as the same double.
std::string text_of(double number);

// ---- used by the binder: they change the tree
// Gives all of them one type to be compared under, by inserting implicit casts and converting literals; returns that type.
Type unify_for_comparison(const std::vector<ast::ExprPtr*>& operands, std::vector<ParameterInfo>& parameters);
// Gives all of them one type to be results of.
Type unify_for_choice(const std::vector<ast::ExprPtr*>& operands, std::vector<ParameterInfo>& parameters);
// Makes one expression of `type`'s class where a place asks for it (a function's argument, an arithmetic operand, LIMIT).
// Throws Error(WrongArguments | TypeMismatch | InvalidDatetime) at the expression.
void require_class(ast::ExprPtr& expr, const Type& type, std::vector<ParameterInfo>& parameters);
// Wraps the expression in a CAST. Implicit: text that does not read as the class is what MismatchPolicy says.
void cast_to(ast::ExprPtr& expr, const Type& type, bool implicit);
// Whether a value of class `from` can be converted by CAST at all.
bool castable(const Type& from, const Type& to);

}  // namespace couch::sql
