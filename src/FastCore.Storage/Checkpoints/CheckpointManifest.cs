using System.Globalization;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using FastCore.Engine.Ports;
using FastCore.Storage.Disk;
using FastCore.Storage.Journal;

namespace FastCore.Storage.Checkpoints;

// The manifest of one checkpoint: written last and atomically, so a checkpoint exists exactly when its manifest does.
internal sealed class CheckpointManifest
{
    public const string Extension = ".manifest";
    public const string SnapshotExtension = ".snapshot";
    public const int NameBytesMax = 64;

    private const ulong Magic = 0x314D_4B43_4843_4346; // "FCCHCKM1"
    private const uint CurrentVersion = 1;

    public required uint Partition { get; init; }

    public required uint Partitions { get; init; }

    public required ulong DirectoryId { get; init; }

    public required ulong Sequence { get; init; }

    public required ulong TimestampNs { get; init; }

    public required ulong StateHash { get; init; }

    public required byte[] ChainHash { get; init; }

    // Journal address behind the entry of the sequence; 0 when it is not known.
    public required long JournalAddress { get; init; }

    // First sequence that the journal kept when the checkpoint was published, and the hash before it.
    public required ulong JournalBeginSequence { get; init; }

    public required byte[] JournalBeginHash { get; init; }

    public required long SnapshotBytes { get; init; }

    public required IReadOnlyList<Section> Sections { get; init; }

    public required IReadOnlyList<HistoryLine> Histories { get; init; }

    public static string NameOf(ulong sequence, string extension) =>
        sequence.ToString("D20", CultureInfo.InvariantCulture) + extension;

    public static bool TryParse(string name, string extension, out ulong sequence)
    {
        sequence = 0;
        return name.EndsWith(extension, StringComparison.Ordinal)
            && ulong.TryParse(
                name.AsSpan(0, name.Length - extension.Length),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out sequence)
            && NameOf(sequence, extension) == name;
    }

    public byte[] ToBytes()
    {
        int used = Unsafe.SizeOf<Head>()
            + (Sections.Count * Unsafe.SizeOf<SectionLine>())
            + (Histories.Count * Unsafe.SizeOf<BlocksLine>());
        byte[] bytes = new byte[AlignedBuffer.RoundUp(used)];
        Head head = new()
        {
            Magic = Magic,
            Version = CurrentVersion,
            Partition = Partition,
            Partitions = Partitions,
            DirectoryId = DirectoryId,
            Sequence = Sequence,
            TimestampNs = TimestampNs,
            StateHash = StateHash,
            JournalAddress = JournalAddress,
            JournalBeginSequence = JournalBeginSequence,
            SnapshotBytes = SnapshotBytes,
            SectionCount = (uint)Sections.Count,
            HistoryCount = (uint)Histories.Count,
            ChainHash = MemoryMarshal.Read<Hash256>(ChainHash),
            JournalBeginHash = MemoryMarshal.Read<Hash256>(JournalBeginHash),
        };
        int at = Unsafe.SizeOf<Head>();
        foreach (Section section in Sections)
        {
            SectionLine line = new()
            {
                Name = NameBytes.Of(section.Name),
                Version = section.Version,
                Checksum = section.Checksum,
                Offset = section.Offset,
                Length = section.Length,
            };
            MemoryMarshal.Write(bytes.AsSpan(at), in line);
            at += Unsafe.SizeOf<SectionLine>();
        }

        foreach (HistoryLine history in Histories)
        {
            BlocksLine line = new() { Name = NameBytes.Of(history.Name), Blocks = history.Blocks };
            MemoryMarshal.Write(bytes.AsSpan(at), in line);
            at += Unsafe.SizeOf<BlocksLine>();
        }

        MemoryMarshal.Write(bytes, in head);
        head.Checksum = ChecksumOf(bytes);
        MemoryMarshal.Write(bytes, in head);
        return bytes;
    }

    // Throws when the file is not a whole manifest of this partition.
    public static CheckpointManifest Read(IDisk disk, string path, uint partition, ulong directoryId)
    {
        byte[] bytes;
        using (IDiskFile file = disk.Open(path, DiskFileMode.Read, DiskFileKind.Small))
        {
            if (file.Length < Unsafe.SizeOf<Head>()
                || file.Length % AlignedBuffer.Alignment != 0
                || file.Length > 1 << 20)
            {
                throw new CorruptStorageException(path, 0, 0, "the file has the wrong length");
            }

            bytes = new byte[file.Length];
            file.Read(0, bytes);
        }

        Head head = MemoryMarshal.Read<Head>(bytes);
        if (head.Magic != Magic || head.Checksum != ChecksumOf(bytes))
        {
            throw new CorruptStorageException(path, 0, 0, "the checksum does not match");
        }

        if (head.Version != CurrentVersion)
        {
            throw new DataDirectoryException(
                DataDirectoryError.UnknownVersion, path, $"version {head.Version} is not known, only {CurrentVersion}");
        }

        if (head.Partition != partition || head.DirectoryId != directoryId)
        {
            throw new CorruptStorageException(
                path, 0, head.Sequence, "it belongs to another partition or data directory");
        }

        long used = Unsafe.SizeOf<Head>()
            + ((long)head.SectionCount * Unsafe.SizeOf<SectionLine>())
            + ((long)head.HistoryCount * Unsafe.SizeOf<BlocksLine>());
        if (AlignedBuffer.RoundUp(used) != bytes.Length)
        {
            throw new CorruptStorageException(path, 0, head.Sequence, "it names more or less than it holds");
        }

        // Whatever differs from what would be written (a reserved byte, a name that is no text) was not written by us.
        CheckpointManifest manifest = FromBytes(bytes, in head);
        bool isText = manifest.Sections.Select(section => section.Name)
            .Concat(manifest.Histories.Select(history => history.Name))
            .All(name => !name.Contains('\uFFFD'));
        if (!isText || !manifest.ToBytes().AsSpan().SequenceEqual(bytes))
        {
            throw new CorruptStorageException(path, 0, head.Sequence, "it holds what no checkpoint writes");
        }

        return manifest;
    }

    private static CheckpointManifest FromBytes(byte[] bytes, in Head head)
    {
        int at = Unsafe.SizeOf<Head>();
        List<Section> sections = [];
        for (uint i = 0; i < head.SectionCount; i++)
        {
            SectionLine line = MemoryMarshal.Read<SectionLine>(bytes.AsSpan(at));
            sections.Add(new Section(line.Name.Text(), line.Version, line.Offset, line.Length, line.Checksum));
            at += Unsafe.SizeOf<SectionLine>();
        }

        List<HistoryLine> histories = [];
        for (uint i = 0; i < head.HistoryCount; i++)
        {
            BlocksLine line = MemoryMarshal.Read<BlocksLine>(bytes.AsSpan(at));
            histories.Add(new HistoryLine(line.Name.Text(), line.Blocks));
            at += Unsafe.SizeOf<BlocksLine>();
        }

        return new CheckpointManifest
        {
            Partition = head.Partition,
            Partitions = head.Partitions,
            DirectoryId = head.DirectoryId,
            Sequence = head.Sequence,
            TimestampNs = head.TimestampNs,
            StateHash = head.StateHash,
            ChainHash = MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in head.ChainHash)).ToArray(),
            JournalAddress = head.JournalAddress,
            JournalBeginSequence = head.JournalBeginSequence,
            JournalBeginHash = MemoryMarshal.AsBytes(new ReadOnlySpan<Hash256>(in head.JournalBeginHash)).ToArray(),
            SnapshotBytes = head.SnapshotBytes,
            Sections = sections,
            Histories = histories,
        };
    }

    private static uint ChecksumOf(ReadOnlySpan<byte> bytes)
    {
        uint crc = Crc32C.Of(bytes[..Head.ChecksumOffset]);
        crc = BitOperations.Crc32C(crc, 0u);
        return Crc32C.Of(bytes[(Head.ChecksumOffset + 4)..], crc);
    }

    public readonly record struct Section(string Name, uint Version, long Offset, long Length, uint Checksum);

    public readonly record struct HistoryLine(string Name, long Blocks);

    [StructLayout(LayoutKind.Explicit, Size = 160)]
    private struct Head
    {
        public const int ChecksumOffset = 12;

        [FieldOffset(0)] public ulong Magic;
        [FieldOffset(8)] public uint Version;
        [FieldOffset(ChecksumOffset)] public uint Checksum;
        [FieldOffset(16)] public ulong DirectoryId;
        [FieldOffset(24)] public uint Partition;
        [FieldOffset(28)] public uint Partitions;
        [FieldOffset(32)] public ulong Sequence;
        [FieldOffset(40)] public ulong TimestampNs;
        [FieldOffset(48)] public ulong StateHash;
        [FieldOffset(56)] public long JournalAddress;
        [FieldOffset(64)] public ulong JournalBeginSequence;
        [FieldOffset(72)] public long SnapshotBytes;
        [FieldOffset(80)] public uint SectionCount;
        [FieldOffset(84)] public uint HistoryCount;
        [FieldOffset(88)] public ulong Reserved;
        [FieldOffset(96)] public Hash256 ChainHash;
        [FieldOffset(128)] public Hash256 JournalBeginHash;
    }

    [StructLayout(LayoutKind.Explicit, Size = 96)]
    private struct SectionLine
    {
        [FieldOffset(0)] public NameBytes Name;
        [FieldOffset(64)] public uint Version;
        [FieldOffset(68)] public uint Checksum;
        [FieldOffset(72)] public long Offset;
        [FieldOffset(80)] public long Length;
        [FieldOffset(88)] public ulong Reserved;
    }

    [StructLayout(LayoutKind.Explicit, Size = 80)]
    private struct BlocksLine
    {
        [FieldOffset(0)] public NameBytes Name;
        [FieldOffset(64)] public long Blocks;
        [FieldOffset(72)] public ulong Reserved;
    }

    [InlineArray(NameBytesMax)]
    private struct NameBytes
    {
        private byte _first;

        public static NameBytes Of(string name)
        {
            NameBytes bytes = default;
            if (!Encoding.UTF8.TryGetBytes(name, bytes, out _))
            {
                throw new ArgumentException($"The name {name} has more than {NameBytesMax} bytes.", nameof(name));
            }

            return bytes;
        }

        public readonly string Text()
        {
            ReadOnlySpan<byte> bytes = this;
            int end = bytes.IndexOf((byte)0);
            return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
        }
    }
}
