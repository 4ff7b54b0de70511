using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using FastCore.Engine.Ports;
using FastCore.Engine.Tables;

namespace FastCore.Fraud.Features;

/// <summary>
/// The events of all keys of a kind that are kept one by one: per key a chain of blocks, oldest first. A link is a slot
/// + 1, zero is none. Where counterparties are counted, a second table has them; both tables see the same inserts and
/// removals in the same order, so the slots of both agree. Hot: no allocation.
/// </summary>
internal sealed class EventBlocks : IDisposable
{
    private readonly OffHeapTable<PieceKey, EventBlockRow> _blocks;
    private readonly OffHeapTable<PieceKey, TagBlockRow>? _tags;

    public EventBlocks(string name, int blocksMax, bool hasTags)
    {
        _blocks = new($"{name}-events", 1, blocksMax, isIndexed: false);
        _tags = hasTags ? new($"{name}-counterparties", 1, blocksMax, isIndexed: false) : null;
    }

    public IEnumerable<IStatePart> Parts => _tags is null ? [_blocks] : [_blocks, _tags];

    public bool IsFull => _blocks.IsFull;

    public int Count => _blocks.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly EventBlockRow Read(int link) => ref _blocks.Read(link - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref readonly EventRow Read(int link, uint number) =>
        ref EventOf(ref Unsafe.AsRef(in _blocks.Read(link - 1)), number);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref EventRow Write(int link, uint number) => ref EventOf(ref _blocks.Write(link - 1), number);

    /// <summary>Whether a block is there and has an event of a key.</summary>
    public bool Has(int link, int owner, uint number) =>
        _blocks.IsLive(link - 1)
        && _blocks.Read(link - 1).Owner == owner
        && _blocks.Read(link - 1).Number == number / EventBlockRow.Events;

    /// <summary>Brings the line that the next event will change towards the CPU.</summary>
    public unsafe void PrefetchTail(int link, uint number)
    {
        if (Sse.IsSupported)
        {
            // At its end, the block's link to the next one.
            uint at = number % EventBlockRow.Events;
            byte* block = (byte*)Unsafe.AsPointer(in _blocks.Read(link - 1));
            Sse.Prefetch0(at == 0 ? block : block + EventBlockRow.RowsOffset + (at * (uint)sizeof(EventRow)));
            _blocks.PrefetchMark(link - 1);
        }
    }

    /// <summary>Brings what is read when an event leaves towards the CPU: itself and the one after it.</summary>
    public unsafe void PrefetchOldest(int link, uint number)
    {
        uint at = number % EventBlockRow.Events;
        if (at == EventBlockRow.Events - 1)
        {
            // Its link is followed, and perhaps it is given back.
            _blocks.Prefetch(link - 1);
        }
        else if (Sse.IsSupported)
        {
            byte* block = (byte*)Unsafe.AsPointer(in _blocks.Read(link - 1));
            byte* row = block + EventBlockRow.RowsOffset + (at * (uint)sizeof(EventRow));
            Sse.Prefetch0(row);
            Sse.Prefetch0(row + sizeof(EventRow));
        }
    }

    /// <summary>Appends a block to a chain that is not full.</summary>
    /// <returns>Its link.</returns>
    public int Append(int owner, uint firstNumber, int tail)
    {
        PieceKey key = new(owner, firstNumber / EventBlockRow.Events);
        ref EventBlockRow block = ref _blocks.Insert(key, out int slot);
        block.Owner = key.Owner;
        block.Number = key.Number;
        block.Previous = tail;
        if (tail != 0)
        {
            _blocks.Write(tail - 1).Next = slot + 1;
        }

        if (_tags is not null)
        {
            ref TagBlockRow tags = ref _tags.Insert(key, out int tagSlot);
            tags.Owner = key.Owner;
            tags.Number = key.Number;
            if (tagSlot != slot)
            {
                throw new InvalidOperationException("Events and counterparties lie in different slots.");
            }
        }

        return slot + 1;
    }

    /// <summary>Frees the first block of a chain.</summary>
    public void RemoveFirst(int link)
    {
        int next = _blocks.Read(link - 1).Next;
        if (next != 0)
        {
            _blocks.Write(next - 1).Previous = 0;
        }

        _blocks.Remove(link - 1);
        _tags?.Remove(link - 1);
    }

    /// <summary>
    /// Remembers the counterparty of a new event and marks the newest earlier event with the same one, so that only
    /// one of them counts.
    /// </summary>
    /// <param name="link">The block of the new event.</param>
    /// <param name="number">Its number.</param>
    /// <param name="oldest">The oldest event that is kept.</param>
    /// <param name="agedNs">Events at or before this time do not matter any more.</param>
    /// <param name="tag">The counterparty.</param>
    /// <returns>The time of the earlier event, or 0.</returns>
    public ulong Tag(int link, uint number, uint oldest, ulong agedNs, ulong tag)
    {
        _tags!.Write(link - 1).Rows[(int)(number % EventBlockRow.Events)] = tag;
        while (number != oldest)
        {
            if (number % EventBlockRow.Events == 0)
            {
                link = _blocks.Read(link - 1).Previous;
            }

            number--;
            int at = (int)(number % EventBlockRow.Events);
            ulong timeNs = _blocks.Read(link - 1).Rows[at].TimeNs;
            if (timeNs <= agedNs)
            {
                break;
            }

            if (_tags.Read(link - 1).Rows[at] == tag)
            {
                _blocks.Write(link - 1).Rows[at].Packed |= EventRow.HasLaterBit;
                return timeNs;
            }
        }

        return 0;
    }

    // Not `block.Rows[…]`: the runtime would touch the block's first byte to see that there is a block, and that is
    // mostly in another line than the event: half a cache miss per event.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref EventRow EventOf(ref EventBlockRow block, uint number) => ref Unsafe.Add(
        ref Unsafe.As<EventBlockRow, EventRow>(ref block),
        (EventBlockRow.RowsOffset / Unsafe.SizeOf<EventRow>()) + (int)(number % EventBlockRow.Events));

    public void Dispose()
    {
        _blocks.Dispose();
        _tags?.Dispose();
    }
}
