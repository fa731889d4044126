#include "bench/http_client.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cstdlib>

namespace couch::bench {
namespace {

struct Answer {
  uint64_t bytes = 0;
  std::string head;  // the first of it, for messages
  std::string* whole = nullptr;
};

size_t take(char* data, size_t, size_t size, void* to) {
  auto& answer = *static_cast<Answer*>(to);
  answer.bytes += size;
  if (answer.whole)
    answer.whole->append(data, size);
  else if (answer.head.size() < 200)
    answer.head.append(data, size < 200 ? size : 200);
  return size;
}

[[noreturn]] void fail(const std::string& what) {
  fmt::print(stderr, "{}\n", what);
  std::exit(1);
}

void prepare(CURL* easy, const std::string& url, const std::string& method, const std::string& body,
             curl_slist* headers, Answer& answer) {
  curl_easy_reset(easy);
  curl_easy_setopt(easy, CURLOPT_URL, url.c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, headers);
  curl_easy_setopt(easy, CURLOPT_TCP_NODELAY, 1L);
  curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, 128L << 10);
  curl_easy_setopt(easy, CURLOPT_PROXY, "");
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, &answer);
  if (method != "GET") {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, body.data());
    curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
}

void check(CURL* easy, CURLcode code, const std::string& what, const Answer& answer) {
  if (code != CURLE_OK) fail(fmt::format("{}: {}", what, curl_easy_strerror(code)));
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  if (status >= 300) fail(fmt::format("{}: HTTP {} {}", what, status, answer.head));
}

}  // namespace

HttpClient::HttpClient(std::string server)
    : server_(std::move(server)), easy_(curl_easy_init()), multi_(curl_multi_init()) {
  headers_ = curl_slist_append(nullptr, "Content-Type: application/json");
  headers_ = curl_slist_append(static_cast<curl_slist*>(headers_), "Accept: application/json");
  headers_ = curl_slist_append(static_cast<curl_slist*>(headers_), "Expect:");
}

HttpClient::~HttpClient() {
  curl_easy_cleanup(easy_);
  curl_multi_cleanup(multi_);
  curl_slist_free_all(static_cast<curl_slist*>(headers_));
}

uint64_t HttpClient::get(const std::string& path) {
  Answer answer;
  prepare(easy_, server_ + path, "GET", {}, static_cast<curl_slist*>(headers_), answer);
  const CURLcode code = curl_easy_perform(easy_);
  check(easy_, code, path, answer);
  return answer.bytes;
}

uint64_t HttpClient::post(const std::string& path, const std::string& body) {
  Answer answer;
  prepare(easy_, server_ + path, "POST", body, static_cast<curl_slist*>(headers_), answer);
  const CURLcode code = curl_easy_perform(easy_);
  check(easy_, code, path, answer);
  return answer.bytes;
}

long HttpClient::ask(const std::string& method, const std::string& path, const std::string& body,
                     std::string* text) {
  Answer answer;
  answer.whole = text;
  prepare(easy_, server_ + path, method, body, static_cast<curl_slist*>(headers_), answer);
  if (const CURLcode code = curl_easy_perform(easy_); code != CURLE_OK)
    fail(fmt::format("{}: {}", path, curl_easy_strerror(code)));
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

void HttpClient::post_all(const std::string& path, const std::vector<std::string>& bodies, size_t at_once) {
  struct Job {
    CURL* easy;
    Answer answer;
  };
  std::vector<Job> jobs(std::min(at_once, bodies.size()));
  size_t next = 0, done = 0;
  const auto send = [&](Job& job) {
    job.answer = {};
    prepare(job.easy, server_ + path, "POST", bodies[next++], static_cast<curl_slist*>(headers_), job.answer);
    curl_easy_setopt(job.easy, CURLOPT_PRIVATE, &job);
    curl_multi_add_handle(multi_, job.easy);
  };
  for (auto& job : jobs) {
    job.easy = curl_easy_init();
    send(job);
  }
  while (done < bodies.size()) {
    int running = 0, left = 0;
    curl_multi_perform(multi_, &running);
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg != CURLMSG_DONE) continue;
      const CURLcode code = message->data.result;
      Job* job = nullptr;
      curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &job);
      check(job->easy, code, path, job->answer);
      curl_multi_remove_handle(multi_, job->easy);
      ++done;
      if (next < bodies.size()) send(*job);
    }
    if (done < bodies.size()) curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
  }
  for (auto& job : jobs) curl_easy_cleanup(job.easy);
}

std::string HttpClient::escaped(const std::string& text) {
  char* const out = curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size()));
  std::string result{out};
  curl_free(out);
  return result;
}

}  // namespace couch::bench
