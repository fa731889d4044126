#include "http/fault.h"

#include <curl/curl.h>
#include <fmt/core.h>
#include <rapidjson/document.h>

#include "http/framing.h"

namespace couch::http {
namespace {

std::string member_text(const rapidjson::Document& document, const char* name) {
  if (!document.IsObject()) return {};
  const auto found = document.FindMember(name);
  if (found == document.MemberEnd() || !found->value.IsString()) return {};
  return {found->value.GetString(), found->value.GetStringLength()};
}

// Text of a stranger for one line of a message.
std::string excerpt(std::string_view text) {
  constexpr size_t longest = 200;
  std::string out;
  for (const char c : text) {
    if (out.size() >= longest) return out + "…";
    if (static_cast<unsigned char>(c) >= 0x20)
      out += c;
    else if (!out.empty() && out.back() != ' ')
      out += ' ';
  }
  return out;
}

ErrorKind kind_of(long status) {
  switch (status) {
    case 401:
    case 407: return ErrorKind::NotAuthorized;
    case 403: return ErrorKind::Forbidden;
    case 404: return ErrorKind::NotFound;
    case 409: return ErrorKind::Conflict;
    case 412: return ErrorKind::Exists;
    case 413: return ErrorKind::TooLarge;
    case 429: return ErrorKind::ServerFailure;
    default: return status >= 500 ? ErrorKind::ServerFailure : ErrorKind::BadRequest;
  }
}

std::string_view hint(const Endpoint& endpoint, long status) {
  if (status == 407) return "; the proxy wants credentials: check HttpProxy";
  if (status == 429) return "; the server asks to slow down";
  if (status != 401) return "";
  switch (endpoint.auth) {
    case Auth::None: return "; the server wants credentials: set UID and PWD";
    case Auth::Basic:
    case Auth::Session: return "; check UID and PWD, and that this user may read the database";
    case Auth::Jwt: return "; check Token: it may have expired";
    case Auth::Proxy: return "; check UID and Token (the server's proxy secret)";
  }
  return "";
}

// A redirect's target without credentials and query.
std::string target(std::string_view location) {
  location = location.substr(0, location.find_first_of("?#"));
  const auto scheme = location.find("://");
  const auto at = location.find('@');
  if (scheme != std::string_view::npos && at != std::string_view::npos)
    return std::string{location.substr(0, scheme + 3)} + std::string{location.substr(at + 1)};
  return std::string{location};
}

std::string tls_advice(TlsMode mode, const std::string& detail) {
  if (detail.find("subject name") != std::string::npos || detail.find("host name") != std::string::npos)
    return "the certificate is for another host: check Server, or set SSLMode=verify-ca";
  if (detail.find("expired") != std::string::npos)
    return "the certificate has expired: it must be renewed on the server";
  if (mode == TlsMode::VerifyCa || mode == TlsMode::VerifyFull)
    return "set CAFile to the PEM file of the authority that signed it, or SSLMode=require to encrypt "
           "without verification";
  return "check SSLMode";
}

}  // namespace

Error status_error(const Site& site, const Request& request, long status, std::string_view body,
                   std::string_view location) {
  rapidjson::Document document;
  document.Parse<rapidjson::kParseIterativeFlag>(body.data(), body.size());
  const bool parsed = !document.HasParseError();
  const auto error = parsed ? member_text(document, "error") : std::string{},
             reason = parsed ? member_text(document, "reason") : std::string{};
  std::string said =
      error.empty() ? excerpt(body) : excerpt(error) + (reason.empty() ? "" : ": " + excerpt(reason));
  if (status < 400)
    said = fmt::format("the server redirects to {}; set Server or URL to where CouchDB is",
                       location.empty() ? "another place" : excerpt(target(location)));
  const auto message =
      fmt::format("{} {}: HTTP {}{}{}{} ({})", request.method, excerpt(request.path), status,
                  said.empty() ? "" : " ", said, hint(site.endpoint, status), site.server().host_port);
  return {kind_of(status), site.without_secrets(message), status, error, reason};
}

Error transfer_error(const Site& site, const BaseUrl& server, int curl_code, const std::string& detail,
                     Progress progress) {
  const auto [sent, answered, kept, repeatable] = progress;
  const auto code = static_cast<CURLcode>(curl_code);
  const auto said = site.without_secrets(excerpt(detail.empty() ? curl_easy_strerror(code) : detail));
  const auto& where = server.host_port;
  // libcurl connects anew by itself when a kept connection broke: that this fails says nothing of what was
  // sent before. Nor does an answer that makes no sense.
  if (sent && !answered && !repeatable)
    return {ErrorKind::LinkFailure, fmt::format("the connection to {} broke before it had answered: it is "
                                                "not known whether the request was carried out ({})",
                                                where, said)};
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return {ErrorKind::CannotConnect,
              fmt::format("cannot connect to {}: its name cannot be resolved; check Server", where)};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {ErrorKind::CannotConnect, "the proxy's name cannot be resolved; check HttpProxy"};
    case CURLE_COULDNT_CONNECT:
      return {ErrorKind::CannotConnect,
              fmt::format("cannot connect to {}: {}; check Server and Port{}", where, said,
                          site.endpoint.proxy.empty() ? "" : ", or HttpProxy")};
    case CURLE_PEER_FAILED_VERIFICATION:
      return {ErrorKind::CannotConnect, fmt::format("the certificate of {} was not accepted: {}; {}", where,
                                                    said, tls_advice(site.endpoint.tls, said))};
    case CURLE_SSL_CACERT_BADFILE:
      return {ErrorKind::InvalidSetting,
              fmt::format("CAFile: {} holds no usable certificates", site.endpoint.ca_file)};
    case CURLE_SSL_CERTPROBLEM:
      return {ErrorKind::InvalidSetting, fmt::format("ClientCert or ClientKey cannot be used: {}", said)};
    case CURLE_SSL_CONNECT_ERROR:
      return {
          ErrorKind::CannotConnect,
          fmt::format(
              "no encrypted connection to {}: {}; check that it speaks https (TLS 1.2 or later), and SSLMode",
              where, said)};
    case CURLE_URL_MALFORMAT:
      return {ErrorKind::BadRequest, fmt::format("the request to {} has a malformed path", where)};
    case CURLE_PARTIAL_FILE:
      return {ErrorKind::LinkFailure, fmt::format("the answer of {} ended early: {}", where, said)};
    case CURLE_UNSUPPORTED_PROTOCOL:  // "HTTP/0.9": what came first was no status line
    case CURLE_WEIRD_SERVER_REPLY:
      if (kept) break;  // left over from the answer before, whose length was wrong
      return {ErrorKind::CannotConnect, fmt::format("what answers at {} does not speak HTTP; check Server "
                                                    "and Port, and that the URL begins with {}",
                                                    where,
                                                    server.tls ? "https only where the server encrypts"
                                                               : "https where the server encrypts")};
    case CURLE_ABORTED_BY_CALLBACK:  // Transfer::before_request
      return {ErrorKind::LinkFailure, fmt::format("the connection to {} broke before it had answered: it is "
                                                  "not known whether the request was carried out",
                                                  where)};
    default: break;
  }
  if (!sent && code == CURLE_OPERATION_TIMEDOUT)
    return {ErrorKind::CannotConnect,
            fmt::format("cannot connect to {}: it does not answer; check Server, Port and firewalls", where)};
  // A server that wants a client certificate says so only after the handshake, when the first byte is read.
  if (!answered && detail.find("alert") != std::string::npos)
    return {
        ErrorKind::CannotConnect,
        fmt::format("{} refused the encrypted connection: {}; check ClientCert and ClientKey", where, said)};
  if (answered) return {ErrorKind::LinkFailure, fmt::format("the answer of {} ended early: {}", where, said)};
  // That alert may be lost when the server closes at once.
  const bool perhaps_certificate = server.tls && sent && site.endpoint.client_certificate.empty();
  return {
      sent ? ErrorKind::LinkFailure : ErrorKind::CannotConnect,
      fmt::format("the connection to {} broke: {}{}", where, said,
                  perhaps_certificate ? "; if the server wants a client certificate, set ClientCert" : "")};
}

Error timeout_error(const BaseUrl& server, ErrorKind kind, std::chrono::milliseconds limit) {
  if (kind == ErrorKind::ConnectTimeout)
    return {kind, fmt::format("{} did not answer within {} s; check Server and Port, or raise LoginTimeout",
                              server.host_port, static_cast<double>(limit.count()) / 1000)};
  return {kind, fmt::format("the query timeout expired before {} had answered", server.host_port)};
}

Error interrupted_error() { return {ErrorKind::Interrupted, "the statement was cancelled"}; }

Error unshared(const Error& error) {
  return {error.kind(), std::string{error.what()}, error.status(), error.error(), error.reason()};
}

void check_whole(std::string_view body) {
  const auto begin = body.find_first_not_of(" \r\n\t");
  if (begin == std::string_view::npos || (body[begin] != '{' && body[begin] != '[')) return;
  body.remove_prefix(begin);
  detail::ValueScanner value;
  value.begin(body.front());
  const char* const end = body.data() + body.size();
  const char* at = value.scan(body.data(), end);
  if (!value.done())
    throw Error{ErrorKind::LinkFailure, "the server's answer ended early: its JSON is cut off"};
  for (; at != end; ++at)
    if (*at != ' ' && *at != '\n' && *at != '\r' && *at != '\t')
      throw Error{ErrorKind::LinkFailure, "the server's answer is malformed: it goes on after its end"};
}

}  // namespace couch::http
