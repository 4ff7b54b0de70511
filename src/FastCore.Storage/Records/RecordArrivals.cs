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
    private Slot[] _slots = [];

    public static long BytesMax => (long)Slots * Unsafe.SizeOf<Slot>();

    public long Bytes => (long)_slots.Length * Unsafe.SizeOf<Slot>();

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
        Note(in key, found);
    }

    public void Note(in RecordKey key, bool found)
    {
        if (_slots.Length == 0)
        {
            Begin();
        }

        ref Slot slot = ref _slots[key.Hash64() & (Slots - 1)];
        slot.Key = key;
        slot.State = found ? Known.Present : Known.Absent;
    }

    public bool IsAbsent(in RecordKey key)
    {
        if (_slots.Length == 0)
        {
            AskedOther++;
            return false;
        }

        ref Slot slot = ref _slots[key.Hash64() & (Slots - 1)];
        if (slot.State == Known.Absent && slot.Key.Equals(key))
        {
            AskedAbsent++;
            return true;
        }

        AskedOther++;
        return false;
    }

    // The one allocation, when the first record has left memory.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Begin() => _slots = new Slot[Slots];

    private enum Known : byte
    {
        Nothing,
        Absent,
        Present,
    }

    private struct Slot
    {
        public RecordKey Key;
        public Known State;
    }
}
