#pragma once
// One HTTP request on the wire, once: a libcurl easy handle and its callbacks. Used on the I/O thread only.
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace couch::http {

struct Wire;

class Transfer {
 public:
  // What happened to it. Calls come from inside libcurl (on_header, on_data) or right after it (on_finished).
  class Sink {
   public:
    virtual void on_header(std::string_view name, std::string_view value) = 0;
    virtual void on_head(long status) = 0;  // all headers of the final answer have come
    // False: take nothing now, pause. What it throws ends the transfer: see failure().
    virtual bool on_data(std::string_view bytes) = 0;
    virtual void on_finished(int curl_code) = 0;  // removed from the loop already; may destroy the transfer

   protected:
    ~Sink() = default;
  };

  struct Order {
    std::string method, url;
    std::string_view body;  // outlives the transfer
    bool has_body = false;
    bool repeatable =
        true;  // libcurl may send it again, on a fresh connection when a kept one turns out stale
    std::vector<std::string> headers;
    long connect_timeout_ms = 0;  // 0: no limit of its own
  };

  Transfer(const Wire& wire, Order order, Sink& sink);
  ~Transfer();
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  void resume();                                           // after a pause; may call on_data
  long status() const { return status_; }                  // 0: no answer
  bool sent() const;                                       // the request may have reached the server
  bool kept() const;                                       // over a connection that was used before
  const char* detail() const { return detail_; }           // libcurl's own words about the failure, or ""
  std::exception_ptr failure() const { return failure_; }  // thrown by the sink

 private:
  friend class Loop;
  static size_t header_callback(char* data, size_t, size_t size, void* self);
  static size_t write_callback(char* data, size_t, size_t size, void* self);
  static int before_request(void* self, char*, char*, int, int);
  void on_header_line(std::string_view line);
  void apply(const Wire& wire);

  void* easy_;            // CURL*
  void* list_ = nullptr;  // curl_slist*
  bool in_loop_ = false;  // for the loop
  Order order_;
  Sink& sink_;
  long status_ = 0, line_status_ = 0;
  int requests_ = 0;  // times that libcurl was about to send it
  char detail_[256] = {};
  std::exception_ptr failure_;
};

}  // namespace couch::http
