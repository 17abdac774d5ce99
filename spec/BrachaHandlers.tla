-------------------------- MODULE BrachaHandlers --------------------------
(*************************************************************************)
(* Bracha's reliable broadcast: one instance, one handler per step, as   *)
(* the class `Instance` of core/bracha/instance.h has it. One action     *)
(* here is one call there, and the state of a node here is the state of  *)
(* one `Instance`, so the explorer (sim/explore) and TLC must count the  *)
(* same states; spec/README.md has the table.                            *)
(*                                                                       *)
(* There is no network. A vote can be received when its sender says it,  *)
(* and a correct node says what it has made durable, again and again     *)
(* (the engine resends from its state). So loss, delay, reordering and   *)
(* duplication are all here: a vote that is lost is one that is taken    *)
(* later, or never; one that comes twice changes nothing.                *)
(*                                                                       *)
(* A node p asks for an own vote (`echoed`, `readied`) in one step, and  *)
(* counts and says it in a later one, when it is durable (echo[p] and    *)
(* ready[p] of p's own state). A restart keeps what is durable and       *)
(* nothing else. SyncsAtOnce makes the two steps one: fewer states, the  *)
(* same deliveries.                                                      *)
(*************************************************************************)
EXTENDS Naturals, FiniteSets, TLC

CONSTANTS
    Nodes, Byzantine, Origin, Values,
    EchoQuorum, ReadyQuorum, DeliverQuorum,
    ClaimsQuorum,  \* So many DELIVERED prove a delivery; f + 1.
    Claims,        \* Whether nodes also say DELIVERED.
    Lies,          \* The votes that liars say; of these, all, to anyone.
    Durable,       \* The votes that a restart does not forget.
    MaxRestarts,   \* How often correct nodes restart, all together.
    SyncsAtOnce,   \* Whether an own vote is durable in the step that asks for it.
    None           \* No value.

Correct == Nodes \ Byzantine

ASSUME /\ Byzantine \subseteq Nodes
       /\ Origin \in Nodes
       /\ None \notin Values
       /\ Claims \in BOOLEAN /\ SyncsAtOnce \in BOOLEAN
       /\ Lies \subseteq {"ECHO", "READY", "DELIVERED"}
       /\ Durable \subseteq {"ECHO", "READY"}
       \* Own votes alone are no quorum: nothing happens in a restart itself.
       /\ EchoQuorum > 1 /\ ReadyQuorum > 1

VARIABLES
    node,      \* node[p]: the state of the correct node p; see Instance.
    restarts   \* How many restarts there were.

vars == <<node, restarts>>

Value == Values \cup {None}

Instance == [
    echoed  : Value,             \* Of which it has asked to send an ECHO.
    readied : Value,             \* Likewise for READY.
    decided : Value,             \* What it delivers.
    echo    : [Nodes -> Value],  \* Whose ECHO it has counted, and for what.
    ready   : [Nodes -> Value],  \* Likewise for READY.
    claims  : SUBSET Nodes]      \* Whose DELIVERED it has counted.

NoVotes == [q \in Nodes |-> None]

Fresh == [echoed |-> None, readied |-> None, decided |-> None,
          echo |-> NoVotes, ready |-> NoVotes, claims |-> {}]

TypeOK ==
    /\ node \in [Correct -> Instance]
    /\ restarts \in 0..MaxRestarts

Init ==
    /\ node = [p \in Correct |-> Fresh]
    /\ restarts = 0

---------------------------------------------------------------------------
(* What q says to p. A liar says anything; p hears its own vote when that *)
(* has become durable.                                                   *)

SaysSend(p, v) ==
    CASE Origin \in Byzantine -> TRUE
      [] Origin = p -> TRUE                      \* p proposes v.
      [] OTHER -> node[Origin].echo[Origin] = v

SaysEcho(q, p, v) ==
    CASE q \in Byzantine -> "ECHO" \in Lies
      [] q = p -> node[p].echoed = v
      [] OTHER -> node[q].echo[q] = v

SaysReady(q, p, v) ==
    CASE q \in Byzantine -> "READY" \in Lies
      [] q = p -> node[p].readied = v
      [] OTHER -> node[q].ready[q] = v

SaysDelivered(q, p, v) ==
    CASE q \in Byzantine -> "DELIVERED" \in Lies
      [] q = p -> FALSE
      [] OTHER -> node[q].decided = v

---------------------------------------------------------------------------
(* What handlers make of an instance s.                                  *)

Count(votes, v) == Cardinality({q \in Nodes : votes[q] = v})

\* READY and the decision, where the votes for v suffice for them.
Evaluate(s, v) ==
    LET readies == Count(s.ready, v)
        claimants == {q \in s.claims : s.ready[q] = v}
        mayReady == \/ Count(s.echo, v) >= EchoQuorum
                    \/ readies >= ReadyQuorum
        mayDecide == \/ readies >= DeliverQuorum
                     \/ Cardinality(claimants) >= ClaimsQuorum
    IN  [s EXCEPT !.readied = IF @ = None /\ mayReady THEN v ELSE @,
                  !.decided = IF @ = None /\ mayDecide THEN v ELSE @]

CountEcho(s, q, v) == Evaluate([s EXCEPT !.echo[q] = v], v)
CountReady(s, q, v) == Evaluate([s EXCEPT !.ready[q] = v], v)
CountDelivered(s, q, v) ==
    Evaluate([s EXCEPT !.ready[q] = v, !.claims = @ \cup {q}], v)

\* The own votes of p become durable.
SyncEcho(s, p) ==
    IF s.echoed # s.echo[p] THEN CountEcho(s, p, s.echoed) ELSE s
SyncReady(s, p) ==
    IF s.readied # s.ready[p] THEN CountReady(s, p, s.readied) ELSE s

Becomes(p, s) ==
    node' = [node EXCEPT
        ![p] = IF SyncsAtOnce THEN SyncReady(SyncEcho(s, p), p) ELSE s]

---------------------------------------------------------------------------
(* The handlers: of each node's votes in a phase the first one counts.   *)

HandleSend(p, v) ==
    /\ node[p].echoed = None
    /\ SaysSend(p, v)
    /\ Becomes(p, [node[p] EXCEPT !.echoed = v])
    /\ UNCHANGED restarts

HandleEcho(p, q, v) ==
    /\ node[p].echo[q] = None
    /\ SaysEcho(q, p, v)
    /\ Becomes(p, CountEcho(node[p], q, v))
    /\ UNCHANGED restarts

HandleReady(p, q, v) ==
    /\ node[p].ready[q] = None
    /\ SaysReady(q, p, v)
    /\ Becomes(p, CountReady(node[p], q, v))
    /\ UNCHANGED restarts

\* A READY, and "I have delivered". ClaimsQuorum of them decide.
HandleDelivered(p, q, v) ==
    /\ Claims
    /\ node[p].ready[q] \in {None, v}
    /\ q \notin node[p].claims
    /\ SaysDelivered(q, p, v)
    /\ Becomes(p, CountDelivered(node[p], q, v))
    /\ UNCHANGED restarts

\* A crash and what the disk gives back. Who has delivered has nothing left
\* to lose: that is durable when it is visible.
Restart(p) ==
    /\ restarts < MaxRestarts
    /\ node[p].decided = None
    /\ LET Kept(kind, vote) == IF kind \in Durable THEN vote ELSE None
           ownEcho == Kept("ECHO", node[p].echo[p])
           ownReady == Kept("READY", node[p].ready[p])
       IN  node' = [node EXCEPT ![p] =
                [Fresh EXCEPT !.echoed = ownEcho, !.echo[p] = ownEcho,
                              !.readied = ownReady, !.ready[p] = ownReady]]
    /\ restarts' = restarts + 1

Next ==
    \E p \in Correct :
        \/ Restart(p)
        \/ \E v \in Values :
            \/ HandleSend(p, v)
            \/ \E q \in Nodes : \/ HandleEcho(p, q, v)
                                \/ HandleReady(p, q, v)
                                \/ HandleDelivered(p, q, v)

Spec == Init /\ [][Next]_vars

---------------------------------------------------------------------------
(* Properties.                                                           *)

Agreement ==
    \A p, q \in Correct :
        node[p].decided # None /\ node[q].decided # None
            => node[p].decided = node[q].decided

\* A node delivers once: `decided` holds one value, and does not change.
DecidedStays ==
    [][\A p \in Correct :
        node[p].decided # None => node'[p].decided = node[p].decided]_vars

Integrity ==
    Origin \in Correct =>
        \A p \in Correct :
            node[p].decided # None => node[p].decided = node[Origin].echoed

\* All READYs of correct nodes are for one value: the lemma behind Agreement.
ReadyConsistent ==
    \A p, q \in Correct :
        node[p].readied # None /\ node[q].readied # None
            => node[p].readied = node[q].readied

\* The correct nodes have nothing left to do by themselves. DELIVERED does not
\* count: catching up must not be needed.
AtRest ==
    \A p \in Correct, v \in Values :
        /\ ~(Origin \in Correct /\ node[p].echoed = None /\ SaysSend(p, v))
        /\ \A q \in Correct :
            /\ ~(node[p].echo[q] = None /\ SaysEcho(q, p, v))
            /\ ~(node[p].ready[q] = None /\ SaysReady(q, p, v))

Delivered == {p \in Correct : node[p].decided # None}

ValidityAtRest == Origin \in Correct /\ AtRest => Delivered = Correct

TotalityAtRest == Delivered \notin {{}, Correct} => ~AtRest

---------------------------------------------------------------------------
(* Bracha's board of votes is what the nodes here say (unless            *)
(* SyncsAtOnce, where one step does several of the board's).             *)

Only(value) == {value} \ {None}

Board == INSTANCE Bracha WITH
    Keying <- "instance",
    proposed <- IF Origin \in Correct
                THEN Only(node[Origin].echo[Origin]) ELSE {},
    echo <- [p \in Correct |-> Only(node[p].echo[p])],
    ready <- [p \in Correct |-> Only(node[p].ready[p])],
    delivered <- [p \in Correct |-> Only(node[p].decided)]

RefinesBracha == Board!Safe

---------------------------------------------------------------------------
Symmetry ==
    Permutations(Correct \ {Origin}) \cup
    Permutations(Byzantine \ {Origin}) \cup
    Permutations(Values)
===========================================================================
