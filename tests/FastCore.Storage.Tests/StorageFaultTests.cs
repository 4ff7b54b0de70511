using FastCore.Engine.Partitions;
using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Disk;
using FastCore.Testing;

namespace FastCore.Storage.Tests;

public sealed class StorageFaultTests
{
    [Fact]
    public void AFullDiskMakesThePartitionReadOnlyUntilSpaceReturns()
    {
        FaultyDisk disk = new();
        ulong acknowledged;
        using (StorageRig rig = new StorageRig(disk).Recover())
        {
            rig.Step();
            rig.Journal.CommitAndWait();
            disk.Quota = disk.Paths.Sum(path => (long)disk.Bytes(path).Length) + (100 << 10);
            SpinWait spin = default;
            StorageState state;
            while ((state = rig.Storage.CanAccept(32)) != StorageState.Full)
            {
                Assert.NotEqual(StorageState.Failed, state);
                if (state == StorageState.Ready)
                {
                    rig.Step();
                }

                spin.SpinOnce();
            }

            rig.Journal.CommitAndWait();
            acknowledged = rig.Journal.CommittedSequence;
            rig.Verify();
            using (StorageRig other = new StorageRig(disk.AfterKill()).Recover())
            {
                Assert.Equal(acknowledged, other.Executed);
                other.Verify();
            }

            disk.Quota = long.MaxValue;
            for (int i = 0; i < 200; i++)
            {
                rig.Step();
            }

            rig.Journal.CommitAndWait();
            Assert.True(rig.Checkpoint(), rig.Failure);
        }

        using StorageRig again = new StorageRig(disk).Recover();
        Assert.Equal(acknowledged + 200, again.Executed);
        again.Verify();
    }

    [Theory]
    [InlineData("/journal/", "p000/journal/00000000")]
    [InlineData("/history/", "p000/history/")]
    public void ADeviceThatFailsIsNamed(string failing, string file)
    {
        FaultyDisk disk = new();
        using StorageRig rig = new StorageRig(disk).Recover();
        rig.Step();
        Assert.Null(rig.Storage.Error);
        disk.FailWritesOf = failing;
        IOException e = Assert.Throws<IOException>(() =>
        {
            for (int i = 0; i < 5_000; i++)
            {
                rig.Step();
            }
        });
        Assert.StartsWith(file, rig.Storage.Error!.Message, StringComparison.Ordinal);
        Assert.Equal("The storage failed.", e.Message);
        disk.FailWritesOf = null;
    }

    [Fact]
    public void AReadThatFailsNamesItsFile()
    {
        if (OperatingSystem.IsLinux())
        {
            // Nothing is mapped at the first address of any process.
            using IDiskFile memory = new FileDisk("/proc/self").Open("mem", DiskFileMode.Read, DiskFileKind.Small);
            IOException e = Assert.Throws<IOException>(() => memory.Read(0, new byte[8]));
            Assert.StartsWith("mem: ", e.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ASyncThatFailedIsNeverForgotten()
    {
        FaultyDisk disk = new();
        using (StorageRig rig = new StorageRig(disk).Recover())
        {
            for (int i = 0; i < 150; i++)
            {
                rig.Step();
            }

            Assert.True(rig.Checkpoint(), rig.Failure);
            for (int i = 0; i < 150; i++)
            {
                rig.Step();
            }

            disk.FailFlushesOf = "/history/";
            Assert.False(rig.Checkpoint());
            disk.FailFlushesOf = null;

            // The blocks may be lost although the next sync finds nothing wrong, so nothing may count them.
            Assert.False(rig.Checkpoint());
            Assert.Contains("sync failed", rig.Failure, StringComparison.Ordinal);
            Assert.Equal(StorageState.Failed, rig.Storage.CanAccept(32));
            Assert.StartsWith("p000/history/", rig.Storage.Error!.Message, StringComparison.Ordinal);
            rig.Journal.CommitAndWait();
        }

        using StorageRig again = new StorageRig(disk.AfterPowerCut(seed: 7)).Recover();
        Assert.Equal((150ul, 300ul), (again.RecoveredFrom, again.Executed));
        again.Verify();
        Assert.True(again.Checkpoint(), again.Failure);
    }

    [Fact]
    public void AnUnfinishedSnapshotThatMayNotBeDeletedHurtsNobody()
    {
        FaultyDisk disk = new();
        using (StorageRig rig = new StorageRig(disk).Recover())
        {
            for (int i = 0; i < 50; i++)
            {
                rig.Step();
            }

            disk.FailWritesOf = ".new";
            disk.DenyDeletesOf = ".new";
            Assert.False(rig.Checkpoint());
            Assert.Contains("the device failed", rig.Failure, StringComparison.Ordinal);
            disk.FailWritesOf = null;
            disk.DenyDeletesOf = null;
            Assert.True(rig.Checkpoint(), rig.Failure);
        }

        using StorageRig again = new StorageRig(disk).Recover();
        Assert.Equal(50ul, again.RecoveredFrom);
        again.Verify();
    }

    [Fact]
    public void ACheckpointThatFailsHalfwayLetsTheNextBeginAtOnce()
    {
        FaultyDisk disk = new();
        using StorageRig rig = new StorageRig(disk).Recover();
        for (int i = 0; i < 50; i++)
        {
            rig.Step();
        }

        UnreadablePart part = new();
        Checkpointer checkpointer = new(rig.Storage, [part], 512, new ManualClock());
        for (int i = 0; i < 20; i++)
        {
            Assert.False(Run(checkpointer, rig));
            Assert.Equal("the part cannot be read", checkpointer.LastFailure);
            Assert.Equal(0, part.Marks);
        }

        part.IsReadable = true;
        Assert.True(Run(checkpointer, rig), checkpointer.LastFailure);
        Assert.DoesNotContain(disk.Paths, path => path.EndsWith(".new", StringComparison.Ordinal));
    }

    [Fact]
    public void AReadOnlyOpeningReplaysEverythingAndChangesNoFile()
    {
        FaultyDisk disk = new();
        ulong hash;
        using (StorageRig rig = new StorageRig(disk).Recover())
        {
            for (int i = 0; i < 150; i++)
            {
                rig.Step();
            }

            Assert.True(rig.Checkpoint(), rig.Failure);
            for (int i = 0; i < 150; i++)
            {
                rig.Step();
            }

            rig.Journal.CommitAndWait();
            hash = rig.StateHashNow();
        }

        long operations = disk.Operations;
        using (StorageRig reading = new StorageRig(disk, readOnly: true).Recover())
        {
            Assert.Equal(150ul, reading.RecoveredFrom);
            Assert.Equal(300ul, reading.Executed);
            Assert.Equal(hash, reading.StateHashNow());
            reading.Verify();
            Assert.Throws<InvalidOperationException>(() =>
                reading.Storage.BeginSnapshot(300, 1, reading.Journal.ChainHash));
        }

        Assert.Equal(operations, disk.Operations);
    }

    [Fact]
    public void VerifyingFilesNeedsNoHistoryAndFindsABrokenBlock()
    {
        FaultyDisk disk = new();
        using (StorageRig rig = new StorageRig(disk).Recover())
        {
            for (int i = 0; i < 100; i++)
            {
                rig.Step();
            }

            Assert.True(rig.Checkpoint(), rig.Failure);
        }

        VerifyFiles(disk);
        string path = disk.Paths.First(each => each.Contains("/history/", StringComparison.Ordinal));
        disk.FlipBit(path, 5000, 6);
        CorruptStorageException e = Assert.Throws<CorruptStorageException>(() => VerifyFiles(disk));
        Assert.Equal(path, e.File);
        disk.FlipBit(path, 5000, 6);
        VerifyFiles(disk);
    }

    private static bool Run(Checkpointer checkpointer, StorageRig rig)
    {
        checkpointer.Begin(rig.Journal.TailSequence, 1, rig.Journal.ChainHash);
        SpinWait spin = default;
        while (true)
        {
            if (checkpointer.Step(out _) is { } published)
            {
                Assert.False(checkpointer.IsRunning);
                return published;
            }

            rig.Journal.StartCommit();
            spin.SpinOnce();
        }
    }

    private static void VerifyFiles(FaultyDisk disk)
    {
        using DataDirectory directory = DataDirectory.Open(disk, new DataDirectoryOptions { ReadOnly = true });
        using PartitionStorage storage = directory.OpenPartition(0, StorageRig.Options());
        storage.VerifyFiles();
    }

    /// <summary>A part of the state that writes a while and then, unless told otherwise, fails.</summary>
    private sealed class UnreadablePart : IStatePart
    {
        private int _slices;

        public bool IsReadable { get; set; }

        public int Marks { get; private set; }

        public string Name => "unreadable";

        public uint Version => 1;

        public void BeginCheckpoint()
        {
            Marks++;
            _slices = 0;
        }

        public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
        {
            writer.Write(new byte[bytesMax]);
            if (++_slices < 5)
            {
                return false;
            }

            return IsReadable ? true : throw new IOException("the part cannot be read");
        }

        public void AbandonCheckpoint() => Marks--;

        public void Recover(ISnapshotReader reader, uint version) =>
            reader.Read(new byte[checked((int)reader.Remaining)]);
    }
}
