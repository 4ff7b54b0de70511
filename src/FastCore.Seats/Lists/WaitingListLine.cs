using FastCore.Protocol.Seats;
using FastCore.Seats.Waiting;

namespace FastCore.Seats.Lists;

/// <summary>
/// Who waits at which place of a list, by wish: so what becomes free is looked for once for each wish, not for each who
/// waits. Derived: rebuilt from the rows at recovery.
/// </summary>
internal sealed class WaitingListLine
{
    private readonly WaitingLine _places = new();
    private readonly Dictionary<Wish, WishQueue> _byWish = [];
    private readonly List<WishQueue> _queues = [];
    private readonly Dictionary<ulong, int> _entriesOf = [];

    /// <summary>Whether a wish can be added: it is there, or fewer than the maximum differ.</summary>
    public bool HasRoomFor(in Wish wish) =>
        _queues.Count < SeatLimits.WaitingListWishesMax || _byWish.ContainsKey(wish);

    /// <summary>Entries of a buyer that wait or have an offer.</summary>
    public int EntriesOf(ulong buyer) => _entriesOf.GetValueOrDefault(buyer);

    /// <summary>The row of the one who waits at a place.</summary>
    public int SlotAt(uint place) => _places.SlotAt(place);

    /// <summary>How many wait up to a place, itself included.</summary>
    public uint PositionOf(uint place) => _places.CountUpTo(place);

    /// <summary>The first place after another at which somebody waits; its row is −1 when there is none.</summary>
    public uint After(uint place) => _places.After(place);

    /// <summary>A buyer has one entry more.</summary>
    public void Count(ulong buyer) => _entriesOf[buyer] = EntriesOf(buyer) + 1;

    /// <summary>An entry of a buyer has ended.</summary>
    public void Uncount(ulong buyer)
    {
        int left = EntriesOf(buyer) - 1;
        if (left == 0)
        {
            _entriesOf.Remove(buyer);
        }
        else
        {
            _entriesOf[buyer] = left;
        }
    }

    /// <summary>Somebody waits at a place behind all others.</summary>
    public void Put(uint place, int slot, in Wish wish)
    {
        _places.Put(place, slot, waits: true);
        if (!_byWish.TryGetValue(wish, out WishQueue? queue))
        {
            queue = new WishQueue();
            _byWish.Add(wish, queue);
            _queues.Add(queue);
        }

        queue.Places.Enqueue(place);
        queue.Waiting++;
    }

    /// <summary>Somebody waits at a place no more.</summary>
    public void Take(uint place, in Wish wish)
    {
        _places.Clear(place);
        WishQueue queue = _byWish[wish];
        if (--queue.Waiting == 0)
        {
            _byWish.Remove(wish);
            _queues.Remove(queue);
        }
    }

    /// <summary>Begins to look at all wishes, none of which has failed.</summary>
    public void BeginPass()
    {
        foreach (WishQueue queue in _queues)
        {
            queue.HasFailed = false;
        }
    }

    /// <summary>The first who waits of those whose wish has not failed in this pass.</summary>
    public bool TryFirst(out uint place)
    {
        place = uint.MaxValue;
        foreach (WishQueue queue in _queues)
        {
            if (!queue.HasFailed)
            {
                place = Math.Min(place, HeadOf(queue));
            }
        }

        return place != uint.MaxValue;
    }

    /// <summary>A wish finds nothing until the next pass.</summary>
    public void Fail(in Wish wish) => _byWish[wish].HasFailed = true;

    // Those who left in between are passed once. A queue that is there has somebody who waits.
    private uint HeadOf(WishQueue queue)
    {
        while (_places.SlotAt(queue.Places.Peek()) < 0)
        {
            queue.Places.Dequeue();
        }

        return queue.Places.Peek();
    }

    private sealed class WishQueue
    {
        public Queue<uint> Places { get; } = [];

        public int Waiting { get; set; }

        public bool HasFailed { get; set; }
    }
}
