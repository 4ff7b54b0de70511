using System.Runtime.InteropServices;
using FastCore.Engine.Ports;
using FastCore.Fuzz.Core;
using FastCore.Storage.Checkpoints;
using FastCore.Storage.Disk;
using FastCore.Testing;

namespace FastCore.Fuzz.Storage;

/// <summary>
/// A snapshot file and the numbers that a manifest gives for it. The input is the bytes that the snapshot has according
/// to the manifest, then offset, length and checksum of three sections, then the file.
/// </summary>
public sealed class SnapshotFuzzer : Fuzzer
{
    private const string Path = "snapshot";
    private const int Sections = 3;
    private const int LineSize = 20;
    private const int HeadSize = 8 + (Sections * LineSize);

    private readonly ByteDisk _disk = new(1_000);
    private readonly byte[] _piece = new byte[256];
    private readonly byte[] _bytes = new byte[12 << 10];

    /// <inheritdoc/>
    public override string Name => "snapshot";

    /// <inheritdoc/>
    public override string Summary => "Snapshot: a checkpoint's file against the sections that its manifest names.";

    /// <inheritdoc/>
    public override int InputSizeMax => HeadSize + 8192;

    /// <inheritdoc/>
    public override long AllocationMax => 64 << 10;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        yield return Make(0, 0, 0);
        yield return Make(100, 1, 0);
        yield return Make(64, 3000, 17);
        yield return Make(4096, 4000, 96);
    }

    /// <inheritdoc/>
    public override void Mend(Span<byte> input, SeededRandom random)
    {
        if (input.Length < HeadSize)
        {
            return;
        }

        ReadOnlySpan<byte> file = input[HeadSize..];
        for (int i = 0; i < Sections; i++)
        {
            Span<byte> line = input.Slice(8 + (i * LineSize), LineSize);
            long offset = MemoryMarshal.Read<long>(line);
            long length = MemoryMarshal.Read<long>(line[8..]);
            if (offset >= 0 && length >= 0 && offset <= file.Length && length <= file.Length - offset)
            {
                uint checksum = Crc32C.Of(file.Slice((int)offset, (int)length));
                MemoryMarshal.Write(line[16..], in checksum);
            }
        }
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        if (input.Length < HeadSize)
        {
            return Verdict.Refused(-1);
        }

        CheckpointManifest manifest = Manifest(input);
        ReadOnlySpan<byte> file = input[HeadSize..];
        _disk.Put(Path, file);
        try
        {
            using (Snapshot snapshot = Snapshot.Open(_disk, Path, manifest))
            {
                ReadSections(snapshot, manifest, file);
            }

            FlipOne(manifest, file);
            return Verdict.Accepted(Verdict.SizeClass(manifest.SnapshotBytes));
        }
        catch (CorruptStorageException refused)
        {
            return Verdict.Refused(refused.Message);
        }
    }

    // Each section gives its own bytes and no more, in reads of any size.
    private void ReadSections(Snapshot snapshot, CheckpointManifest manifest, ReadOnlySpan<byte> file)
    {
        long total = 0;
        foreach (CheckpointManifest.Section section in manifest.Sections)
        {
            ISnapshotReader reader = snapshot.TryOpenSection(section.Name, out _)!;
            ReadOnlySpan<byte> expected = file.Slice((int)section.Offset, (int)section.Length);
            while (!expected.IsEmpty)
            {
                Span<byte> part = _piece.AsSpan(0, Math.Min(expected.Length, 1 + (expected.Length % _piece.Length)));
                reader.Read(part);
                BrokenPropertyException.Unless(part.SequenceEqual(expected[..part.Length]), "other bytes were read");
                expected = expected[part.Length..];
            }

            BrokenPropertyException.Unless(Refuses(reader), "a section gives more than it has");
            total += section.Length;
        }

        BrokenPropertyException.Unless(
            total == manifest.SnapshotBytes && !file[(int)total..].ContainsAnyExcept((byte)0),
            "bytes that belong to no section");
    }

    private bool Refuses(ISnapshotReader reader)
    {
        try
        {
            reader.Read(_piece.AsSpan(0, 1));
            return false;
        }
        catch (CorruptStorageException)
        {
            return true;
        }
    }

    private void FlipOne(CheckpointManifest manifest, ReadOnlySpan<byte> file)
    {
        if (file.IsEmpty)
        {
            return;
        }

        Span<byte> flipped = _bytes.AsSpan(0, file.Length);
        file.CopyTo(flipped);
        int bit = Checksums.FlipOne(flipped, manifest.Sections[1].Checksum);
        _disk.Put(Path, flipped);
        try
        {
            Snapshot.Open(_disk, Path, manifest).Dispose();
        }
        catch (CorruptStorageException)
        {
            return;
        }

        throw new BrokenPropertyException($"flipped bit {bit} was not noticed");
    }

    private static CheckpointManifest Manifest(ReadOnlySpan<byte> input)
    {
        CheckpointManifest.Section[] sections = new CheckpointManifest.Section[Sections];
        for (int i = 0; i < Sections; i++)
        {
            ReadOnlySpan<byte> line = input.Slice(8 + (i * LineSize), LineSize);
            sections[i] = new CheckpointManifest.Section(
                ((char)('a' + i)).ToString(),
                1,
                MemoryMarshal.Read<long>(line),
                MemoryMarshal.Read<long>(line[8..]),
                MemoryMarshal.Read<uint>(line[16..]));
        }

        return new CheckpointManifest
        {
            Partition = 0,
            Partitions = 1,
            DirectoryId = 1,
            Sequence = 42,
            TimestampNs = 42,
            StateHash = 0,
            ChainHash = [],
            JournalAddress = 0,
            JournalBeginSequence = 1,
            JournalBeginHash = [],
            SnapshotBytes = MemoryMarshal.Read<long>(input),
            Sections = sections,
            Histories = [],
        };
    }

    private byte[] Make(params ReadOnlySpan<int> lengths)
    {
        long total = 0;
        byte[] input = new byte[HeadSize + 8192];
        for (int i = 0; i < Sections; i++)
        {
            Span<byte> line = input.AsSpan(8 + (i * LineSize));
            long length = lengths[i];
            MemoryMarshal.Write(line, in total);
            MemoryMarshal.Write(line[8..], in length);
            total += length;
        }

        MemoryMarshal.Write(input, in total);
        new SeededRandom((ulong)total).Fill(input.AsSpan(HeadSize, (int)total));
        byte[] whole = input[..(HeadSize + (int)AlignedBuffer.RoundUp(total))];
        Mend(whole, new SeededRandom(1));
        return whole;
    }
}
