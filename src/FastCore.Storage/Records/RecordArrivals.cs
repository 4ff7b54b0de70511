using System.Runtime.CompilerServices;
using FastCore.Engine.Ports;

namespace FastCore.Storage.Records;

// What is known about keys that were lately looked up on disk. An id that is new looks like one on disk as long as some
// other record shares its hash tag; remembering the last answers spares it a second disk read when the batch executes.
// Lossy: a forgotten answer only costs a read.
internal sealed class RecordArrivals
{
    private const int Slots = 1 << 16;

    // Empty until something is noted: an index whose records all stay in memory never needs it.
    private RecordKey[] _slots = [];

    // A bit for every slot that has an absent key: eight kilobytes that stay in the cache, so that what is asked for
    // each key of a batch does not wait for its slot.
    private ulong[] _marks = [];

    public static long BytesMax => ((long)Slots * Unsafe.SizeOf<RecordKey>()) + (Slots / 8);

    public long Bytes => _slots.Length == 0 ? 0 : BytesMax;

    // Questions whether a key is known to be absent: answered by yes, and all others.
    public long AskedAbsent { get; private set; }

    public long AskedOther { get; private set; }

    // Reads that came back from disk, and those of them that found their record.
    public long ReadFromDisk { get; private set; }

    public long FoundOnDisk { get; private set; }

    // The last read that came back from disk.
    public RecordKey LastKey { get; private set; }

    public bool LastFound { get; private set; }

    public ulong LastValue { get; private set; }

    public void Add(in RecordKey key, bool found, ulong value)
    {
        LastKey = key;
        LastFound = found;
        LastValue = value;
        ReadFromDisk++;
        FoundOnDisk += found ? 1 : 0;
        if (_slots.Length == 0)
        {
            Begin();
        }

        SlotOf(in key) = key;
        Mark(key.Hash64(), !found);
    }

    // A key that was absent is written.
    public void Forget(in RecordKey key)
    {
        if (IsMarked(key.Hash64()) && SlotOf(in key).Equals(key))
        {
            Mark(key.Hash64(), isAbsent: false);
        }
    }

    public bool IsAbsent(in RecordKey key)
    {
        if (IsMarked(key.Hash64()) && SlotOf(in key).Equals(key))
        {
            AskedAbsent++;
            return true;
        }

        AskedOther++;
        return false;
    }

    private ref RecordKey SlotOf(in RecordKey key) => ref _slots[key.Hash64() & (Slots - 1)];

    private bool IsMarked(ulong hash) =>
        _slots.Length != 0 && (_marks[(hash & (Slots - 1)) >> 6] & (1UL << (int)(hash & 63))) != 0;

    private void Mark(ulong hash, bool isAbsent)
    {
        ref ulong word = ref _marks[(hash & (Slots - 1)) >> 6];
        ulong bit = 1UL << (int)(hash & 63);
        word = isAbsent ? word | bit : word & ~bit;
    }

    // The one allocation, when the first record has left memory.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Begin()
    {
        _slots = new RecordKey[Slots];
        _marks = new ulong[Slots / 64];
    }
}
