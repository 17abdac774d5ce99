// What `sim help` prints. See flags.h.

#include "absl/strings/string_view.h"
#include "sim/flags.h"

namespace distdb::sim {

absl::string_view Usage() {
  return R"(sim replay --seed=N [--check] [--trace=FILE] [--write_tape=FILE] [VIEW] [SHAPE]
                                        one run, and what became of it
sim replay --tape=FILE [--write_tape=FILE] [VIEW] [SHAPE]
                                        the same with these decisions; --write_tape
                                        writes those of a run, one a line
sim replay SCENARIO.textproto [--check] [--trace=FILE] [VIEW]
                                        a run written by hand, and whether what
                                        it expects came true
sim replay --recording=FILE [VIEW]
                                        what a node recorded (distdb serve
                                        --record=FILE), and whether it is the same
sim fuzz --seeds=N [--first_seed=K] [--jobs=J] [--time=60s] [--traces=DIR|-]
         [--report=FILE.html] [SHAPE]
                                        many runs, and those that failed
sim fuzz --guide=states|random --seeds=N [--traces=-]
                                        schedules of the model that `explore`
                                        explores, and the states they reach
sim hashes --seeds=N [SHAPE]            a line `SEED HASH` for each run
sim mutants [--mutant=NAME] [--seeds=N] [SHAPE]
                                        plants each bug of core and looks for it
sim mutants --shrink [--out=DIR] [--mutant=NAME] [SHAPE]
                                        and shrinks what it has found
sim shrink --seed=N [--out=FILE.textproto] [SHAPE]
sim shrink SCENARIO.textproto [--out=FILE.textproto] [--mutant=NAME]
                                        the few events without which nothing would
                                        have failed, as a scenario
VIEW, of one run:
  --lanes                  a column per node, time downwards
  --transcript             the conversation of the nodes
  --html=FILE              a page to look at it: events, states, causes, search
  --mermaid=FILE           a sequence diagram for Mermaid
  --from=M --to=M          only this stretch; M: an event's number, or a time: 12.5ms
  --instance=0:1 --node=p2 only this instance, or this node
SHAPE, drawn from the seed where not given:
  --mode=bracha|broadcast  --nodes=n  --liars=N|f|f+1
  --quorum_policy=safe|n_minus_2f  --mutant=NAME
  --wire                   all messages through the wire codec
  --claim=PROPERTY         hold the runs to it although their mode does not claim it
  --rare_events=false      none of the rare-event points of core
)";
}

}  // namespace distdb::sim
