#include "http/exchange.h"

#include <curl/curl.h>

#include <algorithm>
#include <utility>

#include "http/auth.h"
#include "http/fault.h"
#include "http/login.h"

namespace couch::http {
namespace {

// Below this a stream may go on even when the process as a whole holds too much: so each one moves.
constexpr uint64_t always_allowed = 256u << 10;

// Bytes of rows that are told at once, not at the end of the I/O thread's turn.
constexpr uint64_t always_told = 64u << 10;

// More tries than a request's own: with waits that double, ten seconds and more.
constexpr uint32_t tries_to_resume = 4;

bool same_name(std::string_view a, std::string_view lower) {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? x + ('a' - 'A') : x) == y; });
}

}  // namespace

// --- the caller's side
// --------------------------------------------------------------------------------------------------------------

std::shared_ptr<Exchange> Exchange::start(std::shared_ptr<const Site> site, Plan plan) {
  auto exchange = std::make_shared<Exchange>(Private{}, std::move(site), std::move(plan));
  // What is written may be one of several, with work between them; an answer that is read is waited for next.
  const auto urgency =
      exchange->plan_.request.idempotent ? Loop::Urgency::AwaitedNext : Loop::Urgency::Now;
  if (!exchange->loop_.post([exchange] { exchange->begin(); }, urgency))
    throw Error{ErrorKind::LinkFailure, "the process is exiting: no request can be sent"};
  return exchange;
}

Exchange::Exchange(Private, std::shared_ptr<const Site> site, Plan plan)
    : site_(std::move(site)),
      loop_(Loop::here()),
      plan_(std::move(plan)),
      callers_stop_(plan_.request.stop),
      retry_(site_->endpoint.max_retries + (plan_.request.resumes ? tries_to_resume : 0),
             site_->endpoint.retry_delay),
      stop_(plan_.request.stop),
      deadline_(plan_.request.deadline) {}

Exchange::~Exchange() = default;

void Exchange::check_process() const {
  if (!loop_.is_here())
    throw Error{ErrorKind::LinkFailure,
                "this request belongs to the process that forked: run the statement again in this one"};
}

void Exchange::throw_if_urgent() const {
  if (failure_ && (failure_->kind() == ErrorKind::Interrupted || failure_->kind() == plan_.timeout))
    throw unshared(*failure_);
}

// A deadline ends waiting. The I/O thread sees to that while somebody waits; one that passed meanwhile is
// left to whoever has to wait now.
void Exchange::throw_if_late(std::unique_lock<std::mutex>& lock) {
  if (!deadline_ || *deadline_ > Loop::Clock::now()) return;
  failure_ = timeout_error(site_->server(), plan_.timeout, plan_.timeout_after);
  ended_ = true;
  lock.unlock();
  loop_.post([self = shared_from_this()] { self->drop(); });
  throw unshared(*failure_);
}

void Exchange::wait_for_news(std::unique_lock<std::mutex>& lock) {
  throw_if_late(lock);
  waiting_ = true;
  lock.unlock();
  loop_.drive_until([this] {
    std::scoped_lock here{mutex_};
    return has_result();
  });
  lock.lock();
  if (!has_result()) news_.wait(lock);
  waiting_ = false;
}

Response Exchange::wait() {
  check_process();
  std::unique_lock lock{mutex_};
  while (!ended_) wait_for_news(lock);
  if (failure_) throw unshared(*failure_);
  return std::move(response_);
}

std::optional<std::span<char>> Exchange::next() {
  if (callers_stop_ && callers_stop_->requested()) throw interrupted_error();
  if (!block_.drained()) return block_.take();
  check_process();
  std::unique_lock lock{mutex_};
  for (;;) {
    throw_if_urgent();
    if (queue_.take(block_, lock)) break;
    if (failure_) throw unshared(*failure_);
    if (ended_) return std::nullopt;
    wait_for_news(lock);
  }
  const bool go_on =
      paused_ && !resume_posted_ && queue_.bytes() <= site_->endpoint.fetch_memory / 2 && !crowded();
  if (go_on) resume_posted_ = true;
  lock.unlock();
  if (go_on) loop_.post([self = shared_from_this()] { self->resume(); });
  return block_.take();
}

bool Exchange::has_result() const { return ended_ || (plan_.shape == Shape::Rows && queue_.ready()); }

RowStream::Ready Exchange::poll() {
  Loop::announce();
  using Ready = RowStream::Ready;
  if (callers_stop_ && callers_stop_->requested()) throw interrupted_error();
  if (!block_.drained()) return Ready::Row;
  check_process();
  std::unique_lock lock{mutex_};
  throw_if_urgent();
  if (queue_.ready()) return Ready::Row;
  if (failure_) throw unshared(*failure_);
  if (ended_) return plan_.shape == Shape::Whole ? Ready::Row : Ready::End;
  throw_if_late(lock);
  return Ready::Pending;
}

void Exchange::when_ready(std::function<void()> call) {
  check_process();
  Loop::announce();
  {
    std::scoped_lock lock{mutex_};
    const bool late = deadline_ && *deadline_ <= Loop::Clock::now();
    if (block_.drained() && !has_result() && !late) {
      notify_ = std::move(call);
      return;
    }
  }
  call();
}

void Exchange::set_deadline(std::optional<Loop::Time> deadline) {
  check_process();
  {
    std::scoped_lock lock{mutex_};
    deadline_ = deadline;
  }
  loop_.post([self = shared_from_this()] {
    self->deadline_deferred_ = false;
    self->reschedule();
  });
}

void Exchange::abandon() noexcept {
  // A forked child leaves the parent's exchange alone: its mutex may have been held.
  if (!loop_.is_here()) return;
  try {
    {
      std::scoped_lock lock{mutex_};
      abandoned_ = true;
      stop_ = nullptr;
      notify_ = nullptr;
      queue_.clear();
      if (ended_) return;
    }
    loop_.post([self = shared_from_this()] { self->drop(); });
  } catch (...) {
    // Memory is gone: the transfer then ends at its own end, into nothing.
  }
}

// --- the I/O thread's side
// ----------------------------------------------------------------------------------------------------------

template <class Body>
void Exchange::guarded(Body&& body) noexcept {
  const auto self = shared_from_this();
  try {
    body();
  } catch (const Error& error) {
    end(error);
  } catch (const std::exception& error) {
    end(Error{ErrorKind::LinkFailure, std::string{"the request failed: "} + error.what()});
  }
}

void Exchange::begin() {
  {
    std::scoped_lock lock{mutex_};
    if (abandoned_ || ended_) return;
  }
  loop_.enter(shared_from_this());
  on_stop_requested();
  if (stage_ == Stage::New) guarded([&] { attempt(); });
}

void Exchange::attempt() {
  const auto& endpoint = site_->endpoint;
  if (endpoint.auth == Auth::Session && !plan_.anonymous) {
    Login& login = site_->login(loop_);
    if (login.cookie.empty()) {
      stage_ = Stage::LoggingIn;
      log_in(login);
      return reschedule();
    }
    cookie_ = login.cookie;
  }
  server_ = site_->current.load() % site_->servers.size();
  stage_ = Stage::Queued;
  if (loop_.admission().apply(site_->servers[server_].host_port, endpoint.max_connections, *this)) launch();
  reschedule();
}

// One login at a time: the others wait for it.
void Exchange::log_in(Login& login) {
  login.waiting.emplace_back([weak = weak_from_this()](const std::optional<Error>& error) {
    const auto self = weak.lock();
    if (!self || self->stage_ != Stage::LoggingIn) return;
    if (error) return self->end(*error);
    self->guarded([&] { self->attempt(); });
  });
  if (login.running) return;
  Plan plan;
  plan.request.method = "POST";
  plan.request.path = "/_session";
  plan.request.body = login_body(site_->endpoint.user, site_->endpoint.password);
  plan.anonymous = true;
  plan.checked = true;
  plan.share_time = true;
  plan.timeout = ErrorKind::ConnectTimeout;
  plan.timeout_after = site_->endpoint.connect_timeout;
  if (plan.timeout_after.count() > 0) plan.request.deadline = Loop::Clock::now() + plan.timeout_after;
  plan.on_end = [site = site_, &loop = loop_](Exchange& done) {
    Login& of_site = site->login(loop);
    auto error = done.failure();
    if (!error && of_site.cookie.empty())
      error = Error{ErrorKind::NotAuthorized,
                    "the server gave no session: it may not know Auth=Session; try Auth=Basic"};
    of_site.running = false;
    auto waiting = std::move(of_site.waiting);
    of_site.waiting.clear();
    for (auto& call : waiting) call(error);
  };
  login.running = true;
  start(site_, std::move(plan));
}

void Exchange::on_admitted() {
  guarded([&] {
    launch();
    reschedule();
  });
}

void Exchange::launch() {
  const auto& endpoint = site_->endpoint;
  const auto& request = plan_.request;
  stage_ = Stage::Running;
  body_.clear();
  location_.clear();
  retry_after_.clear();
  response_.status = 0;

  Transfer::Order order;
  order.method = request.method;
  order.url = site_->servers[server_].text + request.path + query_string(request.query);
  order.body = plan_.packed.empty() ? request.body : plan_.packed;
  order.has_body = !request.body.empty() || request.method == "POST" || request.method == "PUT";
  order.repeatable = request.idempotent;
  if (!plan_.anonymous) order.headers = site_->credentials();
  if (!plan_.packed.empty()) order.headers.push_back("Content-Encoding: gzip");
  if (!cookie_.empty()) order.headers.push_back("Cookie: AuthSession=" + cookie_);
  order.connect_timeout_ms =
      static_cast<long>(endpoint.connect_timeout.count() / static_cast<int64_t>(site_->servers.size()));
  transfer_ = std::make_unique<Transfer>(site_->wire, std::move(order), *this);

  attempt_until_ = Loop::Time::max();
  if (const size_t left = site_->servers.size() - servers_tried_; plan_.share_time && left > 1) {
    std::scoped_lock lock{mutex_};
    const auto now = Loop::Clock::now();
    if (deadline_) attempt_until_ = now + (*deadline_ - now) / left;
  }
  loop_.add(*transfer_);
}

void Exchange::on_header(std::string_view name, std::string_view value) {
  if (same_name(name, "retry-after")) {
    retry_after_ = value;
  } else if (same_name(name, "location")) {
    location_ = value;
  } else if (same_name(name, "set-cookie") && site_->endpoint.auth == Auth::Session) {
    // A login's, or a renewal: CouchDB sends one when a session is about to run out.
    if (auto cookie = session_cookie(value); cookie && !cookie->empty())
      site_->login(loop_).cookie = std::move(*cookie);
  }
}

void Exchange::on_head(long status) {
  response_.status = status;
  attempt_until_ = Loop::Time::max();
}

bool Exchange::crowded() const {
  const uint64_t limit = site_->endpoint.fetch_memory;
  return queue_.bytes() > limit || (queue_.bytes() > always_allowed &&
                                    RowQueue::process_bytes() > limit * site_->endpoint.process_streams);
}

bool Exchange::on_data(std::string_view bytes) {
  if (plan_.shape == Shape::Whole || response_.status >= 300) {
    if (body_.size() + bytes.size() > max_whole)
      throw Error{ErrorKind::LinkFailure, "the server's answer is larger than 256 MiB"};
    body_.append(bytes);
    return true;
  }
  std::unique_lock lock{mutex_};
  if (abandoned_) return true;  // drop() is on its way
  if (!queue_.spilling() && crowded()) {
    if (site_->endpoint.pause_limit.count() > 0 &&
        !loop_.admission().others_wait(site_->servers[server_].host_port)) {
      paused_ = true;
      resume_posted_ = false;
      paused_since_ = Loop::Clock::now();
      lock.unlock();
      reschedule();
      return false;
    }
    queue_.start_spilling();
  }
  for (std::string_view piece;;) {
    const auto found = framer_.next(bytes, piece);
    queue_.append(piece);
    if (found == RowFramer::Found::More) break;
    queue_.end_row();
  }
  queue_.settle();
  // Mostly the rest of a short answer is here, too: the caller is woken once for both.
  if (queue_.bytes() > always_told)
    wake(lock);
  else if (queue_.ready() && !std::exchange(has_news_, true))
    loop_.after_turn(shared_from_this());
  return true;
}

void Exchange::on_turn_end() {
  has_news_ = false;
  std::unique_lock lock{mutex_};
  if (has_result()) wake(lock);
}

void Exchange::wake(std::unique_lock<std::mutex>& lock) {
  auto call = std::move(notify_);
  notify_ = nullptr;
  auto sleepers = news_.take();
  lock.unlock();
  sleepers.wake();
  if (call) call();
}

void Exchange::resume() {
  if (stage_ != Stage::Running || !transfer_) return;
  {
    std::scoped_lock lock{mutex_};
    if (!paused_) return;
    paused_ = false;
    resume_posted_ = false;
  }
  paused_since_ = Loop::Time::max();
  transfer_->resume();
  reschedule();
}

void Exchange::spill() {
  {
    std::scoped_lock lock{mutex_};
    if (!paused_) return;
    queue_.start_spilling();
  }
  resume();
}

void Exchange::on_others_wait() {
  guarded([&] { spill(); });
}

void Exchange::on_finished(int curl_code) {
  guarded([&] {
    const auto transfer = std::move(transfer_);
    const bool was_answered = transfer->status() != 0;
    release_transfer();
    if (transfer->failure()) std::rethrow_exception(transfer->failure());
    if (curl_code == CURLE_OK) return answered();
    const Progress progress{transfer->sent(), was_answered, transfer->kept(), plan_.request.idempotent};
    broken(transfer_error(*site_, site_->servers[server_], curl_code, transfer->detail(), progress),
           was_answered);
  });
}

void Exchange::answered() {
  site_->dead = false;
  const long status = response_.status;
  const auto& request = plan_.request;
  if (status == 401 && site_->endpoint.auth == Auth::Session && !plan_.anonymous && !logged_in_again_) {
    logged_in_again_ = true;
    Login& login = site_->login(loop_);
    if (login.cookie == cookie_) login.cookie.clear();  // else somebody has renewed it already
    return attempt();
  }
  if (status == 415 && !plan_.packed.empty()) {  // refused before it was read: nothing was done
    site_->takes_gzip = false;
    plan_.packed.clear();
    return attempt();
  }
  // 429 says that nothing was done; 503 may come from something in between.
  if (status == 429 || (status == 503 && request.idempotent)) {
    if (const auto delay = retry_.next(retry_after_)) {
      if (status == 503)
        site_->current.compare_exchange_strong(server_, (server_ + 1) % site_->servers.size());
      return try_again_after(*delay);
    }
  }
  if (status >= 300) {
    if (plan_.shape == Shape::Rows || plan_.checked)
      return end(status_error(*site_, request, status, body_, location_));
  } else if (plan_.shape == Shape::Rows) {
    framer_.finish();
  } else {
    check_whole(body_);
  }
  end(std::nullopt);
}

void Exchange::broken(const Error& error, bool was_answered) {
  if (error.kind() == ErrorKind::CannotConnect && try_next_server(error)) return;
  site_->dead = true;
  if (error.kind() == ErrorKind::CannotConnect && plan_.request.resumes)
    if (const auto delay = retry_.next({})) {
      servers_tried_ = 0;  // all of them once more
      tried_.clear();
      return try_again_after(*delay);
    }
  if (error.kind() == ErrorKind::LinkFailure && !was_answered && plan_.request.idempotent)
    if (const auto delay = retry_.next({})) return try_again_after(*delay);
  end(tried_.empty() ? error : Error{error.kind(), error.what() + ("; before that: " + tried_)});
}

// The first that answers: what was not sent can go to another one.
bool Exchange::try_next_server(const Error& error) {
  if (++servers_tried_ >= site_->servers.size()) return false;
  tried_ += (tried_.empty() ? "" : "; ") + std::string{error.what()};
  size_t expected = server_;  // unless somebody else has moved on already
  site_->current.compare_exchange_strong(expected, (server_ + 1) % site_->servers.size());
  attempt();
  return true;
}

void Exchange::try_again_after(std::chrono::milliseconds delay) {
  stage_ = Stage::Waiting;
  retry_at_ = Loop::Clock::now() + delay;
  reschedule();
}

void Exchange::on_due(Loop::Time now) {
  guarded([&] {
    if (stage_ == Stage::Ended) return;
    bool late = false;
    {
      std::scoped_lock lock{mutex_};
      late = deadline_ && *deadline_ <= now;
      // While nobody waits it is not enforced: a cursor may stay open for longer than its statement may take.
      deadline_deferred_ = late && !waiting_ && !notify_ && !plan_.on_end;
    }
    if (late && !deadline_deferred_) {
      if (plan_.timeout == ErrorKind::ConnectTimeout) site_->dead = true;
      return end(timeout_error(site_->servers[server_], plan_.timeout, plan_.timeout_after));
    }
    if (attempt_until_ <= now) {
      attempt_until_ = Loop::Time::max();
      release_transfer();
      transfer_.reset();
      return broken(timeout_error(site_->servers[server_], ErrorKind::CannotConnect, {}), false);
    }
    if (stage_ == Stage::Waiting && retry_at_ <= now) {
      retry_at_ = Loop::Time::max();
      return attempt();
    }
    if (paused_since_ != Loop::Time::max() && paused_since_ + site_->endpoint.pause_limit <= now) spill();
    reschedule();
  });
}

void Exchange::reschedule() {
  if (stage_ == Stage::Ended) return;
  auto due = std::min(retry_at_, attempt_until_);
  if (paused_since_ != Loop::Time::max()) due = std::min(due, paused_since_ + site_->endpoint.pause_limit);
  {
    std::scoped_lock lock{mutex_};
    if (deadline_ && !deadline_deferred_) due = std::min(due, *deadline_);
  }
  loop_.schedule(*this, due);
}

void Exchange::on_stop_requested() {
  bool stopped = false;
  {
    std::scoped_lock lock{mutex_};
    stopped = stop_ && stop_->requested();
  }
  if (stopped && stage_ != Stage::Ended) end(interrupted_error());
}

void Exchange::on_exit() {
  if (stage_ != Stage::Ended) end(Error{ErrorKind::LinkFailure, "the process is exiting"});
}

// Gives the connection's place back. The transfer itself is the caller's to keep or destroy, outside the
// loop.
void Exchange::release_transfer() {
  if (transfer_) loop_.remove(*transfer_);
  paused_since_ = Loop::Time::max();
  attempt_until_ = Loop::Time::max();
  {
    std::scoped_lock lock{mutex_};
    paused_ = false;
  }
  if (stage_ == Stage::Queued || stage_ == Stage::Running)
    loop_.admission().leave(site_->servers[server_].host_port, *this);
  stage_ = Stage::New;
}

void Exchange::end(std::optional<Error> failure) {
  if (stage_ == Stage::Ended) return;
  const auto self = shared_from_this();
  release_transfer();
  transfer_.reset();
  stage_ = Stage::Ended;
  loop_.leave(*this);
  std::unique_lock lock{mutex_};
  if (!ended_) {
    ended_ = true;
    if (failure) failure_.emplace(unshared(*failure));
    response_.body = std::move(body_);
    envelope_ = framer_.envelope();
  }
  wake(lock);
  if (plan_.on_end) plan_.on_end(*this);
}

void Exchange::drop() { end(std::nullopt); }

}  // namespace couch::http
