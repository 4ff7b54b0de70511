using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Protocol.Seats.Waiting;
using FastCore.Testing;

namespace FastCore.Fuzz.Requests;

/// <summary>
/// Elements of requests about seats: charts of a few blocks, two shows, holds and bookings that refer to each other.
/// </summary>
internal static class LikelySeats
{
    private const int BlocksMax = 4;
    private const ulong NsPerS = 1_000_000_000;

    /// <summary>Whether elements of the operation are made here.</summary>
    public static bool Knows(Operation operation) => operation
        is Operation.EndBookingSteps or (>= Operation.CreateChart and <= Operation.SetForSale)
        or (>= Operation.ListShows and <= Operation.CloseWaitingRoom) or
            (>= Operation.ListWaiting and <= Operation.AwaitSeatChanges)
        or (>= Operation.OpenWaitingList and <= Operation.CloseWaitingList) or Operation.ListWaitingList;

    /// <summary>Fills an element.</summary>
    public static void Fill(Operation operation, Span<byte> element, SeededRandom random)
    {
        switch (operation)
        {
            case Operation.CreateChart:
                Put(element, Block(random));
                break;
            case Operation.CreateShow:
                Put(element, Show(random));
                break;
            case Operation.HoldSeats or Operation.HoldBestAvailable or Operation.HoldGeneralAdmission:
                FillHold(operation, element, random);
                break;
            case Operation.ExtendHold or Operation.ReleaseHold:
                FillChange(operation, element, random);
                break;
            case Operation.BookHeld:
                Put(element, new BookHeld
                {
                    Id = Id(random),
                    Show = Number(random),
                    Hold = Id(random),
                    Flags = (BookingFlags)random.Below(random.OneIn(16) ? 16 : 8),
                });
                break;
            case Operation.CancelBooking:
                Put(element, new CancelBooking { Id = Id(random), Show = Number(random) });
                break;
            case Operation.SetForSale:
                Put(element, new SetForSale
                {
                    Show = Number(random),
                    Seats = random.Skewed(),
                    Block = random.OneIn(3) ? SetForSale.EveryBlock : (uint)random.Below(BlocksMax),
                    IsForSale = (byte)random.Below(2),
                });
                break;
            case Operation.MoveToChannel:
                Put(element, new MoveToChannel
                {
                    Show = Number(random),
                    Seats = random.OneIn(2) ? 0 : random.Skewed(),
                    Block = (uint)random.Below(BlocksMax),
                    From = (ushort)(random.OneIn(3) ? random.Below(17) : 0),
                    To = (ushort)random.Below(4),
                });
                break;
            case Operation.EndBookingSteps:
                Put(element, new BookingOutcome
                {
                    Id = Id(random),
                    Show = Number(random),
                    Step = (BookingStep)random.Below(3),
                    IsDone = (byte)random.Below(2),
                    Refusal = random.OneIn(4) ? PaymentStatus.ConnectorOutOfRange : 0,
                });
                break;
            case >= Operation.OpenWaitingRoom and <= Operation.CloseWaitingRoom:
                FillWaiting(operation, element, random);
                break;
            case >= Operation.OpenWaitingList and <= Operation.CloseWaitingList:
                FillList(operation, element, random);
                break;
            case Operation.ListShows:
                Put(element, new ShowFilter { Limit = (uint)random.Skewed(), FreeMin = (uint)random.Below(3) });
                break;
            default:
                Put(element, new SeatFilter
                {
                    From = random.OneIn(2) ? 0 : random.Skewed(),
                    Limit = (uint)random.Skewed(),
                    Place = operation == Operation.SeatHistory ? Place(random) : 0,
                });
                break;
        }
    }

    private static ChartBlock Block(SeededRandom random)
    {
        ChartBlockKind kind = (ChartBlockKind)(random.OneIn(16) ? random.Below(6) : random.Between(1, 4));
        bool isArea = kind == ChartBlockKind.GeneralAdmission;
        uint capacity = random.Pick<uint>(isArea ? [1, 5, 1_000_000] : [1, 2, 5, 63, 64]);
        return new ChartBlock
        {
            Kind = kind,
            Capacity = capacity,
            Accessible = isArea || !random.OneIn(2) ? 0 : random.Next() >> (64 - (int)capacity),
            Aisles = isArea || !random.OneIn(2) ? 0 : (random.Next() >> (64 - (int)capacity)) >> 1,
            Zone = (ushort)random.Below(2),
            Rank = (ushort)random.Below(3),
            FirstNumber = (ushort)(isArea ? 0 : 1),
            NumberStep = (sbyte)(isArea ? 0 : 1),
            Focus = (byte)(isArea ? 0 : random.Below((int)capacity)),
            Category = (byte)random.Below(2),
            OccupancyMin = (byte)(kind == ChartBlockKind.WholeTable ? 1 : 0),
            OccupancyMax = (byte)(kind == ChartBlockKind.WholeTable ? random.Pick([1, 64, 255]) : 0),
        };
    }

    private static CreateShow Show(SeededRandom random)
    {
        bool isPaid = random.OneIn(2);
        CreateShow show = new()
        {
            Show = Number(random),
            Chart = Number(random),
            Merchant = isPaid ? 1UL : 0,
            Currency = isPaid ? 356u : 0,
            HoldMs = random.OneIn(2) ? 0 : (uint)random.Skewed(),
            SeatsPerBuyerMax = (ushort)(random.OneIn(2) ? 0 : random.Between(1, 6)),
            Flags = (ShowFlags)random.Below(random.OneIn(4) ? 4 : 2),
        };
        show.Prices[0] = random.Pick([0u, 1u, SeatLimits.PriceMax]);
        return show;
    }

    private static void FillHold(Operation operation, Span<byte> element, SeededRandom random)
    {
        uint lastsMs = random.OneIn(2) ? 0 : (uint)random.Skewed();
        int count = random.OneIn(16) ? random.Below(18) : random.Between(1, 6);
        switch (operation)
        {
            case Operation.HoldSeats:
                HoldSeats seats = new()
                {
                    Id = Id(random),
                    Show = Number(random),
                    Buyer = random.Below(3UL),
                    ExpiresInMs = lastsMs,
                    Channel = (ushort)(random.OneIn(3) ? random.Below(17) : 0),
                    Flags = (random.OneIn(6) ? HoldFlags.AllowSingleSeats : 0)
                        | Link(random),
                    Count = (byte)count,
                };
                uint first = Place(random);
                for (int i = 0; i < Math.Min(count, SeatLimits.SeatsPerHoldMax); i++)
                {
                    seats.Seats[i] = random.OneIn(10) ? Place(random) : first + (uint)i;
                }

                Put(element, seats);
                break;
            case Operation.HoldBestAvailable:
                Put(element, new HoldBestAvailable
                {
                    Id = Id(random),
                    Show = Number(random),
                    Buyer = random.Below(3UL),
                    ExpiresInMs = lastsMs,
                    Channel = (ushort)(random.OneIn(3) ? random.Below(17) : 0),
                    Flags = (random.OneIn(3) ? HoldFlags.Together : 0) | Link(random),
                    Count = (byte)count,
                    Accessible = (byte)(random.OneIn(3) ? random.Below(count + 1) : 0),
                    Categories = (ushort)(random.OneIn(2) ? 0 : random.Skewed()),
                    Zone = (ushort)random.Below(2),
                });
                break;
            default:
                Put(element, new HoldGeneralAdmission
                {
                    Id = Id(random),
                    Show = Number(random),
                    Buyer = random.Below(3UL),
                    ExpiresInMs = lastsMs,
                    Channel = (ushort)(random.OneIn(3) ? random.Below(17) : 0),
                    Flags = Link(random),
                    Block = (uint)random.Below(BlocksMax),
                    Quantity = random.Pick([1u, 2u, 5u, 64u, SeatLimits.QuantityMax]),
                });
                break;
        }
    }

    private static void FillChange(Operation operation, Span<byte> element, SeededRandom random)
    {
        HoldChange change = new() { Hold = Id(random), Show = Number(random) };
        if (operation == Operation.ExtendHold)
        {
            change.ExpiresInMs = random.OneIn(2) ? 0 : (uint)random.Skewed();
        }
        else if (random.OneIn(2))
        {
            change.Count = 1;
            change.Seats[0] = Place(random);
        }

        Put(element, change);
    }

    private static void FillList(Operation operation, Span<byte> element, SeededRandom random)
    {
        switch (operation)
        {
            case Operation.OpenWaitingList:
                Put(element, new OpenWaitingList
                {
                    Show = Number(random),
                    EndsAt = random.OneIn(3) ? ManualClock.StartNs + random.Below(20 * NsPerS) : 0,
                    OfferMs = random.OneIn(2) ? 0 : (uint)random.Skewed(),
                    PlacesMax = (uint)random.Between(1, 9),
                    EntriesPerBuyerMax = (ushort)random.Below(4),
                });
                break;
            case Operation.JoinWaitingList:
                bool isPlaces = random.OneIn(3);
                Put(element, new JoinWaitingList
                {
                    Id = Id(random),
                    Show = Number(random),
                    Buyer = random.Below(4UL),
                    Block = isPlaces ? (uint)random.Below(BlocksMax) : 0,
                    Quantity = (ushort)(isPlaces ? random.Pick([1, 5, 64, 1_000]) : 0),
                    Flags = isPlaces || random.OneIn(2) ? HoldFlags.None : HoldFlags.Together,
                    Categories = (ushort)(isPlaces || random.OneIn(2) ? 0 : random.Skewed()),
                    Channel = (ushort)(random.OneIn(3) ? random.Below(17) : 0),
                    Count = (byte)(isPlaces ? 0 : random.Between(1, 17)),
                    Accessible = (byte)(isPlaces ? 0 : random.Below(2)),
                });
                break;
            case Operation.LeaveWaitingList:
                Put(element, new LeaveWaitingList { Id = Id(random), Show = Number(random) });
                break;
            default:
                Put(element, new CloseWaitingList { Show = Number(random) });
                break;
        }
    }

    // All seeds are zeros, so that most draws are drawn.
    private static void FillWaiting(Operation operation, Span<byte> element, SeededRandom random)
    {
        switch (operation)
        {
            case Operation.OpenWaitingRoom:
                Put(element, new OpenWaitingRoom
                {
                    Show = Number(random),
                    OpensAt = random.OneIn(4) ? random.Skewed() : ManualClock.StartNs + random.Below(NsPerS),
                    Commitment = WaitingDraw.CommitmentOf(default),
                    SessionsMax = (uint)random.Between(1, 3),
                    PlacesMax = (uint)random.Between(1, 6),
                    CallMs = (uint)random.Between(1, 400),
                    SessionMs = (uint)random.Between(1, 400),
                    SessionMsMax = (uint)random.Between(300, 900),
                });
                break;
            case Operation.DrawWaitingRoom:
                Put(element, new DrawWaitingRoom { Show = Number(random) });
                break;
            case Operation.EnterWaitingRoom:
                Put(element, new EnterWaitingRoom
                {
                    Show = Number(random),
                    Buyer = random.Below(5UL),
                    Session = Id(random),
                    ExpiresAt = random.OneIn(4) ? random.Skewed() : ulong.MaxValue,
                    Calls = (uint)random.Below(3),
                });
                break;
            default:
                bool isClosing = operation == Operation.CloseWaitingRoom;
                Put(element, new WaitingChange { Show = Number(random), Buyer = isClosing ? 0 : random.Below(5UL) });
                break;
        }
    }

    private static HoldFlags Link(SeededRandom random) => random.OneIn(4) ? HoldFlags.Linked : 0;

    private static uint Place(SeededRandom random) =>
        SeatPlace.Of(random.Below(BlocksMax), random.OneIn(4) ? random.Below(64) : random.Below(6));

    private static ulong Number(SeededRandom random) => random.OneIn(8) ? 2 : 1UL;

    private static UInt128 Id(SeededRandom random) =>
        random.OneIn(32) ? UInt128.MaxValue - (UInt128)random.Below(2) : (UInt128)random.Below(7);

    private static void Put<T>(Span<byte> target, T value)
        where T : unmanaged => MemoryMarshal.Write(target, in value);
}
