#include "tests/support/certificates.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace couch::test {
namespace {

template <auto free>
struct Free {
  template <class T>
  void operator()(T* object) const {
    free(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;

constexpr long day = 24 * 60 * 60;

void extend(X509* certificate, X509* issuer, int nid, const char* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension{
      X509V3_EXT_conf_nid(nullptr, &context, nid, value)};
  if (!extension) throw std::runtime_error("certificate extension");
  X509_add_ext(certificate, extension.get(), -1);
}

struct Made {
  Key key;
  Certificate certificate;
};

// `names` empty: an authority. Without issuer: signed by itself.
Made make(const char* common_name, const char* names, const Made* issuer, long valid_from, long valid_to,
          long serial) {
  Made made{Key{EVP_EC_gen("P-256")}, Certificate{X509_new()}};
  X509* certificate = made.certificate.get();
  X509_set_version(certificate, 2);
  ASN1_INTEGER_set(X509_get_serialNumber(certificate), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate), valid_from);
  X509_gmtime_adj(X509_getm_notAfter(certificate), valid_to);
  X509_set_pubkey(certificate, made.key.get());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>(common_name), -1, -1, 0);
  X509* by = issuer ? issuer->certificate.get() : certificate;
  X509_set_issuer_name(certificate, X509_get_subject_name(by));
  if (*names == 0) {
    extend(certificate, by, NID_basic_constraints, "critical,CA:TRUE");
    extend(certificate, by, NID_key_usage, "critical,keyCertSign,cRLSign");
  } else {
    extend(certificate, by, NID_subject_alt_name, names);
  }
  if (X509_sign(certificate, issuer ? issuer->key.get() : made.key.get(), EVP_sha256()) == 0)
    throw std::runtime_error("certificate signature");
  return made;
}

using File = std::unique_ptr<FILE, Free<fclose>>;

Certificates::Pair store(const Made& made, const std::string& stem) {
  Certificates::Pair paths{stem + ".pem", stem + ".key"};
  File certificate{fopen(paths.certificate.c_str(), "w")}, key{fopen(paths.key.c_str(), "w")};
  if (!certificate || !key || PEM_write_X509(certificate.get(), made.certificate.get()) != 1 ||
      PEM_write_PrivateKey(key.get(), made.key.get(), nullptr, nullptr, 0, nullptr, nullptr) != 1)
    throw std::runtime_error("cannot write " + stem);
  return paths;
}

}  // namespace

Certificates::Certificates() {
  std::string pattern = (std::filesystem::temp_directory_path() / "couch-certificates-XXXXXX").string();
  if (!mkdtemp(pattern.data())) throw std::runtime_error("cannot make " + pattern);
  directory_ = pattern;
  const auto file = [&](const char* name) { return directory_ + '/' + name; };
  const auto authority = make("Test authority", "", nullptr, -day, day, 1);
  const auto other = make("Other authority", "", nullptr, -day, day, 2);
  constexpr auto here = "IP:127.0.0.1,DNS:localhost";
  ca_ = store(authority, file("ca")).certificate;
  other_ca_ = store(other, file("other")).certificate;
  server_ = store(make("localhost", here, &authority, -day, day, 3), file("server"));
  misnamed_ =
      store(make("elsewhere.example", "DNS:elsewhere.example", &authority, -day, day, 4), file("misnamed"));
  expired_ = store(make("localhost", here, &authority, -2 * day, -day, 5), file("expired"));
  client_ = store(make("client", "email:client@example.org", &authority, -day, day, 6), file("client"));
}

Certificates::~Certificates() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace couch::test
