using System.Runtime.InteropServices;
using FastCore.Node.Access;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Seats;
using FastCore.Server.Audit;
using Xunit;

namespace FastCore.Integration.Tests.Doors;

public sealed class RefusalReasonTests
{
    [Fact]
    public void A_change_of_every_partition_needs_every_book_and_its_refusal_says_so()
    {
        Grant grant = Grant.Of(1, [Operation.ChangeLists, Operation.ScoreTransactions], [(1, 5)]);
        FrameHeader header = new() { Operation = Operation.ChangeLists };
        Refusal refusal = RefusalReason.Of(FrameStatus.Forbidden, header, new byte[ListChange.Size], grant);
        Assert.Equal((0UL, "the key does not name every book"), (refusal.Book, refusal.Why));

        byte[] score = new byte[ScoreTransaction.Size];
        score[16] = 9;
        header.Operation = Operation.ScoreTransactions;
        refusal = RefusalReason.Of(FrameStatus.Forbidden, header, score, grant);
        Assert.Equal((9UL, "the key does not name the book"), (refusal.Book, refusal.Why));
    }

    [Fact]
    public void What_only_the_box_office_may_do_is_refused_in_its_words()
    {
        Grant grant = Grant.Of(1, [Operation.HoldSeats], null);
        FrameHeader header = new() { Operation = Operation.HoldSeats };
        HoldSeats hold = new() { Show = 7, Flags = HoldFlags.BoxOffice };
        byte[] body = MemoryMarshal.AsBytes(new ReadOnlySpan<HoldSeats>(in hold)).ToArray();
        Refusal refusal = RefusalReason.Of(FrameStatus.Forbidden, header, body, grant);
        Assert.Equal((0UL, "the key does not name box_office"), (refusal.Book, refusal.Why));
    }
}
