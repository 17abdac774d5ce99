// Chooser: the one point at which anything in a run is decided.
//
// Every decision of the simulator (which delay, which fault, which lie) is a
// question `Choose(about, n)`, answered with a number below n. `About` says
// what is decided by what it means: its kind, the link or node, and the message
// by what it does (kind, instance, class of its digest, sender, receiver), with
// its occurrence. A running count is never part of it. So an answer does not
// depend on how many questions came before, and a seed, a tape or a shrunk case
// stays what it was when a fault, an option or a message is added elsewhere.
//
// Behind it stands a Driver: a seed (SeedDriver) or a recorded tape
// (TapeDriver). Anything that answers questions can be one: a fuzzer's bytes, a
// priority-based scheduler, an exhaustive explorer.
//
// By convention *0 is the calm answer* of Choose (no fault, the shortest delay)
// and the first option that of ChooseNamed: what a tape does not know becomes
// calm.
//
// To ask twice about the same thing is a broken invariant (DISTDB_CHECK): two
// decisions would silently be one. Not thread-safe; one Chooser per run.

#ifndef DISTDB_SIM_CHOICE_H_
#define DISTDB_SIM_CHOICE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "core/always_inline.h"
#include "core/check.h"
#include "sim/about.h"
#include "sim/decision.h"
#include "sim/fingerprint_table.h"
#include "sim/mix.h"
#include "sim/occasion_table.h"

namespace distdb::sim {

class SeedDriver;

// One of several named answers. The id is what tapes store: never reuse one.
struct Option {
  uint32_t id = 0;
  absl::string_view name;
};

class Driver {
 public:
  virtual ~Driver() = default;
  // A number below n; n >= 2.
  virtual uint64_t Answer(const About& about, uint64_t n) = 0;
  // The index of one of at least two options.
  virtual size_t AnswerNamed(const About& about,
                             absl::Span<const Option> options) = 0;
  // Itself where it is that, or null: most of what is asked is asked of a seed,
  // which then answers without a virtual call.
  virtual const SeedDriver* AsSeedDriver() const { return nullptr; }
};

// The answer is a hash of (seed, about); among named options the one whose hash
// with its id is the highest wins.
class SeedDriver final : public Driver {
 public:
  explicit SeedDriver(uint64_t seed) : seed_(seed) {}

  uint64_t Answer(const About& about, uint64_t n) override {
    return AnswerTo(about.decision, about, n);
  }
  size_t AnswerNamed(const About& about,
                     absl::Span<const Option> options) override;
  const SeedDriver* AsSeedDriver() const override { return this; }

  // The same for `decision` in place of about.decision.
  DISTDB_ALWAYS_INLINE uint64_t AnswerTo(Decision decision, const About& about,
                                         uint64_t n) const {
    return Below(Mix(decision, about).Low(), n);
  }

 private:
  DISTDB_ALWAYS_INLINE Mixer Mix(Decision decision, const About& about) const {
    Mixer mixer(seed_);
    mixer.Add(uint64_t{static_cast<uint16_t>(decision)} << 32 |
              uint64_t{static_cast<uint8_t>(about.message)} << 16);
    mixer.Add(uint64_t{about.from.value()} << 32 | about.to.value());
    mixer.Add(uint64_t{about.instance.epoch.value()} << 32 |
              about.instance.origin.value());
    mixer.Add(about.instance.seq.value());
    mixer.Add(about.digest_class);
    mixer.Add(about.occurrence);
    return mixer;
  }

  uint64_t seed_;
};

// Every decision of a run, by what it means. For ChooseNamed: the option's id.
using Tape = std::map<About, uint64_t>;

// One of many things that are alike, such as the second ECHO of (p0, 3) from p1
// to p2, about which several decisions are made. Chooser::Next makes it.
class Occasion {
 public:
  Occasion() = default;

  // With its occurrence; the decision is the one that Next was given.
  const About& about() const { return about_; }

 private:
  friend class Chooser;

  About about_;
  uint64_t asked_ = 0;  // Decisions, as bits.
  // Where occasions are counted that differ from it in their receiver alone.
  OccasionTable::Row row_ = nullptr;
};

class Chooser {
 public:
  // `driver` and, if given, `record` are not owned and outlive the chooser.
  explicit Chooser(Driver* driver, Tape* record = nullptr)
      : driver_(driver), seed_(driver->AsSeedDriver()), record_(record) {}

  // A number in [0, n); n >= 1.
  uint64_t Choose(const About& about, uint64_t n);

  // Counts what is like `about`, whose occurrence is 0, and returns the next of
  // it. No two occasions are equal, so that to have asked each decision once
  // about each is to have asked once: no table of questions is needed. A
  // decision that is made about occasions is made in no other way, and
  // `about.decision` is always the same for it.
  Occasion Next(const About& about) {
    Occasion next = Like(about);
    Next(next, about.to);
    return next;
  }
  // The same for one message to several receivers: Next(like, to) makes the
  // next occasion of what Like(about) returned, in place. Between the two no
  // other occasion is made.
  Occasion Like(const About& about);
  DISTDB_ALWAYS_INLINE void Next(Occasion& like, NodeId to) {
    like.about_.to = to;
    like.asked_ = 0;
    like.about_.occurrence = 0;
    like.about_.occurrence = occasions_.Count(like.row_, like.about_);
  }
  // For speed alone: messages among so many nodes are what will be counted.
  // Before the first Next.
  void ExpectMessages(int nodes) { occasions_.Reserve(nodes); }
  DISTDB_ALWAYS_INLINE uint64_t Choose(Occasion& occasion, Decision decision,
                                       uint64_t n) {
    DISTDB_CHECK(n >= 1, "a choice has at least one answer");
    const auto index = static_cast<size_t>(decision);
    const uint64_t bit = uint64_t{1} << (index % 64);
    DISTDB_CHECK((occasion.asked_ & bit) == 0, "each decision is made once");
    occasion.asked_ |= bit;
    if (began_with_[index] != occasion.about_.decision) {
      BeginWith(occasion.about_.decision, decision);
    }
    if (seed_ == nullptr || record_ != nullptr) {
      About about = occasion.about_;
      about.decision = decision;
      return Answer(about, n);
    }
    return n == 1 ? 0 : seed_->AnswerTo(decision, occasion.about_, n);
  }
  bool Chance(Occasion& occasion, Decision decision, uint64_t per_mille) {
    if (per_mille == 0) return false;
    return Choose(occasion, decision, 1000) + per_mille >= 1000;
  }

  // The id of one of the options (at least one).
  uint32_t ChooseNamed(const About& about, absl::Span<const Option> options);

  // True in `per_mille` of 1000 cases. Calm is false. With 0 it is not asked.
  bool Chance(const About& about, uint64_t per_mille) {
    if (per_mille == 0) return false;
    return Choose(about, 1000) + per_mille >= 1000;
  }

 private:
  // More than there are decisions.
  static constexpr size_t kDecisionsMax = 1024;

  // What stands in began_with_ for a decision that is made about no occasion.
  static constexpr Decision kDirectly{0xffff};

  void CheckAskedOnce(const About& about);
  // Notes that `decision` is made about occasions that `occasion` names.
  void BeginWith(Decision occasion, Decision decision);
  uint64_t Answer(const About& about, uint64_t n);

  Driver* driver_;
  const SeedDriver* seed_;
  Tape* record_;
  FingerprintTable asked_;
  OccasionTable occasions_;
  std::array<Decision, kDecisionsMax> began_with_{};
};

// Answers from a tape. Where the tape has no answer, or one that is not
// possible any more, the answer is calm, and counted.
class TapeDriver : public Driver {
 public:
  // `tape` is not owned and outlives the driver.
  explicit TapeDriver(const Tape* tape) : tape_(tape) {}

  uint64_t Answer(const About& about, uint64_t n) override;
  size_t AnswerNamed(const About& about,
                     absl::Span<const Option> options) override;

  // How many answers the tape did not have.
  uint64_t missing() const { return missing_; }
  // What it had and was asked for, with an answer that was possible.
  const std::set<About>& applied() const { return applied_; }

 private:
  const Tape* tape_;
  uint64_t missing_ = 0;
  std::set<About> applied_;
};

}  // namespace distdb::sim

#endif  // DISTDB_SIM_CHOICE_H_
