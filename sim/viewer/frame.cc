#include "sim/viewer/frame.h"

#include "absl/strings/str_cat.h"
#include "sim/viewer/files.h"
#include "sim/viewer/json.h"

namespace distdb::sim {

std::string Frame(const FrameParts& parts) {
  std::string html =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
      "<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
      "'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, "
      "initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<title>";
  AppendHtmlText(parts.title, html);
  absl::StrAppend(&html, " · distdb</title>\n<style>\n", kViewerCss,
                  "</style>\n</head>\n<body>\n", parts.body);
  if (!parts.data.empty()) {
    absl::StrAppend(&html, "<script type=\"application/json\" id=\"data\">\n",
                    parts.data, "</script>\n");
  }
  if (!parts.program.empty()) {
    absl::StrAppend(&html, "<script>\n", parts.program, "</script>\n");
  }
  absl::StrAppend(&html, "</body>\n</html>\n");
  return html;
}

}  // namespace distdb::sim
