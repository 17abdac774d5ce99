#include "sim/choice.h"

#include <cstddef>
#include <cstdint>

#include "core/check.h"
#include "sim/mix.h"

namespace distdb::sim {
void Chooser::CheckAskedOnce(const About& about) {
  const uint64_t before = asked_.Count(FingerprintOf(about));
  DISTDB_CHECK(before == 0, "each decision is made once");
  Decision& began_with = began_with_.at(static_cast<size_t>(about.decision));
  DISTDB_CHECK(began_with == Decision::kNone || began_with == kDirectly,
               "a decision about occasions is made about nothing else");
  began_with = kDirectly;
}

Occasion Chooser::Like(const About& about) {
  DISTDB_CHECK(about.occurrence == 0, "it is counted here");
  Occasion like;
  like.about_ = about;
  like.row_ = occasions_.RowOf(about);
  return like;
}

void Chooser::BeginWith(Decision occasion, Decision decision) {
  Decision& began_with = began_with_.at(static_cast<size_t>(decision));
  if (began_with == Decision::kNone) began_with = occasion;
  DISTDB_CHECK(began_with == occasion,
               "a decision about occasions is made about nothing else");
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

size_t SeedDriver::AnswerNamed(const About& about,
                               absl::Span<const Option> options) {
  const Mixer mixer = Mix(about.decision, about);
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
  if (found != tape_->end() && found->second < n) {
    applied_.insert(about);
    return found->second;
  }
  ++missing_;
  return 0;
}

size_t TapeDriver::AnswerNamed(const About& about,
                               absl::Span<const Option> options) {
  const auto found = tape_->find(about);
  if (found != tape_->end()) {
    for (size_t i = 0; i < options.size(); ++i) {
      if (options[i].id != found->second) continue;
      applied_.insert(about);
      return i;
    }
  }
  ++missing_;
  return 0;
}

}  // namespace distdb::sim
