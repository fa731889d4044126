#include "driver/odbc_error.h"

#include <array>
#include <new>

#include "http/error.h"
#include "sql/error.h"
#include "sql/part_done.h"

namespace couch::driver {
namespace {

struct State {
  std::string_view code, text;
};

constexpr std::array states{
#define STATE(id, code, text) State{code, text},
#include "driver/sqlstate.def"
#undef STATE
};

constexpr bool codes_are_sorted() {
  for (size_t i = 1; i < states.size(); ++i) {
    if (states[i - 1].code >= states[i].code) return false;
  }
  return true;
}
static_assert(codes_are_sorted(), "sqlstate.def is in the order of its codes, each once");

}  // namespace

std::string_view code_of(SqlState state) noexcept { return states[static_cast<size_t>(state)].code; }
std::string_view text_of(SqlState state) noexcept { return states[static_cast<size_t>(state)].text; }

SqlState state_of(sql::ErrorKind kind) noexcept {
  using enum sql::ErrorKind;
  switch (kind) {
    case Syntax:
    case TooComplex:
    case AmbiguousName:
    case UnknownFunction:
    case WrongArguments:
    case Denied:
    case RequireIndex: return SqlState::s42000;
    case NotSupported: return SqlState::sHYC00;
    case UnknownTable: return SqlState::s42S02;
    case UnknownColumn: return SqlState::s42S22;
    case ParameterCount: return SqlState::s07002;
    case TypeMismatch: return SqlState::s22018;
    case InvalidDatetime: return SqlState::s22007;
    case DatetimeOverflow: return SqlState::s22008;
    case OutOfRange: return SqlState::s22003;
    case DivisionByZero: return SqlState::s22012;
    case InvalidEscape:
    case InvalidPattern: return SqlState::s22025;
    case IntervalOverflow: return SqlState::s22015;
    case StringTruncation: return SqlState::s22001;
    case Cardinality: return SqlState::s21000;
    case TableExists: return SqlState::s42S01;
    case IndexExists: return SqlState::s42S11;
    case UnknownIndex: return SqlState::s42S12;
    case ColumnExists: return SqlState::s42S21;
    case UnknownDatabase: return SqlState::s3D000;
    case Duplicate:
    case NullNotAllowed: return SqlState::s23000;
    case ActiveTransaction: return SqlState::s25001;
    case Conflict: return SqlState::s40001;
    case CommitRefused: return SqlState::s40002;
    case CommitUnknown: return SqlState::s08007;
    case TransactionState: return SqlState::s25000;
    case TransactionSize: return SqlState::sHY001;
    case UnknownSavepoint: return SqlState::s3B001;
    case OutcomeUnknown: return SqlState::s40003;
    case ReadOnly: return SqlState::s25006;
    case LinkFailure:
    case MalformedAnswer: return SqlState::s08S01;
    case Interrupted: return SqlState::sHY008;
    case Engine: return SqlState::sHY000;
  }
  return SqlState::sHY000;
}

SqlState state_of(http::ErrorKind kind) noexcept {
  using enum http::ErrorKind;
  switch (kind) {
    case CannotConnect: return SqlState::s08001;
    case LinkFailure:
    case ServerFailure: return SqlState::s08S01;
    case NotAuthorized: return SqlState::s28000;
    case Forbidden: return SqlState::s42000;
    case NotFound: return SqlState::s42S02;
    case Conflict: return SqlState::s40001;
    case Exists: return SqlState::s42S01;
    case TooLarge: return SqlState::s22001;
    case BadRequest: return SqlState::sHY000;
    case ConnectTimeout: return SqlState::sHYT01;  // while logging in: HYT00, see Connection::connect
    case QueryTimeout: return SqlState::sHYT00;
    case Interrupted: return SqlState::sHY008;
    case InvalidSetting: return SqlState::sHY024;
  }
  return SqlState::sHY000;
}

namespace {

Failure describe_part(const sql::PartDone& part) {
  try {
    std::rethrow_if_nested(part);
  } catch (...) {
    Failure failure = describe(std::current_exception());
    failure.message += std::string{"; "} + part.what();
    return failure;
  }
  return {SqlState::sHY000, part.what()};
}

}  // namespace

Failure describe(std::exception_ptr error) {
  try {
    std::rethrow_exception(std::move(error));
  } catch (const OdbcError& e) {
    return {e.state(), e.what()};
  } catch (const sql::PartDone& e) {
    return describe_part(e);
  } catch (const sql::Error& e) {
    return {state_of(e.kind()), e.what()};
  } catch (const http::Error& e) {
    return {state_of(e.kind()), e.what(), e.status(), e.status() != 0};
  } catch (const std::bad_alloc&) {
    return {SqlState::sHY001, std::string{text_of(SqlState::sHY001)}};
  } catch (const std::exception& e) {
    return {SqlState::sHY000, e.what()};
  } catch (...) {
    return {SqlState::sHY000, "an exception of unknown type"};
  }
}

}  // namespace couch::driver
