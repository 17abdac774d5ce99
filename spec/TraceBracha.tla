---------------------------- MODULE TraceBracha ----------------------------
(*************************************************************************)
(* Is a recorded history of one instance a behaviour of BrachaHandlers?  *)
(*                                                                       *)
(* TRACES.md has the events. Each is one handler at one node, and has at *)
(* most one successor here: the handler's state, if what the node asked  *)
(* for, said and delivered is what the specification allows. If it is    *)
(* not, the event is refused with the state before it, and checking goes *)
(* on with the next history, so that one run of TLC checks many. (That   *)
(* is why the cluster is a variable here, and a constant in              *)
(* BrachaHandlers; HandlersAgree.tla checks that Evaluate is the same.)  *)
(*                                                                       *)
(* Beyond BrachaHandlers a trace knows five things: what is on a node's  *)
(* disk (`disk`); what of a correct node's words may have left it (only  *)
(* what is, or will be before it leaves); that a node which has decided  *)
(* for the payload that it holds must deliver in its turn, and one that  *)
(* lacks the payload only when another one has sent it (`has`, PULL);    *)
(* who has asked for and served payloads (`said`); and that a correct    *)
(* node sends nothing beyond the window of another one.                  *)
(*************************************************************************)
EXTENDS Naturals, FiniteSets

\* Implemented in Java (trace/TLCOverrides.java): the line after the i-th, and
\* how a refusal is told; the next line is then that of the next `reset`.
LineAfter(i) == CHOOSE line : TRUE
Refuse(i, before) == TRUE

VARIABLES
    at,       \* How many lines have been taken.
    cluster,  \* nodes, liars, origin and quorums of the history.
    node,     \* node[p]: as in BrachaHandlers, and `delivering`: what p has
              \* asked to make durable as its delivery; `has`: the payload of
              \* what p has decided came after that.
    disk,     \* disk[p]: the votes and the delivery that p cannot forget.
    said      \* said[p]: the PULLs and PAYLOADs of p.

vars == <<at, cluster, node, disk, said>>

\* The state is a function of the line: nothing else need be compared.
View == at

None == ""

Fresh(n) ==
    [echoed |-> None, readied |-> None, decided |-> None, delivering |-> None,
     echo |-> [q \in 0..n-1 |-> None], ready |-> [q \in 0..n-1 |-> None],
     claims |-> {}, has |-> FALSE]

Blank == [echo |-> None, ready |-> None, delivered |-> None]

ClusterOf(e) ==
    LET n == e.nodes
        f == (n - 1) \div 3
    IN  [nodes |-> n, liars |-> e.liars, origin |-> e.origin,
         echo |-> IF e.quorum_policy = "safe" THEN (n + f) \div 2 + 1
                                              ELSE n - 2 * f,
         ready |-> f + 1, deliver |-> 2 * f + 1]

Init ==
    /\ at = 0
    /\ cluster = ClusterOf([nodes |-> 1, liars |-> {}, origin |-> 0,
                            quorum_policy |-> "safe"])
    /\ node = [p \in {0} |-> Fresh(1)]
    /\ disk = [p \in {0} |-> Blank]
    /\ said = [p \in {0} |-> {}]

---------------------------------------------------------------------------
(* What handlers make of a node's state; as in BrachaHandlers.           *)

Count(votes, v) == Cardinality({q \in DOMAIN votes : votes[q] = v})

Evaluate(c, s, v) ==
    LET readies == Count(s.ready, v)
        claimants == {q \in s.claims : s.ready[q] = v}
        mayReady == \/ Count(s.echo, v) >= c.echo
                    \/ readies >= c.ready
        mayDecide == \/ readies >= c.deliver
                     \/ Cardinality(claimants) >= c.ready
    IN  [s EXCEPT !.readied = IF @ = None /\ mayReady THEN v ELSE @,
                  !.decided = IF @ = None /\ mayDecide THEN v ELSE @]

\* Of each node's votes in a phase the first one counts.
First(vote, v) == vote \in {None, v}

CountEcho(c, s, q, v) ==
    IF First(s.echo[q], v) THEN Evaluate(c, [s EXCEPT !.echo[q] = v], v) ELSE s
CountReady(c, s, q, v) ==
    IF First(s.ready[q], v) THEN Evaluate(c, [s EXCEPT !.ready[q] = v], v) ELSE s
CountDelivered(c, s, q, v) ==
    IF First(s.ready[q], v)
    THEN Evaluate(c, [s EXCEPT !.ready[q] = v, !.claims = @ \cup {q}], v)
    ELSE s

\* A SEND may be ignored, as one that is lost: there may be no room for it.
TakeSend(s, e) ==
    IF s.echoed = None /\ e.asks_echo # None
    THEN [s EXCEPT !.echoed = e.digest] ELSE s

\* A payload is taken for the one that is missing if its digest is the decided
\* one, whoever sent it: a digest is the proof.
TakePayload(s, v) ==
    IF s.decided # None /\ v = s.decided THEN [s EXCEPT !.has = TRUE] ELSE s

Resume(c, s) ==
    LET echoes == IF s.echoed = None THEN s ELSE Evaluate(c, s, s.echoed)
    IN  IF s.readied = None THEN echoes ELSE Evaluate(c, echoes, s.readied)

Handled(e, s) ==
    CASE disk[e.node].delivered # None -> s    \* It is over, for this node.
      [] e.event \in {"send", "propose"} ->
            TakePayload(TakeSend(s, e), e.digest)
      [] e.event = "payload" -> TakePayload(s, e.digest)
      [] e.event = "pull" -> s
      [] e.event \in {"echo", "own_echo"} ->
            CountEcho(cluster, s, e.from, e.digest)
      [] e.event \in {"ready", "own_ready"} ->
            CountReady(cluster, s, e.from, e.digest)
      [] e.event = "delivered" ->
            CountDelivered(cluster, s, e.from, e.digest)
      [] e.event = "resume" -> Resume(cluster, s)
      [] e.event = "decide" -> s

---------------------------------------------------------------------------
(* What may be heard, asked for, said.                                   *)

\* A liar says anything; a correct node what it cannot forget, and a node
\* counts its own vote when it has asked for that.
MayHear(e, s) ==
    CASE e.event = "send" ->
            \/ e.from \in cluster.liars
            \/ e.from = cluster.origin /\ disk[e.from].echo = e.digest
      [] e.event = "echo" ->
            e.from \in cluster.liars \/ disk[e.from].echo = e.digest
      [] e.event = "ready" ->
            e.from \in cluster.liars \/ disk[e.from].ready = e.digest
      [] e.event = "delivered" ->
            e.from \in cluster.liars \/ disk[e.from].delivered = e.digest
      [] e.event \in {"pull", "payload"} ->
            \/ e.from \in cluster.liars
            \/ <<e.event, e.digest>> \in said[e.from]
      [] e.event = "own_echo" -> e.from = e.node /\ s.echoed = e.digest
      [] e.event = "own_ready" -> e.from = e.node /\ s.readied = e.digest
      [] e.event = "propose" ->
            /\ e.node = cluster.origin
            /\ s.echoed = None
            /\ e.asks_echo = e.digest
      [] OTHER -> TRUE

\* A vote that is new is asked for, and no other.
New(before, after) == IF before = after THEN None ELSE after

AsksRight(e, s, t) ==
    /\ e.asks_echo = New(s.echoed, t.echoed)
    /\ e.asks_ready = New(s.readied, t.readied)
    /\ e.event = "send" /\ e.asks_echo # None => e.from = cluster.origin
    /\ e.conflict = \/ /\ e.event = "echo"
                       /\ disk[e.node].delivered = None
                       /\ ~First(s.echo[e.from], e.digest)
                    \/ /\ e.event \in {"ready", "delivered"}
                       /\ disk[e.node].delivered = None
                       /\ ~First(s.ready[e.from], e.digest)

\* A delivery is of what is decided (by READYs or by claims: see Evaluate),
\* once, in its turn, and with its payload; with that of the ECHO it is due at
\* once.
DeliversRight(e, s, t) ==
    IF e.asks_delivered # None
    THEN /\ s.delivering = None
         /\ e.turn
         /\ t.decided = e.asks_delivered
         /\ t.decided = t.echoed \/ t.has
    ELSE ~ /\ e.turn
           /\ s.delivering = None
           /\ t.decided # None
           /\ t.decided = t.echoed
           /\ disk[e.node].delivered = None

SameState(e, t) ==
    /\ e.echoed = t.echoed
    /\ e.readied = t.readied
    /\ e.decided = t.decided

Handlers == {"propose", "send", "echo", "ready", "delivered", "pull",
             "payload", "own_echo", "own_ready", "resume", "decide"}

---------------------------------------------------------------------------
(* One successor per event.                                              *)

Step(e, s, t) ==
    IF MayHear(e, s) /\ AsksRight(e, s, t) /\ DeliversRight(e, s, t)
       /\ SameState(e, t)
    THEN /\ node' = [node EXCEPT ![e.node] =
                [t EXCEPT !.delivering = IF e.asks_delivered = None
                                         THEN @ ELSE e.asks_delivered]]
         /\ disk' = CASE e.event = "own_echo" ->
                            [disk EXCEPT ![e.node].echo = e.digest]
                      [] e.event = "own_ready" ->
                            [disk EXCEPT ![e.node].ready = e.digest]
                      [] OTHER -> disk
    ELSE Refuse(at, [node |-> s, disk |-> disk]) /\ UNCHANGED <<node, disk>>

Handle(e) ==
    \E s \in {node[e.node]} : \E t \in {Handled(e, s)} : Step(e, s, t)

\* The application gets what is decided, when that is durable.
MayDeliver(e, s) ==
    /\ e.turn
    /\ s.delivering = e.digest
    /\ s.decided = e.digest
    /\ disk[e.node].delivered = None

\* What is said is durable before it leaves: already, where it leaves at once.
MaySay(q, kind, v, at_once) ==
    LET has == disk[q]
    IN  CASE kind = "send" ->
                /\ q = cluster.origin
                /\ v = IF at_once THEN has.echo ELSE node[q].echoed
          [] kind = "echo" -> v = IF at_once THEN has.echo ELSE node[q].echoed
          [] kind = "ready" -> v = IF at_once THEN has.ready ELSE node[q].readied
          [] kind = "delivered" -> v = has.delivered
          \* It asks for what it lacks and must deliver,
          [] kind = "pull" ->
                /\ v = node[q].decided
                /\ v # node[q].echoed
                /\ node[q].delivering = None
          \* and answers with what it has: echoed, fetched or delivered.
          [] kind = "payload" ->
                \/ v = node[q].echoed
                \/ v = node[q].decided /\ node[q].has
                \/ v = has.delivered

\* The network may lose and repeat what was said, and a node ignores what liars
\* send beyond its window.
MayPass(e) ==
    \/ e.from \in cluster.liars
    \/ /\ e.why # "window"    \* A correct node knows it, and keeps to it.
       /\ \/ MaySay(e.from, e.kind, e.digest, FALSE)
          \/ MaySay(e.from, e.kind, e.digest, TRUE)  \* It has crashed since.
          \/ <<e.kind, e.digest>> \in said[e.from]

\* An ask may have reached the disk, and what had reached it stays.
Keeps(had, asked, has) == has = had \/ (had = None /\ has = asked)

MayKeep(e, s, has) ==
    /\ Keeps(has.echo, s.echoed, e.echo)
    /\ Keeps(has.ready, s.readied, e.ready)
    /\ Keeps(has.delivered, s.delivering, e.delivered)

Kept(e) == [echo |-> e.echo, ready |-> e.ready, delivered |-> e.delivered]

Crash(e) ==
    IF MayKeep(e, node[e.node], disk[e.node])
    THEN /\ disk' = [disk EXCEPT ![e.node] = Kept(e)]
         /\ node' = [node EXCEPT ![e.node] = Fresh(cluster.nodes)]
    ELSE Refuse(at, [node |-> node[e.node], disk |-> disk])
         /\ UNCHANGED <<node, disk>>

Restored(p, has) ==
    [Fresh(cluster.nodes) EXCEPT
        !.echoed = has.echo, !.echo[p] = has.echo,
        !.readied = has.ready, !.ready[p] = has.ready,
        !.decided = has.delivered]

Restart(e) ==
    IF Kept(e) = disk[e.node]
    THEN /\ node' = [node EXCEPT ![e.node] = Restored(e.node, Kept(e))]
         /\ UNCHANGED disk
    ELSE Refuse(at, [node |-> node[e.node], disk |-> disk])
         /\ UNCHANGED <<node, disk>>

Unless(allowed, e) ==
    /\ IF allowed THEN TRUE
                  ELSE Refuse(at, [node |-> node[e.node], disk |-> disk])
    /\ UNCHANGED node

Take(e) ==
    CASE e.event \in Handlers -> Handle(e)
      [] e.event = "deliver" ->
            /\ Unless(MayDeliver(e, node[e.node]), e)
            /\ disk' = [disk EXCEPT ![e.node].delivered = e.digest]
      [] e.event = "say" ->
            /\ Unless(e.digest # None
                      /\ MaySay(e.node, e.kind, e.digest, e.at_once), e)
            /\ UNCHANGED disk
      [] e.event \in {"drop", "dup"} ->
            /\ Unless(MayPass(e), e)
            /\ UNCHANGED disk
      [] e.event = "crash" -> Crash(e)
      [] e.event = "restart" -> Restart(e)

\* What this event adds to `said`.
Said(e) ==
    IF e.event = "say" /\ e.kind \in {"pull", "payload"}
    THEN [said EXCEPT ![e.node] = @ \cup {<<e.kind, e.digest>>}]
    ELSE said

Begin(e) ==
    /\ cluster' = ClusterOf(e)
    /\ said' = [p \in 0..e.nodes-1 |-> {}]
    /\ node' = [p \in 0..e.nodes-1 |-> Fresh(e.nodes)]
    /\ disk' = [p \in 0..e.nodes-1 |-> Blank]

Next ==
    \E e \in {LineAfter(at)} :
        /\ e.event # "end"
        /\ at' = at + 1
        /\ IF e.event = "reset" THEN Begin(e)
                                ELSE /\ Take(e)
                                     /\ said' = Said(e)
                                     /\ UNCHANGED cluster

Spec == Init /\ [][Next]_vars
===========================================================================
