// The adversaries of the library by name, and which of them a run has.
//
// The numbers are part of what a seed means: never reuse or change one.

#ifndef DISTDB_SIM_ADVERSARY_NAMES_H_
#define DISTDB_SIM_ADVERSARY_NAMES_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace distdb::sim {

// What each may do is said at the top of the file named.
enum class AdversaryName : uint8_t {
  kEquivocation = 0,     // equivocation.cc
  kWithholding = 1,      // withholding.cc
  kDoubleVotes = 2,      // double_votes.cc
  kForgery = 3,          // forgery.h
  kFalseAnswers = 4,     // false_answers.h
  kFalseWatermarks = 5,  // false_watermarks.h
  kFalseDeliveries = 6,  // false_deliveries.h
  kOtherStory = 7,       // other_story.h
  kReplay = 8,           // replay.h
  kFlood = 9,            // flood.h
  kMutation = 10,        // mutation.h
  kTwins = 11,           // twins.h
  kScheduler = 12,       // scheduler.h
};

inline constexpr size_t kAdversaries = 13;

// "equivocation", …
absl::string_view AdversaryText(AdversaryName name);

// How hard each adversary tries: 0, it is not there; else up to kHardest.
class AdversarySet {
 public:
  static constexpr uint32_t kHardest = 3;

  uint32_t operator[](AdversaryName name) const {
    return hardness_[static_cast<size_t>(name)];
  }
  bool Has(AdversaryName name) const { return (*this)[name] > 0; }
  void Set(AdversaryName name, uint32_t hardness) {
    hardness_[static_cast<size_t>(name)] = static_cast<uint8_t>(hardness);
  }
  // Those that play schemes, at their hardest: what a scenario's liars do where
  // they improvise.
  static AdversarySet Schemers() {
    AdversarySet set;
    for (const AdversaryName name :
         {AdversaryName::kEquivocation, AdversaryName::kWithholding,
          AdversaryName::kDoubleVotes, AdversaryName::kFalseAnswers,
          AdversaryName::kFalseWatermarks, AdversaryName::kOtherStory}) {
      set.Set(name, kHardest);
    }
    return set;
  }
  // A set of one.
  static AdversarySet Only(AdversaryName name) {
    AdversarySet set;
    set.Set(name, kHardest);
    return set;
  }

 private:
  std::array<uint8_t, kAdversaries> hardness_{};
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_ADVERSARY_NAMES_H_
