// LookAtTerminal: what standard output can show.

#ifndef DISTDB_SIM_NARRATION_TERMINAL_H_
#define DISTDB_SIM_NARRATION_TERMINAL_H_

namespace distdb::sim {

struct Terminal {
  // Columns, from 60 to 240: narrower would not fit, wider is hard to follow.
  int width = 100;
  bool color = false;
};

// Where standard output is no terminal: 100 columns, without colours. Nor are
// there any where NO_COLOR is set or TERM is "dumb".
Terminal LookAtTerminal();

}  // namespace distdb::sim

#endif  // DISTDB_SIM_NARRATION_TERMINAL_H_
