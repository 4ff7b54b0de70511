using FastCore.Engine.Memory;
using FastCore.Engine.Ports;
using FastCore.Simulation.Checks;
using Xunit;

namespace FastCore.Simulation.Tests;

/// <summary>What follows a journal through the lives of a node notices what is gone or was changed.</summary>
public sealed class JournalFollowerTests
{
    [Fact]
    public void Every_entry_is_read_once_over_all_lives()
    {
        using JournalFollower follower = new(0);
        List<ulong> read = [];
        follower.OnRead = entry => read.Add(entry.Sequence);
        using MemoryPartitionStorage storage = new(0);
        for (int life = 0; life < 3; life++)
        {
            follower.BeginLife(storage.Journal);
            Append(storage.Journal, 4);
            follower.Read(storage.Journal);
            Append(storage.Journal, 1);
            follower.Read(storage.Journal);
            follower.EndLife();
        }

        Assert.Equal(Enumerable.Range(1, 15).Select(sequence => (ulong)sequence), read);
        Assert.Equal(read, follower.Entries.Select(entry => entry.Sequence));
    }

    [Theory]
    [InlineData(3, 7)]
    [InlineData(4, 8)]
    public void What_is_gone_or_something_else_is_a_loss(int entries, ulong firstNs)
    {
        using JournalFollower follower = new(0);
        using MemoryPartitionStorage before = new(0);
        Append(before.Journal, 4);
        follower.BeginLife(before.Journal);
        follower.Read(before.Journal);

        using MemoryPartitionStorage after = new(0);
        Append(after.Journal, entries, firstNs);
        Assert.Throws<AcknowledgedLossException>(() => follower.BeginLife(after.Journal));
    }

    private static void Append(IJournal journal, int entries, ulong firstNs = 7)
    {
        for (int i = 0; i < entries; i++)
        {
            journal.Append(firstNs + journal.TailSequence, 0, []);
        }

        journal.StartCommit();
    }
}
