#pragma once
// One request and its answer, from the caller's side: with its repetitions, its login, its failover, its
// deadline and its Stop. All of that happens on the I/O thread; the caller only waits, or polls. So a
// statement that runs asynchronously needs nothing else than poll() and when_ready().
//
// Rows are framed on the I/O thread: when the caller is told that something is there, it is a whole row; and
// the statement's thread has its time for parsing. (Framing runs at more than 1 GB/s, several times what
// parsing takes.)
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "http/admission.h"
#include "http/client.h"
#include "http/framing.h"
#include "http/loop.h"
#include "http/retry.h"
#include "http/rows.h"
#include "http/transfer.h"
#include "http/wait.h"
#include "http/wire.h"

namespace couch::http {

class Exchange final : public std::enable_shared_from_this<Exchange>,
                       public Loop::Guest,
                       public Transfer::Sink,
                       public Admission::Applicant {
  struct Private {};

 public:
  enum class Shape : uint8_t { Whole, Rows };
  struct Plan {
    Request request;
    Shape shape = Shape::Whole;
    // Of the request's deadline: its kind, and for the message how long it was.
    ErrorKind timeout = ErrorKind::QueryTimeout;
    std::chrono::milliseconds timeout_after{0};
    bool share_time =
        false;  // each of several servers gets its part of the time left, from connecting to the answer
    bool checked = false;                     // Whole: a status >= 300 is an Error
    bool anonymous = false;                   // without credentials: the login itself
    std::string packed{};                     // the request's body as gzip; empty: sent as it is
    std::function<void(Exchange&)> on_end{};  // on the I/O thread
  };
  static constexpr size_t max_whole = 256u << 20;  // bytes of an answer that is not streamed

  // Throws Error only when the process is exiting; all else comes with the answer.
  static std::shared_ptr<Exchange> start(std::shared_ptr<const Site> site, Plan plan);
  Exchange(Private, std::shared_ptr<const Site> site, Plan plan);
  ~Exchange() override;

  // --- the caller, one thread at a time ---
  Response wait();                              // Whole: any status
  std::optional<std::span<char>> next();        // Rows: as RowStream::next()
  RowStream::Ready poll();                      // either shape: Row means a row, or the whole answer
  void when_ready(std::function<void()> call);  // as RowStream::when_ready()
  void set_deadline(std::optional<Loop::Time> deadline);
  const std::string& envelope() const { return envelope_; }  // after the end
  void abandon() noexcept;  // the caller takes nothing more; aborts what still runs

  // --- on_end ---
  const std::optional<Error>& failure() const { return failure_; }
  const Response& response() const { return response_; }

 private:
  enum class Stage : uint8_t { New, LoggingIn, Queued, Running, Waiting, Ended };

  // Loop::Guest
  void on_due(Loop::Time now) override;
  void on_stop_requested() override;
  void on_exit() override;
  void on_turn_end() override;
  // Admission::Applicant
  void on_admitted() override;
  void on_others_wait() override;
  // Transfer::Sink
  void on_header(std::string_view name, std::string_view value) override;
  void on_head(long status) override;
  bool on_data(std::string_view bytes) override;
  void on_finished(int curl_code) override;

  template <class Body>
  void guarded(Body&& body) noexcept;  // what it throws becomes the failure
  void begin();
  void attempt();
  void log_in(Login& login);
  void launch();
  void answered();
  void broken(const Error& error, bool was_answered);
  bool try_next_server(const Error& error);
  void try_again_after(std::chrono::milliseconds delay);
  void resume();
  void spill();
  void reschedule();
  void release_transfer();
  void end(std::optional<Error> failure);
  void drop();

  bool crowded() const;  // under mutex_, as what follows
  bool has_result() const;
  void wake(std::unique_lock<std::mutex>& lock);
  void throw_if_urgent() const;
  void throw_if_late(std::unique_lock<std::mutex>& lock);
  void wait_for_news(std::unique_lock<std::mutex>& lock);
  void check_process() const;

  const std::shared_ptr<const Site> site_;
  Loop& loop_;
  Plan plan_;
  const Stop* const callers_stop_;

  // The I/O thread's.
  Stage stage_ = Stage::New;
  std::unique_ptr<Transfer> transfer_;
  Retry retry_;
  RowFramer framer_;
  std::string body_, location_, retry_after_, cookie_, tried_;
  size_t server_ = 0, servers_tried_ = 0;
  bool logged_in_again_ = false, deadline_deferred_ = false, has_news_ = false;
  Loop::Time retry_at_ = Loop::Time::max(), attempt_until_ = Loop::Time::max(),
             paused_since_ = Loop::Time::max();

  // Of both, under mutex_; what says so only until or after the end.
  mutable std::mutex mutex_;
  Signal news_;
  RowQueue queue_;
  bool ended_ = false, abandoned_ = false, waiting_ = false, paused_ = false, resume_posted_ = false;
  const Stop* stop_;
  std::optional<Loop::Time> deadline_;
  std::function<void()> notify_;
  std::optional<Error> failure_;  // not changed after ended_
  Response response_;
  std::string envelope_;

  // The caller's.
  RowBlock block_;
};

}  // namespace couch::http
