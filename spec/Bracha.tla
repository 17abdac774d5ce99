------------------------------ MODULE Bracha ------------------------------
(*************************************************************************)
(* Bracha's reliable broadcast: one instance, as the nodes see each      *)
(* other's votes.                                                        *)
(*                                                                       *)
(* Everything that a correct node has voted for stands on a board that   *)
(* all can read (`echo` and `ready`), and a node acts on a quorum of it  *)
(* in one step. There are no messages: that a vote arrives late is the   *)
(* same as that its reader acts late. BrachaHandlers takes one vote per  *)
(* step, as the code does, and refines this module.                      *)
(*                                                                       *)
(* Byzantine nodes are not on the board. They may show any vote to any   *)
(* node at any time, so wherever a quorum is counted they are all in it  *)
(* (SeenEchoes). Nothing obliges them to: fairness counts the votes of   *)
(* correct nodes alone (FairStep).                                       *)
(*                                                                       *)
(* A restart is one step that forgets the votes which are not durable;   *)
(* a node that is down is a node that takes no step. With ECHO and READY *)
(* durable a restart changes nothing here, which is the point of writing *)
(* them to disk before they are sent.                                    *)
(*                                                                       *)
(* Source: G. Bracha, "Asynchronous Byzantine agreement protocols",      *)
(* Information and Computation 75 (1987), section 3.                     *)
(*************************************************************************)
EXTENDS Naturals, FiniteSets, TLC

CONSTANTS
    Nodes,         \* All members.
    Byzantine,     \* The liars among them.
    Origin,        \* The node whose broadcast this is; may be a liar.
    Values,        \* What may be broadcast.
    EchoQuorum,    \* READY after this many ECHOs.
    ReadyQuorum,   \* READY after this many READYs.
    DeliverQuorum, \* Deliver after this many READYs.
    Keying,        \* What a node's state is kept by; see below.
    Durable,       \* The votes that a restart does not forget.
    MaxRestarts    \* How often correct nodes restart, all together.

(* "instance": one ECHO and one READY per node, votes counted per value: *)
(* the algorithm, and the code. The others are wrong, and are here to    *)
(* show it:                                                              *)
(*   "ready per value"  one ECHO per node, but one READY for each value; *)
(*   "message"          everything once per value;                       *)
(*   "first value"      one ECHO and one READY, but counted whatever     *)
(*                      they are for, and the value that a node saw      *)
(*                      first is the one that it delivers.               *)
Keyings == {"instance", "ready per value", "message", "first value"}

Correct == Nodes \ Byzantine

ASSUME /\ Byzantine \subseteq Nodes
       /\ Origin \in Nodes
       /\ {EchoQuorum, ReadyQuorum, DeliverQuorum} \subseteq 1..Cardinality(Nodes)
       /\ Keying \in Keyings
       /\ Durable \subseteq {"ECHO", "READY"}
       /\ MaxRestarts \in Nat

VARIABLES
    proposed,   \* What a correct origin has broadcast: {} or one value.
    echo,       \* echo[p]: the values p has sent an ECHO for and stands by.
    ready,      \* ready[p]: likewise for READY.
    delivered,  \* delivered[p]: the values p has delivered, durably.
    restarts    \* How many restarts there were.

vars == <<proposed, echo, ready, delivered, restarts>>

TypeOK ==
    /\ proposed \in SUBSET Values
    /\ echo \in [Correct -> SUBSET Values]
    /\ ready \in [Correct -> SUBSET Values]
    /\ delivered \in [Correct -> SUBSET Values]
    /\ restarts \in 0..MaxRestarts

Init ==
    /\ proposed = {}
    /\ echo = [p \in Correct |-> {}]
    /\ ready = [p \in Correct |-> {}]
    /\ delivered = [p \in Correct |-> {}]
    /\ restarts = 0

---------------------------------------------------------------------------
(* Votes. `board` is echo or ready.                                      *)

\* The correct nodes whose vote counts for v.
Voters(board, v) ==
    IF Keying = "first value"
    THEN {q \in Correct : board[q] # {}}
    ELSE {q \in Correct : v \in board[q]}

\* With and without the help of liars.
SeenAtLeast(board, v, quorum) ==
    Cardinality(Voters(board, v) \cup Byzantine) >= quorum
CertainAtLeast(board, v, quorum) ==
    Cardinality(Voters(board, v)) >= quorum

MayEcho(p, v) ==
    IF Keying = "message" THEN v \notin echo[p] ELSE echo[p] = {}

MayReady(p, v) ==
    CASE Keying = "instance" -> ready[p] = {}
      [] Keying \in {"ready per value", "message"} -> v \notin ready[p]
      [] Keying = "first value" ->
            ready[p] = {} /\ (echo[p] # {} => v \in echo[p])

MayDeliver(p, v) ==
    CASE Keying \in {"instance", "ready per value"} -> delivered[p] = {}
      [] Keying = "message" -> v \notin delivered[p]
      [] Keying = "first value" -> delivered[p] = {} /\ v \in ready[p]

---------------------------------------------------------------------------
(* What correct nodes do. AtLeast is SeenAtLeast or CertainAtLeast.      *)

\* The origin broadcasts, and is the first to echo.
Propose(v) ==
    /\ Origin \in Correct
    /\ proposed = {}
    /\ echo[Origin] = {}
    /\ proposed' = {v}
    /\ echo' = [echo EXCEPT ![Origin] = {v}]
    /\ UNCHANGED <<ready, delivered, restarts>>

\* On the origin's SEND. A lying origin sends anything to anyone.
Echo(p, v) ==
    /\ Origin \in Correct => v \in proposed
    /\ MayEcho(p, v)
    /\ echo' = [echo EXCEPT ![p] = @ \cup {v}]
    /\ UNCHANGED <<proposed, ready, delivered, restarts>>

\* Where the own READY completes a quorum, the delivery may be in the same
\* step.
Ready(p, v, AtLeast(_, _, _)) ==
    /\ MayReady(p, v)
    /\ \/ AtLeast(echo, v, EchoQuorum)
       \/ AtLeast(ready, v, ReadyQuorum)
    /\ ready' = [ready EXCEPT ![p] = @ \cup {v}]
    /\ \/ UNCHANGED delivered
       \/ /\ delivered[p] = {}
          /\ AtLeast(ready', v, DeliverQuorum)
          /\ delivered' = [delivered EXCEPT ![p] = {v}]
    /\ UNCHANGED <<proposed, echo, restarts>>

Deliver(p, v, AtLeast(_, _, _)) ==
    /\ MayDeliver(p, v)
    /\ AtLeast(ready, v, DeliverQuorum)
    /\ delivered' = [delivered EXCEPT ![p] = @ \cup {v}]
    /\ UNCHANGED <<proposed, echo, ready, restarts>>

\* ReadyQuorum nodes, one of them correct, say that they have delivered v.
CatchUp(p, v) ==
    /\ Keying = "instance"
    /\ delivered[p] = {}
    /\ \E q \in Correct : v \in delivered[q]
    /\ delivered' = [delivered EXCEPT ![p] = {v}]
    /\ UNCHANGED <<proposed, echo, ready, restarts>>

\* A crash and what the disk gives back.
Restart(p) ==
    /\ restarts < MaxRestarts
    /\ restarts' = restarts + 1
    /\ echo' = IF "ECHO" \in Durable THEN echo ELSE [echo EXCEPT ![p] = {}]
    /\ ready' = IF "READY" \in Durable THEN ready ELSE [ready EXCEPT ![p] = {}]
    /\ UNCHANGED <<proposed, delivered>>

Next ==
    \/ \E v \in Values : Propose(v)
    \/ \E p \in Correct, v \in Values :
        \/ Echo(p, v)
        \/ Ready(p, v, SeenAtLeast)
        \/ Deliver(p, v, SeenAtLeast)
        \/ CatchUp(p, v)
    \/ \E p \in Correct : Restart(p)

Safe == Init /\ [][Next]_vars

\* What will happen without any help from liars: correct nodes send, and what
\* they have sent arrives in the end. Catching up is left out: it must not be
\* needed.
FairStep(p) ==
    \/ /\ Origin \in Correct
       /\ p = Origin
       /\ \E v \in Values : Propose(v)
    \/ /\ Origin \in Correct
       /\ \E v \in Values : Echo(p, v)
    \/ \E v \in Values : Ready(p, v, CertainAtLeast)
    \/ \E v \in Values : Deliver(p, v, CertainAtLeast)

Spec == Safe /\ \A p \in Correct : WF_vars(FairStep(p))

---------------------------------------------------------------------------
(* Properties, named as the simulator's checkers are.                    *)

\* No two deliveries differ; also not two of one node.
Agreement ==
    \A p, q \in Correct : \A v \in delivered[p], w \in delivered[q] : v = w

\* Each node delivers once, and from a correct origin only its value.
Integrity ==
    \A p \in Correct :
        /\ Cardinality(delivered[p]) <= 1
        /\ Origin \in Correct => delivered[p] \subseteq proposed

\* All READYs of correct nodes are for one value: the lemma behind Agreement.
ReadyConsistent ==
    \A p, q \in Correct : \A v \in ready[p], w \in ready[q] : v = w

\* What a correct origin broadcasts is delivered everywhere.
Validity ==
    \A v \in Values :
        v \in proposed ~> \A p \in Correct : v \in delivered[p]

\* What one delivers, all deliver.
Totality ==
    (\E p \in Correct : delivered[p] # {})
        ~> (\A p \in Correct : delivered[p] # {})

(* The same two as invariants, for models that are too large for         *)
(* liveness or that use symmetry: they must hold wherever the correct    *)
(* nodes have nothing left to do by themselves.                          *)
AtRest == \A p \in Correct : ~ENABLED <<FairStep(p)>>_vars

ValidityAtRest ==
    AtRest => \A v \in proposed, p \in Correct : v \in delivered[p]

TotalityAtRest ==
    AtRest => \/ \A p \in Correct : delivered[p] = {}
              \/ \A p \in Correct : delivered[p] # {}

---------------------------------------------------------------------------
\* Nodes of one kind are alike, and so are values.
Symmetry ==
    Permutations(Correct \ {Origin}) \cup
    Permutations(Byzantine \ {Origin}) \cup
    Permutations(Values)
===========================================================================
