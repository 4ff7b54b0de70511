using FastCore.Engine.Ports;
using FastCore.Fuzz.Core;
using FastCore.Storage;
using FastCore.Storage.Disk;
using FastCore.Storage.Journal;
using FastCore.Testing;

namespace FastCore.Fuzz.Storage;

/// <summary>
/// The file that holds a journal's geometry, with the files that it speaks of beside it: what it says is used to open
/// them.
/// </summary>
public sealed class JournalHeadFuzzer : Fuzzer
{
    private const string Folder = "journal";
    private const string Path = Folder + "/" + JournalHead.FileName;

    // Opening takes a buffer of a page; with larger ones it is only slower.
    private const int PageBytesMax = 1 << 16;

    private readonly ByteDisk _disk = new(2_000);
    private readonly StorageOptions _options = new();
    private readonly byte[] _bytes = new byte[8192];

    /// <summary>One empty segment file stands beside the head.</summary>
    public JournalHeadFuzzer()
    {
        _disk.Put(Folder + "/" + JournalPages.NameOf(0), new byte[4096]);
    }

    /// <inheritdoc/>
    public override string Name => "journal-head";

    /// <inheritdoc/>
    public override string Summary => "JournalHead: the geometry of a journal, and opening the journal with it.";

    /// <inheritdoc/>
    public override int InputSizeMax => 4200;

    /// <inheritdoc/>
    public override long AllocationMax => 64 << 10;

    /// <inheritdoc/>
    public override IEnumerable<byte[]> Seeds()
    {
        foreach ((long segment, int page) in new[] { (8192L, 4096), (1L << 28, 1 << 23), (1L << 40, 4096) })
        {
            ByteDisk disk = new(100);
            JournalHead head = new()
            {
                Partition = JournalImage.Partition,
                DirectoryId = JournalImage.DirectoryId,
                SegmentBytes = segment,
                PageBytes = page,
            };
            head.Write(disk, Folder);
            yield return disk.Bytes(Path).ToArray();
        }
    }

    /// <inheritdoc/>
    public override void Mend(Span<byte> input, SeededRandom random)
    {
        // Nearly all of the file is padding; most changes should not meet it.
        if (input.Length > 96 && !random.OneIn(8))
        {
            input[96..].Clear();
        }

        Checksums.MendCrc(input, 12);
    }

    /// <inheritdoc/>
    public override Verdict Run(ReadOnlySpan<byte> input)
    {
        _disk.Put(Path, input);
        try
        {
            JournalHead head = JournalHead.Read(_disk, Folder);
            bool isOlder = head.IsOlder;
            head.Write(_disk, Folder);
            BrokenPropertyException.Unless(
                isOlder || input.SequenceEqual(_disk.Bytes(Path)), "the head is encoded to other bytes");
            FlipOne(input);
            if (head.PageBytes > PageBytesMax)
            {
                return Verdict.Accepted(-1, Verdict.SizeClass(head.SegmentBytes));
            }

            _disk.Put(Path, input);
            JournalFiles files = JournalFiles.Open(
                _disk, Folder, JournalImage.Partition, JournalImage.DirectoryId, _options, null, readOnly: true);
            files.Read(files.BeginSequence, () => files.Found.TailSequence).Dispose();
            return Verdict.Accepted(Verdict.SizeClass(head.PageBytes), Verdict.SizeClass(head.SegmentBytes));
        }
        catch (CorruptStorageException refused)
        {
            return Verdict.Refused(refused.Message);
        }
        catch (DataDirectoryException refused)
        {
            return Verdict.Refused((int)refused.Code);
        }
    }

    private void FlipOne(ReadOnlySpan<byte> input)
    {
        Span<byte> flipped = _bytes.AsSpan(0, input.Length);
        input.CopyTo(flipped);
        int bit = Checksums.FlipOne(flipped, BitConverter.ToUInt32(input[12..]));
        _disk.Put(Path, flipped);
        try
        {
            JournalHead.Read(_disk, Folder);
        }
        catch (CorruptStorageException)
        {
            return;
        }

        throw new BrokenPropertyException($"flipped bit {bit} was not noticed");
    }
}
