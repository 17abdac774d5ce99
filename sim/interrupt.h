// Interrupt: Ctrl-C, or a request to terminate, ends a long command in good
// order, with its summary.

#ifndef DISTDB_SIM_INTERRUPT_H_
#define DISTDB_SIM_INTERRUPT_H_

namespace distdb::sim {

// From now on SIGINT and SIGTERM only make `IsInterrupted` true. The caller
// asks it at least every tenth of a second. More signals change nothing:
// `timeout` sends two at once, to this process and to its group.
void CatchInterrupts();
bool IsInterrupted();

}  // namespace distdb::sim

#endif  // DISTDB_SIM_INTERRUPT_H_
