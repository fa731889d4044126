#pragma once
// How many requests are on their way to one server at once: the rest queues. (libcurl could queue too, but
// not tell the streams that hold a connection and wait for their reader that others want it.) I/O thread
// only; one a loop.
#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>

namespace couch::http {

class Admission {
 public:
  class Applicant {
   public:
    virtual void on_admitted() = 0;
    virtual void on_others_wait() = 0;  // holds a place while others queue: a paused stream should go on

   protected:
    ~Applicant() = default;
  };

  // True: go on at once. False: on_admitted() comes later, unless withdrawn.
  bool apply(const std::string& server, uint32_t limit, Applicant& applicant);
  // Gives the place back, or leaves the queue. Admits the next.
  void leave(const std::string& server, Applicant& applicant);
  bool others_wait(const std::string& server) const;

 private:
  struct Place {
    std::set<Applicant*> inside;
    std::deque<std::pair<Applicant*, uint32_t>> queue;  // with its limit
  };
  std::map<std::string, Place> places_;
};

}  // namespace couch::http
