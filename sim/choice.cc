#include "sim/choice.h"

#include <cstddef>
#include <cstdint>

#include "core/check.h"
#include "sim/mix.h"

namespace distdb::sim {
namespace {

Mixer MixAbout(uint64_t seed, const About& about) {
  Mixer mixer(seed);
  mixer.Add(uint64_t{static_cast<uint16_t>(about.decision)} << 32 |
            uint64_t{static_cast<uint8_t>(about.message)} << 16);
  mixer.Add(uint64_t{about.from.value()} << 32 | about.to.value());
  mixer.Add(uint64_t{about.instance.epoch.value()} << 32 |
            about.instance.origin.value());
  mixer.Add(about.instance.seq.value());
  mixer.Add(about.digest_class);
  mixer.Add(about.occurrence);
  return mixer;
}

}  // namespace

void Chooser::CheckAskedOnce(const About& about) {
  const uint64_t before = asked_.Count(FingerprintOf(about));
  DISTDB_CHECK(before == 0, "each decision is made once");
  const auto decision = static_cast<size_t>(about.decision);
  DISTDB_CHECK(began_with_.at(decision) == Decision::kNone,
               "a decision about occasions is made about nothing else");
  asked_directly_[decision] = true;
}

Occasion Chooser::Next(const About& about) {
  DISTDB_CHECK(about.occurrence == 0, "it is counted here");
  Occasion next(about);
  next.about_.occurrence = occasions_.Count(about);
  return next;
}

uint64_t Chooser::Choose(Occasion& occasion, Decision decision, uint64_t n) {
  DISTDB_CHECK(n >= 1, "a choice has at least one answer");
  const auto index = static_cast<size_t>(decision);
  const uint64_t bit = uint64_t{1} << (index % 64);
  DISTDB_CHECK((occasion.asked_ & bit) == 0, "each decision is made once");
  occasion.asked_ |= bit;
  Decision& began_with = began_with_.at(index);
  if (began_with == Decision::kNone) began_with = occasion.about_.decision;
  DISTDB_CHECK(
      began_with == occasion.about_.decision && !asked_directly_[index],
      "a decision about occasions is made about nothing else");
  About about = occasion.about_;
  about.decision = decision;
  return Answer(about, n);
}

uint64_t Chooser::Choose(const About& about, uint64_t n) {
  DISTDB_CHECK(n >= 1, "a choice has at least one answer");
  CheckAskedOnce(about);
  return Answer(about, n);
}

uint64_t Chooser::Answer(const About& about, uint64_t n) {
  if (n == 1) return 0;
  const uint64_t answer = driver_->Answer(about, n);
  DISTDB_CHECK(answer < n, "an answer is below n");
  if (record_ != nullptr) record_->emplace(about, answer);
  return answer;
}

uint32_t Chooser::ChooseNamed(const About& about,
                              absl::Span<const Option> options) {
  DISTDB_CHECK(!options.empty(), "a choice has at least one answer");
  CheckAskedOnce(about);
  if (options.size() == 1) return options[0].id;
  const size_t index = driver_->AnswerNamed(about, options);
  DISTDB_CHECK(index < options.size(), "an answer is one of the options");
  const uint32_t id = options[index].id;
  if (record_ != nullptr) record_->emplace(about, id);
  return id;
}

uint64_t SeedDriver::Answer(const About& about, uint64_t n) {
  return Below(MixAbout(seed_, about).Low(), n);
}

size_t SeedDriver::AnswerNamed(const About& about,
                               absl::Span<const Option> options) {
  const Mixer mixer = MixAbout(seed_, about);
  size_t best = 0;
  uint64_t best_hash = 0;
  for (size_t i = 0; i < options.size(); ++i) {
    Mixer with_option = mixer;
    with_option.Add(options[i].id);
    const uint64_t hash = with_option.High();
    if (i == 0 || hash > best_hash) {
      best = i;
      best_hash = hash;
    }
  }
  return best;
}

uint64_t TapeDriver::Answer(const About& about, uint64_t n) {
  const auto found = tape_->find(about);
  if (found != tape_->end() && found->second < n) return found->second;
  ++missing_;
  return 0;
}

size_t TapeDriver::AnswerNamed(const About& about,
                               absl::Span<const Option> options) {
  const auto found = tape_->find(about);
  if (found != tape_->end()) {
    for (size_t i = 0; i < options.size(); ++i) {
      if (options[i].id == found->second) return i;
    }
  }
  ++missing_;
  return 0;
}

}  // namespace distdb::sim
