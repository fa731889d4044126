#include "http/auth.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <rapidjson/stringbuffer.h>
#include <rapidjson/writer.h>

#include "http/login.h"

namespace couch::http {

std::string base64(std::string_view bytes) {
  std::string out((bytes.size() + 2) / 3 * 4 + 1, '\0');
  const int size =
      EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                      reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(size));
  return out;
}

std::string proxy_token(std::string_view secret, std::string_view user) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned size = 0;
  HMAC(EVP_sha1(), secret.data(), static_cast<int>(secret.size()),
       reinterpret_cast<const unsigned char*>(user.data()), user.size(), digest, &size);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (unsigned i = 0; i < size; ++i) {
    out += digits[digest[i] >> 4];
    out += digits[digest[i] & 15];
  }
  return out;
}

std::string login_body(std::string_view user, std::string_view password) {
  rapidjson::StringBuffer buffer;
  rapidjson::Writer<rapidjson::StringBuffer> writer{buffer};
  writer.StartObject();
  writer.Key("name");
  writer.String(user.data(), static_cast<rapidjson::SizeType>(user.size()));
  writer.Key("password");
  writer.String(password.data(), static_cast<rapidjson::SizeType>(password.size()));
  writer.EndObject();
  return buffer.GetString();
}

std::optional<std::string> session_cookie(std::string_view set_cookie) {
  constexpr std::string_view name = "AuthSession=";
  if (set_cookie.substr(0, name.size()) != name) return std::nullopt;
  set_cookie.remove_prefix(name.size());
  return std::string{set_cookie.substr(0, set_cookie.find(';'))};
}

}  // namespace couch::http
