#pragma once
// Long computing gives way: a thread that runs several calls in turn (driver/async) lets the others run
// meanwhile. sql/ only says where that may happen; who runs it, and after how long it is another's turn, is
// told by whoever runs it.
//
// No lock may be held where one gives way, as for waiting: another call of the same thread may want it.

namespace couch::sql {

class Turn {
 public:
  // This thread runs others now, if it is time, and returns when it is this call's turn again. errno is kept.
  virtual void pass() noexcept = 0;

  // Of the call that this thread is running; null: the thread runs nothing else.
  static Turn* running() noexcept;
  static void set_running(Turn* turn) noexcept;

 protected:
  ~Turn() = default;
};

// Called again and again, some thousand times a second, by what computes long.
void give_way() noexcept;

}  // namespace couch::sql
