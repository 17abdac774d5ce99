// Actions of a scenario file: what clients ask.

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "sim/scenario/reader.h"
#include "sim/scenario/words.h"

namespace distdb::sim {
namespace {

using Text = scenario::Action;

// Adds an operation under the next number, and under its id if it has one.
void AddAsk(const Place& here, Reader& reader, const When& when,
            Command command) {
  const NodeId node = reader.Honest(here, "node");
  uint64_t asks = 0;
  for (const Action& action : reader.plan().actions) {
    asks += std::holds_alternative<Ask>(action.deed) ? 1 : 0;
  }
  Ask ask{.node = node,
          .request = RequestId(asks + 1),
          .command = std::move(command)};
  if (here.Has("id")) {
    const std::string id = here.Text("id");
    if (!reader.scenario.requests.emplace(id, ask.request).second) {
      reader.Fail(here.Error(
          "id", absl::StrCat("there are two operations called \"", id, "\"")));
    }
  }
  const bool is_write = std::holds_alternative<Write>(ask.command);
  if (!is_write && here.Has("reads_write")) {
    const std::string id = here.Text("reads_write");
    const auto found = reader.scenario.requests.find(id);
    if (found != reader.scenario.requests.end()) {
      ask.reads_write_of = found->second;
    } else {
      std::vector<absl::string_view> ids;
      for (const auto& [known, unused] : reader.scenario.requests) {
        ids.push_back(known);
      }
      reader.Fail(here.Error("reads_write",
                             absl::StrCat("no operation above is called \"", id,
                                          "\"", Suggest(id, ids))));
    }
  }
  reader.plan().actions.push_back({when, std::move(ask)});
}

void CheckSizes(const Place& here, Reader& reader, const std::string& key,
                const std::string& value) {
  if (key.size() > kKeyBytesMax) {
    reader.Fail(here.Error(
        "key", absl::StrCat("a key of more than ", kKeyBytesMax, " bytes")));
  }
  if (value.size() > kValueBytesMax) {
    reader.Fail(here.Error("value", absl::StrCat("a value of more than ",
                                                 kValueBytesMax, " bytes")));
  }
}

Write ReadWrites(const Place& place, const Text::Write& text, Reader& reader) {
  Write write;
  for (int i = 0; i < text.put_size(); ++i) {
    CheckSizes(place.Child("put", i), reader, text.put(i).key(),
               text.put(i).value());
    write.mutations.push_back({.kind = MutationKind::kPut,
                               .key = text.put(i).key(),
                               .value = text.put(i).value()});
  }
  for (int i = 0; i < text.delete__size(); ++i) {
    CheckSizes(place.Child("delete", i), reader, text.delete_(i).key(), "");
    write.mutations.push_back(
        {.kind = MutationKind::kDelete, .key = text.delete_(i).key()});
  }
  if (write.mutations.empty()) {
    reader.Fail(place.Error("node",
                            "a write of nothing: give it a `put` or a "
                            "`delete`"));
  }
  return write;
}

}  // namespace

void ReadAsk(const Place& place, const Text& text, const When& when,
             Reader& reader) {
  if (text.has_put()) {
    const Place here = place.Child("put");
    reader.Require(here, "key", "say which key is written");
    CheckSizes(here, reader, text.put().key(), text.put().value());
    Write write;
    write.mutations.push_back({.kind = MutationKind::kPut,
                               .key = text.put().key(),
                               .value = text.put().value()});
    return AddAsk(here, reader, when, std::move(write));
  }
  if (text.has_delete_()) {
    const Place here = place.Child("delete");
    reader.Require(here, "key", "say which key is deleted");
    CheckSizes(here, reader, text.delete_().key(), "");
    Write write;
    write.mutations.push_back(
        {.kind = MutationKind::kDelete, .key = text.delete_().key()});
    return AddAsk(here, reader, when, std::move(write));
  }
  if (text.has_get()) {
    const Place here = place.Child("get");
    reader.Require(here, "key", "say which key is read");
    return AddAsk(here, reader, when, Get{.key = text.get().key()});
  }
  if (text.has_write()) {
    const Place here = place.Child("write");
    return AddAsk(here, reader, when, ReadWrites(here, text.write(), reader));
  }
  AddAsk(place.Child("list"), reader, when,
         List{.prefix = text.list().prefix(),
              .start = text.list().start(),
              .limit = text.list().limit()});
}

}  // namespace distdb::sim
