using FastCore.Engine.Ports;
using FastCore.Fuzz.Core;
using FastCore.Storage;
using FastCore.Storage.Checkpoints;
using FastCore.Storage.Disk;
using FastCore.Testing;

namespace FastCore.Fuzz.Storage;

/// <summary>The manifest of a checkpoint.</summary>
public sealed class ManifestFuzzer : Fuzzer
{
    private const string Path = "checkpoints/00000000000000000042.manifest";

    private readonly ByteDisk _disk = new(100);
    private readonly byte[] _bytes = new byte[16 << 10];

    /// <inheritdoc/>
    public override string Name => "manifest";

    /// <inheritdoc/>
    public override string Summary => "CheckpointManifest: what a checkpoint consists of.";

    /// <inheritdoc/>
    public override int InputSizeMax => 12 << 10;

    /// <inheritdoc/>
    public override long AllocationMax => 96 << 10;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        yield return Manifest(0, 0).ToBytes();
        yield return Manifest(3, 2).ToBytes();
        yield return Manifest(41, 0).ToBytes();
        yield return Manifest(1, 60).ToBytes();
    }

    /// <inheritdoc/>
    public override void Mend(Span<byte> input, SeededRandom random) => Checksums.MendCrc(input, 12);

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        _disk.Put(Path, input);
        CheckpointManifest manifest;
        try
        {
            manifest = Read();
        }
        catch (CorruptStorageException refused)
        {
            return Verdict.Refused(refused.Message);
        }
        catch (DataDirectoryException refused)
        {
            return Verdict.Refused((int)refused.Code);
        }

        BrokenPropertyException.Unless(
            manifest.ToBytes().AsSpan().SequenceEqual(input), "the manifest is encoded to other bytes");
        Span<byte> flipped = _bytes.AsSpan(0, input.Length);
        input.CopyTo(flipped);
        int bit = Checksums.FlipOne(flipped, BitConverter.ToUInt32(input[12..]));
        _disk.Put(Path, flipped);
        try
        {
            Read();
        }
        catch (CorruptStorageException)
        {
            return Verdict.Accepted(
                Verdict.SizeClass(manifest.Sections.Count), Verdict.SizeClass(manifest.Histories.Count));
        }

        throw new BrokenPropertyException($"flipped bit {bit} was not noticed");
    }

    private CheckpointManifest Read() =>
        CheckpointManifest.Read(_disk, Path, JournalImage.Partition, JournalImage.DirectoryId);

    private static CheckpointManifest Manifest(int sections, int histories) => new()
    {
        Partition = JournalImage.Partition,
        Partitions = 4,
        DirectoryId = JournalImage.DirectoryId,
        Sequence = 42,
        TimestampNs = 42_000,
        StateHash = 0xFEED,
        ChainHash = [.. Enumerable.Range(1, 32).Select(i => (byte)i)],
        JournalAddress = 4096,
        JournalBeginSequence = 1,
        JournalBeginHash = new byte[32],
        SnapshotBytes = sections * 100L,
        Sections = [.. Enumerable.Range(0, sections).Select(
            i => new CheckpointManifest.Section($"section-{i}", 1, i * 100L, 100, Crc32C.Of([(byte)i])))],
        Histories = [.. Enumerable.Range(0, histories).Select(
            i => new CheckpointManifest.HistoryLine(new string('h', 1 + i), i))],
    };
}
