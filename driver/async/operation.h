#pragma once
// A call that runs asynchronously, from the application's side: which function it is, whether it has ended,
// with which code, and a descriptor for poll(2).
#include <sql.h>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "driver/async/workers.h"
#include "driver/descriptor.h"

namespace couch::driver {

// An eventfd: readable from the end of an operation until its result was taken.
class PollDescriptor {
 public:
  PollDescriptor();  // throws OdbcError HY014
  ~PollDescriptor();
  PollDescriptor(const PollDescriptor&) = delete;
  PollDescriptor& operator=(const PollDescriptor&) = delete;
  int number() const noexcept { return number_; }
  void raise() noexcept;
  void lower() noexcept;

 private:
  const int number_;
};

class Operation {
 public:
  // The descriptors are in use (busy) until result() gave one, or the operation goes.
  Operation(SQLUSMALLINT function, std::vector<std::shared_ptr<Descriptor>> descriptors,
            std::shared_ptr<PollDescriptor> signal);
  ~Operation();
  Operation(const Operation&) = delete;
  Operation& operator=(const Operation&) = delete;

  SQLUSMALLINT function() const noexcept { return function_; }
  // From the thread that ran it.
  void end(SQLRETURN code) noexcept;
  bool has_ended() noexcept;
  // nullopt: it has not ended.
  std::optional<SQLRETURN> result() noexcept;
  // It will never end: the process forked or exits.
  bool lost() const noexcept { return !workers_.alive(); }
  // Until it has ended or is lost. Must not be called by an operation.
  void wait() noexcept;

 private:
  const SQLUSMALLINT function_;
  const Workers& workers_;
  std::vector<std::shared_ptr<Descriptor>> descriptors_;
  const std::shared_ptr<PollDescriptor> signal_;  // null: nobody has asked for it
  std::mutex mutex_;
  std::condition_variable ended_;
  std::optional<SQLRETURN> code_;
};

}  // namespace couch::driver
