using FastCore.Protocol.Seats;
using FastCore.Seats.Lists;

namespace FastCore.Seats.Shows;

/// <summary>What the making of a hold decides.</summary>
internal struct NewHold
{
    public ulong Amount;
    public ulong ExpiresAt;
    public ulong Timestamp;

    /// <summary>Where its first version is.</summary>
    public long Position;
    public int ShowSlot;
}

/// <summary>
/// The three requests for a hold as one: what differs between them is zero where it means nothing. Set where it lies,
/// because to copy what was just written in parts waits for it.
/// </summary>
internal struct HoldOrder
{
    public UInt128 Id;
    public ulong Show;
    public ulong Buyer;
    public ulong UserData64;
    public SeatPlaces Seats;
    public uint ExpiresInMs;
    public uint Quantity;
    public ushort Channel;
    public HoldFlags Flags;
    public ushort Categories;
    public ushort Zone;
    public byte Count;
    public byte Accessible;
    public HoldKind Kind;

    public void Set(in HoldSeats request)
    {
        this = default;
        Id = request.Id;
        Show = request.Show;
        Buyer = request.Buyer;
        UserData64 = request.UserData64;
        Seats = request.Seats;
        ExpiresInMs = request.ExpiresInMs;
        Flags = request.Flags;
        Channel = request.Channel;
        Count = request.Count;
        Kind = HoldKind.Seats;
    }

    public void Set(in HoldBestAvailable request)
    {
        this = default;
        Id = request.Id;
        Show = request.Show;
        Buyer = request.Buyer;
        UserData64 = request.UserData64;
        ExpiresInMs = request.ExpiresInMs;
        Flags = request.Flags;
        Channel = request.Channel;
        Categories = request.Categories;
        Zone = request.Zone;
        Count = request.Count;
        Accessible = request.Accessible;
        Kind = HoldKind.BestAvailable;
    }

    public void Set(in HoldGeneralAdmission request)
    {
        this = default;
        Id = request.Id;
        Show = request.Show;
        Buyer = request.Buyer;
        UserData64 = request.UserData64;
        ExpiresInMs = request.ExpiresInMs;
        Flags = request.Flags;
        Channel = request.Channel;
        Quantity = request.Quantity;
        Kind = HoldKind.GeneralAdmission;

        // A block beyond every chart must not wrap to one that is there.
        Seats[0] = Math.Min(request.Block, uint.MaxValue >> 6) << 6;
    }

    /// <summary>What an entry of a waiting list wishes for, lasting as the show says.</summary>
    public static HoldOrder Of(in WaitingListEntryRow entry)
    {
        HoldOrder order = new()
        {
            Id = entry.Id,
            Show = entry.Show,
            Buyer = entry.Buyer,
            UserData64 = entry.UserData64,
            Flags = entry.Flags,
            Channel = entry.Channel,
            Quantity = entry.Quantity,
            Categories = entry.Categories,
            Zone = entry.Zone,
            Count = entry.Count,
            Accessible = entry.Accessible,
            Kind = entry.Quantity != 0 ? HoldKind.GeneralAdmission : HoldKind.BestAvailable,
        };
        order.Seats[0] = Math.Min(entry.Block, uint.MaxValue >> 6) << 6;
        return order;
    }

    /// <summary>Makes a cleared row the one of a new hold.</summary>
    public readonly void WriteTo(ref HoldRow row, in NewHold made)
    {
        row.Id = Id;
        row.Show = Show;
        row.Buyer = Buyer;
        row.Seats = Seats;
        row.ExpiresAt = made.ExpiresAt;
        row.CreatedAt = made.Timestamp;
        row.Timestamp = made.Timestamp;
        row.Amount = made.Amount;
        row.UserData64 = UserData64;
        row.Position = made.Position;
        row.Previous = -1;
        row.ExpiresInMs = ExpiresInMs;
        row.Quantity = (ushort)Quantity;
        row.Channel = Channel;
        row.ShowSlot = made.ShowSlot;
        row.Flags = Flags;
        row.Categories = Categories;
        row.Zone = Zone;
        row.Count = Count;
        row.Accessible = Accessible;
        row.State = HoldState.Held;
        row.Kind = Kind;
    }

    /// <summary>The first thing in which a repetition differs from the hold that is there; 0 = nothing.</summary>
    public readonly SeatStatus Compare(in HoldRow known)
    {
        if (Kind != known.Kind)
        {
            return SeatStatus.ExistsWithDifferentOperation;
        }

        if (Kind != HoldKind.BestAvailable && !((ReadOnlySpan<uint>)Seats).SequenceEqual(known.Seats))
        {
            return SeatStatus.ExistsWithDifferentSeats;
        }

        return Count != known.Count ? SeatStatus.ExistsWithDifferentCount
            : Quantity != known.Quantity ? SeatStatus.ExistsWithDifferentQuantity
            : Accessible != known.Accessible ? SeatStatus.ExistsWithDifferentAccessible
            : Categories != known.Categories ? SeatStatus.ExistsWithDifferentCategories
            : Zone != known.Zone ? SeatStatus.ExistsWithDifferentZone
            : Channel != known.Channel ? SeatStatus.ExistsWithDifferentChannel
            : Buyer != known.Buyer ? SeatStatus.ExistsWithDifferentBuyer
            : ExpiresInMs != known.ExpiresInMs ? SeatStatus.ExistsWithDifferentExpiresIn
            : Flags != known.Flags ? SeatStatus.ExistsWithDifferentFlags
            : UserData64 != known.UserData64 ? SeatStatus.ExistsWithDifferentUserData64
            : 0;
    }
}
