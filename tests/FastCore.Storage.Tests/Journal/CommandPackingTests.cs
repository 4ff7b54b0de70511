using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FastCore.Engine.Ports;
using FastCore.Simulation.Disks;
using FastCore.Storage.Disk;
using FastCore.Storage.Journal;
using FastCore.Storage.Packing;
using FastCore.Testing;

namespace FastCore.Storage.Tests.Journal;

public sealed class CommandPackingTests
{
    public static TheoryData<int, int> Shapes
    {
        get
        {
            TheoryData<int, int> shapes = [];
            foreach (int elementSize in (int[])[0, 8, 16, 48, 64, 96, 128, 240, 300])
            {
                foreach (int elements in (int[])[1, 2, 64])
                {
                    shapes.Add(elementSize, elements);
                }
            }

            return shapes;
        }
    }

    private static IEnumerable<PackingPath> Paths =>
        Enum.GetValues<PackingPath>().Where(path => path <= GroupPacking.Best);

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EveryPathPacksToTheSameBytesAndBack(int elementSize, int elements)
    {
        // Two operations in turn, one of another shape, and one whose number differs by eight from the first.
        byte[] commands =
        [
            .. Enumerable.Range(0, 12).SelectMany(i => (i % 4) switch
            {
                0 => Command(301, elementSize, elements, (ulong)i),
                1 => Command(302, elementSize + 112, elements, (ulong)i),
                2 => Command(309, 40, 3, (ulong)i),
                _ => Command(303, 0, 0, (ulong)i),
            }),
            .. Enumerable.Range(0, 20).SelectMany(i => Command(301, elementSize, elements, 50 + (ulong)i)),
        ];
        byte[]? first = null;
        foreach (PackingPath path in Paths)
        {
            byte[] packed = new byte[commands.Length + CommandPacking.Slack];
            int used = CommandPacking.Pack(commands, packed, path);
            Assert.InRange(used, 1, commands.Length - 1);
            byte[] kept = packed[..used];
            Assert.Equal(first ??= kept, kept);
            byte[] unpacked = new byte[commands.Length];
            unpacked.AsSpan().Fill(0xEE);
            Assert.True(CommandPacking.TryUnpack(kept, unpacked, path));
            Assert.Equal(commands, unpacked);

            // A byte less, a byte more, and another length are no commands.
            Assert.False(CommandPacking.TryUnpack(kept.AsSpan(..^1), unpacked, path));
            Assert.False(CommandPacking.TryUnpack((byte[])[.. kept, 0], unpacked, path));
            Assert.False(CommandPacking.TryUnpack(kept, unpacked.AsSpan(..^32), path));
            Assert.False(CommandPacking.TryUnpack(kept, new byte[commands.Length + 32], path));
        }
    }

    [Fact]
    public void ElementsThatAreAlikeTakeAThird()
    {
        byte[] commands = Command(301, 128, 64, 1);
        byte[] packed = new byte[commands.Length + CommandPacking.Slack];
        Assert.InRange(CommandPacking.Pack(commands, packed, GroupPacking.Best), 1, commands.Length / 3);
    }

    [Fact]
    public void WhatIsShortIsLeftAsItIs()
    {
        byte[] commands = Command(301, 128, 3, 1);
        Assert.True(commands.Length < CommandPacking.BytesMin);
        Assert.Equal(0, CommandPacking.Pack(commands, new byte[1024], GroupPacking.Best));
    }

    [Fact]
    public void WhatWouldNotShrinkIsLeftAsItIs()
    {
        byte[] commands = Command(301, 128, 64, 1);
        new SeededRandom(5).Fill(commands.AsSpan(CommandHeader.Size));
        byte[] packed = new byte[commands.Length + CommandPacking.Slack];
        Assert.Equal(0, CommandPacking.Pack(commands, packed, GroupPacking.Best));
    }

    [Fact]
    public void BytesThatAreNoCommandsAreLeftAsTheyAre()
    {
        byte[] packed = new byte[4096];
        Assert.Equal(0, CommandPacking.Pack(new byte[1024], packed, GroupPacking.Best));
        byte[] commands = Command(301, 128, 8, 1);
        Assert.Equal(0, CommandPacking.Pack(commands.AsSpan(..^32), packed, GroupPacking.Best));
        Assert.Equal(0, CommandPacking.Pack((byte[])[.. commands, .. new byte[16]], packed, GroupPacking.Best));
    }

    [Fact]
    public void PackedEntriesComeBackFromAJournal()
    {
        FaultyDisk disk = new();
        using (FasterJournal journal = JournalRig.Open(disk))
        {
            for (ulong i = 1; i <= 40; i++)
            {
                byte[] commands = Entry(i);
                JournalRig.WaitReady(journal, commands.Length);
                Assert.Equal(i, journal.Append(i, 2, commands));
                journal.StartCommit();
            }

            journal.CommitAndWait();

            // Forty of 8.3 KiB.
            Assert.InRange(journal.TailAddress, 1, 40 * Entry(1).Length / 2);
        }

        using FasterJournal again = JournalRig.Open(disk);
        Assert.Null(again.Cut);
        using IJournalReader reader = again.Read(1);
        for (ulong i = 1; i <= 40; i++)
        {
            Assert.True(reader.MoveNext());
            Assert.Equal(i, reader.TimestampNs);
            Assert.True(reader.Commands.SequenceEqual(Entry(i)));
        }

        Assert.False(reader.MoveNext());
    }

    [Theory]
    [InlineData(0, 32)] // Fewer bytes than were packed.
    [InlineData(0, -32)]
    [InlineData(0, -(1 << 30))] // More than any entry has.
    [InlineData(64, 0)] // The mask of the first group names other bytes.
    public void AWholeEntryThatCannotBeUnpackedIsCorruptAndNoTornTail(byte mask, int missing)
    {
        const int EntryAt = (int)JournalFrame.FirstAddress + JournalFrame.Size;
        FaultyDisk disk = new();
        using (FasterJournal journal = JournalRig.Open(disk))
        {
            JournalRig.WaitReady(journal, Entry(1).Length);
            journal.Append(1, 2, Entry(1));
            journal.CommitAndWait();
        }

        string path = JournalRig.Folder + "/" + JournalPages.NameOf(0);
        byte[] file = disk.Bytes(path);
        ref JournalEntryHeader header = ref MemoryMarshal.AsRef<JournalEntryHeader>(file.AsSpan(EntryAt));
        Assert.Equal(JournalEntryHeader.PackedVersion, header.Version);
        header.CommandBytes -= (uint)missing;
        file[EntryAt + JournalEntryHeader.Size + CommandHeader.Size] ^= mask;
        Seal(file, EntryAt, JournalEntryHeader.Size + (int)header.StoredBytes);
        disk.Put(path, file);

        CorruptStorageException e = Assert.Throws<CorruptStorageException>(() => JournalRig.Open(disk));
        Assert.Equal(1ul, e.Sequence);
        Assert.Contains("unpacked", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void AHeadOfAnOlderVersionIsReadAndBecomesANewerOne(uint version)
    {
        FaultyDisk disk = new();
        string path = JournalRig.Folder + "/" + JournalHead.FileName;
        using (FasterJournal journal = JournalRig.Open(disk))
        {
            JournalRig.AppendNext(journal);
            journal.CommitAndWait();
        }

        byte[] head = disk.Bytes(path);
        byte[] newer = [.. head];
        Assert.Equal(3u, MemoryMarshal.Read<uint>(head.AsSpan(8)));
        MemoryMarshal.Write(head.AsSpan(8), version);
        head.AsSpan(88, 8).Clear();
        head.AsSpan(12, 4).Clear();
        MemoryMarshal.Write(head.AsSpan(12), Crc32C.Of(head));
        disk.Put(path, head);

        using (FasterJournal reading = JournalRig.Open(disk, readOnly: true))
        {
            Assert.Equal(1ul, JournalRig.Verify(reading));
        }

        Assert.Equal(head, disk.Bytes(path));
        using FasterJournal writing = JournalRig.Open(disk);
        Assert.Equal(newer, disk.Bytes(path));
    }

    // Makes hash and frame of an entry right.
    private static void Seal(byte[] file, int entryAt, int hashed)
    {
        SHA256.HashData(file.AsSpan(entryAt, hashed), file.AsSpan(entryAt + hashed, JournalEntryHeader.HashSize));
        ReadOnlySpan<byte> covered = file.AsSpan(entryAt - 4, hashed + JournalEntryHeader.HashSize + 4);
        ulong checksum = 0;
        for (; covered.Length >= 8; covered = covered[8..])
        {
            checksum ^= MemoryMarshal.Read<ulong>(covered);
        }

        foreach (byte rest in covered)
        {
            checksum ^= rest;
        }

        MemoryMarshal.Write(file.AsSpan(entryAt - JournalFrame.Size), in checksum);
    }

    private static byte[] Entry(ulong number) =>
        [.. Command(301, 128, 32, number), .. Command(302, 128, 32, number)];

    // Elements as they come: an id that counts, keys of a few bytes, much that is zero.
    private static byte[] Command(ushort operation, int elementSize, int elements, ulong seed)
    {
        SeededRandom random = new(seed + 1);
        int length = CommandHeader.Size + (elementSize * elements);
        byte[] bytes = new byte[(length + CommandHeader.Alignment - 1) & -CommandHeader.Alignment];
        CommandHeader header = new()
        {
            Length = (uint)length,
            Operation = operation,
            Count = (uint)elements,
            Key = seed,
        };
        MemoryMarshal.Write(bytes, in header);
        for (int i = 0; i < elements; i++)
        {
            Span<byte> element = bytes.AsSpan(CommandHeader.Size + (i * elementSize), elementSize);
            for (int at = 0; at < element.Length; at += 8)
            {
                element[at] = (byte)(at % 24 == 0 ? random.Below(256) : at);
            }
        }

        return bytes;
    }
}
