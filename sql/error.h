#pragma once
// Errors of the SQL layer. Typed here; driver/sqlstate.def gives each kind its SQLSTATE (docs/architecture.md, Errors).
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace couch::sql {

// Byte offsets [begin, end) into the statement's UTF-8 text.
struct Span {
  uint32_t begin = 0;
  uint32_t end = 0;
};

enum class ErrorKind : uint8_t {
  Syntax,            // 42000
  NotSupported,      // HYC00: part of the language, not of this version
  TooComplex,        // 42000: nesting, length
  UnknownTable,      // 42S02
  UnknownColumn,     // 42S22
  AmbiguousName,     // 42000
  UnknownFunction,   // 42000
  WrongArguments,    // 42000: number or class of a function's arguments, columns of a set operation
  ParameterCount,    // 07002
  TypeMismatch,      // 22018: a value's class does not fit where it stands
  InvalidDatetime,   // 22007
  DatetimeOverflow,  // 22008
  IntervalOverflow,  // 22015
  OutOfRange,        // 22003
  DivisionByZero,    // 22012
  InvalidEscape,     // 22025: LIKE's ESCAPE
  InvalidPattern,    // 22025: a regular expression
  StringTruncation,  // 22001
  Cardinality,       // 21000: a scalar subquery gave more than one row
  TableExists,       // 42S01: a database, too
  IndexExists,       // 42S11
  UnknownIndex,      // 42S12
  ColumnExists,      // 42S21
  UnknownDatabase,   // 3D000
  Duplicate,         // 23000
  NullNotAllowed,    // 23000: NOT NULL
  Denied,            // 42000: the server forbids it, or its validation does
  ActiveTransaction, // 25001: not inside a transaction
  Conflict,          // 40001
  CommitRefused,     // 40002: COMMIT, the server's own rules
  CommitUnknown,     // 08007: COMMIT, and no answer came
  TransactionState,  // 25000: not now
  TransactionSize,   // HY001: TransactionMemory
  UnknownSavepoint,  // 3B001
  OutcomeUnknown,    // 40003: no answer came, so that it is not known whether a write happened
  LinkFailure,       // 08S01: the link broke before a write was sent
  ReadOnly,          // 25006
  RequireIndex,      // 42000: RequireIndex=yes refused a full scan
  MalformedAnswer,   // 08S01: the server's answer is no JSON or not what was asked
  Interrupted,       // HY008
  Engine,            // HY000: SQLite failed (disk full, out of memory)
};

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message, std::optional<Span> span = std::nullopt)
      : std::runtime_error(message), kind_(kind), span_(span) {}
  ErrorKind kind() const noexcept { return kind_; }
  std::optional<Span> span() const noexcept { return span_; }

 private:
  ErrorKind kind_;
  std::optional<Span> span_;
};

// "message (line 2, column 22)\n  <that line>\n  <caret under the span>"; the line is shortened around the caret when long.
// Columns count code points. Never fails; a span outside the text is clamped.
std::string located(std::string_view statement, Span span, std::string_view message);

}  // namespace couch::sql
