using System.Diagnostics;
using FastCore.Node;
using FastCore.Node.Verification;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;

namespace FastCore.Integration.Tests.Torture;

/// <summary>A node whose disk has no space left: refuses writes, serves reads, recovers by itself.</summary>
public sealed class FullDiskTests
{
    private const ulong Book = 1;
    private const int BatchSize = 4_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_full_disk_refuses_writes_serves_reads_and_loses_nothing()
    {
        using TemporaryFolder folder = new();
        using WatchedDisk disk = new(folder.Of("books"));
        NodeOptions options = SmallNodes.Options(folder.Of("books"), 1, disk);
        List<ulong> acknowledged = [];
        List<ulong> refused = [];
        Task waiting;
        await using (FastCoreNode node = FastCoreNode.Open(options))
        await using (IFastCoreSession session = node.OpenSession())
        {
            await SmallNodes.OpenAccountsAsync(session, Book);
            Assert.Equal(FrameStatus.Ok, await WriteAsync(session, 0, acknowledged));
            disk.IsFull = true;

            // What has its space on the disk may still be used; then comes the code, and no other.
            Stopwatch patience = Stopwatch.StartNew();
            ulong batch = 1;
            for (; refused.Count < 3; batch++)
            {
                Assert.True(patience.Elapsed < Patience, "the disk never counted as full");
                FrameStatus status = await WriteAsync(session, batch, acknowledged);
                Assert.True(status is FrameStatus.Ok or FrameStatus.StorageFull, $"{status}");
                if (status == FrameStatus.StorageFull)
                {
                    refused.Add(batch);
                }
            }

            Assert.True(node.Statistics.IsStorageFull);
            Assert.Empty(node.Statistics.Stopped);
            await CheckAsync(session, acknowledged, refused);

            // A checkpoint waits for space and stops nobody.
            waiting = node.CheckpointAsync().AsTask();
            await CheckAsync(session, acknowledged, refused);
            Assert.Empty(node.Statistics.Stopped);
        }

        // Ended and opened again on the full disk, it is what it was.
        await Assert.ThrowsAsync<InvalidOperationException>(() => waiting.WaitAsync(Patience));
        await using (FastCoreNode node = FastCoreNode.Open(options))
        await using (IFastCoreSession session = node.OpenSession())
        {
            await CheckAsync(session, acknowledged, refused);
            waiting = node.CheckpointAsync().AsTask();
            disk.IsFull = false;
            await waiting.WaitAsync(Patience);
            Stopwatch patience = Stopwatch.StartNew();
            foreach (ulong batch in refused)
            {
                while (await WriteAsync(session, batch, acknowledged) != FrameStatus.Ok)
                {
                    Assert.True(patience.Elapsed < Patience, "space came back and writes did not");
                }
            }

            await CheckAsync(session, acknowledged, []);
            Assert.False(node.Statistics.IsStorageFull);
            await node.CheckpointAsync();
            await node.CheckInvariantsAsync();
        }

        VerificationReport report = JournalVerifier.Verify(folder.Of("books"));
        Assert.True(report.IsSound, string.Join(' ', report.Partitions.Select(partition => partition.Failure)));
        Assert.True(report.Partitions[0].CheckpointMatches);
    }

    private static async Task<FrameStatus> WriteAsync(IFastCoreSession session, ulong batch, List<ulong> acknowledged)
    {
        Transfer[] transfers = SmallNodes.Transfers(FirstIdOf(batch), BatchSize);
        CreateTransferResult[] results = new CreateTransferResult[BatchSize];
        Reply reply = await session.CreateTransfersAsync(Book, transfers, results).AsTask().WaitAsync(Patience);
        if (reply.Status == FrameStatus.Ok)
        {
            Assert.All(results, result => Assert.Equal(CreateTransferStatus.Created, result.Status));
            acknowledged.Add(batch);
        }

        return reply.Status;
    }

    // Every acknowledged batch is there whole, no refused one is, and the totals are those of the acknowledged ones.
    private static async Task CheckAsync(IFastCoreSession session, List<ulong> acknowledged, List<ulong> refused)
    {
        foreach ((ulong batch, int expected) in acknowledged.Select(batch => (batch, BatchSize))
            .Concat(refused.Select(batch => (batch, 0))))
        {
            UInt128[] ids = [.. Enumerable.Range(0, BatchSize).Select(i => (UInt128)(FirstIdOf(batch) + (ulong)i))];
            Transfer[] found = new Transfer[BatchSize];
            Reply reply = await session.LookupTransfersAsync(Book, ids, found).AsTask().WaitAsync(Patience);
            Assert.Equal((FrameStatus.Ok, expected), (reply.Status, reply.CountOf<Transfer>()));
        }

        BookTotals[] totals = new BookTotals[1];
        Reply told = await session.GetBookTotalsAsync(Book, new uint[] { 1 }, totals).AsTask().WaitAsync(Patience);
        Assert.Equal((FrameStatus.Ok, 1u), (told.Status, totals[0].Balanced));
        Assert.Equal((UInt128)(ulong)(acknowledged.Count * BatchSize), totals[0].DebitsPosted);
    }

    private static ulong FirstIdOf(ulong batch) => 1 + (batch * BatchSize);
}
