--------------------------- MODULE DistributedDb ---------------------------
(*************************************************************************)
(* The store over the broadcast: writes, versions, tombstones, and why   *)
(* replicas converge.                                                    *)
(*                                                                       *)
(* What Bracha guarantees is taken for granted here, as one stream per   *)
(* origin that is the same for everyone: a node has applied a prefix of  *)
(* each. A lying origin has a stream like any other (Agreement), but     *)
(* writes any timestamp into it.                                         *)
(*                                                                       *)
(* A write is a batch of mutations and applies at once. Its mutations    *)
(* have the versions <<timestamp, origin, seq, index>>, compared in this *)
(* order; per key the largest version wins, whatever comes first. A      *)
(* delete leaves a tombstone. A version determines its value, so values  *)
(* are left out.                                                         *)
(*                                                                       *)
(* Correct nodes stamp with a hybrid clock: more than all that they have *)
(* stamped or applied, and at least the wall clock, which may show       *)
(* anything at any time.                                                 *)
(*************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
    Correct,        \* The correct nodes and the liars: numbers, because they
    Byzantine,      \* are compared in versions.
    Keys,
    Batches,        \* What may be written: sequences of mutations.
    MaxTime,        \* Timestamps are 1..MaxTime.
    MaxWrites,      \* How many batches are written, all together.
    MaxRestarts,    \* How often correct nodes restart, all together.
    Order,          \* "version", as above; or "arrival", which is wrong.
    Tombstones,     \* FALSE: a delete removes the entry, which is wrong.
    RecoversClock   \* Whether a restart looks at what it had stamped.

Nodes == Correct \cup Byzantine

\* Mutations, for configurations.
Put(k) == [key |-> k, deleted |-> FALSE]
Delete(k) == [key |-> k, deleted |-> TRUE]
OneKey == {<<Put("k")>>, <<Delete("k")>>}
TwoKeys == {<<Put("k"), Put("l")>>, <<Delete("k"), Put("k")>>, <<Delete("l")>>}

ASSUME /\ Nodes \subseteq Nat
       /\ Correct \cap Byzantine = {}
       /\ Order \in {"version", "arrival"}
       /\ Tombstones \in BOOLEAN /\ RecoversClock \in BOOLEAN
       /\ \A b \in Batches : Len(b) > 0 /\ \A i \in DOMAIN b : b[i].key \in Keys

VARIABLES
    stream,    \* stream[o]: what o has broadcast, [timestamp, mutations] each.
    applied,   \* applied[p][o]: how much of it p has applied.
    store,     \* store[p][k]: the entry [version, deleted], or Nothing.
    clock,     \* clock[p]: the largest timestamp that p knows of.
    restarts

vars == <<stream, applied, store, clock, restarts>>

Nothing == [version |-> <<0, 0, 0, 0>>, deleted |-> TRUE]

Entry == [version : (0..MaxTime) \X (Nodes \cup {0}) \X (0..MaxWrites) \X Nat,
          deleted : BOOLEAN]

TypeOK ==
    /\ \A o \in Nodes : \A s \in DOMAIN stream[o] :
        /\ stream[o][s].timestamp \in 1..MaxTime
        /\ stream[o][s].mutations \in Batches
    /\ \A p \in Correct, o \in Nodes : applied[p][o] \in 0..Len(stream[o])
    /\ store \in [Correct -> [Keys -> Entry]]
    /\ clock \in [Correct -> 0..MaxTime]
    /\ restarts \in 0..MaxRestarts

Init ==
    /\ stream = [o \in Nodes |-> <<>>]
    /\ applied = [p \in Correct |-> [o \in Nodes |-> 0]]
    /\ store = [p \in Correct |-> [k \in Keys |-> Nothing]]
    /\ clock = [p \in Correct |-> 0]
    /\ restarts = 0

---------------------------------------------------------------------------
Max(a, b) == IF a > b THEN a ELSE b

\* Lexicographic.
Less(v, w) ==
    \E i \in 1..4 : v[i] < w[i] /\ \A j \in 1..(i - 1) : v[j] = w[j]

\* The entries after the mutations of a batch from the i-th on.
RECURSIVE ApplyFrom(_, _, _, _, _)
ApplyFrom(entries, o, s, batch, i) ==
    IF i > Len(batch.mutations) THEN entries
    ELSE LET m == batch.mutations[i]
             version == <<batch.timestamp, o, s, i>>
             wins == Order = "arrival" \/ Less(entries[m.key].version, version)
             entry == IF m.deleted /\ ~Tombstones THEN Nothing
                      ELSE [version |-> version, deleted |-> m.deleted]
             next == IF wins THEN [entries EXCEPT ![m.key] = entry]
                     ELSE entries
         IN  ApplyFrom(next, o, s, batch, i + 1)

RECURSIVE Total(_)
Total(nodes) ==
    IF nodes = {} THEN 0
    ELSE LET o == CHOOSE o \in nodes : TRUE
         IN  Len(stream[o]) + Total(nodes \ {o})

---------------------------------------------------------------------------
\* A correct node broadcasts; it applies its own write when that is delivered.
Write(p, b, t) ==
    /\ Total(Nodes) < MaxWrites
    /\ t > clock[p]
    /\ stream' = [stream EXCEPT ![p] =
                    Append(@, [timestamp |-> t, mutations |-> b])]
    /\ clock' = [clock EXCEPT ![p] = t]
    /\ UNCHANGED <<applied, store, restarts>>

Lie(o, b, t) ==
    /\ Total(Nodes) < MaxWrites
    /\ stream' = [stream EXCEPT ![o] =
                    Append(@, [timestamp |-> t, mutations |-> b])]
    /\ UNCHANGED <<applied, store, clock, restarts>>

\* The next instance of o's stream is delivered and durable at p.
Apply(p, o) ==
    /\ applied[p][o] < Len(stream[o])
    /\ LET s == applied[p][o] + 1
           batch == stream[o][s]
       IN  /\ applied' = [applied EXCEPT ![p][o] = s]
           /\ store' = [store EXCEPT ![p] = ApplyFrom(@, o, s, batch, 1)]
           /\ clock' = [clock EXCEPT ![p] = Max(@, batch.timestamp)]
    /\ UNCHANGED <<stream, restarts>>

\* What was delivered comes back from the log; so does the own stream. The
\* clock is what these say.
Restart(p) ==
    /\ restarts < MaxRestarts
    /\ restarts' = restarts + 1
    /\ LET known == {stream[o][s].timestamp :
                        <<o, s>> \in {<<o, s>> \in Nodes \X (1..MaxWrites) :
                            s <= IF o = p /\ RecoversClock THEN Len(stream[o])
                                 ELSE applied[p][o]}}
       IN  clock' = [clock EXCEPT ![p] =
                CHOOSE t \in known \cup {0} : \A u \in known : u <= t]
    /\ UNCHANGED <<stream, applied, store>>

Next ==
    \/ \E p \in Correct, b \in Batches, t \in 1..MaxTime : Write(p, b, t)
    \/ \E o \in Byzantine, b \in Batches, t \in 1..MaxTime : Lie(o, b, t)
    \/ \E p \in Correct, o \in Nodes : Apply(p, o)
    \/ \E p \in Correct : Restart(p)

Safe == Init /\ [][Next]_vars

\* What is broadcast is delivered in the end: Bracha's Validity and Totality.
Spec == Safe /\ \A p \in Correct : WF_vars(\E o \in Nodes : Apply(p, o))

---------------------------------------------------------------------------
(* Properties.                                                           *)

\* The versions of all mutations of k that p has applied.
Applied(p, k) ==
    {<<o, s, i>> \in Nodes \X (1..MaxWrites) \X (1..2) :
        /\ s <= applied[p][o]
        /\ i <= Len(stream[o][s].mutations)
        /\ stream[o][s].mutations[i].key = k}

VersionOf(m) == <<stream[m[1]][m[2]].timestamp, m[1], m[2], m[3]>>

\* An entry is the mutation with the largest version of all that were applied:
\* a function of their set, not of their order.
LargestWins ==
    \A p \in Correct, k \in Keys :
        LET mutations == Applied(p, k) IN
        IF mutations = {} THEN store[p][k] = Nothing
        ELSE \E m \in mutations :
                /\ \A other \in mutations :
                    other = m \/ Less(VersionOf(other), VersionOf(m))
                /\ store[p][k] =
                    [version |-> VersionOf(m),
                     deleted |-> stream[m[1]][m[2]].mutations[m[3]].deleted]

\* In the end all correct replicas hold the same store.
Convergence == <>[](\A p, q \in Correct : store[p] = store[q])

\* And at any time those that have applied the same.
ConvergenceAtRest ==
    \A p, q \in Correct : applied[p] = applied[q] => store[p] = store[q]

\* A node that has applied a write holds it, or something larger.
ReadYourWrites ==
    \A p \in Correct, k \in Keys : \A m \in Applied(p, k) :
        ~Less(store[p][k].version, VersionOf(m))

\* A correct origin's later write has the larger timestamp, and so wins.
TimestampsAscend ==
    \A p \in Correct : \A s \in 2..Len(stream[p]) :
        stream[p][s - 1].timestamp < stream[p][s].timestamp

\* The clock covers what was applied, so a write wins over all that its writer
\* has seen.
ClockCoversApplied ==
    \A p \in Correct, o \in Nodes : \A s \in 1..applied[p][o] :
        stream[o][s].timestamp <= clock[p]
===========================================================================
