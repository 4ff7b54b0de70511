using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Checkpoints;
using FastCore.Storage.Disk;
using FastCore.Storage.Histories;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Tests;

/// <summary>
/// Records whose checksum is right and whose numbers are none that any writer writes: found by the fuzzers, refused as
/// corrupt instead of being believed. A checksum proves that nothing changed, not who wrote it.
/// </summary>
public sealed class SealedNonsenseTests
{
    private const string Folder = "p000/journal";
    private const ulong DirectoryId = 7;

    [Theory]
    [InlineData(24, 0L, 8)] // No segment bytes: addresses are divided by them.
    [InlineData(24, 12_000L, 8)]
    [InlineData(32, 0L, 4)] // No page bytes.
    [InlineData(32, -4096L, 4)]
    [InlineData(32, 1 << 20, 4)] // A page larger than a segment.
    [InlineData(40, 0L, 8)] // Sequences begin at one.
    [InlineData(48, -1L, 4)] // Segments begin at zero.
    [InlineData(48, int.MaxValue, 4)]
    [InlineData(52, 1L, 4)] // Reserved.
    [InlineData(88, -4096L, 8)] // Files reach to an address, and hold whole sectors.
    [InlineData(88, 100L, 8)]
    [InlineData(2000, 1L, 1)]
    public void AHead_ThatNoJournalHas_IsRefused(int offset, long value, int width)
    {
        FaultyDisk disk = new();
        disk.CreateDirectory(Folder);
        JournalHead head = new()
        {
            DirectoryId = DirectoryId,
            Partition = 0,
            SegmentBytes = 64 << 10,
            PageBytes = 4096,
        };
        head.Write(disk, Folder);
        JournalHead.Read(disk, Folder);
        Change(disk, Folder + "/" + JournalHead.FileName, offset, value, width);

        Assert.Throws<CorruptStorageException>(() => JournalHead.Read(disk, Folder));
    }

    [Theory]
    [InlineData(80, 1_000_000L, 4)] // More sections than the file has bytes.
    [InlineData(80, 0xFFFF_FFFFL, 4)]
    [InlineData(84, 0xFFFF_FFFFL, 4)] // More histories.
    [InlineData(80, 43L, 4)]
    [InlineData(88, 1L, 1)] // Reserved.
    [InlineData(160, 0xFFL, 1)] // A name that is no text.
    [InlineData(248, 1L, 1)] // Reserved, in a section's line.
    [InlineData(4000, 1L, 1)] // Behind everything.
    public void AManifest_ThatNoCheckpointWrites_IsRefused(int offset, long value, int width)
    {
        const string Path = "p000/checkpoints/1.manifest";
        FaultyDisk disk = new();
        disk.Put(Path, Manifest().ToBytes());
        CheckpointManifest.Read(disk, Path, 0, DirectoryId);
        Change(disk, Path, offset, value, width);

        Assert.Throws<CorruptStorageException>(() => CheckpointManifest.Read(disk, Path, 0, DirectoryId));
    }

    [Theory]
    [InlineData(12, 0L, 4)] // Without partitions.
    [InlineData(12, 257L, 4)]
    [InlineData(12, -1L, 4)]
    [InlineData(32, 0xFFFF_FFFFL, 4)] // Settings longer than the file.
    [InlineData(32, 3_073L, 4)]
    [InlineData(36, 0xFFL, 1)] // Settings that are no text.
    [InlineData(3_500, 1L, 1)] // Behind the settings.
    public void AFormatFile_ThatNoDirectoryHas_IsRefused(int offset, long value, int width)
    {
        FaultyDisk disk = new();
        DataDirectory.Open(disk, new DataDirectoryOptions { Partitions = 2, Settings = "some settings" }).Dispose();
        byte[] bytes = disk.Bytes("format");
        Write(bytes.AsSpan(offset, width), value);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4092), Crc32C.Of(bytes.AsSpan(0, 4092)));
        disk.Put("format", bytes);

        Assert.Throws<CorruptStorageException>(
            () => DataDirectory.Open(disk, new DataDirectoryOptions { ReadOnly = true }));
    }

    public static TheoryData<uint, uint, ulong, uint, uint> Marks => new()
    {
        { 32, 0, 10, 0, 0 },
        { 0, 128, 10, 0, 0 },
        { 32, 100, 10, 0, 0 },
        { 33, 128, 10, 0, 0 },
        { uint.MaxValue, 1u << 31, 10, 0, 0 },
        { 1u << 16, 1u << 16, 10, 0, 0 },
        { 32, 128, 0, 0, 0 },
        { 32, 128, ulong.MaxValue, 0, 0 },
        { 32, 128, 10, 3_073, 0 },
        { 32, 128, 10, 0, 1 },
    };

    [Theory]
    [MemberData(nameof(Marks))]
    public void AMark_ThatNoHistoryHas_IsRefused(
        uint rowSize, uint rowsPerBlock, ulong blocksPerSegment, uint summarySize, uint reserved)
    {
        HistoryMark mark = new()
        {
            RowSize = rowSize,
            RowsPerBlock = rowsPerBlock,
            BlocksPerSegment = blocksPerSegment,
            SummarySize = summarySize,
            Reserved = reserved,
        };

        Assert.Throws<CorruptStorageException>(() => HistoryShape.Of("histories", "rows", in mark, 0, DirectoryId));
    }

    [Theory]
    [InlineData(104)] // Reserved.
    [InlineData(1023)]
    [InlineData(1024 + 40)] // Behind the summary.
    [InlineData(4095)]
    public void ABlock_WithReservedBytes_IsRefused(int offset)
    {
        HistoryShape shape = new(
            "histories", "rows", 32, 40, 0, DirectoryId, new StorageOptions { HistoryBlockBytes = 4096 });
        byte[] block = new byte[shape.BlockBytes];
        Hash256 chain = default;
        shape.Seal(block, 0, 0, in chain, out _, out _);
        Assert.Null(shape.CheckBlock(block, 0, in chain, out _));
        block[offset] = 1;
        shape.Seal(block, 0, 0, in chain, out _, out _);

        Assert.NotNull(shape.CheckBlock(block, 0, in chain, out _));
    }

    private static CheckpointManifest Manifest() => new()
    {
        Partition = 0,
        Partitions = 1,
        DirectoryId = DirectoryId,
        Sequence = 1,
        TimestampNs = 1,
        StateHash = 1,
        ChainHash = new byte[32],
        JournalAddress = 0,
        JournalBeginSequence = 1,
        JournalBeginHash = new byte[32],
        SnapshotBytes = 10,
        Sections = [new CheckpointManifest.Section("accounts", 1, 0, 10, 5)],
        Histories = [new CheckpointManifest.HistoryLine("transfers", 0)],
    };

    // Changes a field and makes the checksum at byte 12 right again.
    private static void Change(FaultyDisk disk, string path, int offset, long value, int width)
    {
        byte[] bytes = disk.Bytes(path);
        Write(bytes.AsSpan(offset, width), value);
        uint crc = BitOperations.Crc32C(Crc32C.Of(bytes.AsSpan(0, 12)), 0u);
        crc = Crc32C.Of(bytes.AsSpan(16), crc);
        MemoryMarshal.Write(bytes.AsSpan(12), in crc);
        disk.Put(path, bytes);
    }

    private static void Write(Span<byte> field, long value)
    {
        for (int i = 0; i < field.Length; i++)
        {
            field[i] = (byte)(value >> (8 * i));
        }
    }
}
