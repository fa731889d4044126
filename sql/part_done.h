#pragma once
// A statement of several steps failed in one of them, when others had been done. What went wrong is nested in
// it (std::rethrow_if_nested), and its SQLSTATE is the statement's; what() is added to its message, such as
// "2 documents were changed before".
#include <stdexcept>

namespace couch::sql {

// Thrown by std::throw_with_nested in the handler of what went wrong.
class PartDone : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace couch::sql
