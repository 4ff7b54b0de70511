using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Checkpoints;

namespace FastCore.Storage.Tests.Checkpoints;

public sealed class CheckpointTests
{
    [Fact]
    public void RecoversFromTheNewestCheckpointAndTheJournalBehindIt()
    {
        FaultyDisk disk = new();
        ulong hash;
        using (StorageRig rig = new StorageRig(disk).Recover())
        {
            for (int i = 0; i < 60; i++)
            {
                rig.Step();
            }

            Assert.True(rig.Checkpoint(stepsBetweenSlices: 3), rig.Failure);
            for (int i = 0; i < 40; i++)
            {
                rig.Step();
            }

            rig.Journal.CommitAndWait();
            hash = rig.StateHashNow();
            rig.Verify();
        }

        using StorageRig again = new StorageRig(disk).Recover();
        Assert.Equal(60ul, again.RecoveredFrom);
        Assert.Equal(hash, again.StateHashNow());
        again.Verify();
    }

    [Fact]
    public void ReplayFromTheBeginningGivesTheSameState()
    {
        FaultyDisk disk = new();
        ulong hash;
        using (StorageRig rig = new StorageRig(disk).Recover())
        {
            for (int i = 0; i < 200; i++)
            {
                rig.Step();
            }

            rig.Journal.CommitAndWait();
            hash = rig.StateHashNow();
        }

        using StorageRig again = new StorageRig(disk).Recover();
        Assert.Equal(0ul, again.RecoveredFrom);
        Assert.Equal(hash, again.StateHashNow());
        again.Verify();
    }

    [Theory]
    [InlineData(CheckpointManifest.Extension)]
    [InlineData(CheckpointManifest.SnapshotExtension)]
    public void ABrokenCheckpointFallsBackToTheOneBeforeAndSaysSo(string extension)
    {
        FaultyDisk disk = new();
        using (StorageRig rig = new StorageRig(disk).Recover())
        {
            for (int round = 0; round < 4; round++)
            {
                for (int i = 0; i < 30; i++)
                {
                    rig.Step();
                }

                Assert.True(rig.Checkpoint(), rig.Failure);
            }

            rig.Step();
            rig.Journal.CommitAndWait();
        }

        string[] files = [.. disk.Paths.Where(path => path.EndsWith(extension, StringComparison.Ordinal))];
        Assert.Equal(2, files.Length);
        disk.FlipBit(files[1], 100, 2);
        using StorageRig again = new StorageRig(disk).Recover();
        Assert.Equal(90ul, again.RecoveredFrom);
        Assert.Contains(files[1], Assert.Single(again.Storage.BrokenCheckpoints), StringComparison.Ordinal);
        again.Verify();
    }

    [Fact]
    public void WithoutAWholeCheckpointATruncatedJournalIsAnError()
    {
        FaultyDisk disk = new();
        StorageOptions options = StorageRig.Options();
        options.RetentionBytes = 1;
        using (StorageRig rig = new StorageRig(disk, options).Recover())
        {
            for (int round = 0; round < 4; round++)
            {
                for (int i = 0; i < 400; i++)
                {
                    rig.Step();
                }

                Assert.True(rig.Checkpoint(), rig.Failure);
            }

            Assert.True(rig.Journal.BeginSequence > 1);
            Assert.True(rig.Journal.BeginSequence <= 1201);
            rig.Verify();
        }

        using (StorageRig again = new StorageRig(disk, options).Recover())
        {
            Assert.Equal(1600ul, again.RecoveredFrom);
            again.Verify();
        }

        foreach (string path in disk.Paths.Where(path => path.EndsWith(".manifest", StringComparison.Ordinal)))
        {
            disk.FlipBit(path, 50, 0);
        }

        using StorageRig broken = new(disk, options);
        Assert.Throws<CorruptStorageException>(() => broken.Storage.TryOpenSnapshot());
    }

    [Fact]
    public void RetentionReusesSegmentFiles()
    {
        FaultyDisk disk = new();
        StorageOptions options = StorageRig.Options();
        options.RetentionBytes = 64 << 10;
        using StorageRig rig = new StorageRig(disk, options).Recover();
        int filesMax = 0;
        for (int round = 0; round < 12; round++)
        {
            for (int i = 0; i < 300; i++)
            {
                rig.Step();
            }

            Assert.True(rig.Checkpoint(), rig.Failure);
            filesMax = Math.Max(filesMax, disk.Paths.Count(path =>
                path.Contains("/journal/", StringComparison.Ordinal)));
        }

        // 3,600 entries of 172 bytes are 19 segments; what is kept is bounded by the budget and two checkpoints.
        Assert.True(rig.Journal.BeginSequence > 2000, $"begins at {rig.Journal.BeginSequence}");
        Assert.True(filesMax <= 9, $"{filesMax} files");
        rig.Verify();
    }

    [Theory]
    [InlineData(21)]
    [InlineData(22)]
    public void APowerCutAtAnyStepOfACheckpointLosesNothing(int seed)
    {
        long until = Run(new FaultyDisk(), out _, out long from);
        Assert.True(until - from > 20);
        for (long at = from; at <= until; at++)
        {
            FaultyDisk disk = new() { CutAtOperation = at };
            Run(disk, out ulong acknowledged, out _);
            FaultyDisk after = disk.AfterPowerCut(seed + (int)at);
            using StorageRig rig = new StorageRig(after).Recover();
            Assert.True(
                rig.Executed >= acknowledged, $"{acknowledged} acknowledged, {rig.Executed} found, cut at {at}");
            Assert.Empty(rig.Storage.BrokenCheckpoints);
            rig.Verify();
            rig.Step();
            rig.Journal.CommitAndWait();
            Assert.True(rig.Checkpoint(), rig.Failure);
        }
    }

    private static long Run(FaultyDisk disk, out ulong acknowledged, out long from)
    {
        acknowledged = 0;
        from = 0;
        StorageRig? rig = null;
        try
        {
            rig = new StorageRig(disk).Recover();
            for (int i = 0; i < 20; i++)
            {
                rig.Step();
                rig.Journal.CommitAndWait();
            }

            from = disk.Operations;
            for (int round = 0; round < 3; round++)
            {
                rig.Checkpoint(stepsBetweenSlices: 1);
                for (int i = 0; i < 6; i++)
                {
                    rig.Step();
                    rig.Journal.CommitAndWait();
                }
            }
        }
        catch (IOException) when (disk.IsCut)
        {
            // As planned.
        }
        finally
        {
            acknowledged = rig?.Journal.CommittedSequence ?? 0;
            rig?.Dispose();
        }

        return disk.Operations;
    }
}
