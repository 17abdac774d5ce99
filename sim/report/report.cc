#include "sim/report/report.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "sim/shape.h"
#include "sim/viewer/frame.h"
#include "sim/viewer/json.h"

namespace distdb::sim {
namespace {

double Percent(uint64_t part, uint64_t whole) {
  return whole == 0
             ? 0
             : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

// "1 234 567".
std::string Grouped(uint64_t number) {
  std::string digits = absl::StrCat(number);
  for (size_t at = digits.size(); at > 3;) {
    at -= 3;
    digits.insert(at, "\u202f");
  }
  return digits;
}

class Page {
 public:
  explicit Page(const FuzzReport& report) : report_(report) {}

  std::string Html() {
    Raw("<div class=\"report\">\n");
    Head();
    Failures();
    Properties();
    Groups();
    Faults();
    Raw("</div>\n");
    return html_;
  }

 private:
  void Raw(absl::string_view html) { absl::StrAppend(&html_, html); }
  void Text(absl::string_view text) { AppendHtmlText(text, html_); }
  void Element(absl::string_view tag, absl::string_view text) {
    absl::StrAppend(&html_, "<", tag, ">");
    Text(text);
    absl::StrAppend(&html_, "</", tag.substr(0, tag.find(' ')), ">");
  }
  void Number(absl::string_view text) { Element("td class=\"number\"", text); }
  void Command(absl::string_view command) {
    Raw("<br>");
    Element("code", command);
  }

  void Figure(absl::string_view name, absl::string_view value) {
    Raw("<li>");
    Element("b", value);
    Text(name);
    Raw("</li>\n");
  }

  void Head() {
    Raw("<h1>fuzz</h1>\n");
    const bool held = report_.all.failed == 0;
    Raw(held ? "<p id=\"verdict\" class=\"held\">✓ "
             : "<p id=\"verdict\" class=\"violated\">✗ ");
    Text(held ? "every seed held"
              : absl::StrCat(Grouped(report_.all.failed), " of ",
                             Grouped(report_.all.seeds), " seeds failed"));
    Raw("</p>\n<p><code>");
    Text(absl::StrCat("./bazelw run //sim -- fuzz --seeds=", report_.all.seeds,
                      " --first_seed=", report_.first_seed, report_.shape));
    Raw("</code>");
    if (!report_.complete) Text(" It was ended before all seeds had run.");
    Raw("</p>\n<ul class=\"figures\" id=\"figures\">\n");
    Figure("seeds", Grouped(report_.all.seeds));
    Figure("failed", Grouped(report_.all.failed));
    Figure("excused", Grouped(report_.excused));
    Figure("events", Grouped(report_.all.events));
    Figure("seeds per second", Grouped(report_.PerSecond(report_.all.seeds)));
    Figure("events per second", Grouped(report_.PerSecond(report_.all.events)));
    Figure(report_.jobs == 1
               ? "second, in 1 job"
               : absl::StrCat("seconds, in ", report_.jobs, " jobs"),
           absl::StrFormat("%.1f", report_.seconds));
    Raw("</ul>\n");
  }

  void Failures() {
    if (report_.failures.empty()) return;
    Raw("<h2>Failures</h2>\n<div class=\"scroll\"><table class=\"sheet\" "
        "id=\"failures\">\n<tr><th>seed</th><th>property</th>"
        "<th>replay it, look at it, shrink it</th></tr>\n");
    for (const auto& [seed, property] : report_.failures) {
      const std::string flags = absl::StrCat("--seed=", seed, report_.shape);
      Raw("<tr>");
      Number(absl::StrCat(seed));
      Element("td", PropertyName(property));
      Raw("<td>");
      Element("code", absl::StrCat("./bazelw run //sim -- replay ", flags));
      Command(absl::StrCat("./bazelw run //sim -- replay ", flags,
                           " --html=seed-", seed, ".html"));
      Command(absl::StrCat("./bazelw run //sim -- shrink ", flags));
      Raw("</td></tr>\n");
    }
    Raw("</table></div>\n");
    if (report_.all.failed > report_.failures.size()) {
      Element("p", absl::StrCat(
                       "… and ",
                       Grouped(report_.all.failed - report_.failures.size()),
                       " more, of higher seeds."));
    }
  }

  void Properties() {
    Raw("<h2>Properties</h2>\n<table class=\"sheet\" id=\"properties\">\n"
        "<tr><th>property</th><th class=\"number\">seeds in which it broke "
        "first</th><th></th></tr>\n");
    for (const Property property : kAllProperties) {
      const auto found = report_.properties.find(property);
      const uint64_t broken =
          found == report_.properties.end() ? 0 : found->second;
      Raw("<tr>");
      Element("td", PropertyName(property));
      Number(Grouped(broken));
      Raw(broken == 0 ? "<td class=\"faint\">in none</td></tr>\n"
                      : "<td class=\"violated\">✗ broken</td></tr>\n");
    }
    Raw("</table>\n");
  }

  void GroupRow(absl::string_view name, const FuzzReport::Group& group) {
    Raw("<tr>");
    Element("td", name);
    Number(Grouped(group.seeds));
    Number(Grouped(group.failed));
    Number(absl::StrFormat("%.2f%%", Percent(group.failed, group.seeds)));
    Number(Grouped(group.events));
    Number(Grouped(group.events / std::max<uint64_t>(group.seeds, 1)));
    Raw("</tr>\n");
  }

  void Groups() {
    static constexpr absl::string_view kHead =
        "<th class=\"number\">seeds</th><th class=\"number\">failed</th>"
        "<th class=\"number\">share</th><th class=\"number\">events</th>"
        "<th class=\"number\">events per seed</th></tr>\n";
    Raw("<h2>Modes</h2>\n<table class=\"sheet\" id=\"modes\">\n"
        "<tr><th>mode</th>");
    Raw(kHead);
    for (const auto& [mode, group] : report_.modes) {
      GroupRow(ModeName(mode), group);
    }
    Raw("</table>\n<h2>Clusters</h2>\n<table class=\"sheet\" id=\"sizes\">\n"
        "<tr><th>nodes</th>");
    Raw(kHead);
    for (const auto& [nodes, group] : report_.sizes) {
      GroupRow(absl::StrCat(nodes), group);
    }
    Raw("</table>\n");
  }

  void Faults() {
    Raw("<h2>Faults</h2>\n<p class=\"faint\">A bar is the share of the seeds "
        "in which the fault struck.</p>\n<table class=\"sheet\" "
        "id=\"faults\">\n<tr><th>fault</th><th class=\"number\">struck</th>"
        "<th class=\"number\">in % of seeds</th><th></th></tr>\n");
    for (size_t i = 0; i < kFaultNames; ++i) {
      const auto name = static_cast<FaultName>(i);
      const double share = Percent(report_.seeds_with[i], report_.all.seeds);
      Raw("<tr>");
      Element("td", FaultNameText(name));
      Number(Grouped(report_.faults[name]));
      Number(absl::StrFormat("%.1f", share));
      absl::StrAppendFormat(
          &html_,
          "<td class=\"bars\"><span class=\"bar%s\" style=\"width:%.1f%%\">"
          "</span></td></tr>\n",
          share == 0 ? " none" : "", share);
    }
    Raw("</table>\n");
  }

  const FuzzReport& report_;
  std::string html_;
};

}  // namespace

void FuzzReport::Add(const SeedReport& report) {
  const auto count = [&report](Group& group) {
    ++group.seeds;
    group.events += report.events;
    if (report.failed) ++group.failed;
  };
  count(all);
  if (report.nodes > 0) {
    count(modes[report.mode]);
    count(sizes[report.nodes]);
  }
  if (report.excused > 0) ++excused;
  faults.Add(report.faults);
  for (size_t i = 0; i < kFaultNames; ++i) {
    if (report.faults[static_cast<FaultName>(i)] > 0) ++seeds_with[i];
  }
  if (!report.failed) return;
  ++properties[report.property];
  failures[report.seed] = report.property;
  if (failures.size() > kFailuresMax) failures.erase(std::prev(failures.end()));
}

uint64_t FuzzReport::Rate(uint64_t count, double seconds) {
  return static_cast<uint64_t>(static_cast<double>(count) /
                               std::max(seconds, 0.001));
}

std::string ReportPage(const FuzzReport& report) {
  return Frame({.title = "fuzz", .body = Page(report).Html()});
}

}  // namespace distdb::sim
