#pragma once
// Types of literals, and of what is made of two types. Pure; classes are coercion.h's.
#include <optional>

#include "sql/ast.h"
#include "sql/type.h"
#include "sql/value.h"

namespace couch::sql {

Type type_of(const Value& value);  // of a literal: 42 INTEGER, 'ab' VARCHAR(2), 1.50 DECIMAL(3,2)

constexpr Type bit_type() { return {TypeKind::Bit}; }
constexpr Type integer_type() { return {TypeKind::Integer}; }
constexpr Type bigint_type() { return {TypeKind::BigInt}; }
constexpr Type double_type() { return {TypeKind::Double}; }
constexpr Type text_type(uint32_t size = 255) { return {TypeKind::Varchar, size}; }
constexpr uint32_t longest_varchar = 4000;

constexpr bool is_whole(TypeKind kind) {
  return kind == TypeKind::SmallInt || kind == TypeKind::Integer || kind == TypeKind::BigInt;
}
// Numbers stand in two ways: natively, and as a DECIMAL's digits (engine/encoding.h).
constexpr bool is_decimal(const Type& type) { return type.kind == TypeKind::Decimal; }

// The type that holds both, when they are of one class or BIT and number, or DATE and TIMESTAMP; nullopt otherwise. NULL with any is that.
std::optional<Type> merge(const Type& a, const Type& b);
// How long a value's text can be: the size that CAST to VARCHAR without one gives.
uint32_t text_size(const Type& type);
// + - * / % of two numbers.
Type arithmetic_type(ast::BinaryOp op, const Type& a, const Type& b);

}  // namespace couch::sql
