using System.Runtime.InteropServices;
using FastCore.Engine.Ports;

namespace FastCore.Testing;

/// <summary>One snapshot section in memory: takes the bytes of a state part, or gives them back.</summary>
public sealed class SnapshotBytes : ISnapshotWriter, ISnapshotReader
{
    private readonly List<byte> _bytes = [];
    private int _position;

    public SnapshotBytes()
    {
    }

    public SnapshotBytes(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

    public long Remaining => _bytes.Count - _position;

    public byte[] ToArray() => _bytes.ToArray();

    public void Write(ReadOnlySpan<byte> bytes) => _bytes.AddRange(bytes);

    public void Read(Span<byte> bytes)
    {
        if (bytes.Length > Remaining)
        {
            throw new CorruptStorageException("test section", _position, 0, "the section ends too early");
        }

        CollectionsMarshal.AsSpan(_bytes).Slice(_position, bytes.Length).CopyTo(bytes);
        _position += bytes.Length;
    }

    /// <summary>Marks, writes and returns a part's whole section at once.</summary>
    public static byte[] Of(IStatePart part)
    {
        part.BeginCheckpoint();
        return Rest(part, 1 << 20);
    }

    /// <summary>Writes what is left of a marked part.</summary>
    public static byte[] Rest(IStatePart part, int bytesMax)
    {
        SnapshotBytes section = new();
        while (!part.WriteSlice(section, bytesMax))
        {
        }

        return section.ToArray();
    }

    /// <summary>Recovers a part from a section and checks that it took all of it.</summary>
    public static void Recover(IStatePart part, ReadOnlySpan<byte> bytes)
    {
        SnapshotBytes section = new(bytes);
        part.Recover(section, part.Version);
        if (section.Remaining != 0)
        {
            throw new InvalidOperationException($"{part.Name} left {section.Remaining} bytes of its section unread.");
        }
    }
}
