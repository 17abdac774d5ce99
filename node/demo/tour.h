// The tour: what the demo shows when nobody tells it what to do. A write at one
// node is read at another; a node is killed, and writes go on; it comes back,
// and has what it missed.

#ifndef DISTDB_NODE_DEMO_TOUR_H_
#define DISTDB_NODE_DEMO_TOUR_H_

#include "node/demo/local_cluster.h"

namespace distdb {

// Shows it on standard output; whether everything came as it should. `cluster`
// has been started.
bool RunTour(LocalCluster& cluster);

}  // namespace distdb

#endif  // DISTDB_NODE_DEMO_TOUR_H_
