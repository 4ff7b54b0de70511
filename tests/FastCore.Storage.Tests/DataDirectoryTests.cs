using System.Collections.Concurrent;
using System.Numerics;
using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Disk;

namespace FastCore.Storage.Tests;

public sealed class DataDirectoryTests
{
    [Fact]
    public void ASecondOpeningIsRefusedAndNamesTheProcess()
    {
        string root = Directory.CreateTempSubdirectory("fastcore-lock-").FullName;
        try
        {
            using (DataDirectory first = DataDirectory.Open(root, new DataDirectoryOptions { Partitions = 2 }))
            {
                Assert.Equal(2, first.Partitions);
                foreach (bool readOnly in new[] { false, true })
                {
                    DataDirectoryException e = Assert.Throws<DataDirectoryException>(
                        () => DataDirectory.Open(root, new DataDirectoryOptions { ReadOnly = readOnly }));
                    Assert.Equal(DataDirectoryError.Locked, e.Code);
                    Assert.Equal("lock", e.File);
                    if (OperatingSystem.IsLinux())
                    {
                        Assert.Contains($"process {Environment.ProcessId}", e.Message, StringComparison.Ordinal);
                    }
                }
            }

            using DataDirectory again = DataDirectory.Open(root, new DataDirectoryOptions());
            Assert.Equal(2, again.Partitions);
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }
    }

    [Fact]
    public void AnotherPartitionCountIsRefused()
    {
        FaultyDisk disk = new();
        DataDirectory.Open(disk, new DataDirectoryOptions { Partitions = 3 }).Dispose();
        DataDirectoryException e = Assert.Throws<DataDirectoryException>(
            () => DataDirectory.Open(disk, new DataDirectoryOptions { Partitions = 2 }));
        Assert.Equal(DataDirectoryError.PartitionMismatch, e.Code);

        // The refusal gave the lock back.
        DataDirectory.Open(disk, new DataDirectoryOptions { Partitions = 3 }).Dispose();
    }

    [Fact]
    public void AnUnknownVersionIsRefused()
    {
        FaultyDisk disk = new();
        DataDirectory.Open(disk, new DataDirectoryOptions { Partitions = 1 }).Dispose();
        byte[] bytes = disk.Bytes("format");
        bytes[8] = 2;
        BitConverter.GetBytes(Crc32C.Of(bytes.AsSpan(0, 4092))).CopyTo(bytes, 4092);
        disk.Put("format", bytes);
        DataDirectoryException e = Assert.Throws<DataDirectoryException>(
            () => DataDirectory.Open(disk, new DataDirectoryOptions { Partitions = 1 }));
        Assert.Equal(DataDirectoryError.UnknownVersion, e.Code);
        Assert.Equal("format", e.File);
    }

    [Fact]
    public void AForeignDirectoryIsRefused()
    {
        FaultyDisk disk = new();
        disk.Put("holiday.jpg", [1, 2, 3]);
        DataDirectoryException e = Assert.Throws<DataDirectoryException>(
            () => DataDirectory.Open(disk, new DataDirectoryOptions { Partitions = 1 }));
        Assert.Equal(DataDirectoryError.NotADataDirectory, e.Code);
        e = Assert.Throws<DataDirectoryException>(
            () => DataDirectory.Open(new FaultyDisk(), new DataDirectoryOptions { ReadOnly = true }));
        Assert.Equal(DataDirectoryError.NotADataDirectory, e.Code);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void APartitionThatIsGoneIsDamageAndIsNotMadeAnew(int gone)
    {
        FaultyDisk disk = new();
        OpenBoth(disk);
        foreach (string path in disk.Paths.Where(path => path.StartsWith($"p00{gone}/", StringComparison.Ordinal)))
        {
            disk.Remove(path);
        }

        CorruptStorageException e = Assert.Throws<CorruptStorageException>(() => OpenBoth(disk));
        Assert.Equal($"p00{gone}/journal/head", e.File);
        Assert.DoesNotContain($"p00{gone}/journal/head", disk.Paths);
    }

    [Fact]
    public void APartitionThatWasNeverMadeIsMadeAtTheNextOpening()
    {
        FaultyDisk disk = new();
        using (DataDirectory first = DataDirectory.Open(disk, new DataDirectoryOptions { Partitions = 2 }))
        {
            first.OpenPartition(0, StorageRig.Options()).Dispose();
            first.OpenPartition(0, StorageRig.Options()).Dispose();
        }

        Assert.DoesNotContain("whole", disk.Paths);
        OpenBoth(disk);
        Assert.Contains("whole", disk.Paths);
    }

    // Two that are the last at the same time must not both write the file.
    [Fact]
    public void PartitionsMadeSideBySideMakeTheDirectoryWholeOnce()
    {
        const int Rounds = 50_000;
        WholeMark[] marks = new WholeMark[Rounds];
        FaultyDisk[] disks = new FaultyDisk[Rounds];
        for (int round = 0; round < Rounds; round++)
        {
            marks[round] = new WholeMark(disks[round] = new FaultyDisk(), 2);
        }

        ConcurrentQueue<Exception> failures = [];
        using Barrier start = new(2);
        Thread other = new(() => MakeAll(1));
        other.Start();
        MakeAll(0);
        other.Join();
        Assert.Empty(failures);
        Assert.All(disks, disk => Assert.Equal(["whole"], disk.Paths));
        Assert.All(marks, mark => Assert.True(mark.IsSet));

        void MakeAll(int partition)
        {
            foreach (WholeMark mark in marks)
            {
                start.SignalAndWait();
                try
                {
                    mark.NoteMade(partition);
                }
                catch (Exception e)
                {
                    failures.Enqueue(e);
                }
            }
        }
    }

    [Fact]
    public void APowerCutWhileADirectoryIsMadeNeverMakesItDamage()
    {
        FaultyDisk whole = new();
        OpenBoth(whole);
        for (long cut = 1; cut <= whole.Operations; cut++)
        {
            FaultyDisk disk = new() { CutAtOperation = cut };
            try
            {
                OpenBoth(disk);
            }
            catch (Exception e) when (disk.IsCut && e is not CorruptStorageException)
            {
                // The power went.
            }

            OpenBoth(disk.AfterPowerCut((int)cut));
        }
    }

    [Fact]
    public void EveryBitOfTheFormatFileIsCovered()
    {
        FaultyDisk disk = new();
        DataDirectory.Open(disk, new DataDirectoryOptions { Partitions = 1 }).Dispose();
        for (int position = 0; position < 4096; position++)
        {
            disk.FlipBit("format", position, position % 8);
            Assert.Throws<CorruptStorageException>(() => DataDirectory.Open(disk, new DataDirectoryOptions()));
            disk.FlipBit("format", position, position % 8);
        }

        DataDirectory.Open(disk, new DataDirectoryOptions()).Dispose();
    }

    private static void OpenBoth(FaultyDisk disk)
    {
        using DataDirectory directory = DataDirectory.Open(disk, new DataDirectoryOptions { Partitions = 2 });
        for (int partition = 0; partition < 2; partition++)
        {
            directory.OpenPartition(partition, StorageRig.Options()).Dispose();
        }
    }
}
