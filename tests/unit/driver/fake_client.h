#pragma once
// An http::Client without a network: a function answers each request with rows, or breaks after some.
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "http/client.h"

namespace couch::test {

struct FakeAnswer {
  std::vector<std::string> rows;
  std::string envelope = "{}";
  std::string body;                    // send()
  std::optional<http::Error> failure;  // instead of the end, after `rows`; send(): instead of the body
};

class FakeClient final : public http::Client {
 public:
  using Handler = std::function<FakeAnswer(const http::Request&)>;
  explicit FakeClient(Handler handler) : handler_(std::move(handler)) {}

  http::Response send(const http::Request& request) override {
    FakeAnswer answer = ask(request);
    if (answer.failure) throw http::Error{*answer.failure};
    return {200, answer.body};
  }
  http::Response send_raw(const http::Request& request) override { return send(request); }
  std::unique_ptr<http::RowStream> stream(const http::Request& request) override {
    return std::make_unique<Stream>(ask(request));
  }
  std::unique_ptr<http::Pending> start(const http::Request& request) override {
    return std::make_unique<Done>(ask(request));
  }
  std::string connect(const http::Stop*) override { return R"({"couchdb":"Welcome","version":"3.5.0"})"; }
  bool dead() const noexcept override { return false; }
  const http::Endpoint& endpoint() const noexcept override { return endpoint_; }

  const std::vector<http::Request>& asked() const { return asked_; }
  static std::optional<std::string> parameter(const http::Request& request, const std::string& name) {
    for (const auto& [key, value] : request.query)
      if (key == name) return value;
    return std::nullopt;
  }

 private:
  class Done final : public http::Pending {
   public:
    explicit Done(FakeAnswer answer) : answer_(std::move(answer)) {}
    http::Response wait() override {
      if (answer_.failure) throw http::Error{*answer_.failure};
      return {200, answer_.body};
    }

   private:
    FakeAnswer answer_;
  };
  class Stream final : public http::RowStream {
   public:
    explicit Stream(FakeAnswer answer) : answer_(std::move(answer)) {}
    std::optional<std::span<char>> next() override {
      if (at_ == answer_.rows.size()) {
        if (answer_.failure) throw http::Error{*answer_.failure};
        return std::nullopt;
      }
      row_.assign(answer_.rows[at_].begin(), answer_.rows[at_].end());
      row_.push_back('\0');
      ++at_;
      return std::span{row_.data(), row_.size() - 1};
    }
    const std::string& envelope() const override { return answer_.envelope; }

   private:
    FakeAnswer answer_;
    std::vector<char> row_;
    size_t at_ = 0;
  };

  FakeAnswer ask(const http::Request& request) {
    asked_.push_back(request);
    return handler_(request);
  }

  Handler handler_;
  std::vector<http::Request> asked_;
  http::Endpoint endpoint_;
};

inline http::Error broken_link() { return {http::ErrorKind::LinkFailure, "the connection was closed"}; }
inline http::Error limit_too_large(uint64_t most) {
  const std::string reason = "Limit is too large, must not exceed " + std::to_string(most);
  return {http::ErrorKind::BadRequest, "query_parse_error: " + reason, 400, "query_parse_error", reason};
}

}  // namespace couch::test
