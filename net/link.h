// Link: one TCP connection to a peer, from connecting to breaking.
//
//   connecting → securing → shaking hands → up → broken
//
// Securing is the Stream's: with TLS, both sides prove their keys. Then each
// side sends its Handshake; all three have handshake_timeout together, however
// slowly the bytes come. Then batches of messages go both ways, and pings, by
// which a silent peer is found out and the round trip measured; a frame that
// has begun must be whole within frame_timeout. A link that is broken stays so;
// its owner makes a new one (PeerLinks).
//
// A link may be for an introduction, which one side says in its handshake: then
// it never is up, but carries address records once each way, within the same
// handshake_timeout.

#ifndef DISTDB_NET_LINK_H_
#define DISTDB_NET_LINK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "core/types.h"
#include "net/codec/byte_queue.h"
#include "net/codec/frame.h"
#include "net/codec/frame_reader.h"
#include "net/event_loop.h"
#include "net/peer_stats.h"
#include "net/stream.h"

namespace distdb {

struct LinkOptions {
  size_t queue_bytes_max = 0;
  Duration handshake_timeout = 0;
  Duration ping_interval = 0;
  Duration idle_timeout = 0;
  Duration frame_timeout = 0;
};

class Link : public FdHandler {
 public:
  struct Failure {
    LinkProblem problem = LinkProblem::kClosed;
    std::string what;
  };

  // Called from within the loop's RunOnce only.
  class Owner {
   public:
    virtual ~Owner() = default;
    // OK lets the link come up; otherwise it breaks as kRefused.
    virtual absl::Status OnHandshake(Link* link, const Handshake& theirs) = 0;
    virtual void OnMessages(Link* link, MessageBatch batch) = 0;
    // On a link that is up, or introduces. False: the link has done its work
    // and breaks as kClosed.
    virtual bool OnRecords(Link* link, AddressRecords records) = 0;
    // The last call; the owner may destroy the link.
    virtual void OnBroken(Link* link, const Failure& failure) = 0;
  };

  // The stream's socket is connected (an accepted one), or connecting. `loop`
  // and `owner` outlive the link. Not to be moved, once started.
  Link(std::unique_ptr<Stream> stream, bool connecting, const Handshake& ours,
       const LinkOptions& options, EventLoop* loop, Owner* owner);
  ~Link() override;
  Link(const Link&) = delete;
  Link& operator=(const Link&) = delete;

  // Begins to wait for the socket. An error when the system is out of memory.
  absl::Status Start();

  // Where to count, also what has been counted so far; outlives the link. Call
  // it once.
  void CountInto(PeerStats* stats);

  bool is_up() const { return state_ == State::kUp; }
  // Who the other side has proven to be; none where the stream proves nothing.
  std::optional<NodeId> proven_peer() const { return stream_->peer(); }
  size_t queued_bytes() const { return queue_.size() + batch_.size(); }

  // Queues a message as AppendMessage encodes it. False when the queue is full
  // and it was dropped. Requires is_up().
  bool Queue(absl::string_view message);

  // Queues address records, also on a link that introduces; drops them where
  // the queue is full or there are none. Requires that a handshake has come.
  void QueueRecords(const AddressRecords& records);

  // Writes what is queued, as far as the socket takes it. Never calls Owner.
  void Flush();

  void OnReady(Interest ready) override;

 private:
  enum class State : uint8_t {
    kConnecting,
    kSecuring,
    kShakingHands,
    kIntroducing,
    kUp
  };

  // Each returns what broke the link, if anything did.
  std::optional<Failure> HandleReady(Interest ready);
  std::optional<Failure> Secure();
  std::optional<Failure> ReadFrames();
  std::optional<Failure> DrainReader();
  std::optional<Failure> HandleFrame(Frame frame);
  std::optional<Failure> HandleHandshake(const Handshake& theirs);
  std::optional<Failure> HandleTimer();

  void QueueFrame(const Frame& frame);
  void CloseBatch();
  absl::Status WriteQueued();
  void UpdateInterest();
  void SetTimer(Time deadline);

  std::unique_ptr<Stream> stream_;
  Handshake ours_;
  LinkOptions options_;
  EventLoop* loop_;
  Owner* owner_;
  PeerStats own_stats_;
  PeerStats* stats_ = &own_stats_;

  State state_;
  bool started_ = false;
  FrameReader reader_;
  ByteQueue queue_;    // Frames with their prefix.
  std::string batch_;  // The frame that collects this turn's messages.
  bool socket_is_full_ = false;
  absl::Status write_error_;
  TimerId timer_;
  TimerId read_again_;
  Time last_heard_;
  Time frame_began_ = kNever;  // kNever: no frame has come in part.
  uint64_t ping_nonce_ = 0;
  Time ping_sent_ = kNever;  // kNever: no ping is out.
};

}  // namespace distdb

#endif  // DISTDB_NET_LINK_H_
