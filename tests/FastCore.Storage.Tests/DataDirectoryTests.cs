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
}
