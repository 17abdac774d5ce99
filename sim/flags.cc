#include "sim/flags.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "core/node_set.h"
#include "sim/mutants/registry.h"

namespace distdb::sim {
namespace {

using Value = std::optional<absl::string_view>;

absl::Status Wrong(absl::string_view flag, Value value,
                   absl::string_view mend) {
  return absl::InvalidArgumentError(
      absl::StrCat("--", flag, value.has_value() ? "=" : "", value.value_or(""),
                   ": ", mend));
}

absl::Status ParseNumber(absl::string_view flag, Value value, uint64_t least,
                         uint64_t most, uint64_t& number) {
  if (!value.has_value() || !absl::SimpleAtoi(*value, &number) ||
      number < least || number > most) {
    return Wrong(flag, value,
                 absl::StrCat("give a number between ", least, " and ", most));
  }
  return absl::OkStatus();
}

absl::Status ParseSeed(absl::string_view flag, Value value, uint64_t& seed) {
  if (!value.has_value() || !absl::SimpleAtoi(*value, &seed)) {
    return Wrong(flag, value, "give a number, such as 1");
  }
  return absl::OkStatus();
}

absl::Status ParseSwitch(absl::string_view flag, Value value, bool& on) {
  if (value.has_value() && *value != "true" && *value != "false") {
    return Wrong(flag, value,
                 "it is on or off: give it without a value, or =false");
  }
  on = !value.has_value() || *value == "true";
  return absl::OkStatus();
}

absl::Status ParsePath(absl::string_view flag, Value value, std::string& path) {
  if (value.value_or("").empty()) {
    return Wrong(flag, value,
                 absl::StrCat("give a path, such as --", flag,
                              flag == "trace"    ? "=run.ndjson"
                              : flag == "traces" ? "=traces"
                                                 : "=FILE"));
  }
  path = std::string(*value);
  return absl::OkStatus();
}

absl::Status ParseTime(absl::string_view flag, Value value, Duration& time) {
  static constexpr std::pair<absl::string_view, Duration> kUnits[] = {
      {"ms", kMillisecond},
      {"s", kSecond},
      {"m", 60 * kSecond},
      {"h", 3600 * kSecond}};
  for (const auto& [unit, length] : kUnits) {
    absl::string_view digits = value.value_or("");
    int64_t count = 0;
    if (!absl::ConsumeSuffix(&digits, unit)) continue;
    if (!absl::SimpleAtoi(digits, &count)) continue;
    if (count < 1 || count > 1'000'000) continue;
    time = count * length;
    return absl::OkStatus();
  }
  return Wrong(flag, value, "give a time, such as 60s, 500ms, 10m or 2h");
}

// "17" is an event, "12.5ms" a virtual time.
absl::Status ParseMoment(absl::string_view flag, Value value,
                         std::optional<Moment>& moment) {
  static constexpr std::pair<absl::string_view, Duration> kUnits[] = {
      {"us", kMicrosecond}, {"ms", kMillisecond}, {"s", kSecond}};
  uint64_t event = 0;
  if (absl::SimpleAtoi(value.value_or(""), &event) && event >= 1) {
    moment = event;
    return absl::OkStatus();
  }
  for (const auto& [unit, length] : kUnits) {
    absl::string_view digits = value.value_or("");
    double count = 0;
    if (!absl::ConsumeSuffix(&digits, unit)) continue;
    if (!absl::SimpleAtod(digits, &count)) continue;
    if (!(count >= 0 && count <= 1e9)) continue;
    moment = Time(std::llround(count * static_cast<double>(length)));
    return absl::OkStatus();
  }
  return Wrong(flag, value,
               "give the number of an event, such as 17, or a virtual time, "
               "such as 12.5ms or 3s");
}

absl::Status ParseInstance(absl::string_view flag, Value value, Focus& focus) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(value.value_or(""), absl::MaxSplits(':', 1));
  uint32_t origin = 0;
  uint64_t seq = 0;
  if (!absl::SimpleAtoi(parts.first, &origin) || origin >= kNodesMax ||
      !absl::SimpleAtoi(parts.second, &seq) || seq < 1) {
    return Wrong(flag, value, "give ORIGIN:SEQ, such as 0:1 for p0's first");
  }
  focus.instance = Dot{NodeId(origin), Seq(seq)};
  return absl::OkStatus();
}

absl::Status ParseNode(absl::string_view flag, Value value, Focus& focus) {
  absl::string_view digits = value.value_or("");
  absl::ConsumePrefix(&digits, "p");
  uint32_t node = 0;
  if (!absl::SimpleAtoi(digits, &node) || node >= kNodesMax) {
    return Wrong(flag, value, "give a node as lanes name it, such as p1");
  }
  focus.node = NodeId(node);
  return absl::OkStatus();
}

absl::Status ParseMode(absl::string_view flag, Value value, Shape& shape) {
  for (const Mode mode : {Mode::kBracha, Mode::kBroadcast}) {
    if (value == ModeName(mode)) {
      shape.mode = mode;
      return absl::OkStatus();
    }
  }
  return Wrong(flag, value, "give bracha or broadcast");
}

absl::Status ParsePolicy(absl::string_view flag, Value value, Shape& shape) {
  for (const QuorumPolicy policy :
       {QuorumPolicy::kSafe, QuorumPolicy::kNMinus2F}) {
    if (value == QuorumPolicyName(policy)) {
      shape.quorum_policy = policy;
      return absl::OkStatus();
    }
  }
  return Wrong(flag, value, "give safe or n_minus_2f");
}

absl::Status ParseClaim(absl::string_view flag, Value value, Shape& shape) {
  std::string names;
  for (const Property property : kAllProperties) {
    if (value == PropertyName(property)) {
      shape.claims.push_back(property);
      return absl::OkStatus();
    }
    absl::StrAppend(&names, names.empty() ? "" : ", ", PropertyName(property));
  }
  return Wrong(flag, value, absl::StrCat("give one of ", names));
}

// Parses into an optional field.
template <typename T, typename Parse>
absl::Status Into(std::optional<T>& field, Parse parse) {
  uint64_t number = 0;
  absl::Status status = parse(number);
  if (status.ok()) field = static_cast<T>(number);
  return status;
}

absl::Status ParseLiars(absl::string_view flag, Value value, Shape& shape) {
  shape.liars.reset();
  shape.liars_above_f.reset();
  if (value == "f" || value == "f+1") {
    shape.liars_above_f = value == "f" ? 0 : 1;
    return absl::OkStatus();
  }
  uint64_t number = 0;
  if (!absl::SimpleAtoi(value.value_or(""), &number) || number >= kNodesMax) {
    return Wrong(flag, value,
                 absl::StrCat("give a number between 0 and ", kNodesMax - 1,
                              ", or f or f+1: as many as the cluster survives, "
                              "or one more"));
  }
  shape.liars = static_cast<int>(number);
  return absl::OkStatus();
}

struct FlagUse {
  absl::string_view flag;
  absl::string_view commands;  // That take it.
};
constexpr absl::string_view kRuns = "replay fuzz hashes mutants shrink";
constexpr absl::string_view kSeries = "fuzz hashes mutants";
constexpr FlagUse kFlagUses[] = {
    {"mode", kRuns},           {"nodes", kRuns},
    {"liars", kRuns},          {"wire", kRuns},
    {"rare_events", kRuns},    {"claim", kRuns},
    {"mutant", kRuns},         {"quorum_policy", kRuns},
    {"seed", "replay shrink"}, {"seeds", kSeries},
    {"first_seed", kSeries},   {"jobs", "fuzz"},
    {"time", "fuzz"},          {"check", "replay"},
    {"lanes", "replay"},       {"transcript", "replay"},
    {"trace", "replay"},       {"traces", "fuzz"},
    {"guide", "fuzz"},         {"recording", "replay"},
    {"from", "replay"},        {"to", "replay"},
    {"instance", "replay"},    {"node", "replay"},
    {"mermaid", "replay"},     {"out", "shrink mutants"},
    {"shrink", "mutants"},     {"tape", "replay"},
    {"write_tape", "replay"},  {"html", "replay"},
    {"report", "fuzz"}};

std::string FlagNames() {
  std::string names;
  for (const FlagUse& use : kFlagUses) {
    absl::StrAppend(&names, names.empty() ? "--" : ", --", use.flag);
  }
  return names;
}

// A flag that the command would not look at promises what does not happen.
absl::Status CheckUse(absl::string_view flag, absl::string_view command) {
  for (const FlagUse& use : kFlagUses) {
    if (use.flag != flag) continue;
    const std::vector<std::string> commands = absl::StrSplit(use.commands, ' ');
    if (std::find(commands.begin(), commands.end(), command) !=
        commands.end()) {
      break;
    }
    return absl::InvalidArgumentError(
        absl::StrCat("--", flag, ": it is a flag of ",
                     absl::StrJoin(commands, ", "), ", not of ", command));
  }
  return absl::OkStatus();
}

absl::Status ParseFlag(absl::string_view flag, Value value, Flags& flags) {
  constexpr uint64_t kSeedsMax = uint64_t{1} << 48;
  if (flag == "mode") return ParseMode(flag, value, flags.shape);
  if (flag == "quorum_policy") return ParsePolicy(flag, value, flags.shape);
  if (flag == "wire") return ParseSwitch(flag, value, flags.shape.wire);
  if (flag == "claim") return ParseClaim(flag, value, flags.shape);
  if (flag == "rare_events") {
    return ParseSwitch(flag, value, flags.shape.rare_events);
  }
  if (flag == "check") return ParseSwitch(flag, value, flags.check);
  ViewFlags& views = flags.views;
  if (flag == "lanes") return ParseSwitch(flag, value, views.lanes);
  if (flag == "transcript") return ParseSwitch(flag, value, views.transcript);
  if (flag == "mermaid") return ParsePath(flag, value, views.mermaid);
  if (flag == "html") return ParsePath(flag, value, views.html);
  if (flag == "report") return ParsePath(flag, value, flags.report);
  if (flag == "from") return ParseMoment(flag, value, views.focus.from);
  if (flag == "to") return ParseMoment(flag, value, views.focus.to);
  if (flag == "instance") return ParseInstance(flag, value, views.focus);
  if (flag == "node") return ParseNode(flag, value, views.focus);
  if (flag == "trace") return ParsePath(flag, value, flags.trace);
  if (flag == "traces") return ParsePath(flag, value, flags.traces);
  if (flag == "tape") return ParsePath(flag, value, flags.tape);
  if (flag == "write_tape") return ParsePath(flag, value, flags.write_tape);
  if (flag == "out") return ParsePath(flag, value, flags.out);
  if (flag == "shrink") return ParseSwitch(flag, value, flags.shrink);
  if (flag == "recording") return ParsePath(flag, value, flags.recording);
  if (flag == "guide") {
    if (value != "states" && value != "random") {
      return Wrong(flag, value, "give states or random");
    }
    flags.guide = std::string(*value);
    return absl::OkStatus();
  }
  if (flag == "first_seed") {
    return ParseNumber(flag, value, 0, ~uint64_t{0} - kSeedsMax,
                       flags.first_seed);
  }
  if (flag == "mutant") {
    if (FindMutant(value.value_or("")) == nullptr) {
      return Wrong(flag, value, MutantNames());
    }
    flags.shape.mutant = std::string(*value);
    return absl::OkStatus();
  }
  if (flag == "nodes") {
    return Into(flags.shape.nodes, [&](uint64_t& number) {
      return ParseNumber(flag, value, 1, kNodesMax, number);
    });
  }
  if (flag == "liars") return ParseLiars(flag, value, flags.shape);
  if (flag == "jobs") {
    return Into(flags.jobs, [&](uint64_t& number) {
      return ParseNumber(flag, value, 1, 256, number);
    });
  }
  if (flag == "seed") {
    return Into(flags.seed, [&](uint64_t& number) {
      return ParseSeed(flag, value, number);
    });
  }
  if (flag == "seeds") {
    return Into(flags.seeds, [&](uint64_t& number) {
      return ParseNumber(flag, value, 1, kSeedsMax, number);
    });
  }
  if (flag == "time") {
    Duration time = 0;
    absl::Status status = ParseTime(flag, value, time);
    if (status.ok()) flags.time = time;
    return status;
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "--", flag, ": there is no such flag; there are ", FlagNames()));
}

// A small model knows few of the flags.
absl::Status CheckGuide(const Flags& flags) {
  if (flags.guide.empty()) return absl::OkStatus();
  const Shape& shape = flags.shape;
  if (shape.mode.value_or(Mode::kBracha) != Mode::kBracha || shape.liars ||
      shape.liars_above_f || shape.wire || !shape.claims.empty() ||
      flags.jobs.value_or(1) != 1) {
    return absl::InvalidArgumentError(
        "--guide: of what shapes a run it takes --nodes, --quorum_policy and "
        "--mutant, in one job");
  }
  if (!flags.report.empty()) {
    return absl::InvalidArgumentError(
        "--guide: schedules of the model have no --report");
  }
  if (!flags.traces.empty() && flags.traces != "-") {
    return absl::InvalidArgumentError(
        "--guide: give --traces=-, for standard output");
  }
  return absl::OkStatus();
}

absl::Status CheckViews(const ViewFlags& views) {
  const Focus& focus = views.focus;
  if (focus.Any() && !views.Any()) {
    return absl::InvalidArgumentError(
        "replay: --from, --to, --instance and --node choose what is shown; "
        "give --lanes, --transcript, --mermaid=FILE or --html=FILE, too");
  }
  // A time and a number cannot be compared before the run.
  if (focus.from && focus.to && focus.from->index() == focus.to->index() &&
      *focus.to < *focus.from) {
    return absl::InvalidArgumentError(
        "replay: --to lies before --from; give one that does not");
  }
  return absl::OkStatus();
}

absl::Status CheckTogether(const Flags& flags) {
  const Shape& shape = flags.shape;
  const int nodes = shape.nodes.value_or(4);
  const int liars = LiarsOf(shape, nodes).value_or(0);
  if (liars >= nodes) {
    // With a single node f is 0.
    return absl::InvalidArgumentError(absl::StrCat(
        "--liars=", shape.liars_above_f.has_value() ? "f+" : "", liars,
        ": at least one of ", nodes, nodes == 1 ? " node" : " nodes",
        " must be honest; give fewer liars or more --nodes"));
  }
  if (flags.command == "fuzz" && !flags.seeds && !flags.time) {
    return absl::InvalidArgumentError(
        "fuzz: give --seeds=N, such as --seeds=10000, or --time=60s");
  }
  if (absl::Status status = CheckGuide(flags); !status.ok()) return status;
  if (flags.traces == "-" && flags.jobs.value_or(1) != 1) {
    return absl::InvalidArgumentError(
        "--traces=-: one job writes to standard output; leave --jobs out");
  }
  if (flags.command == "hashes" && !flags.seeds) {
    return absl::InvalidArgumentError(
        "hashes: give --seeds=N, such as --seeds=1000");
  }
  const int runs = int{flags.seed.has_value()} + int{!flags.files.empty()} +
                   int{!flags.recording.empty()} + int{!flags.tape.empty()};
  if (flags.command == "replay" && runs != 1) {
    return absl::InvalidArgumentError(
        "replay: give --seed=N, one scenario's file, --tape=FILE or "
        "--recording=FILE");
  }
  if (!flags.write_tape.empty() && !flags.seed && flags.tape.empty()) {
    return absl::InvalidArgumentError(
        "replay: --write_tape=FILE is of a seed or a tape: a scenario draws "
        "nothing");
  }
  if (flags.command == "shrink" && runs != 1) {
    return absl::InvalidArgumentError(
        "shrink: give --seed=N or one scenario's file");
  }
  if (flags.command == "mutants" && !flags.out.empty() && !flags.shrink) {
    return absl::InvalidArgumentError(
        "mutants: --out=DIR takes what --shrink finds; give both");
  }
  const bool is_shaped = shape.mode.has_value() || shape.nodes.has_value() ||
                         shape.liars.has_value() ||
                         shape.liars_above_f.has_value() || shape.wire ||
                         !shape.rare_events || !shape.claims.empty() ||
                         shape.quorum_policy != QuorumPolicy::kSafe;
  if (!flags.files.empty() && is_shaped) {
    return absl::InvalidArgumentError(
        absl::StrCat(flags.command, ": ", ShapeFlags(shape).substr(1),
                     ": a scenario says that itself; change the file"));
  }
  if (!flags.recording.empty() &&
      (is_shaped || flags.check || !flags.trace.empty())) {
    return absl::InvalidArgumentError(
        "replay: a recording is what one node was given; beside it there are "
        "--lanes, --transcript, --mermaid, --html, --from, --to, --instance, "
        "--node "
        "and --mutant");
  }
  if (absl::Status status = CheckViews(flags.views); !status.ok()) {
    return status;
  }
  if (flags.files.size() > 1 ||
      (flags.command != "replay" && flags.command != "shrink" &&
       !flags.files.empty())) {
    return absl::InvalidArgumentError(
        absl::StrCat(flags.files.back(),
                     ": one argument too many; flags "
                     "begin with --"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Flags> ParseFlags(absl::Span<const std::string> arguments) {
  static constexpr absl::string_view kCommands[] = {
      "replay", "fuzz", "hashes", "mutants", "shrink", "help"};
  Flags flags;
  std::vector<absl::string_view> given;
  for (const std::string& argument : arguments) {
    absl::string_view rest = argument;
    if (!absl::ConsumePrefix(&rest, "--")) {
      if (flags.command.empty()) {
        flags.command = argument;
      } else {
        flags.files.push_back(argument);
      }
      continue;
    }
    if (rest == "help") {
      Flags help;
      help.command = "help";
      return help;
    }
    const size_t equals = rest.find('=');
    Value value;
    if (equals != absl::string_view::npos) value = rest.substr(equals + 1);
    absl::Status status = ParseFlag(rest.substr(0, equals), value, flags);
    if (!status.ok()) return status;
    given.push_back(rest.substr(0, equals));
  }
  if (std::find(std::begin(kCommands), std::end(kCommands), flags.command) ==
      std::end(kCommands)) {
    return absl::InvalidArgumentError(absl::StrCat(
        flags.command.empty() ? "no command" : flags.command, ": give one of ",
        absl::StrJoin(kCommands, ", "), ", explore"));
  }
  for (const absl::string_view flag : given) {
    absl::Status status = CheckUse(flag, flags.command);
    if (!status.ok()) return status;
  }
  absl::Status status = CheckTogether(flags);
  if (!status.ok()) return status;
  return flags;
}

}  // namespace distdb::sim
