// DISTDB_ALWAYS_INLINE: for the few functions that each event passes through,
// where a measurement shows that the compiler, left to itself, makes calls of
// what is a few instructions once it is inlined.

#ifndef DISTDB_CORE_ALWAYS_INLINE_H_
#define DISTDB_CORE_ALWAYS_INLINE_H_

#define DISTDB_ALWAYS_INLINE [[gnu::always_inline]] inline

#endif  // DISTDB_CORE_ALWAYS_INLINE_H_
