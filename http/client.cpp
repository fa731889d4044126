#include "http/client.h"

#include <fmt/core.h>
#include <rapidjson/document.h>

#include "http/compression.h"
#include "http/exchange.h"
#include "http/fault.h"
#include "http/wire.h"

namespace couch::http {
namespace {

class ExchangeRows final : public RowStream {
 public:
  explicit ExchangeRows(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  ~ExchangeRows() override { exchange_->abandon(); }
  std::optional<std::span<char>> next() override { return exchange_->next(); }
  const std::string& envelope() const override { return exchange_->envelope(); }
  Ready poll() override { return exchange_->poll(); }
  void when_ready(std::function<void()> call) override { exchange_->when_ready(std::move(call)); }
  void set_deadline(std::optional<std::chrono::steady_clock::time_point> deadline) override {
    exchange_->set_deadline(deadline);
  }

 private:
  std::shared_ptr<Exchange> exchange_;
};

class ExchangePending final : public Pending {
 public:
  explicit ExchangePending(std::shared_ptr<Exchange> exchange) : exchange_(std::move(exchange)) {}
  ~ExchangePending() override { exchange_->abandon(); }
  Response wait() override { return exchange_->wait(); }
  RowStream::Ready poll() override { return exchange_->poll(); }
  void when_ready(std::function<void()> call) override { exchange_->when_ready(std::move(call)); }

 private:
  std::shared_ptr<Exchange> exchange_;
};

// What GET / of CouchDB or PouchDB Server says.
bool greets_like_couchdb(const std::string& body) {
  rapidjson::Document greeting;
  greeting.Parse<rapidjson::kParseIterativeFlag>(body.data(), body.size());
  return !greeting.HasParseError() && greeting.IsObject() && greeting.HasMember("version") &&
         (greeting.HasMember("couchdb") || greeting.HasMember("express-pouchdb"));
}

bool names_a_user(const std::string& body) {
  rapidjson::Document session;
  session.Parse<rapidjson::kParseIterativeFlag>(body.data(), body.size());
  if (session.HasParseError() || !session.IsObject() || !session.HasMember("userCtx") ||
      !session["userCtx"].IsObject())
    return false;
  const auto& user = session["userCtx"];
  return user.HasMember("name") && user["name"].IsString();
}

class CouchClient final : public Client {
 public:
  explicit CouchClient(Endpoint endpoint) : site_(std::make_shared<Site>(std::move(endpoint))) {}

  Response send(const Request& request) override { return answer_of(plan_of(request, true)); }

  Response send_raw(const Request& request) override { return answer_of(plan_of(request, false)); }

  std::unique_ptr<Pending> start(const Request& request) override {
    return std::make_unique<ExchangePending>(Exchange::start(site_, plan_of(request, true)));
  }

  std::unique_ptr<RowStream> stream(const Request& request) override {
    return std::make_unique<ExchangeRows>(Exchange::start(site_, {request, Exchange::Shape::Rows}));
  }

  std::string connect(const Stop* stop) override;
  bool dead() const noexcept override { return site_->dead.load(std::memory_order_relaxed); }
  const Endpoint& endpoint() const noexcept override { return site_->endpoint; }

 private:
  Exchange::Plan plan_of(const Request& request, bool checked) {
    Exchange::Plan plan{request};
    plan.checked = checked;
    if (request.compress && compression_pays(*site_, request.body.size()))
      plan.packed = gzip(request.body);  // here, not on the thread that all transfers share
    return plan;
  }

  Response answer_of(Exchange::Plan plan) {
    const auto exchange = Exchange::start(site_, std::move(plan));
    try {
      return exchange->wait();
    } catch (...) {
      exchange->abandon();
      throw;
    }
  }

  Response ask(std::string path, std::optional<std::chrono::steady_clock::time_point> deadline,
               const Stop* stop) {
    Exchange::Plan plan;
    plan.request.stop = stop;
    plan.request.path = std::move(path);
    plan.request.deadline = deadline;
    plan.timeout = ErrorKind::ConnectTimeout;
    plan.timeout_after = site_->endpoint.connect_timeout;
    plan.share_time = true;
    plan.checked = true;
    return answer_of(std::move(plan));
  }

  std::shared_ptr<const Site> site_;
};

std::string CouchClient::connect(const Stop* stop) {
  const auto limit = site_->endpoint.connect_timeout;
  std::optional<std::chrono::steady_clock::time_point> deadline;
  if (limit.count() > 0) deadline = std::chrono::steady_clock::now() + limit;

  // A session logs in before this: so the password is proved.
  auto greeting = ask("/", deadline, stop);
  if (!greets_like_couchdb(greeting.body))
    throw Error{ErrorKind::CannotConnect,
                fmt::format("what answers at {} is not a CouchDB; check Server, Port and URL",
                            site_->server().host_port)};

  // CouchDB refuses a wrong password anywhere, but takes a wrong proxy token for nobody.
  const auto auth = site_->endpoint.auth;
  if (auth == Auth::Jwt || auth == Auth::Proxy) {
    if (!names_a_user(ask("/_session", deadline, stop).body))
      throw Error{ErrorKind::NotAuthorized,
                  fmt::format("{} did not accept the credentials; check {}", site_->server().host_port,
                              auth == Auth::Jwt ? "Token" : "UID and Token (the server's proxy secret)")};
  }
  return std::move(greeting.body);
}

}  // namespace

std::shared_ptr<Client> Client::create(Endpoint endpoint) {
  return std::make_shared<CouchClient>(std::move(endpoint));
}

void Stop::request() noexcept {
  flag_.store(true, std::memory_order_release);
  Loop::announce_stop();
}

void Stop::reset() noexcept { flag_.store(false, std::memory_order_release); }

}  // namespace couch::http
