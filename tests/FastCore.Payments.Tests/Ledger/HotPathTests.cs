using System.Diagnostics;
using FastCore.Protocol.Ledger;
using FastCore.Testing;
using Xunit;

namespace FastCore.Payments.Tests.Ledger;

/// <summary>What the way of a plain transfer must not do.</summary>
public sealed class HotPathTests
{
    private const int BatchSize = 1_000;

    [Fact]
    public void L4_a_batch_of_plain_transfers_allocates_nothing()
    {
        using TransferBatches batches = new(1_000, BatchSize);
        batches.Prepare(i => ((i % 1_000) + 1, ((i + 7) % 1_000) + 1));
        for (int i = 0; i < 50; i++)
        {
            batches.ExecuteAgain();
        }

        Assert.Equal(0, Allocations.Of(batches.ExecuteAgain));
        AssertAllCreated(batches);
        Assert.Null(batches.Machine.CheckInvariants());
    }

    [Fact]
    public void L5_linked_chains_and_pendings_allocate_nothing()
    {
        using TransferBatches batches = new(1_000, BatchSize);
        batches.Prepare(i => ((i % 1_000) + 1, ((i + 7) % 1_000) + 1));
        for (int i = 0; i < BatchSize; i++)
        {
            ref Transfer transfer = ref batches.Events[i];
            transfer.Flags = i % 4 == 3 ? TransferFlags.None : TransferFlags.Linked;
            transfer.Flags |= i % 4 == 1 ? TransferFlags.Pending : TransferFlags.None;
            transfer.Timeout = i % 4 == 1 ? 1_000u : 0;
        }

        for (int i = 0; i < 50; i++)
        {
            batches.ExecuteAgain();
        }

        // Pendings stay open, so tables and timers grow: what is left is the growth, not a cost per event.
        Assert.InRange(Allocations.Of(batches.ExecuteAgain), 0, BatchSize / 2);
        AssertAllCreated(batches);
    }

    [Fact]
    public void L28_one_hot_pair_takes_all_traffic_without_a_special_case()
    {
        // Work per transfer may not grow with the length of the hot accounts' statements.
        using TransferBatches batches = new(2, BatchSize);
        batches.Prepare(i => i % 2 == 0 ? (1, 2) : (2, 1));
        long early = Fastest(batches);
        for (int i = 0; i < 150; i++)
        {
            batches.ExecuteAgain();
        }

        long late = Fastest(batches);
        Assert.True(late < early * 20, $"{late} ticks a batch after 150,000 transfers, {early} at the beginning");
        AssertAllCreated(batches);
        Assert.Null(batches.Machine.CheckInvariants());
    }

    private static long Fastest(TransferBatches batches)
    {
        long fastest = long.MaxValue;
        for (int i = 0; i < 20; i++)
        {
            long start = Stopwatch.GetTimestamp();
            batches.ExecuteAgain();
            fastest = Math.Min(fastest, Stopwatch.GetTimestamp() - start);
        }

        return fastest;
    }

    private static void AssertAllCreated(TransferBatches batches)
    {
        foreach (CreateTransferResult result in batches.Results)
        {
            Assert.Equal(CreateTransferStatus.Created, result.Status);
        }
    }
}
