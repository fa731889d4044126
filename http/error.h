#pragma once
// Errors of the HTTP layer. Typed here; driver/sqlstate.def gives each kind its SQLSTATE. Messages never hold a password or token.
#include <cstdint>
#include <stdexcept>
#include <string>

namespace couch::http {

enum class ErrorKind : uint8_t {
  CannotConnect,    // 08001: refused, unknown host, TLS handshake or verification failed
  LinkFailure,      // 08S01: it broke, or the answer ended early or is malformed
  NotAuthorized,    // 28000: 401
  Forbidden,        // 42000: 403
  NotFound,         // 42S02: 404
  Conflict,         // 40001: 409
  Exists,           // 42S01: 412
  TooLarge,         // 22001: 413
  BadRequest,       // HY000: 400 and other 4xx
  ServerFailure,    // 08S01: 429, 5xx after the retries
  ConnectTimeout,   // HYT00 (login) / HYT01
  QueryTimeout,     // HYT00
  Interrupted,      // HY008
  InvalidSetting,   // HY024: a certificate file that cannot be read, a malformed URL
};

class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message, long status = 0, std::string error = {}, std::string reason = {})
      : std::runtime_error(message), kind_(kind), status_(status), error_(std::move(error)), reason_(std::move(reason)) {}
  ErrorKind kind() const noexcept { return kind_; }
  long status() const noexcept { return status_; }                   // HTTP status; 0: no answer
  const std::string& error() const noexcept { return error_; }       // CouchDB's "error"
  const std::string& reason() const noexcept { return reason_; }     // CouchDB's "reason"

  // Of a request that changes something: the server may have done it. No answer came, or one that something
  // went wrong in the middle: CouchDB says 500 also where some of a cluster's nodes did it. 429 and 503 say
  // that nothing was begun.
  bool may_have_happened() const noexcept {
    constexpr long too_many_requests = 429, unavailable = 503;
    switch (kind_) {
      case ErrorKind::LinkFailure:
      case ErrorKind::QueryTimeout:
      case ErrorKind::Interrupted: return true;
      case ErrorKind::ServerFailure: return status_ != too_many_requests && status_ != unavailable;
      default: return false;
    }
  }

 private:
  ErrorKind kind_;
  long status_;
  std::string error_, reason_;
};

}  // namespace couch::http
