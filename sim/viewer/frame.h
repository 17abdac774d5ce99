// Frame: what every page of this project is put into: one HTML file with its
// style, its data and its program inside. A browser is told to fetch nothing.

#ifndef DISTDB_SIM_VIEWER_FRAME_H_
#define DISTDB_SIM_VIEWER_FRAME_H_

#include <string>

namespace distdb::sim {

struct FrameParts {
  std::string title;    // Plain text.
  std::string body;     // HTML.
  std::string data;     // JSON in which there is no `<`, or "".
  std::string program;  // JavaScript without "</script", or "".
};

std::string Frame(const FrameParts& parts);

}  // namespace distdb::sim

#endif  // DISTDB_SIM_VIEWER_FRAME_H_
