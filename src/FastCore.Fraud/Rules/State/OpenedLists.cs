using System.Buffers.Binary;
using System.Text;
using FastCore.Engine.Ports;

namespace FastCore.Fraud.Rules.State;

/// <summary>
/// State part with the lists that were opened: number, name and key. A list is never closed, so the state at a mark is
/// the first so many.
/// </summary>
internal sealed class OpenedLists : IStatePart
{
    // Of UTF-8: a character of a name has at most three bytes.
    private const int NameBytesMax = RuleLimits.NameLengthMax * 3;

    private readonly List<(string Name, RuleKey Key)> _lists = [];
    private int _marked;

    public string Name => "rule-lists";

    public uint Version => 1;

    public IReadOnlyList<(string Name, RuleKey Key)> All => _lists;

    public int Find(string name) => _lists.FindIndex(list => list.Name == name);

    public int Add(string name, RuleKey key)
    {
        _lists.Add((name, key));
        return _lists.Count - 1;
    }

    public void BeginCheckpoint() => _marked = _lists.Count;

    // A count, then key, bytes of the name and the name of each list: at most 50 KB, written at once.
    public bool WriteSlice(ISnapshotWriter writer, int bytesMax)
    {
        Span<byte> bytes = stackalloc byte[sizeof(ushort) + NameBytesMax];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)_marked);
        writer.Write(bytes[..sizeof(ushort)]);
        for (int i = 0; i < _marked; i++)
        {
            int length = Encoding.UTF8.GetBytes(_lists[i].Name, bytes[2..]);
            bytes[0] = (byte)_lists[i].Key;
            bytes[1] = (byte)length;
            writer.Write(bytes[..(2 + length)]);
        }

        return true;
    }

    public void AbandonCheckpoint()
    {
        // The mark is a count; there is nothing to release.
    }

    public void Recover(ISnapshotReader reader, uint version)
    {
        if (version != Version)
        {
            throw Corrupt($"version {version} is not known here, only {Version}");
        }

        Span<byte> bytes = stackalloc byte[NameBytesMax];
        reader.Read(bytes[..sizeof(ushort)]);
        int count = BinaryPrimitives.ReadUInt16LittleEndian(bytes);
        if (count > RuleLimits.OpenListsMax)
        {
            throw Corrupt($"{count} lists are more than {RuleLimits.OpenListsMax}");
        }

        _lists.Clear();
        for (int i = 0; i < count; i++)
        {
            reader.Read(bytes[..2]);
            RuleKey key = (RuleKey)bytes[0];
            int length = bytes[1];
            if (key > RuleKey.Bin || length is 0 or > NameBytesMax)
            {
                throw Corrupt($"list {i} holds no known key, or its name has {length} bytes");
            }

            reader.Read(bytes[..length]);
            string name = Encoding.UTF8.GetString(bytes[..length]);
            if (Find(name) >= 0)
            {
                throw Corrupt($"list {i} has the name of an earlier one");
            }

            _lists.Add((name, key));
        }
    }

    private CorruptStorageException Corrupt(string what) => new($"section {Name}", 0, 0, what);
}
