--------------------------- MODULE HandlersAgree ---------------------------
(*************************************************************************)
(* The handlers of TraceBracha are those of BrachaHandlers: applied to   *)
(* any state that a node can be in, they give the same one. (TraceBracha *)
(* has its own because its cluster is not constant.)                     *)
(*************************************************************************)
EXTENDS BrachaHandlers

Trace == INSTANCE TraceBracha WITH at <- 0, cluster <- 0, disk <- 0,
                                   said <- 0

Quorums == [echo |-> EchoQuorum, ready |-> ReadyQuorum,
            deliver |-> DeliverQuorum]

\* A first vote is counted alike; one that comes twice changes nothing, nor
\* does one that contradicts it.
HandlersAgree ==
    \A p \in Correct, q \in Nodes, v \in Values :
        LET s == node[p] IN
        /\ Trace!CountEcho(Quorums, s, q, v) =
                IF s.echo[q] = None THEN CountEcho(s, q, v) ELSE s
        /\ Trace!CountReady(Quorums, s, q, v) =
                IF s.ready[q] = None THEN CountReady(s, q, v) ELSE s
        /\ Trace!CountDelivered(Quorums, s, q, v) =
                IF s.ready[q] \in {None, v} /\ q \notin s.claims
                THEN CountDelivered(s, q, v) ELSE s
        /\ Trace!Resume(Quorums, s) = s
===========================================================================
