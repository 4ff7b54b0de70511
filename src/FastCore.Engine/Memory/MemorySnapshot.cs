using FastCore.Engine.Ports;

namespace FastCore.Engine.Memory;

/// <summary>A checkpoint in memory: written as a file would be, then opened as often as needed.</summary>
internal sealed class MemorySnapshot : ISnapshotFile
{
    private readonly MemoryPartitionStorage _storage;
    private readonly List<Section> _sections = [];
    private bool? _published;

    public MemorySnapshot(
        MemoryPartitionStorage storage, ulong sequence, ulong timestampNs, ReadOnlySpan<byte> chainHash)
    {
        _storage = storage;
        Sequence = sequence;
        TimestampNs = timestampNs;
        ChainHash = chainHash.ToArray();
    }

    public ulong Sequence { get; }

    public ulong TimestampNs { get; }

    public byte[] ChainHash { get; }

    public ulong StateHash { get; private set; }

    public bool IsFinished { get; private set; }

    public bool CanWrite => true;

    public bool? Published => _published;

    public string? Failure { get; private set; }

    public void BeginSection(string name, uint version)
    {
        if (_sections.Exists(section => section.Name == name))
        {
            throw new InvalidOperationException($"Two parts of the state have the name {name}.");
        }

        _sections.Add(new Section(name, version, new MemoryStream()));
    }

    public void Write(ReadOnlySpan<byte> bytes) => _sections[^1].Bytes.Write(bytes);

    public void Publish(ulong stateHash)
    {
        StateHash = stateHash;
        IsFinished = true;
        _storage.PublishWhenCommitted(this);
    }

    /// <summary>Ends the publication.</summary>
    public void Complete(string? failure)
    {
        Failure = failure;
        _published = failure is null;
    }

    /// <summary>A view that reads the sections.</summary>
    public ISnapshot Open() => new Opened(this);

    public void Dispose()
    {
        // A published one belongs to the storage; one that was not to be published is given up.
        if (!IsFinished)
        {
            _published = false;
        }
    }

    private sealed record Section(string Name, uint Version, MemoryStream Bytes);

    private sealed class Opened(MemorySnapshot snapshot) : ISnapshot
    {
        public ulong Sequence => snapshot.Sequence;

        public ulong TimestampNs => snapshot.TimestampNs;

        public ulong StateHash => snapshot.StateHash;

        public ISnapshotReader? TryOpenSection(string name, out uint version)
        {
            Section? section = snapshot._sections.Find(section => section.Name == name);
            version = section?.Version ?? 0;
            return section is null ? null : new SectionReader(section);
        }

        public void Dispose()
        {
            // The storage keeps the bytes.
        }
    }

    private sealed class SectionReader(Section section) : ISnapshotReader
    {
        private int _position;

        public long Remaining => section.Bytes.Length - _position;

        public void Read(Span<byte> bytes)
        {
            if (bytes.Length > Remaining)
            {
                throw new CorruptStorageException(
                    $"section {section.Name}",
                    _position,
                    0,
                    $"{bytes.Length} bytes are expected, {Remaining} are left");
            }

            section.Bytes.GetBuffer().AsSpan(_position, bytes.Length).CopyTo(bytes);
            _position += bytes.Length;
        }
    }
}
