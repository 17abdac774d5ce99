#include "sim/scenario/parse.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "core/config.h"
#include "core/store/batch.h"
#include "sim/mutants/registry.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/words.h"
#include "sim/stand_in_digester.h"

namespace distdb::sim {

bool IsName(absl::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-';
  });
}

namespace {

constexpr size_t kTextBytesMax = 1024 * 1024;
constexpr int kActionsMax = 10'000;

// The batch that a value stands for.
Payload BuildValue(const Place& place, const scenario::Value& text,
                   Reader& reader) {
  if (text.has_bytes()) {
    if (text.put_size() + text.delete__size() > 0) {
      reader.Fail(place.Error("bytes", "give `bytes` or writes, not both"));
    }
    return Payload(text.bytes());
  }
  BatchBuilder batch;
  const auto check = [&](const std::string& field, int i,
                         const std::string& key, const std::string& value) {
    if (key.size() <= kKeyBytesMax && value.size() <= kValueBytesMax) return;
    reader.Fail(place.Error(field, i, "its key or value is too long"));
  };
  for (int i = 0; i < text.put_size(); ++i) {
    const scenario::Value::Put& put = text.put(i);
    check("put", i, put.key(), put.value());
    if (!reader.ok()) return Payload();
    batch.Add(
        {.kind = MutationKind::kPut, .key = put.key(), .value = put.value()});
  }
  for (int i = 0; i < text.delete__size(); ++i) {
    check("delete", i, text.delete_(i).key(), "");
    if (!reader.ok()) return Payload();
    batch.Add({.kind = MutationKind::kDelete, .key = text.delete_(i).key()});
  }
  if (batch.empty()) {
    reader.Fail(place.Error(
        "name", absl::StrCat("value \"", text.name(),
                             "\" is empty: give it a `put`, a `delete` or "
                             "`bytes`")));
    return Payload();
  }
  return Payload(batch.Build(Timestamp(text.timestamp())));
}

void ReadLimits(const Place& place, const scenario::Limits& text,
                Reader& reader) {
  Config& config = reader.plan().config;
  const auto bytes = [](bool given, uint64_t limit, size_t& field) {
    if (given) field = limit;
  };
  bytes(text.has_window_bytes(), text.window_bytes(), config.window_bytes_max);
  bytes(text.has_payload_bytes(), text.payload_bytes(),
        config.payload_bytes_max);
  bytes(text.has_waiting_bytes(), text.waiting_bytes(),
        config.waiting_bytes_max);
  bytes(text.has_retained_bytes(), text.retained_bytes(),
        config.retained_bytes_max);
  bytes(text.has_retained_memory_bytes(), text.retained_memory_bytes(),
        config.retained_memory_bytes_max);
  bytes(text.has_snapshot_log_bytes(), text.snapshot_log_bytes(),
        config.snapshot_log_bytes);
  const auto time = [&](const char* name, Duration& field) {
    if (place.Has(name)) field = reader.Length(place, name);
  };
  time("resend_interval", config.resend_interval);
  time("resend_interval_max", config.resend_interval_max);
  time("watermark_interval", config.watermark_interval);
  time("request_timeout", config.request_timeout);
}

void ReadImprovisation(const Place& place, const scenario::Scenario& text,
                       Reader& reader) {
  if (text.improvise_size() == 0) return;
  if (!text.liars_improvise()) {
    reader.Fail(place.Error("improvise", 0,
                            "liars do this where they improvise: set "
                            "`liars_improvise: true`"));
  }
  AdversarySet& adversaries = reader.plan().adversaries;
  adversaries = AdversarySet();
  std::vector<absl::string_view> names;
  for (size_t i = 0; i < kAdversaries; ++i) {
    names.push_back(AdversaryText(AdversaryName{static_cast<uint8_t>(i)}));
  }
  for (int i = 0; i < text.improvise_size(); ++i) {
    const absl::string_view word = text.improvise(i);
    const auto found = std::find(names.begin(), names.end(), word);
    if (found == names.end()) {
      reader.Fail(place.Error("improvise", i,
                              absl::StrCat("no adversary is called \"", word,
                                           "\"", Suggest(word, names))));
      return;
    }
    const auto number = static_cast<uint8_t>(found - names.begin());
    adversaries.Set(AdversaryName{number}, AdversarySet::kHardest);
  }
}

void ReadTimes(const Place& place, Reader& reader) {
  Plan& plan = reader.plan();
  plan.heal_at = Time(reader.Length(place, "heal_at"));
  plan.settle_time = reader.Length(place, "settle_time");
  plan.linger = reader.Length(place, "linger");
  plan.ask_again_after = reader.Length(place, "ask_again_after");
}

}  // namespace

void ReadCluster(const Place& place, const scenario::Scenario& text,
                 Reader& reader) {
  Scenario& scenario = reader.scenario;
  Plan& plan = reader.plan();
  reader.Require(place, "name", "give the scenario a name");
  if (reader.ok() && !IsName(text.name())) {
    reader.Fail(
        place.Error("name", absl::StrCat("\"", text.name(),
                                         "\" is no name: write one word "
                                         "of letters, digits, _ and -")));
  }
  scenario.name = text.name();
  scenario.intent = text.intent();
  reader.Require(place, "nodes", "say how many, from 1 to 64");
  if (reader.ok() && (text.nodes() < 1 || text.nodes() > kNodesMax)) {
    reader.Fail(place.Error(
        "nodes",
        absl::StrCat(text.nodes(), " nodes: give from 1 to ", kNodesMax)));
  }
  if (!reader.ok()) return;
  plan.config.nodes = text.nodes();
  plan.config.mode = text.mode() == scenario::Scenario::BROADCAST
                         ? Mode::kBroadcast
                         : Mode::kBracha;
  plan.config.quorum_policy =
      text.quorum_policy() == scenario::Scenario::N_MINUS_2F
          ? QuorumPolicy::kNMinus2F
          : QuorumPolicy::kSafe;
  if (text.has_mutant() && FindMutant(text.mutant()) == nullptr) {
    reader.Fail(place.Error(
        "mutant", absl::StrCat("\"", text.mutant(), "\": ", MutantNames())));
  }
  scenario.mutant = text.mutant();
  plan.config.window = text.window();
  ReadLimits(place.Child("limits"), text.limits(), reader);
  const StandInDigester digester;
  Config config = plan.config;
  config.digester = &digester;
  if (absl::Status status = ValidateConfig(config); !status.ok()) {
    reader.Fail(place.Error(place.Has("window") ? "window" : "limits",
                            status.message()));
  }
  const size_t n = static_cast<size_t>(text.nodes());
  plan.network.link_delay.resize(n * n);
  plan.wall_offset.resize(n);
  plan.drift_ppm.resize(n);
  plan.turn_time.resize(n);
  plan.step_time.resize(n);
  plan.liars = reader.Nodes(place, "liars", "", NodeSet());
  plan.liars_improvise = text.liars_improvise();
  ReadImprovisation(place, text, reader);
  if (reader.ok() && plan.liars == reader.all()) {
    reader.Fail(
        place.Error("liars", 0, "all nodes lie: nobody is left to judge"));
  }
  ReadTimes(place, reader);
  plan.final_writes = text.final_writes();
  plan.events_max = text.events_max();
}

void ReadValues(const Place& place, const scenario::Scenario& text,
                Reader& reader) {
  for (int i = 0; reader.ok() && i < text.value_size(); ++i) {
    const Place here = place.Child("value", i);
    const std::string& name = text.value(i).name();
    reader.Require(here, "name", "give the value a name, like \"a\"");
    if (reader.ok() && name == "proposed") {
      reader.Fail(here.Error("name",
                             "\"proposed\" is what an instance's own origin "
                             "proposes: choose another name"));
    }
    if (reader.ok() && !IsName(name)) {
      reader.Fail(
          here.Error("name", absl::StrCat("\"", name,
                                          "\" is no name: write one word of "
                                          "letters, digits, _ and -")));
    }
    Payload payload = BuildValue(here, text.value(i), reader);
    if (!reader.ok()) return;
    if (!reader.scenario.values.emplace(name, std::move(payload)).second) {
      reader.Fail(here.Error(
          "name", absl::StrCat("there are two values called \"", name, "\"")));
    }
  }
}

absl::StatusOr<Scenario> ParseScenario(const std::string& file,
                                       const std::string& text) {
  if (text.size() > kTextBytesMax) {
    return absl::InvalidArgumentError(
        absl::StrCat(file, ": ", text.size(), " bytes: a scenario has at most ",
                     kTextBytesMax));
  }
  scenario::Scenario parsed;
  google::protobuf::TextFormat::ParseInfoTree tree;
  absl::Status status = ParseText(file, text, &parsed, &tree);
  if (!status.ok()) return status;
  const Place place(&file, &parsed, &tree);
  Reader reader;
  if (parsed.action_size() > kActionsMax) {
    return place.Error("action", kActionsMax,
                       absl::StrCat("more than ", kActionsMax, " actions"));
  }
  ReadCluster(place, parsed, reader);
  ReadTempers(place, parsed, reader);
  ReadValues(place, parsed, reader);
  ReadRules(place, parsed, reader);
  ReadSingleFaults(place, parsed, reader);
  ReadActions(place, parsed, reader);
  ReadExpectations(place, parsed, reader);
  if (!reader.ok()) return reader.status();
  return std::move(reader.scenario);
}

}  // namespace distdb::sim
