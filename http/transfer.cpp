#include "http/transfer.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <sys/socket.h>

#include <charconv>
#include <new>

#include "http/wire.h"
#include "version.h"

namespace couch::http {
namespace {

// Bytes a read from the socket, and the largest piece that on_data gets.
constexpr long receive_buffer = 128L << 10;

CURL* easy(void* handle) { return static_cast<CURL*>(handle); }

template <class T>
void set(void* handle, CURLoption option, T value) {
  // Options fail only when libcurl was built without them or memory is gone; what matters for safety is
  // checked in tests.
  if (curl_easy_setopt(easy(handle), option, value) == CURLE_OUT_OF_MEMORY) throw std::bad_alloc{};
}

// libcurl opens its sockets without FD_CLOEXEC; a program started by the application should not inherit the
// server's connection.
curl_socket_t open_socket(void*, curlsocktype, curl_sockaddr* address) {
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() &&
         (text.back() == '\r' || text.back() == '\n' || text.back() == ' ' || text.back() == '\t'))
    text.remove_suffix(1);
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

}  // namespace

Transfer::Transfer(const Wire& wire, Order order, Sink& sink)
    : easy_(curl_easy_init()), order_(std::move(order)), sink_(sink) {
  if (!easy_) throw std::bad_alloc{};
  try {
    apply(wire);
  } catch (...) {
    curl_easy_cleanup(easy(easy_));
    curl_slist_free_all(static_cast<curl_slist*>(list_));
    throw;
  }
}

Transfer::~Transfer() {
  curl_easy_cleanup(easy(easy_));
  curl_slist_free_all(static_cast<curl_slist*>(list_));
}

void Transfer::apply(const Wire& wire) {
  void* const h = easy_;
  set(h, CURLOPT_PRIVATE, static_cast<void*>(this));
  set(h, CURLOPT_NOSIGNAL, 1L);
  set(h, CURLOPT_ERRORBUFFER, detail_);
  set(h, CURLOPT_URL, order_.url.c_str());
  set(h, CURLOPT_PATH_AS_IS, 1L);
#if LIBCURL_VERSION_NUM >= 0x075500
  set(h, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  set(h, CURLOPT_PROTOCOLS, static_cast<long>(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
  // A redirect may lead to another host, and the credentials with it.
  set(h, CURLOPT_FOLLOWLOCATION, 0L);
  set(h, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  set(h, CURLOPT_USERAGENT, "couchdb-odbc/" COUCHDBODBC_VERSION);
  set(h, CURLOPT_TCP_NODELAY, 1L);
  set(h, CURLOPT_TCP_KEEPALIVE, 1L);
  set(h, CURLOPT_BUFFERSIZE, receive_buffer);
  set(h, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(h, CURLOPT_CONNECTTIMEOUT_MS,
      order_.connect_timeout_ms > 0 ? order_.connect_timeout_ms : 24L * 60 * 60 * 1000);
  set(h, CURLOPT_PROXY, wire.proxy.c_str());  // "": none, and none from the environment
  set(h, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);

  set(h, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  const bool verify = wire.tls == TlsMode::VerifyCa || wire.tls == TlsMode::VerifyFull;
  set(h, CURLOPT_SSL_VERIFYPEER, verify ? 1L : 0L);
  set(h, CURLOPT_SSL_VERIFYHOST, wire.tls == TlsMode::VerifyFull ? 2L : 0L);
  if (!wire.ca_file.empty()) set(h, CURLOPT_CAINFO, wire.ca_file.c_str());
  if (!wire.client_certificate.empty()) {
    set(h, CURLOPT_SSLCERT, wire.client_certificate.c_str());
    set(h, CURLOPT_SSLKEY, (wire.client_key.empty() ? wire.client_certificate : wire.client_key).c_str());
  }

  // "Expect: 100-continue" would cost a second on servers that do not answer it.
  std::vector<std::string> headers{"Accept: application/json", "Expect:"};
  if (order_.has_body) headers.emplace_back("Content-Type: application/json");
  headers.insert(headers.end(), order_.headers.begin(), order_.headers.end());
  for (const auto& header : headers) {
    curl_slist* longer = curl_slist_append(static_cast<curl_slist*>(list_), header.c_str());
    if (!longer) throw std::bad_alloc{};
    list_ = longer;
  }
  set(h, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(list_));

  if (order_.method == "HEAD") {
    set(h, CURLOPT_NOBODY, 1L);
  } else if (order_.has_body) {
    set(h, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(order_.body.size()));
    set(h, CURLOPT_POSTFIELDS, order_.body.data());
  }
  if (order_.method != "HEAD") set(h, CURLOPT_CUSTOMREQUEST, order_.method.c_str());

  set(h, CURLOPT_PREREQFUNCTION, &Transfer::before_request);
  set(h, CURLOPT_PREREQDATA, static_cast<void*>(this));
  set(h, CURLOPT_HEADERFUNCTION, &Transfer::header_callback);
  set(h, CURLOPT_HEADERDATA, static_cast<void*>(this));
  set(h, CURLOPT_WRITEFUNCTION, &Transfer::write_callback);
  set(h, CURLOPT_WRITEDATA, static_cast<void*>(this));
}

void Transfer::resume() { curl_easy_pause(easy(easy_), CURLPAUSE_CONT); }

bool Transfer::sent() const { return requests_ > 0; }

bool Transfer::kept() const {
  long connects = 0;
  curl_easy_getinfo(easy(easy_), CURLINFO_NUM_CONNECTS, &connects);
  return sent() && connects == 0;
}

// libcurl sends a request again by itself when a kept connection was closed meanwhile, whatever its method. A
// write must not be repeated unless it is known not to have happened: for those the second time is refused.
int Transfer::before_request(void* self, char*, char*, int, int) {
  auto& transfer = *static_cast<Transfer*>(self);
  return ++transfer.requests_ > 1 && !transfer.order_.repeatable ? CURL_PREREQFUNC_ABORT : CURL_PREREQFUNC_OK;
}

void Transfer::on_header_line(std::string_view line) {
  if (line.substr(0, 5) == "HTTP/") {
    line_status_ = 0;
    if (const auto space = line.find(' '); space != std::string_view::npos)
      std::from_chars(line.data() + space + 1, line.data() + line.size(), line_status_);
    return;
  }
  line = trimmed(line);
  if (line.empty()) {
    if (line_status_ < 200 || status_ != 0) return;  // 100 Continue, or trailers
    status_ = line_status_;
    sink_.on_head(status_);
    return;
  }
  if (const auto colon = line.find(':'); colon != std::string_view::npos && line_status_ >= 200)
    sink_.on_header(line.substr(0, colon), trimmed(line.substr(colon + 1)));
}

size_t Transfer::header_callback(char* data, size_t, size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    transfer.on_header_line({data, size});
    return size;
  } catch (...) {
    transfer.failure_ = std::current_exception();
    return size + 1;
  }
}

size_t Transfer::write_callback(char* data, size_t, size_t size, void* self) {
  auto& transfer = *static_cast<Transfer*>(self);
  try {
    return transfer.sink_.on_data({data, size}) ? size : static_cast<size_t>(CURL_WRITEFUNC_PAUSE);
  } catch (...) {
    transfer.failure_ = std::current_exception();
    return size + 1;  // any other number than `size` ends the transfer
  }
}

}  // namespace couch::http
