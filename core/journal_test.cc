#include "core/journal.h"

#include <optional>

#include "gtest/gtest.h"

namespace distdb {
namespace {

constexpr Duration kRetryInterval = 100;

Record RecordOf(uint64_t seq) {
  return {.kind = RecordKind::kReady,
          .instance = {Epoch(1), NodeId(0), Seq(seq)}};
}

TEST(JournalTest, HandsRecordsOverWithAscendingTokens) {
  Journal journal(kRetryInterval);
  Effects effects;
  journal.Append(RecordOf(1), effects);
  journal.Append(RecordOf(2), effects);
  ASSERT_EQ(effects.persist.size(), 2u);
  EXPECT_EQ(effects.persist[0].token, Token(1));
  EXPECT_EQ(effects.persist[1].token, Token(2));
}

TEST(JournalTest, ReturnsWhatIsDurableInOrderAndOnce) {
  Journal journal(kRetryInterval);
  Effects effects;
  for (uint64_t seq = 1; seq <= 3; ++seq)
    journal.Append(RecordOf(seq), effects);
  EXPECT_EQ(journal.PopDurable(Token(2))->instance.seq, Seq(1));
  EXPECT_EQ(journal.PopDurable(Token(2))->instance.seq, Seq(2));
  EXPECT_EQ(journal.PopDurable(Token(2)), std::nullopt);
  EXPECT_EQ(journal.PopDurable(Token(3))->instance.seq, Seq(3));
}

TEST(JournalTest, IssuesRefusedRecordsAgainUnderNewTokens) {
  Journal journal(kRetryInterval);
  Effects effects;
  for (uint64_t seq = 1; seq <= 3; ++seq)
    journal.Append(RecordOf(seq), effects);
  effects.Clear();
  journal.Refuse(Token(2), Time(1'000));
  EXPECT_TRUE(journal.full());
  journal.Append(RecordOf(4), effects);
  EXPECT_TRUE(effects.persist.empty());
  // What came before the refusal is durable all the same.
  EXPECT_EQ(journal.PopDurable(Token(9))->instance.seq, Seq(1));
  EXPECT_EQ(journal.PopDurable(Token(9)), std::nullopt);

  journal.HandleTick(Time(1'099), effects);
  EXPECT_TRUE(effects.persist.empty());
  EXPECT_EQ(journal.NextDeadline(), Time(1'100));
  journal.HandleTick(Time(1'100), effects);
  EXPECT_FALSE(journal.full());
  ASSERT_EQ(effects.persist.size(), 3u);
  for (uint64_t i = 0; i < 3; ++i) {
    EXPECT_EQ(effects.persist[i].token, Token(4 + i));
    EXPECT_EQ(effects.persist[i].instance.seq, Seq(2 + i));
  }
  EXPECT_EQ(journal.PopDurable(Token(4))->instance.seq, Seq(2));
}

TEST(JournalTest, TokensGoOnAfterARestart) {
  Journal journal(kRetryInterval);
  EXPECT_TRUE(journal.Recover(Token(5)));
  EXPECT_FALSE(journal.Recover(Token(5)));
  Effects effects;
  journal.Append(RecordOf(1), effects);
  EXPECT_EQ(effects.persist[0].token, Token(6));
}

}  // namespace
}  // namespace distdb
