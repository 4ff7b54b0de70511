using FastCore.Protocol;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;

namespace FastCore.Simulation.Seats;

/// <summary>What a hold of any kind was asked for with: the same id must come with the same again.</summary>
internal sealed record HoldTerms
{
    public required Operation Operation { get; init; }

    public required UInt128 Id { get; init; }

    public required ulong Show { get; init; }

    public required ulong Buyer { get; init; }

    public required uint ExpiresInMs { get; init; }

    public required HoldFlags Flags { get; init; }

    public required ulong UserData64 { get; init; }

    /// <summary>The seats by number, or the block of an area or whole table; none for best available.</summary>
    public uint[] Seats { get; init; } = [];

    public int Count { get; init; }

    public uint Quantity { get; init; }

    public int Accessible { get; init; }

    public ushort Categories { get; init; }

    public ushort Zone { get; init; }

    public ushort Channel { get; init; }

    /// <summary>Whether seats of a channel are there for it.</summary>
    public bool Sees(int channel) =>
        channel == 0 || channel == Channel || (Flags & HoldFlags.BoxOffice) != 0;

    public static HoldTerms Of(HoldSeats request)
    {
        SeatPlaces seats = request.Seats;
        return new HoldTerms
        {
            Operation = Operation.HoldSeats,
            Id = request.Id,
            Show = request.Show,
            Buyer = request.Buyer,
            ExpiresInMs = request.ExpiresInMs,
            Flags = request.Flags,
            Channel = request.Channel,
            UserData64 = request.UserData64,
            Seats = [.. seats[..]],
            Count = request.Count,
        };
    }

    public static HoldTerms Of(HoldBestAvailable request) => new()
    {
        Operation = Operation.HoldBestAvailable,
        Id = request.Id,
        Show = request.Show,
        Buyer = request.Buyer,
        ExpiresInMs = request.ExpiresInMs,
        Flags = request.Flags,
        Channel = request.Channel,
        UserData64 = request.UserData64,
        Count = request.Count,
        Accessible = request.Accessible,
        Categories = request.Categories,
        Zone = request.Zone,
    };

    public static HoldTerms Of(HoldGeneralAdmission request) => new()
    {
        Operation = Operation.HoldGeneralAdmission,
        Id = request.Id,
        Show = request.Show,
        Buyer = request.Buyer,
        ExpiresInMs = request.ExpiresInMs,
        Flags = request.Flags,
        Channel = request.Channel,
        UserData64 = request.UserData64,
        Seats = [request.Block],
        Quantity = request.Quantity,
    };

    /// <summary>What an entry of a waiting list is offered, lasting as the show says.</summary>
    public static HoldTerms Of(JoinWaitingList wish) => new()
    {
        Operation = wish.Quantity != 0 ? Operation.HoldGeneralAdmission : Operation.HoldBestAvailable,
        Id = wish.Id,
        Show = wish.Show,
        Buyer = wish.Buyer,
        ExpiresInMs = 0,
        Flags = wish.Flags,
        Channel = wish.Channel,
        UserData64 = wish.UserData64,
        Seats = wish.Quantity != 0 ? [wish.Block] : [],
        Count = wish.Count,
        Quantity = wish.Quantity,
        Accessible = wish.Accessible,
        Categories = wish.Categories,
        Zone = wish.Zone,
    };

    /// <summary>The first rule that another request of the same id breaks; 0 = it is the same.</summary>
    public SeatStatus DifferenceTo(HoldTerms other) =>
        Operation != other.Operation ? SeatStatus.ExistsWithDifferentOperation
        : !Seats.SequenceEqual(other.Seats) ? SeatStatus.ExistsWithDifferentSeats
        : Count != other.Count ? SeatStatus.ExistsWithDifferentCount
        : Quantity != other.Quantity ? SeatStatus.ExistsWithDifferentQuantity
        : Accessible != other.Accessible ? SeatStatus.ExistsWithDifferentAccessible
        : Categories != other.Categories ? SeatStatus.ExistsWithDifferentCategories
        : Zone != other.Zone ? SeatStatus.ExistsWithDifferentZone
        : Channel != other.Channel ? SeatStatus.ExistsWithDifferentChannel
        : Buyer != other.Buyer ? SeatStatus.ExistsWithDifferentBuyer
        : ExpiresInMs != other.ExpiresInMs ? SeatStatus.ExistsWithDifferentExpiresIn
        : Flags != other.Flags ? SeatStatus.ExistsWithDifferentFlags
        : UserData64 != other.UserData64 ? SeatStatus.ExistsWithDifferentUserData64
        : 0;
}
