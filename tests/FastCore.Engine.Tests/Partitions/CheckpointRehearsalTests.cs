using FastCore.Engine.Memory;
using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Testing;

using Xunit;

namespace FastCore.Engine.Tests.Partitions;

/// <summary>Before a partition recovers it goes through a checkpoint that is kept nowhere.</summary>
public sealed class CheckpointRehearsalTests
{
    [Fact]
    public void Each_part_is_written_whole_and_nothing_is_published()
    {
        using MemoryPartitionStorage storage = new(0);
        Part[] parts = [new("first", slices: 1), new("second", slices: 5)];
        Checkpointer checkpointer = Rehearsed(storage, parts);
        Assert.All(parts, part => Assert.Equal((1, part.Slices, 0), (part.Begun, part.Written, part.Abandoned)));
        Assert.False(checkpointer.IsRunning);
        Assert.Equal((0L, null), (checkpointer.LastBytes, checkpointer.LastFailure));
        Assert.Null(storage.TryOpenSnapshot());
    }

    [Fact]
    public void A_part_that_waits_for_its_disk_ends_it_and_is_told_so()
    {
        using MemoryPartitionStorage storage = new(0);
        Part[] parts = [new("first", slices: 1), new("waits", slices: int.MaxValue) { Waits = true }, new("last", 1)];
        Checkpointer checkpointer = Rehearsed(storage, parts);
        Assert.Equal([1, 1, 1], parts.Select(part => part.Begun));
        Assert.Equal([0, 1, 1], parts.Select(part => part.Abandoned));
        Assert.False(checkpointer.IsRunning);
        Assert.Null(checkpointer.LastFailure);
        Assert.Null(storage.TryOpenSnapshot());
    }

    [Fact]
    public void A_real_one_follows_it()
    {
        using MemoryPartitionStorage storage = new(0);
        Part[] parts = [new("only", slices: 3)];
        Checkpointer checkpointer = Rehearsed(storage, parts);
        checkpointer.Begin(0, 0, storage.Journal.ChainHash);
        bool? ended = null;
        for (int step = 0; ended is null && step < 100; step++)
        {
            ended = checkpointer.Step(out _);
        }

        Assert.True(ended);
        using ISnapshot? snapshot = storage.TryOpenSnapshot();
        Assert.NotNull(snapshot);
    }

    private static Checkpointer Rehearsed(MemoryPartitionStorage storage, Part[] parts)
    {
        Checkpointer checkpointer = new(storage, parts, 1 << 20, new ManualClock());
        checkpointer.Rehearse();
        return checkpointer;
    }

    private sealed class Part(string name, int slices) : IStatePart
    {
        public string Name => name;

        public uint Version => 1;

        public int Slices => slices;

        public bool Waits { get; init; }

        public int Begun { get; private set; }

        public int Written { get; private set; }

        public int Abandoned { get; private set; }

        public void BeginCheckpoint()
        {
            Begun++;
            Written = 0;
        }

        public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
        {
            if (!Waits)
            {
                writer.Write([1, 2, 3, 4]);
                Written++;
            }

            return Written == slices;
        }

        public void AbandonCheckpoint() => Abandoned++;

        public void Recover(ISnapshotReader reader, uint version) => throw new NotSupportedException();
    }
}
