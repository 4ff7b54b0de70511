using FastCore.Protocol.Seats;

namespace FastCore.Simulation.Seats.Occupancy;

/// <summary>What the account knows of a hold; its number is the lower half of its id.</summary>
internal struct CountedHold
{
    public ulong UntilNs;
    public ulong CreatedNs;
    public SeatPlaces Seats;

    /// <summary>Number of the booking that is pending or was confirmed; 0 = none.</summary>
    public int Booking;
    public uint ExpiresInMs;
    public uint Quantity;
    public ushort Released;
    public byte Show;
    public byte Count;
    public HoldState State;

    /// <summary>Whether its seats are not those that it asked for by number.</summary>
    public bool IsMoved;

    /// <summary>Of a wish on the waiting list: side by side or not at all.</summary>
    public bool IsTogether;
}

/// <summary>What the account knows of a booking; its number is the lower half of its id.</summary>
internal struct CountedBooking
{
    public int Hold;
    public BookingFlags Flags;
    public BookingState State;
    public bool IsPaid;
}

/// <summary>
/// Who has which seat until when, and nothing else: an owner per seat, looked at one by one. A hold whose time has
/// passed has nothing, without anybody doing anything about it.
/// </summary>
internal sealed class OccupancyLedger(int roundOperations)
{
    private readonly int[] _owners = new int[OccupancyHouse.Shows * OccupancyHouse.Blocks * 64];
    private readonly List<int>[] _areas =
        [.. Enumerable.Range(0, OccupancyHouse.Shows * OccupancyHouse.Blocks).Select(_ => new List<int>())];

    /// <summary>Holds by number, from 1.</summary>
    public CountedHold[] Holds { get; } = new CountedHold[roundOperations + 65];

    /// <summary>Bookings by number, from 1.</summary>
    public CountedBooking[] Bookings { get; } = new CountedBooking[roundOperations + 65];

    /// <summary>Those who wait for what comes back, in the order of joining: numbers of the holds they get.</summary>
    public List<int> Waiting { get; } = [];

    /// <summary>All who ever joined.</summary>
    public List<int> Entries { get; } = [];

    public int HoldCount { get; set; }

    public int BookingCount { get; set; }

    /// <summary>The time of the batch.</summary>
    public ulong NowNs { get; set; }

    public void Clear()
    {
        Array.Clear(_owners);
        foreach (List<int> area in _areas)
        {
            area.Clear();
        }

        Waiting.Clear();
        Entries.Clear();
        HoldCount = 0;
        BookingCount = 0;
    }

    /// <summary>State of a hold at the time of the batch.</summary>
    public HoldState StateOf(int hold)
    {
        ref readonly CountedHold known = ref Holds[hold];
        return known.State == HoldState.Held && known.UntilNs <= NowNs ? HoldState.Expired : known.State;
    }

    /// <summary>The hold that has a seat now; 0 = nobody has it.</summary>
    public int OwnerOf(int show, uint place)
    {
        int owner = _owners[At(show, place)];
        return owner != 0 && StateOf(owner) is HoldState.Held or HoldState.Booked ? owner : 0;
    }

    /// <summary>Places of an area that somebody has now.</summary>
    public uint TakenOf(int show, int block)
    {
        List<int> owners = _areas[(show * OccupancyHouse.Blocks) + block];
        uint taken = 0;
        for (int i = owners.Count - 1; i >= 0; i--)
        {
            if (StateOf(owners[i]) is HoldState.Held or HoldState.Booked)
            {
                taken += Holds[owners[i]].Quantity;
            }
            else
            {
                owners[i] = owners[^1];
                owners.RemoveAt(owners.Count - 1);
            }
        }

        return taken;
    }

    /// <summary>What a hold wants and somebody has: bits of its seats; of an area or a table 1.</summary>
    public int BlockedOf(int hold)
    {
        ref readonly CountedHold wanted = ref Holds[hold];
        if (wanted.Quantity != 0)
        {
            int block = SeatPlace.BlockOf(wanted.Seats[0]);
            bool isThere = OccupancyHouse.IsArea(block)
                ? TakenOf(wanted.Show, block) + wanted.Quantity <= OccupancyHouse.AreaPlaces
                : OwnerOf(wanted.Show, wanted.Seats[0]) == 0;
            return isThere ? 0 : 1;
        }

        int blocked = 0;
        for (int i = 0; i < wanted.Count; i++)
        {
            bool isWanted = (wanted.Released >> i & 1) == 0;
            blocked |= isWanted && OwnerOf(wanted.Show, wanted.Seats[i]) != 0 ? 1 << i : 0;
        }

        return blocked;
    }

    /// <summary>A hold gets what it wants, which nobody has.</summary>
    public void Give(int hold)
    {
        ref readonly CountedHold owner = ref Holds[hold];
        if (owner.Quantity != 0 && OccupancyHouse.IsArea(SeatPlace.BlockOf(owner.Seats[0])))
        {
            List<int> owners = _areas[(owner.Show * OccupancyHouse.Blocks) + SeatPlace.BlockOf(owner.Seats[0])];
            if (!owners.Contains(hold))
            {
                owners.Add(hold);
            }

            return;
        }

        for (int i = 0; i < Math.Max((int)owner.Count, 1); i++)
        {
            if ((owner.Released >> i & 1) == 0)
            {
                _owners[At(owner.Show, owner.Seats[i])] = hold;
            }
        }
    }

    /// <summary>A hold gives one of its seats back.</summary>
    public void GiveBack(int hold, int seat)
    {
        ref CountedHold owner = ref Holds[hold];
        owner.Released |= (ushort)(1 << seat);
        _owners[At(owner.Show, owner.Seats[seat])] = 0;
    }

    /// <summary>A hold whose time has passed has nothing to do any more with the seats that it had.</summary>
    public void Leave(int hold)
    {
        ref readonly CountedHold owner = ref Holds[hold];
        for (int i = 0; i < owner.Count; i++)
        {
            ref int known = ref _owners[At(owner.Show, owner.Seats[i])];
            known = known == hold ? 0 : known;
        }
    }

    /// <summary>Free seats of the rows of a show, and the longest run of them.</summary>
    public (int Free, int Run) FreeOf(int show)
    {
        int free = 0;
        int longest = 0;
        for (int row = 0; row < OccupancyHouse.Rows; row++)
        {
            int run = 0;
            for (int seat = 0; seat < OccupancyHouse.RowSeats; seat++)
            {
                bool isFree = OwnerOf(show, SeatPlace.Of(row, seat)) == 0;
                run = isFree ? run + 1 : 0;
                longest = Math.Max(longest, run);
                free += isFree ? 1 : 0;
            }
        }

        return (free, longest);
    }

    /// <summary>Who has what a hold wants.</summary>
    public string Describe(CountedHold hold) => string.Join(
        ", ",
        Enumerable.Range(0, Math.Max((int)hold.Count, 1)).Select(i =>
            $"place {hold.Seats[i]} of show {hold.Show} is hold {OwnerOf(hold.Show, hold.Seats[i])}'s"));

    /// <summary>What a map must say of a block.</summary>
    public SeatMapBlock BlockOf(int show, int block)
    {
        SeatMapBlock map = new() { Block = (uint)block };
        if (OccupancyHouse.IsArea(block))
        {
            map.Free = OccupancyHouse.AreaPlaces - TakenOf(show, block);
            foreach (int owner in _areas[(show * OccupancyHouse.Blocks) + block])
            {
                map.Held += StateOf(owner) == HoldState.Held ? Holds[owner].Quantity : 0;
                map.Booked += StateOf(owner) == HoldState.Booked ? Holds[owner].Quantity : 0;
            }

            return map;
        }

        bool isTable = block >= OccupancyHouse.Rows;
        for (int seat = 0; seat < (isTable ? OccupancyHouse.TableSeats : OccupancyHouse.RowSeats); seat++)
        {
            // A table that is sold whole has one owner.
            int owner = OwnerOf(show, SeatPlace.Of(block, isTable ? 0 : seat));
            ulong bit = 1UL << seat;
            map.Free |= owner == 0 ? bit : 0;
            map.Held |= owner != 0 && StateOf(owner) == HoldState.Held ? bit : 0;
            map.Booked |= owner != 0 && StateOf(owner) == HoldState.Booked ? bit : 0;
        }

        return map;
    }

    private static int At(int show, uint place) => (show * OccupancyHouse.Blocks * 64) + (int)place;
}
