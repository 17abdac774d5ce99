// Minimize: delta debugging over a list. (Zeller and Hildebrandt, "Simplifying
// and Isolating Failure-Inducing Input", 2002, in the form that only takes
// away.)

#ifndef DISTDB_SIM_SHRINK_MINIMIZE_H_
#define DISTDB_SIM_SHRINK_MINIMIZE_H_

#include <algorithm>
#include <cstddef>
#include <vector>

namespace distdb::sim {

// Takes parts of `list` away, the whole first, then halves, quarters, …, then
// single elements, as long as `shows(rest)` holds of what is left. At the end
// no single element can go. Returns whether anything went.
template <typename T, typename Shows>
bool Minimize(std::vector<T>& list, Shows shows) {
  const size_t before = list.size();
  for (size_t part = list.size(); part > 0; part /= 2) {
    bool again = true;
    while (again) {
      again = false;
      for (size_t begin = 0; begin < list.size();) {
        const size_t end = std::min(begin + part, list.size());
        std::vector<T> rest(list.begin(),
                            list.begin() + static_cast<ptrdiff_t>(begin));
        rest.insert(rest.end(), list.begin() + static_cast<ptrdiff_t>(end),
                    list.end());
        if (!shows(rest)) {
          begin = end;
          continue;
        }
        list.swap(rest);
        // What could not go before may now. Worth another look only at the end.
        again = part == 1;
      }
    }
  }
  return list.size() < before;
}

}  // namespace distdb::sim

#endif  // DISTDB_SIM_SHRINK_MINIMIZE_H_
