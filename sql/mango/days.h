#pragma once
// Conditions on dates as ranges of the text that documents hold. A column's texts may have several forms and
// offsets, so a range is of whole days and holds more than the condition: what it lets through is checked
// again. It begins and ends at a day's ten characters, '2024-03-01', which order alike by ICU's weights and
// by bytes and stand at the beginning of each form that is a date (sql/datetime.h, Forms::Calendar).
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sql/ast.h"
#include "sql/mango/selector.h"
#include "sql/type.h"
#include "sql/value.h"

namespace couch::sql::mango {

// What a condition compares of a DATE or TIMESTAMP column: its value, which CAST AS DATE and CAST AS
// TIMESTAMP leave on the same day, or its year.
struct DateSubject {
  const ast::BoundColumn* column = nullptr;
  bool year = false;      // YEAR(column), EXTRACT(YEAR FROM column)
  bool midnight = false;  // cast to DATE on the way: the day's midnight
};
// nullopt: neither, or the column alone. The column may be of any type.
std::optional<DateSubject> date_subject(const ast::Expr& expr);

// Text between these: low <= text < high. Empty: open.
struct TextDays {
  std::string low, high;
};

// The texts of a column of this type (Date, Timestamp) whose value compares so with `value`, or whose year
// does. NotEqual: all.
TextDays days_of(TypeKind column, ast::CompareOp op, const Value& value);
TextDays days_of_year(TypeKind column, ast::CompareOp op, const Value& value);

// Whether a condition holds for a value of the column that it is about. nullopt: it is about something else,
// too, or is none of comparisons, BETWEEN, IN, IS NULL and what AND, OR and NOT make of them.
std::optional<bool> holds(const ast::Expr& condition, const ast::BoundColumn& column, const Timestamp& value,
                          const std::vector<Value>* parameters);

}  // namespace couch::sql::mango
