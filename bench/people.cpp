#include "bench/people.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

namespace couch::bench {
namespace {

constexpr std::array names{"Ada",  "Björn", "Chiara", "Dmitri", "Elif", "Farid", "Grete", "Hiro",
                           "Ines", "Jun",   "Katja",  "Lars",   "Mei",  "Nils",  "Oya",   "Paul"};
constexpr std::array cities{"Amsterdam", "Barcelona", "Copenhagen", "Dublin", "Edinburgh", "Florence",
                            "Gdansk",    "Helsinki",  "Istanbul",   "Jena",   "Krakow",    "Lisbon"};

// The same numbers everywhere: no library's generator.
uint32_t scrambled(uint32_t x) {
  x ^= x >> 16;
  x *= 0x7feb352dU;
  x ^= x >> 15;
  x *= 0x846ca68bU;
  return x ^ (x >> 16);
}

}  // namespace

Person person(int number) {
  const uint32_t random = scrambled(static_cast<uint32_t>(number) + 1);
  Person p;
  p.id = fmt::format("p{:07}", number);
  p.name = fmt::format("{} {}", names[random % names.size()], number);
  p.email = fmt::format("{}.{}@example.com", number, random % 10000);
  p.city = cities[(random >> 8) % cities.size()];
  p.since = fmt::format("{}-{:02}-{:02}", 2000 + (random >> 4) % 25, 1 + (random >> 10) % 12,
                        1 + (random >> 16) % 28);
  p.age = static_cast<int>(18 + scrambled(random) % 90);
  p.active = (random >> 20) % 3 != 0;
  p.score = static_cast<double>(random % 100000) / 100 + 0.5;
  return p;
}

std::string document(const Person& p) {
  return fmt::format(
      R"({{"_id":"{}","type":"person","name":"{}","email":"{}","age":{},"city":"{}","active":{},"score":{},"since":"{}"}})",
      p.id, p.name, p.email, p.age, p.city, p.active, p.score, p.since);
}

std::string copy_line(const Person& p) {
  return fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", p.id, p.name, p.email, p.age, p.city,
                     p.active ? 't' : 'f', p.score, p.since);
}

}  // namespace couch::bench
