#include "sim/explore/options.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "sim/explore/model_world.h"
#include "sim/mutants/registry.h"

namespace distdb::sim::explore {
namespace {

// What the flags say before they become a model.
struct Choices {
  int nodes = 4;
  QuorumPolicy policy = QuorumPolicy::kSafe;
  bool origin_lies = true;
};

absl::Status Wrong(absl::string_view flag, absl::string_view mend) {
  return absl::InvalidArgumentError(absl::StrCat(flag, ": ", mend));
}

// "echo,ready" or "none"; sets each named member, clears the others.
bool ParseVotes(absl::string_view text, Lies& votes) {
  votes = {.echo = false, .ready = false, .delivered = false};
  if (text == "none") return true;
  for (const absl::string_view vote : absl::StrSplit(text, ',')) {
    if (vote == "echo") {
      votes.echo = true;
    } else if (vote == "ready") {
      votes.ready = true;
    } else if (vote == "delivered") {
      votes.delivered = true;
    } else {
      return false;
    }
  }
  return true;
}

absl::Status ParseProperty(absl::string_view flag, absl::string_view value,
                           Model& model) {
  for (const char* property :
       {"Agreement", "Integrity", "Totality", "Validity", "ReadyConsistent"}) {
    if (value != property) continue;
    model.property = std::string(value);
    return absl::OkStatus();
  }
  return Wrong(flag,
               "give Agreement, Integrity, Totality, Validity or "
               "ReadyConsistent");
}

absl::Status ParseTime(absl::string_view flag, absl::string_view value,
                       Options& options) {
  if (!absl::ConsumeSuffix(&value, "s") ||
      !absl::SimpleAtoi(value, &options.seconds_max) ||
      options.seconds_max < 1) {
    return Wrong(flag, "give seconds, such as 60s");
  }
  return absl::OkStatus();
}

// What a planted bug and a flag cannot do together.
absl::Status CheckTogether(const Options& options) {
  const Model& model = options.model;
  if (options.mutant.empty()) return absl::OkStatus();
  if (model.restarts > 0) {
    return Wrong("--restarts", "not with --mutant; --forget has wrong ones");
  }
  if (model.symmetry && options.mutant == "votes_not_deduplicated") {
    return Wrong("--symmetry",
                 "votes_not_deduplicated tells nodes apart; leave it out");
  }
  return absl::OkStatus();
}

absl::Status ParseFlag(absl::string_view flag, Choices& choices,
                       Options& options) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(flag, absl::MaxSplits('=', 1));
  const auto [name, value] = parts;
  Model& model = options.model;
  if (flag == "--symmetry") {
    model.symmetry = true;
  } else if (flag == "--delivered") {
    model.claims = true;
  } else if (name == "--nodes") {
    if (!absl::SimpleAtoi(value, &choices.nodes) || choices.nodes < 2 ||
        choices.nodes > kModelNodesMax) {
      return Wrong(flag,
                   absl::StrCat("give a number from 2 to ", kModelNodesMax));
    }
  } else if (name == "--quorum_policy") {
    if (value != "safe" && value != "n_minus_2f") {
      return Wrong(flag, "give safe or n_minus_2f");
    }
    choices.policy =
        value == "safe" ? QuorumPolicy::kSafe : QuorumPolicy::kNMinus2F;
    model.holds_ready_consistent = value == "safe";
  } else if (name == "--origin") {
    if (value != "liar" && value != "correct") {
      return Wrong(flag, "give liar or correct");
    }
    choices.origin_lies = value == "liar";
  } else if (name == "--lies") {
    if (!ParseVotes(value, model.lies)) {
      return Wrong(flag, "give none, or some of echo,ready,delivered");
    }
  } else if (name == "--forget") {
    Lies forgotten;
    if (!ParseVotes(value, forgotten) || forgotten.delivered) {
      return Wrong(flag, "give none, echo, ready, or echo,ready");
    }
    model.echo_is_durable = !forgotten.echo;
    model.ready_is_durable = !forgotten.ready;
    model.holds_ready_consistent = value == "none";
  } else if (name == "--restarts") {
    if (!absl::SimpleAtoi(value, &model.restarts)) {
      return Wrong(flag, "give a number, such as 1");
    }
  } else if (name == "--sync") {
    if (value != "at_once" && value != "later") {
      return Wrong(flag, "give at_once or later");
    }
    model.syncs_at_once = value == "at_once";
  } else if (name == "--mutant") {
    if (FindMutant(value) == nullptr) return Wrong(flag, MutantNames());
    options.mutant = std::string(value);
    model.holds_ready_consistent = false;
  } else if (name == "--property") {
    return ParseProperty(flag, value, model);
  } else if (name == "--time") {
    return ParseTime(flag, value, options);
  } else if (name == "--out") {
    if (value.empty()) return Wrong(flag, "give the file to write");
    options.out = std::string(value);
  } else if (name == "--max_states") {
    if (!absl::SimpleAtoi(value, &options.states_max) ||
        options.states_max < 1 || options.states_max > 2'000'000'000) {
      return Wrong(flag, "give a number from 1 to 2000000000");
    }
  } else {
    return Wrong(flag, "no flag of explore; `sim help` lists them");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Options> ParseOptions(absl::Span<const std::string> arguments) {
  Options options;
  options.model.syncs_at_once = true;
  Choices choices;
  for (const std::string& argument : arguments) {
    absl::Status status = ParseFlag(argument, choices, options);
    if (!status.ok()) return status;
  }
  if (absl::Status status = CheckTogether(options); !status.ok()) return status;
  PlantMutant(options.mutant);
  Model& model = options.model;
  const absl::StatusOr<Quorums> quorums =
      ComputeQuorums(choices.nodes, choices.policy);
  if (!quorums.ok()) return quorums.status();
  model.quorums = *quorums;
  model.origin = NodeId(0);
  if (choices.origin_lies && quorums->f == 0) {
    return Wrong(absl::StrCat("--nodes=", choices.nodes),
                 "so few survive no liar; give --origin=correct");
  }
  const int first_liar = choices.origin_lies ? 0 : quorums->n - quorums->f;
  for (int i = 0; i < quorums->f; ++i) {
    model.liars.Insert(NodeId(static_cast<uint32_t>(first_liar + i)));
  }
  absl::Status status = ValidateModel(model);
  if (!status.ok()) return status;
  return options;
}

absl::string_view OptionsUsage() {
  return R"(sim explore: every interleaving of one instance, two values, f liars
  --nodes=4                          2 to 10; beyond 4 it soon takes hours
  --quorum_policy=safe|n_minus_2f
  --symmetry                         count what differs by names alone as one
  --origin=liar|correct
  --sync=at_once|later               when an own vote is durable
  --lies=echo,ready,delivered|none   the votes that liars say
  --delivered                        nodes also say DELIVERED
  --restarts=0                       how often correct nodes restart
  --forget=echo,ready|none           what a restart loses
  --mutant=NAME                      plant a bug (`sim mutants` names them)
  --property=NAME                    look at this property alone
  --max_states=50000000              give up there
  --time=60s                         or there
  --out=FILE.textproto               write what breaks a property as a scenario
)";
}

}  // namespace distdb::sim::explore
