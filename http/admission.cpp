#include "http/admission.h"

#include <algorithm>
#include <vector>

namespace couch::http {

bool Admission::apply(const std::string& server, uint32_t limit, Applicant& applicant) {
  Place& place = places_[server];
  if (place.queue.empty() && place.inside.size() < limit) {
    place.inside.insert(&applicant);
    return true;
  }
  place.queue.emplace_back(&applicant, limit);
  const std::vector<Applicant*> holders{place.inside.begin(), place.inside.end()};
  for (auto* holder : holders) holder->on_others_wait();
  return false;
}

void Admission::leave(const std::string& server, Applicant& applicant) {
  const auto found = places_.find(server);
  if (found == places_.end()) return;
  Place& place = found->second;
  if (place.inside.erase(&applicant) == 0)
    std::erase_if(place.queue, [&](const auto& waiting) { return waiting.first == &applicant; });
  std::vector<Applicant*> admitted;
  while (!place.queue.empty() && place.inside.size() < place.queue.front().second) {
    admitted.push_back(place.queue.front().first);
    place.inside.insert(admitted.back());
    place.queue.pop_front();
  }
  if (place.inside.empty() && place.queue.empty()) places_.erase(found);
  for (auto* next : admitted) next->on_admitted();
}

bool Admission::others_wait(const std::string& server) const {
  const auto found = places_.find(server);
  return found != places_.end() && !found->second.queue.empty();
}

}  // namespace couch::http
