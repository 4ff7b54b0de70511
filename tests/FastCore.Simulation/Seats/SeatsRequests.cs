using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Simulation.Payments;
using FastCore.Simulation.Seats.Lists;
using FastCore.Testing;

namespace FastCore.Simulation.Seats;

/// <summary>Draws single elements: mostly valid ones, at the edges of what is allowed, and some beyond.</summary>
internal sealed class SeatsRequests
{
    private const int Remembered = 20;
    private const int DrawsPerGeneration = 900;

    private static readonly uint[] ExpiriesMs = [1, 20, 60, 300, 899, 900, 901, 1_200];

    private readonly SlidingIds _holds = new(8, 4);
    private readonly SlidingIds _bookings = new(6, 4);
    private readonly List<(ulong Show, UInt128 Id, SeatPlaces Seats, int Count)> _recentHolds = [];
    private readonly List<BookHeld> _recentBookings = [];
    private readonly List<BookHeld[]> _recentChains = [];
    private ulong _draws;

    public SeatsRequests() => Lists = new ListRequests(this);

    /// <summary>Requests about waiting lists.</summary>
    public ListRequests Lists { get; }

    /// <summary>A show: mostly one that is sold now, some that were before, some that are not there yet.</summary>
    public ulong ShowOf(SeededRandom random)
    {
        ulong generation = _draws++ / DrawsPerGeneration;
        generation -= random.OneIn(25) ? Math.Min(1, generation) : 0;
        generation += random.OneIn(200) ? 1UL : 0;
        ulong kind = random.Below((ulong)SmallHouses.ShowKinds);
        return SmallHouses.FirstShow + (generation * SmallHouses.ShowKinds) + kind;
    }

    public static ChartBlock[] Chart(SeededRandom random, out ulong number)
    {
        int kind = random.Below(SmallHouses.Charts.Count);
        number = SmallHouses.FirstChart + (ulong)kind;
        ChartBlock[] blocks = [.. SmallHouses.Charts[kind]];
        if (random.OneIn(2))
        {
            // Rules about blocks are seen wherever a chart is asked for, and a chart of one's own is rare.
            number = random.OneIn(2) ? SmallHouses.FirstChart + 10 + random.Below(4UL) : number;
            ref ChartBlock block = ref blocks[random.Below(blocks.Length)];
            block = BeyondRules.Of(block, random);
            Array.Resize(ref blocks, random.OneIn(10) ? 1 : blocks.Length);
        }

        return blocks;
    }

    public CreateShow Show(SeededRandom random)
    {
        CreateShow request = SmallHouses.TermsOf(ShowOf(random));
        if (random.OneIn(3))
        {
            request.Show = random.OneIn(2) ? request.Show + 1_000_000 : request.Show;
            request = BeyondRules.Of(request, random);
        }

        return request;
    }

    public HoldSeats HoldSeats(SeededRandom random)
    {
        ulong show = ShowOf(random);
        HoldSeats request = new()
        {
            Id = _holds.Draw(random),
            Show = show,
            Buyer = random.Below(5UL),
            ExpiresInMs = ExpiryOf(random),
            Channel = ChannelOf(random),
            Flags = (random.OneIn(8) ? HoldFlags.AllowSingleSeats : 0) | Counter(random) | Link(random),
            Count = (byte)(random.OneIn(12) ? random.Between(1, 16) : random.Between(1, 5)),
            UserData64 = random.Below(2UL),
        };
        ChartBlock[] chart = SmallHouses.ChartOf(show);
        int block = BlockOf(chart, random, ChartBlockKind.Row);
        int first = random.Below((int)chart[block].Capacity);
        for (int i = 0; i < request.Count; i++)
        {
            // Mostly side by side, else anywhere; now and then the same seat again or one that is not there.
            bool isAnywhere = random.OneIn(10);
            int other = isAnywhere ? BlockOf(chart, random, ChartBlockKind.Row) : block;
            int seat = isAnywhere ? random.Below((int)Math.Min(chart[other].Capacity + 1, 64)) : (first + i) & 63;
            request.Seats[i] = SeatPlace.Of(random.OneIn(200) ? chart.Length + random.Below(2) : other, seat);
        }

        request = random.OneIn(25) ? BeyondRules.Of(request, random) : request;
        Remember(show, request.Id, request.Seats, Math.Min((int)request.Count, 16), random);
        return request;
    }

    public HoldBestAvailable HoldBest(SeededRandom random)
    {
        ulong show = ShowOf(random);
        HoldBestAvailable request = new()
        {
            Id = _holds.Draw(random),
            Show = show,
            Buyer = random.Below(5UL),
            ExpiresInMs = ExpiryOf(random),
            Channel = ChannelOf(random),
            Flags = (random.OneIn(3) ? HoldFlags.Together : 0) | Counter(random) | Link(random),
            Count = (byte)(random.OneIn(10) ? random.Between(1, 16) : random.Between(1, 5)),
            Categories = (ushort)(random.OneIn(2) ? 0 : random.OneIn(4) ? 0x8008 : random.Between(1, 3)),
            Zone = (ushort)(random.OneIn(3) ? random.Pick([1, 2, 3, 9]) : 0),
            UserData64 = random.Below(2UL),
        };
        request.Accessible = (byte)(random.OneIn(3) ? random.Between(1, Math.Min((int)request.Count, 3)) : 0);
        request = random.OneIn(25) ? BeyondRules.Of(request, random) : request;
        Remember(show, request.Id, default, 0, random);
        return request;
    }

    public HoldGeneralAdmission HoldArea(SeededRandom random)
    {
        ulong show = ShowOf(random);
        ChartBlock[] chart = SmallHouses.ChartOf(show);
        HoldGeneralAdmission request = new()
        {
            Id = _holds.Draw(random),
            Show = show,
            Buyer = random.Below(5UL),
            ExpiresInMs = ExpiryOf(random),
            Channel = ChannelOf(random),
            Flags = Counter(random) | Link(random),
            Block = (uint)BlockOf(chart, random, ChartBlockKind.GeneralAdmission),
            Quantity = (uint)random.Between(1, 4),
            UserData64 = random.Below(2UL),
        };
        request.Quantity = random.OneIn(12) ? (uint)random.Pick([5, 20, 21, 64, 65, 1_000]) : request.Quantity;
        request.Block += random.OneIn(60) ? (uint)chart.Length : 0;
        request = random.OneIn(25) ? BeyondRules.Of(request, random) : request;
        Remember(show, request.Id, default, 0, random);
        return request;
    }

    public HoldChange Change(Operation operation, SeededRandom random)
    {
        (ulong show, UInt128 id, SeatPlaces seats, int count) = RecentHold(random);
        HoldChange request = new() { Show = show, Hold = id };
        if (operation == Operation.ExtendHold)
        {
            request.ExpiresInMs = ExpiryOf(random);
        }
        else if (!random.OneIn(3))
        {
            request.Count = (byte)(count == 0 ? random.Below(2) : random.Between(1, count));
            int first = random.Below(Math.Max(1, count - request.Count + 1));
            for (int i = 0; i < request.Count; i++)
            {
                request.Seats[i] = seats[random.OneIn(30) ? 0 : first + i];
            }
        }

        return random.OneIn(20) ? BeyondRules.Of(request, random) : request;
    }

    public BookHeld Book(SeededRandom random)
    {
        if (_recentBookings.Count != 0 && random.OneIn(8))
        {
            return BeyondRules.Other(random.Pick(_recentBookings), random);
        }

        (ulong show, UInt128 hold, _, _) = RecentHold(random);
        if (_recentBookings.Count != 0 && random.OneIn(6))
        {
            // The same booking in another show, which pays the same merchant: one payment must not pay both.
            return random.Pick(_recentBookings) with { Show = show, Hold = hold };
        }

        BookHeld request = new()
        {
            Id = _bookings.Draw(random),
            Show = show,
            Card = random.Below(3UL),
            Hold = hold,
            UserData128 = random.Below(2UL),
            UserData64 = random.Below(2UL),
            Terminal = random.Below(2UL),
            Device = random.Below(2UL),
            Connector = (ushort)(random.OneIn(4) ? 1 : 0),
            Method = (ushort)random.Below(2),
            Flags = (random.OneIn(5) ? BookingFlags.PaidElsewhere : 0)
                | (random.OneIn(2) ? BookingFlags.AllowEquivalents : 0),
        };
        request = random.OneIn(25) ? BeyondRules.Of(request, random) : request;
        _recentBookings.Add(request);
        Forget(_recentBookings, random);
        return request;
    }

    /// <summary>Bookings of several shows that are to be made together; mostly of holds that are there.</summary>
    public BookHeld[] BookTogether(SeededRandom random)
    {
        if (_recentChains.Count != 0 && random.OneIn(4))
        {
            return random.Pick(_recentChains);
        }

        BookHeld common = Book(random) with { Id = _bookings.Draw(random) };
        List<BookHeld> chain = [];
        for (int tries = 0; tries < 12 && chain.Count < 4; tries++)
        {
            (ulong show, UInt128 hold, _, _) = RecentHold(random);
            BookHeld next = common with { Show = show, Hold = hold, Flags = common.Flags | BookingFlags.Linked };
            if (random.OneIn(60) || !chain.Exists(one => one.Show == show))
            {
                chain.Add(random.OneIn(30) ? BeyondRules.Other(next, random) : next);
            }
        }

        BookHeld[] made = [.. chain[..random.Between(Math.Min(2, chain.Count), chain.Count)]];
        made[^1].Flags &= random.OneIn(40) ? made[^1].Flags : ~BookingFlags.Linked;
        _recentBookings.AddRange(made);
        Forget(_recentBookings, random);
        _recentChains.Add(made);
        Forget(_recentChains, random);
        return made;
    }

    public MoveToChannel Move(SeededRandom random)
    {
        // Two kinds of shows have channels; the others are as they are without.
        ulong show = ShowOf(random);
        show -= random.OneIn(20) ? 0 : (show - SmallHouses.FirstShow) % SmallHouses.ShowKinds - random.Pick([0UL, 2UL]);
        ChartBlock[] chart = SmallHouses.ChartOf(show);
        int block = random.Below(chart.Length);
        bool isBySeat = chart[block].Kind is ChartBlockKind.Row or ChartBlockKind.Table;
        MoveToChannel request = new()
        {
            Show = show,
            Block = (uint)block,
            Seats = !isBySeat ? 0 : Mask(chart[block]) & (random.OneIn(2) ? 1UL << random.Below(8) : random.Next()),
            From = (ushort)(random.OneIn(2) ? 0 : random.Between(1, 3)),
            To = (ushort)(random.OneIn(2) ? 0 : random.Between(1, 3)),
        };
        return random.OneIn(12) ? BeyondRules.Of(request, random) : request;
    }

    public CancelBooking Cancel(SeededRandom random)
    {
        (ulong show, UInt128 id) = Booking(random);
        CancelBooking request = new() { Id = id, Show = show };
        return random.OneIn(20) ? BeyondRules.Of(request, random) : request;
    }

    public SetForSale Sale(SeededRandom random)
    {
        ulong show = ShowOf(random);
        ChartBlock[] chart = SmallHouses.ChartOf(show);
        int block = random.Below(chart.Length);
        bool isArea = chart[block].Kind == ChartBlockKind.GeneralAdmission;
        SetForSale request = new()
        {
            Show = show,
            Block = (uint)block,
            Seats = isArea
                ? random.Below(((ulong)chart[block].Capacity / 4) + 1)
                : random.Next() & random.Next() & Mask(chart[block]),
            IsForSale = (byte)(isArea ? 0 : random.Below(2)),
        };
        if (random.OneIn(3))
        {
            (request.Block, request.IsForSale) = (SetForSale.EveryBlock, (byte)(random.OneIn(5) ? 0 : 1));
        }

        return random.OneIn(12) ? BeyondRules.Of(request, random) : request;
    }

    /// <summary>Ids to look up, of holds or bookings; some are nobody's.</summary>
    public (ulong Show, UInt128[] Ids) Ids(Operation operation, SeededRandom random)
    {
        bool areHolds = operation == Operation.GetHold;
        ulong show = areHolds ? RecentHold(random).Show : Booking(random).Show;
        UInt128[] ids = new UInt128[random.Between(1, 6)];
        for (int i = 0; i < ids.Length; i++)
        {
            ids[i] = areHolds ? RecentHold(random).Id : Booking(random).Id;
        }

        return (show, ids);
    }

    /// <summary>A channel to name, mostly none.</summary>
    public static ushort ChannelOf(SeededRandom random) => (ushort)(random.OneIn(4) ? random.Between(1, 3) : 0);

    /// <summary>A block of the kind that the request is about, mostly.</summary>
    public static int BlockOf(ChartBlock[] chart, SeededRandom random, ChartBlockKind kind)
    {
        int block = random.Below(chart.Length);
        for (int tries = 0; tries < 6 && !random.OneIn(30); tries++)
        {
            bool isForSeats = chart[block].Kind is ChartBlockKind.Row or ChartBlockKind.Table;
            if (isForSeats == (kind == ChartBlockKind.Row))
            {
                break;
            }

            block = random.Below(chart.Length);
        }

        return block;
    }

    /// <summary>The id of a hold, new or not.</summary>
    public UInt128 HoldId(SeededRandom random) => _holds.Name(random);

    /// <summary>A hold that further requests are about.</summary>
    public void Remember(ulong show, UInt128 id, SeatPlaces seats, int count, SeededRandom random)
    {
        _recentHolds.Add((show, id, seats, count));
        Forget(_recentHolds, random);
    }

    // Chains of two or three holds, most of them of different shows.
    private static HoldFlags Link(SeededRandom random) => random.OneIn(5) ? HoldFlags.Linked : 0;

    private static HoldFlags Counter(SeededRandom random) => random.OneIn(6) ? HoldFlags.BoxOffice : 0;

    private static uint ExpiryOf(SeededRandom random) => random.OneIn(2) ? 0 : random.Pick(ExpiriesMs);

    private static ulong Mask(ChartBlock block) => ulong.MaxValue >> (64 - (int)block.Capacity);

    private static void Forget<T>(List<T> items, SeededRandom random)
    {
        while (items.Count > Remembered)
        {
            items.RemoveAt(random.Below(Remembered / 2));
        }
    }

    private (ulong Show, UInt128 Id, SeatPlaces Seats, int Count) RecentHold(SeededRandom random) =>
        _recentHolds.Count == 0 || random.OneIn(20)
            ? (ShowOf(random), _holds.Name(random), default, 0)
            : random.Pick(_recentHolds);

    private (ulong Show, UInt128 Id) Booking(SeededRandom random) =>
        _recentBookings.Count == 0 || random.OneIn(20)
            ? (ShowOf(random), _bookings.Name(random))
            : IdOf(random.Pick(_recentBookings));

    private static (ulong Show, UInt128 Id) IdOf(BookHeld request) => (request.Show, request.Id);
}
