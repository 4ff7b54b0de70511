using FastCore.Integration.Tests.Torture;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using Xunit.Abstractions;

namespace FastCore.Integration.Tests.Overload;

/// <summary>
/// More is offered than can be done: what is accepted stays nearly as much as at the peak, the rest is told so, the
/// least important first, and nothing is lost. Speeds are compared with each other only, never with a number.
/// </summary>
public sealed class OverloadTests(ITestOutputHelper output)
{
    private const long BeatNs = 2_000_000;
    private const int ElementsPerBeat = 16;
    private const int Rounds = 20;
    private const double GoodputMin = 0.9;

    [Fact]
    public async Task Three_times_the_capacity_keeps_the_goodput_and_sheds_the_lowest_class_first()
    {
        double best = 0;
        for (int round = 1; round <= Rounds && best < GoodputMin; round++)
        {
            best = Math.Max(best, await RoundAsync());
        }

        Assert.True(best >= GoodputMin, $"goodput is {best:P0} of the peak at best");
    }

    [Fact]
    public async Task A_full_ring_is_told_at_once_and_what_was_admitted_is_done()
    {
        const int Batch = 1_000;
        using PacedClock clock = new(0);
        await using FastCoreNode node = FastCoreNode.Open(new NodeOptions
        {
            Durability = Durability.None,
            Partitions = 1,
            Clock = clock,
            RingBytes = 4 << 20,
            ShedAgeMs = [3_600_000, 3_600_000, 3_600_000, 3_600_000],
        });
        await using IFastCoreSession session = node.OpenSession();
        await SmallNodes.OpenAccountsAsync(session, 1);
        clock.Stop();
        List<Task<Reply>> calls = [];
        List<CreateTransferResult[]> results = [];
        try
        {
            while (calls.Count == 0 || !calls[^1].IsCompleted)
            {
                Transfer[] transfers = SmallNodes.Transfers(1 + (ulong)(calls.Count * Batch), Batch);
                results.Add(new CreateTransferResult[Batch]);
                calls.Add(session.CreateTransfersAsync(1, transfers, results[^1]).AsTask());
                Assert.True(calls.Count < 1_000, "the ring never was full");
            }
        }
        finally
        {
            clock.Go();
        }

        Reply refused = await calls[^1];
        Assert.Equal(FrameStatus.Overloaded, refused.Status);
        Assert.NotEqual(0u, refused.RetryAfterMs);
        for (int i = 0; i < calls.Count - 1; i++)
        {
            Assert.Equal(FrameStatus.Ok, (await calls[i]).Status);
            Assert.All(results[i], result => Assert.Equal(CreateTransferStatus.Created, result.Status));
        }

        BookTotals[] totals = new BookTotals[1];
        Reply reply = await session.GetBookTotalsAsync(1, new uint[] { 1 }, totals);
        Assert.Equal(FrameStatus.Ok, reply.Status);
        Assert.Equal((UInt128)(ulong)((calls.Count - 1) * Batch), totals[0].DebitsPosted);
    }

    private static async Task<FastCoreNode> OpenAsync(PacedClock clock)
    {
        FastCoreNode node = FastCoreNode.Open(new NodeOptions
        {
            Durability = Durability.None,
            Partitions = 1,
            Clock = clock,
            BatchElementsMax = ElementsPerBeat,
        });
        await using IFastCoreSession session = node.OpenSession();
        await SmallNodes.OpenAccountsAsync(session, 1);
        await SmallNodes.OpenAccountsAsync(session, 2);
        return node;
    }

    private async Task<double> RoundAsync()
    {
        using PacedClock clock = new(BeatNs);
        await using FastCoreNode node = await OpenAsync(clock);
        OfferedLoad closed = new(node, 1);
        double peak = closed.RunClosed(ElementsPerBeat * 16, TimeSpan.FromMilliseconds(600));
        Assert.Equal((0L, 0L), (closed.Wrong, closed.Unanswered));
        if (closed.Overloaded > 0)
        {
            // The machine stood still for longer than the oldest request may wait: there is no peak to compare with.
            return 0;
        }

        OfferedLoad open = new(node, 2);
        double goodput = open.RunOpen(3 * peak, TimeSpan.FromMilliseconds(1_500));
        output.WriteLine(
            $"peak {peak:F0}/s, offered {3 * peak:F0}/s, accepted {goodput:F0}/s ({goodput / peak:P0}); " +
            $"accepted by class {string.Join(' ', open.Accepted)} of {open.Offered[0]} each");

        // These hold in every round, whatever else the machine does.
        Assert.Equal((0L, 0L, 0L), (open.Wrong, open.Unanswered, open.WithoutRetryTime));
        Assert.Equal(open.Offered.Sum(), open.Accepted.Sum() + open.Overloaded);
        Assert.True(open.Overloaded > 0);
        await CheckTotalsAsync(node, open);
        bool ordered = open.Accepted[0] >= open.Accepted[1] && open.Accepted[1] >= open.Accepted[2]
            && open.Accepted[2] >= open.Accepted[3] && open.Accepted[0] > open.Offered[0] * 3 / 4
            && open.Accepted[3] < open.Offered[3] / 4;
        return ordered ? goodput / peak : 0;
    }

    // As many transfers as were acknowledged, and no more.
    private static async Task CheckTotalsAsync(FastCoreNode node, OfferedLoad load)
    {
        await using IFastCoreSession session = node.OpenSession();
        BookTotals[] totals = new BookTotals[1];
        Reply reply = await session.GetBookTotalsAsync(2, new uint[] { 1 }, totals);
        Assert.Equal((FrameStatus.Ok, 1u), (reply.Status, totals[0].Balanced));
        Assert.Equal((UInt128)(ulong)load.Accepted.Sum(), totals[0].DebitsPosted);
    }
}
