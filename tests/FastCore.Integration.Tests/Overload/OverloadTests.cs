using System.Runtime.InteropServices;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Simulation.Steps;
using FastCore.Testing;

namespace FastCore.Integration.Tests.Overload;

/// <summary>
/// More is offered than can be done: what is accepted stays nearly as much as at the peak, the rest is told so, the
/// least important first, and nothing is lost. The node is stepped in simulated time, so its capacity is a number of
/// the test: so many elements per duty cycle, and so many duty cycles per second.
/// </summary>
public sealed class OverloadTests
{
    private const long DutyCycleNs = 2_000_000;
    private const int ElementsPerCycle = 16;
    private const int ElementsPerMs = 8;

    [Fact]
    public void Three_times_the_capacity_keeps_the_goodput_and_sheds_the_lowest_class_first()
    {
        using SteppedNode node = Open(ElementsPerCycle);
        OfferedLoad closed = new(node, 1);
        double peak = closed.RunClosed(ElementsPerCycle * 16, 600);
        Assert.Equal((0L, 0L, 0L), (closed.Wrong, closed.Unanswered, closed.Overloaded));
        Assert.InRange(peak, ElementsPerMs * 0.99, ElementsPerMs * 1.01);

        OfferedLoad open = new(node, 2);
        double goodput = open.RunOpen(3 * ElementsPerMs, 1_500);
        Assert.True(goodput >= 0.9 * peak, $"accepted {goodput}/ms of {peak}/ms");
        Assert.Equal((0L, 0L, 0L), (open.Wrong, open.Unanswered, open.WithoutRetryTime));
        Assert.Equal(open.Offered.Sum(), open.Accepted.Sum() + open.Overloaded);

        // The most important class fits into the capacity, the next partly, the last not at all.
        string byClass = $"accepted by class {string.Join(' ', open.Accepted)} of {open.Offered[0]} each";
        Assert.True(open.Accepted[0] >= open.Offered[0] * 9 / 10, byClass);
        Assert.True(open.Accepted[0] >= open.Accepted[1] && open.Accepted[1] >= open.Accepted[2], byClass);
        Assert.True(open.Accepted[2] >= open.Accepted[3] && open.Accepted[3] < open.Offered[3] / 10, byClass);
        AssertTotals(node, 2, open);
    }

    [Fact]
    public void A_full_ring_is_told_at_once_and_what_was_admitted_is_done()
    {
        using SteppedNode node = Open(4_096, [3_600_000, 3_600_000, 3_600_000, 3_600_000]);
        OfferedLoad load = new(node, 1);
        load.Fill();
        load.Finish();
        Assert.Equal((0L, 0L, 0L), (load.Wrong, load.Unanswered, load.WithoutRetryTime));
        Assert.Equal(1, load.Overloaded);
        Assert.Equal(load.Offered[0] - 1, load.Accepted[0]);
        AssertTotals(node, 1, load);
    }

    private static SteppedNode Open(int elementsPerCycle, IReadOnlyList<int>? shedAgeMs = null)
    {
        NodeOptions options = new()
        {
            Durability = Durability.None,
            Partitions = 1,
            BatchElementsMax = elementsPerCycle,
            RingBytes = 4 << 20,
        };
        options.ShedAgeMs = shedAgeMs ?? options.ShedAgeMs;
        SteppedNode node = SteppedNode.Open(
            options, new NodeStepper(new SimulatedClock(), new SeededRandom(1)) { DutyCycleNs = DutyCycleNs });
        OpenAccounts(node, 1);
        OpenAccounts(node, 2);
        return node;
    }

    private static void OpenAccounts(SteppedNode node, ulong book)
    {
        Account[] accounts =
            [new Account { Id = 1, Ledger = 1, Code = 1 }, new Account { Id = 2, Ledger = 1, Code = 1 }];
        (FrameStatus status, byte[] results) = node.Call(Operation.CreateAccounts, BodyOf<Account>(book, accounts));
        Assert.Equal(FrameStatus.Ok, status);
        Assert.All(
            MemoryMarshal.Cast<byte, CreateAccountResult>(results).ToArray(),
            result => Assert.Equal(CreateAccountStatus.Created, result.Status));
    }

    // As many transfers as were acknowledged, and no more.
    private static void AssertTotals(SteppedNode node, ulong book, OfferedLoad load)
    {
        (FrameStatus status, byte[] reply) = node.Call(Operation.GetBookTotals, BodyOf<uint>(book, [1]));
        BookTotals totals = MemoryMarshal.Read<BookTotals>(reply);
        Assert.Equal((FrameStatus.Ok, 1u), (status, totals.Balanced));
        Assert.Equal((UInt128)(ulong)load.Accepted.Sum(), totals.DebitsPosted);
    }

    private static byte[] BodyOf<TElement>(ulong book, ReadOnlySpan<TElement> elements)
        where TElement : unmanaged
    {
        BookPrefix prefix = new() { Book = book };
        return
        [
            .. MemoryMarshal.AsBytes(new ReadOnlySpan<BookPrefix>(in prefix)),
            .. MemoryMarshal.AsBytes(elements),
        ];
    }
}
