#include "sql/turn.h"

namespace couch::sql {
namespace {

thread_local Turn* of_this_thread = nullptr;

}  // namespace

Turn* Turn::running() noexcept { return of_this_thread; }
void Turn::set_running(Turn* turn) noexcept { of_this_thread = turn; }

void give_way() noexcept {
  if (Turn* const turn = of_this_thread) turn->pass();
}

}  // namespace couch::sql
