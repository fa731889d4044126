#pragma once
// The documents that everything is measured on: 100,000 of 8 fields and 180 bytes, type "person".
#include <string>

namespace couch::bench {

struct Person {
  std::string id, name, email, city, since;  // id: "p0000042"; since: "2019-03-27"
  int age;                                   // 18 to 107, evenly
  bool active;
  double score;
};
Person person(int number);
// {"_id":…,"type":"person","name":…,…}
std::string document(const Person& person);
// A line of PostgreSQL's COPY: the same values without the type, separated by tabs.
std::string copy_line(const Person& person);

}  // namespace couch::bench
