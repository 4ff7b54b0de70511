using FastCore.Protocol.Seats;
using FastCore.Seats.Lists;

namespace FastCore.Seats.Shows;

/// <summary>The three requests for a hold as one: what differs between them is zero where it means nothing.</summary>
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

    public static HoldOrder Of(in HoldSeats request) => new()
    {
        Id = request.Id,
        Show = request.Show,
        Buyer = request.Buyer,
        UserData64 = request.UserData64,
        Seats = request.Seats,
        ExpiresInMs = request.ExpiresInMs,
        Flags = request.Flags,
        Channel = request.Channel,
        Count = request.Count,
        Kind = HoldKind.Seats,
    };

    public static HoldOrder Of(in HoldBestAvailable request) => new()
    {
        Id = request.Id,
        Show = request.Show,
        Buyer = request.Buyer,
        UserData64 = request.UserData64,
        ExpiresInMs = request.ExpiresInMs,
        Flags = request.Flags,
        Channel = request.Channel,
        Categories = request.Categories,
        Zone = request.Zone,
        Count = request.Count,
        Accessible = request.Accessible,
        Kind = HoldKind.BestAvailable,
    };

    public static HoldOrder Of(in HoldGeneralAdmission request)
    {
        HoldOrder order = new()
        {
            Id = request.Id,
            Show = request.Show,
            Buyer = request.Buyer,
            UserData64 = request.UserData64,
            ExpiresInMs = request.ExpiresInMs,
            Flags = request.Flags,
            Channel = request.Channel,
            Quantity = request.Quantity,
            Kind = HoldKind.GeneralAdmission,
        };

        // A block beyond every chart must not wrap to one that is there.
        order.Seats[0] = Math.Min(request.Block, uint.MaxValue >> 6) << 6;
        return order;
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

    /// <summary>The row of a new hold but for what its making decides.</summary>
    public readonly HoldRow ToRow() => new()
    {
        Id = Id,
        Show = Show,
        Buyer = Buyer,
        UserData64 = UserData64,
        Seats = Seats,
        ExpiresInMs = ExpiresInMs,
        Quantity = (ushort)Quantity,
        Channel = Channel,
        Flags = Flags,
        Categories = Categories,
        Zone = Zone,
        Count = Count,
        Accessible = Accessible,
        Kind = Kind,
        State = HoldState.Held,
    };

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
