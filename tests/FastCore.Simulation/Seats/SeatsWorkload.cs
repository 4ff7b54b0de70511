using System.Runtime.InteropServices;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Simulation.Domains;
using FastCore.Simulation.Payments;
using FastCore.Simulation.Seats.Lists;
using FastCore.Simulation.Seats.Waiting;
using FastCore.Testing;

namespace FastCore.Simulation.Seats;

/// <summary>
/// Buyers of a few small shows who attempt everything in every state: holds of all kinds, extensions, releases,
/// bookings that are paid or not, cancellations, seats on sale and off it, repetitions of all of them with the same
/// and with other content, and every read. New shows open as the old ones sell out.
/// </summary>
/// <param name="hasMerchant">Whether the merchant that shows pay is opened first.</param>
/// <param name="elementsMax">Elements of one request at most.</param>
public sealed class SeatsWorkload(bool hasMerchant = true, int elementsMax = 6) : IWorkload
{
    private readonly SeatsRequests _requests = new();
    private readonly WaitingRequests _waiting = new();
    private readonly RepeatedElements _repeated = new();
    private int _opened = hasMerchant ? -1 : 0;
    private ulong _shown;

    /// <inheritdoc/>
    public string Name => "seats";

    /// <inheritdoc/>
    public SimulatedRequest Next(SeededRandom random, ulong nowNs)
    {
        // Without merchant and charts nothing else means anything, so they come first.
        if (_opened < SmallHouses.Charts.Count)
        {
            int next = _opened++;
            return next < 0 ? OpenMerchant() : InBook(
                Operation.CreateChart, SmallHouses.FirstChart + (ulong)next, SmallHouses.Charts[next]);
        }

        // A show that comes up for the first time is mostly opened.
        ulong show = _requests.ShowOf(random);
        if (show >= _shown + SmallHouses.FirstShow)
        {
            CreateShow[] opened = [.. Enumerable.Range(0, SmallHouses.ShowKinds)
                .Select(kind => SmallHouses.TermsOf(SmallHouses.FirstShow + _shown + (ulong)kind))];
            _shown += SmallHouses.ShowKinds;
            return new SimulatedRequest(Operation.CreateShow, MemoryMarshal.AsBytes<CreateShow>(opened).ToArray());
        }

        if (random.OneIn(8))
        {
            return Waiting(random, nowNs);
        }

        if (random.OneIn(9))
        {
            return Listed(random, nowNs);
        }

        return random.Below(100) switch
        {
            < 2 => CreateChart(random),
            < 4 => Write(Operation.CreateShow, random),
            < 28 => Write(Operation.HoldSeats, random),
            < 42 => Write(Operation.HoldBestAvailable, random),
            < 52 => Write(Operation.HoldGeneralAdmission, random),
            < 57 => Write(Operation.ExtendHold, random),
            < 63 => Write(Operation.ReleaseHold, random),
            < 77 => Write(Operation.BookHeld, random),
            < 81 => Write(Operation.CancelBooking, random),
            < 84 => Write(Operation.SetForSale, random),
            < 87 => Write(Operation.MoveToChannel, random),
            _ => Read(random),
        };
    }

    private static SimulatedRequest OpenMerchant()
    {
        CreateMerchant merchant = new()
        {
            Merchant = SmallHouses.Merchant,
            Currency = SmallHouses.Currency,
            FeePpm = 10_000,
            Prefund = 1_000_000_000_000,
        };
        return new SimulatedRequest(Operation.CreateMerchants, BytesOf(merchant));
    }

    private static byte[] BytesOf<T>(T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value)).ToArray();

    private static SimulatedRequest InBook<T>(Operation operation, ulong book, params T[] elements)
        where T : unmanaged =>
        new(operation, [.. BytesOf(new BookPrefix { Book = book }), .. MemoryMarshal.AsBytes<T>(elements)]);

    private static SimulatedRequest CreateChart(SeededRandom random)
    {
        ChartBlock[] blocks = SeatsRequests.Chart(random, out ulong number);
        return InBook(Operation.CreateChart, number, blocks);
    }

    private SimulatedRequest Write(Operation operation, SeededRandom random)
    {
        if (operation == Operation.BookHeld && random.OneIn(4))
        {
            return new SimulatedRequest(
                operation, MemoryMarshal.AsBytes<BookHeld>(_requests.BookTogether(random)).ToArray());
        }

        // Now and then a chain that is longer than it may be.
        bool isLong = operation is Operation.HoldSeats or Operation.BookHeld && random.OneIn(1_000);
        List<byte> body = [];
        for (int count = isLong ? SeatLimits.LinkedHoldsMax + 2 : random.Between(1, elementsMax); count > 0; count--)
        {
            byte[] element = Element(operation, random);
            if (isLong && operation == Operation.HoldSeats)
            {
                MemoryMarshal.AsRef<HoldSeats>(element.AsSpan()).Flags |= HoldFlags.Linked;
            }
            else if (isLong)
            {
                MemoryMarshal.AsRef<BookHeld>(element.AsSpan()).Flags |= BookingFlags.Linked;
            }

            body.AddRange(element);
        }

        return new SimulatedRequest(operation, [.. body]);
    }

    private byte[] Element(Operation operation, SeededRandom random)
    {
        switch (operation)
        {
            case Operation.CreateShow:
                return BytesOf(_requests.Show(random));
            case Operation.HoldSeats:
                HoldSeats seats = _requests.HoldSeats(random);
                return _repeated.Choose(operation, seats.Show, seats.Id, BytesOf(seats), random);
            case Operation.HoldBestAvailable:
                HoldBestAvailable best = _requests.HoldBest(random);
                return _repeated.Choose(operation, best.Show, best.Id, BytesOf(best), random);
            case Operation.HoldGeneralAdmission:
                HoldGeneralAdmission area = _requests.HoldArea(random);
                return _repeated.Choose(operation, area.Show, area.Id, BytesOf(area), random);
            case Operation.BookHeld:
                BookHeld booking = _requests.Book(random);
                return _repeated.Choose(operation, booking.Show, booking.Id, BytesOf(booking), random);
            case Operation.CancelBooking:
                return BytesOf(_requests.Cancel(random));
            case Operation.SetForSale:
                return BytesOf(_requests.Sale(random));
            case Operation.MoveToChannel:
                return BytesOf(_requests.Move(random));
            default:
                return BytesOf(_requests.Change(operation, random));
        }
    }

    private SimulatedRequest Listed(SeededRandom random, ulong nowNs)
    {
        ulong show = ListRequests.ShowOf(_requests.ShowOf(random), random);
        (ulong of, UInt128 id) = _requests.Lists.Entry(random);
        Operation operation = random.Below(20) switch
        {
            < 2 => Operation.OpenWaitingList,
            < 11 => Operation.JoinWaitingList,
            < 14 => Operation.LeaveWaitingList,
            < 15 => random.OneIn(4) ? Operation.CloseWaitingList : Operation.JoinWaitingList,
            < 16 => Operation.GetWaitingList,
            < 19 => Operation.GetWaitingListEntry,
            _ => Operation.ListWaitingList,
        };
        switch (operation)
        {
            case Operation.GetWaitingList:
                return InBook(operation, show, random.OneIn(10) ? show + 1 : show);
            case Operation.GetWaitingListEntry:
                return InBook(operation, of, [id, .. Enumerable.Range(0, random.Below(5))
                    .Select(_ => _requests.Lists.Entry(random).Id)]);
            case Operation.ListWaitingList:
                return InBook(operation, show, Filter(
                    new SeatFilter { From = random.Below(3UL), Limit = (uint)random.Pick([0, 1, 9, 8_190]) }, random));
        }

        List<byte> body = [];
        for (int count = random.Between(1, elementsMax); count > 0; count--)
        {
            switch (operation)
            {
                case Operation.OpenWaitingList:
                    body.AddRange(BytesOf(_requests.Lists.Open(show, nowNs, random)));
                    break;
                case Operation.LeaveWaitingList:
                    body.AddRange(BytesOf(_requests.Lists.Leave(random)));
                    break;
                case Operation.CloseWaitingList:
                    body.AddRange(BytesOf(ListRequests.Close(show, random)));
                    break;
                default:
                    JoinWaitingList wish = _requests.Lists.Join(show, random);
                    body.AddRange(_repeated.Choose(operation, wish.Show, wish.Id, BytesOf(wish), random));
                    break;
            }

            show = random.OneIn(3) ? ListRequests.ShowOf(_requests.ShowOf(random), random) : show;
        }

        return new SimulatedRequest(operation, [.. body]);
    }

    private SimulatedRequest Waiting(SeededRandom random, ulong nowNs)
    {
        Operation operation = random.Below(32) switch
        {
            < 3 => Operation.OpenWaitingRoom,
            < 6 => Operation.DrawWaitingRoom,
            < 15 => Operation.JoinWaitingRoom,
            < 24 => Operation.EnterWaitingRoom,
            < 26 => Operation.LeaveWaitingRoom,
            < 27 => random.OneIn(3) ? Operation.CloseWaitingRoom : Operation.JoinWaitingRoom,
            < 28 => Operation.GetWaitingRoom,
            < 30 => Operation.GetWaiting,
            _ => Operation.ListWaiting,
        };
        ulong show = WaitingRequests.ShowOf(_requests.ShowOf(random), random);
        switch (operation)
        {
            case Operation.GetWaitingRoom:
                return InBook(operation, show, random.OneIn(10) ? show + 1 : show);
            case Operation.GetWaiting:
                return InBook<ulong>(operation, show, [.. Enumerable.Range(0, random.Between(1, 6))
                    .Select(_ => WaitingRequests.Buyer(random))]);
            case Operation.ListWaiting:
                return InBook(operation, show, Filter(
                    new SeatFilter { From = random.Below(3UL), Limit = (uint)random.Pick([0, 1, 9, 8_190]) }, random));
        }

        List<byte> body = [];
        for (int count = random.Between(1, elementsMax); count > 0; count--)
        {
            body.AddRange(operation switch
            {
                Operation.OpenWaitingRoom => BytesOf(_waiting.Open(show, nowNs, random)),
                Operation.DrawWaitingRoom => BytesOf(WaitingRequests.Draw(show, random)),
                Operation.EnterWaitingRoom => BytesOf(WaitingRequests.Enter(show, nowNs, random)),
                Operation.CloseWaitingRoom => BytesOf(WaitingRequests.Close(show, random)),
                _ => BytesOf(WaitingRequests.Change(show, random)),
            });
            show = WaitingRequests.ShowOf(show, random);
        }

        return new SimulatedRequest(operation, [.. body]);
    }

    private SimulatedRequest Read(SeededRandom random)
    {
        ulong show = _requests.ShowOf(random);
        SeatFilter filter = new()
        {
            From = random.Below(8) < 5 ? 0 : random.OneIn(10) ? random.Skewed() : random.Below(12UL),
            Limit = random.OneIn(3) ? (uint)random.Pick([0, 1, 2, 8_189, 8_190]) : 8_189,
        };
        switch (random.Below(12))
        {
            case 11:
                return InBook<ulong>(Operation.GetBuyers, show, [.. Enumerable.Range(0, random.Between(1, 6))
                    .Select(_ => random.Below(6UL))]);
            case 10:
                // Of a show without a change, or at the version of now by chance, it waits.
                return InBook(Operation.AwaitSeatChanges, show, new AwaitSeatChanges
                {
                    From = random.OneIn(2) ? 0 : random.Below(60UL),
                    Limit = filter.Limit,
                    AwaitMs = (uint)random.Pick([0, 1, 5, 30]),
                });
            case 9:
                filter.From *= random.OneIn(2) ? 16UL : 1;
                return InBook(Operation.GetChannels, show, Filter(filter, random));
            case 0:
                return InBook(Operation.GetShow, show, random.OneIn(10) ? show + 1 : show);
            case 1:
                ShowFilter shows = new()
                {
                    // Every partition answers, so what each adds can only be told apart when nothing is cut off.
                    Limit = Limits.ElementsPerRequestMax,
                    After = random.OneIn(2) ? show : 0,
                    StartsFrom = random.OneIn(3) ? random.Below(7UL) : 0,
                    StartsBefore = random.OneIn(3) ? random.Below(7UL) : 0,
                    City = (uint)random.Below(3),
                    Title = (uint)random.Below(2),
                    FreeMin = random.OneIn(3) ? (uint)random.Below(60) : 0,
                    Reserved = random.OneIn(30) ? 1UL : 0,
                };
                return new SimulatedRequest(Operation.ListShows, BytesOf(shows));
            case 2:
                return InBook(Operation.GetChart, SmallHouses.ChartNumberOf(show), Filter(filter, random));
            case 3:
                return InBook(Operation.GetSeatMap, show, Filter(filter, random));
            case 4:
                return InBook(Operation.GetSeatChanges, show, Filter(filter, random));
            case 5 or 6:
                ChartBlock[] chart = SmallHouses.ChartOf(show);
                int block = random.Below(chart.Length + (random.OneIn(20) ? 1 : 0));
                bool isArea = block < chart.Length && chart[block].Kind == ChartBlockKind.GeneralAdmission;
                filter.Place = SeatPlace.Of(block, isArea && !random.OneIn(20) ? 0 : random.Below(12));
                return InBook(Operation.SeatHistory, show, filter);
            default:
                Operation operation = random.OneIn(2) ? Operation.GetHold : Operation.GetBooking;
                (ulong of, UInt128[] ids) = _requests.Ids(operation, random);
                return InBook(operation, of, ids);
        }
    }

    private static SeatFilter Filter(SeatFilter filter, SeededRandom random)
    {
        filter.Place = random.OneIn(30) ? 1u : 0;
        return filter;
    }
}
