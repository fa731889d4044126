#pragma once
// ODBC handles. What the application holds is a number that was never used before and never will be again,
// not an address: a freed, forged or mistaken handle is looked up in vain and gets SQL_INVALID_HANDLE.
// Whoever found a handle has it pinned (shared_ptr), so that freeing it in another thread cannot pull it
// away.
#include <sql.h>
#include <sqlext.h>

#include <memory>
#include <mutex>
#include <optional>

#include "driver/diagnostics.h"

namespace couch::driver {

// The locks that a call holds on its handle and on what it shares with others (a statement's explicit
// descriptors).
struct Guard {
  struct Shared {
    std::shared_ptr<void> kept_first, kept_second;  // so that no lock outlives its mutex
    std::unique_lock<std::mutex> first, second;
  };
  std::unique_lock<std::mutex> own;
  std::optional<Shared> shared;
};

class Handle : public std::enable_shared_from_this<Handle> {
 public:
  explicit Handle(SQLSMALLINT type) : type_(type) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  virtual ~Handle() = default;

  SQLSMALLINT type() const noexcept { return type_; }
  SQLHANDLE id() const noexcept { return id_; }
  Diagnostics& diagnostics() noexcept { return diagnostics_; }
  // A call on it runs asynchronously and keeps others out: HY010. Under its lock.
  virtual bool busy() const noexcept { return false; }
  // What the application sees: while it is busy, diagnostics() belong to the call that runs.
  virtual Diagnostics& visible_diagnostics() noexcept { return diagnostics_; }

  // Waits for a call that runs on this handle, and keeps others out.
  virtual Guard enter();
  // For taking several together.
  std::unique_lock<std::mutex> unlocked() { return std::unique_lock{*mutex_, std::defer_lock}; }
  // Empty when a call is running.
  std::unique_lock<std::mutex> try_enter() { return std::unique_lock{*mutex_, std::try_to_lock}; }

 protected:
  std::shared_ptr<std::mutex> mutex_ =
      std::make_shared<std::mutex>();  // an implicit descriptor has its statement's

 private:
  friend class Handles;
  const SQLSMALLINT type_;
  SQLHANDLE id_ = nullptr;
  Diagnostics diagnostics_;
};

// Every live handle of the process. Thread safe.
class Handles {
 public:
  static SQLHANDLE add(std::shared_ptr<Handle> handle);
  // From now on nobody finds it. False: it was not there (any more).
  static bool remove(SQLHANDLE id) noexcept;

  // Null: no such handle, or of another type.
  template <class H>
  static std::shared_ptr<H> pin(SQLHANDLE id) noexcept {
    auto found = find(id);
    if (!found || found->type() != H::handle_type) return nullptr;
    return std::static_pointer_cast<H>(std::move(found));
  }
  static std::shared_ptr<Handle> find(SQLHANDLE id) noexcept;
};

}  // namespace couch::driver
