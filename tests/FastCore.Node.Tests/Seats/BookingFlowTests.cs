using FastCore.Node.Connectors;
using FastCore.Node.Tests.Flows;
using FastCore.Payments.Payments;
using FastCore.Protocol;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Testing;
using Xunit;

namespace FastCore.Node.Tests.Seats;

/// <summary>
/// Holds, payments in the merchant's partition and bookings through a whole node: every payment made once, one outcome,
/// also after a restart in the middle.
/// </summary>
public sealed class BookingFlowTests : IDisposable
{
    private const ulong Merchant = 70;
    private const int Shows = 12;

    private readonly string _directory = Directory.CreateTempSubdirectory("fastcore-seats-").FullName;
    private readonly ManualClock _clock = new();
    private readonly ScriptedConnector _bank = new();

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task T7_T17_holds_are_paid_and_booked_whatever_the_partitions(int partitions)
    {
        await using FastCoreNode node = Open(partitions);
        await using IFastCoreSession session = node.OpenSession();
        await Prepare(session);
        IEnumerable<int> numbers = Enumerable.Range(1, 120);
        HoldBestAvailable[] holds =
            [.. numbers.Select(i => new HoldBestAvailable { Id = (uint)i, Show = ShowOf(i), Count = 2 })];
        BestSeatsResult[] held = await Requests.Send<BestSeatsResult>(
            session, Operation.HoldBestAvailable, Requests.Plain<HoldBestAvailable>(holds));
        Assert.All(held, result => Assert.Equal(SeatStatus.Ok, result.Code));
        BookHeld[] bookings =
            [.. numbers.Select(i => new BookHeld { Id = (uint)i, Hold = (uint)i, Show = ShowOf(i) })];
        SeatResult[] booked = await Book(session, bookings);
        Assert.All(booked, result => Assert.Equal(SeatStatus.Pending, result.Code));
        Assert.All(await UntilDone(session, bookings), result => Assert.Equal(SeatStatus.Ok, result.Code));

        PaymentRecord[] payments = await Requests.Send<PaymentRecord>(
            session, Operation.LookupPayments,
            Requests.Prefixed<UInt128>(Merchant, [.. bookings.Select(booking => booking.Id)]));
        Assert.Equal(120, payments.Length);
        Assert.All(
            payments, payment => Assert.Equal((PaymentState.Captured, 1_000UL), (payment.State, payment.Amount)));
        ShowRecord[] shows = await List(session, new ShowFilter { Limit = 100 });
        Assert.Equal(240u, (uint)shows.Sum(show => show.Booked));
        await node.CheckInvariantsAsync();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task T22_shows_are_found_in_the_order_of_their_numbers_whatever_the_partitions(int partitions)
    {
        await using FastCoreNode node = Open(partitions);
        await using IFastCoreSession session = node.OpenSession();
        await Prepare(session);
        ShowRecord[] all = await List(session, new ShowFilter { Limit = 100 });
        Assert.Equal(Enumerable.Range(1, Shows).Select(i => (ulong)i), all.Select(show => show.Show));
        ShowRecord[] page = await List(session, new ShowFilter { After = 3, Limit = 4 });
        Assert.Equal([4UL, 5, 6, 7], page.Select(show => show.Show));
        ShowFilter some = new() { City = 2, StartsFrom = 5, StartsBefore = 11, Limit = 9 };
        ShowRecord[] found = await List(session, some);
        Assert.Equal([5UL, 8], found.Select(show => show.Show));
        Assert.Empty(await List(session, new ShowFilter { FreeMin = 101, Limit = 9 }));
        Assert.Equal(Shows, (await List(session, new ShowFilter { FreeMin = 100, Limit = 50 })).Length);
    }

    [Fact]
    public async Task D3_T12_a_payment_that_lands_after_the_expiry_is_refunded_when_the_seats_are_gone()
    {
        await using FastCoreNode node = Open(2);
        await using IFastCoreSession session = node.OpenSession();
        await Prepare(session);
        BookHeld late = await HoldAndBook(session, 1, connector: 1);
        BookHeld lucky = await HoldAndBook(session, 2, connector: 1);
        (ConnectorCall _, string _, TaskCompletionSource<ConnectorReply> first) = _bank.Next();
        (ConnectorCall _, string _, TaskCompletionSource<ConnectorReply> second) = _bank.Next();
        _clock.Advance(TimeSpan.FromSeconds(601));
        HoldSeats thief = HoldOf(9, 1);
        Assert.Equal(SeatStatus.Ok, (await Hold(session, thief)).Code);
        first.SetResult(new ConnectorReply(ConnectorOutcome.Approved));
        second.SetResult(new ConnectorReply(ConnectorOutcome.Approved));

        // The refund is the bank's to make, too.
        _bank.ReplyNext(ConnectorOutcome.Approved);
        SeatResult[] ended = await UntilDone(session, late, lucky);
        Assert.Equal([SeatStatus.BookingRefunded, SeatStatus.Ok], ended.Select(result => result.Code));
        BookingRecord refunded = await UntilState(session, late, BookingState.Refunded);
        Assert.Equal(1_000UL, refunded.Amount);
        PaymentRecord[] payment = await Requests.Send<PaymentRecord>(
            session, Operation.LookupPayments, Requests.Prefixed(Merchant, late.Id));
        Assert.Equal(PaymentState.Refunded, Assert.Single(payment).State);
        await node.CheckInvariantsAsync();
    }

    [Fact]
    public async Task T17_a_booking_whose_payment_is_under_way_survives_a_restart_and_is_charged_once()
    {
        BookHeld booking;
        await using (FastCoreNode node = Open(2))
        {
            await using IFastCoreSession session = node.OpenSession();
            await Prepare(session);
            booking = await HoldAndBook(session, 1, connector: 1);
            _bank.Next().Reply.SetResult(new ConnectorReply(ConnectorOutcome.Unknown));
        }

        await using (FastCoreNode node = Open(2))
        {
            await using IFastCoreSession session = node.OpenSession();
            Assert.Equal(SeatStatus.Pending, Assert.Single(await Book(session, booking)).Code);
            _clock.Advance(TimeSpan.FromSeconds(60));
            (ConnectorCall call, string method, TaskCompletionSource<ConnectorReply> reply) = _bank.Next();
            Assert.Equal((booking.Id, "sync"), (call.PaymentId, method));
            reply.SetResult(new ConnectorReply(ConnectorOutcome.Approved));
            Assert.Equal(SeatStatus.Ok, Assert.Single(await UntilDone(session, booking)).Code);
            Assert.Equal(0, _bank.Waiting);
            await node.CheckInvariantsAsync();
        }
    }

    [Fact]
    public async Task A_payment_that_no_merchant_can_take_fails_the_booking_with_its_code()
    {
        await using FastCoreNode node = Open(2);
        await using IFastCoreSession session = node.OpenSession();
        await Prepare(session);
        CreateShow orphan = ShowAt(50) with { Merchant = 71 };
        await Requests.Send<SeatResult>(session, Operation.CreateShow, Requests.Plain(orphan));
        HoldSeats hold = HoldOf(1, 50);
        await Hold(session, hold);
        BookHeld booking = new() { Id = 1, Show = 50, Hold = 1 };
        await Book(session, booking);
        Assert.Equal(SeatStatus.BookingFailed, Assert.Single(await UntilDone(session, booking)).Code);
        BookingRecord record = await UntilState(session, booking, BookingState.Failed);
        Assert.Equal(PaymentStatus.MerchantNotFound, record.Refusal);
    }

    [Fact]
    public async Task T18_one_payment_never_pays_bookings_of_one_id_in_two_shows_of_a_merchant()
    {
        await using FastCoreNode node = Open(2);
        await using IFastCoreSession session = node.OpenSession();
        await Prepare(session);
        await Hold(session, HoldOf(1, 1));
        await Hold(session, HoldOf(1, 2));
        BookHeld first = new() { Id = 7, Show = 1, Hold = 1, Card = 3 };
        BookHeld second = first with { Show = 2 };
        await Book(session, first);
        Assert.Equal(SeatStatus.Ok, Assert.Single(await UntilDone(session, first)).Code);
        await Book(session, second);
        Assert.Equal(SeatStatus.BookingFailed, Assert.Single(await UntilDone(session, second)).Code);
        BookingRecord record = await UntilState(session, second, BookingState.Failed);
        Assert.Equal(PaymentStatus.ExistsWithDifferentUserData64, record.Refusal);

        // The hold goes on, and an id of its own pays it.
        BookHeld third = second with { Id = 8 };
        await Book(session, third);
        Assert.Equal(SeatStatus.Ok, Assert.Single(await UntilDone(session, third)).Code);
        await node.CheckInvariantsAsync();
    }

    // The node is left at every step: after the holds, while the bank is asked, and while it is asked for the refund.
    [Fact]
    public async Task T16_a_season_is_held_paid_once_and_given_back_whole_over_restarts()
    {
        ulong[] season = [.. Enumerable.Range(0, 3).Select(i => SeasonNumbers.Of(4, i))];
        BookHeld[] bookings = [.. season.Select((show, i) => new BookHeld
        {
            Id = 77,
            Show = show,
            Hold = 1,
            Connector = 1,
            Flags = i < 2 ? BookingFlags.Linked : 0,
        })];
        await using (FastCoreNode node = Open(3))
        {
            await using IFastCoreSession session = node.OpenSession();
            await Prepare(session);
            CreateShow[] shows = [.. season.Select(show => ShowAt(1) with { Show = show })];
            await Requests.Send<SeatResult>(session, Operation.CreateShow, Requests.Plain<CreateShow>(shows));
            HoldSeats[] holds = [.. season.Select((show, i) =>
                HoldOf(1, show) with { Flags = i < 2 ? HoldFlags.Linked : 0 })];
            Assert.All(
                await Requests.Send<SeatResult>(session, Operation.HoldSeats, Requests.Plain<HoldSeats>(holds)),
                result => Assert.Equal(SeatStatus.Ok, result.Code));
        }

        await using (FastCoreNode node = Open(3))
        {
            await using IFastCoreSession session = node.OpenSession();

            // With a booking of another partition beside it: the chain stays together.
            BookHeld stranger = new() { Id = 1, Show = 1, Hold = 9 };
            SeatResult[] booked = await Book(session, [stranger, .. bookings]);
            Assert.Equal(SeatStatus.HoldNotFound, booked[0].Code);
            Assert.All(booked[1..], result => Assert.Equal(SeatStatus.Pending, result.Code));
            _bank.Next().Reply.SetResult(new ConnectorReply(ConnectorOutcome.Unknown));
        }

        await using (FastCoreNode node = Open(3))
        {
            await using IFastCoreSession session = node.OpenSession();
            _clock.Advance(TimeSpan.FromSeconds(60));
            (ConnectorCall call, string method, TaskCompletionSource<ConnectorReply> reply) = _bank.Next();
            Assert.Equal(((UInt128)77, "sync"), (call.PaymentId, method));
            reply.SetResult(new ConnectorReply(ConnectorOutcome.Approved));
            Assert.All(await UntilDone(session, bookings), result => Assert.Equal(SeatStatus.Ok, result.Code));
            PaymentRecord payment = Assert.Single(await Requests.Send<PaymentRecord>(
                session, Operation.LookupPayments, Requests.Prefixed<UInt128>(Merchant, 77)));
            Assert.Equal((PaymentState.Captured, 3_000UL, season[0]),
                (payment.State, payment.Amount, payment.UserData64));
            CancelBooking cancel = new() { Id = 77, Show = season[2] };
            Assert.Equal(SeatStatus.Ok, Assert.Single(await Requests.Send<SeatResult>(
                session, Operation.CancelBooking, Requests.Plain(cancel))).Code);
            _bank.Next().Reply.SetResult(new ConnectorReply(ConnectorOutcome.Unknown));
        }

        await using (FastCoreNode node = Open(3))
        {
            await using IFastCoreSession session = node.OpenSession();
            _clock.Advance(TimeSpan.FromSeconds(60));
            _bank.Next().Reply.SetResult(new ConnectorReply(ConnectorOutcome.Approved));
            foreach (BookHeld booking in bookings)
            {
                await UntilState(session, booking, BookingState.Refunded);
            }

            PaymentRecord payment = Assert.Single(await Requests.Send<PaymentRecord>(
                session, Operation.LookupPayments, Requests.Prefixed<UInt128>(Merchant, 77)));
            Assert.Equal((PaymentState.Refunded, 3_000UL), (payment.State, payment.AmountRefunded));
            Assert.Equal(0, _bank.Waiting);
            await node.CheckInvariantsAsync();
        }
    }

    private static ulong ShowOf(int i) => (ulong)(i % Shows) + 1;

    private static HoldSeats HoldOf(uint id, ulong show)
    {
        HoldSeats hold = new() { Id = id, Show = show, Count = 2 };
        (hold.Seats[0], hold.Seats[1]) = (4, 5);
        return hold;
    }

    private static CreateShow ShowAt(int number)
    {
        CreateShow show = new()
        {
            Show = (ulong)number,
            Chart = 5,
            Merchant = Merchant,
            Currency = 356,
            City = (uint)(number % 3),
            StartsAt = (ulong)number,
        };
        show.Prices[0] = 500;
        return show;
    }

    private static async Task<ShowRecord[]> List(IFastCoreSession session, ShowFilter filter) =>
        await Requests.Send<ShowRecord>(session, Operation.ListShows, Requests.Plain(filter));

    private static async Task<SeatResult> Hold(IFastCoreSession session, HoldSeats hold) =>
        Assert.Single(await Requests.Send<SeatResult>(session, Operation.HoldSeats, Requests.Plain(hold)));

    private static async Task<SeatResult[]> Book(IFastCoreSession session, params BookHeld[] bookings) =>
        await Requests.Send<SeatResult>(session, Operation.BookHeld, Requests.Plain<BookHeld>(bookings));

    private static async Task<BookHeld> HoldAndBook(IFastCoreSession session, ulong show, ushort connector)
    {
        HoldSeats hold = HoldOf(1, show);
        Assert.Equal(SeatStatus.Ok, (await Hold(session, hold)).Code);
        BookHeld booking = new() { Id = 1_000 + show, Show = show, Hold = 1, Connector = connector };
        Assert.Equal(SeatStatus.Pending, Assert.Single(await Book(session, booking)).Code);
        return booking;
    }

    // A client learns the end by asking again.
    private static async Task<SeatResult[]> UntilDone(IFastCoreSession session, params BookHeld[] bookings)
    {
        SeatResult[] results;
        do
        {
            results = await Book(session, bookings);
        }
        while (results.Any(result => result.Code == SeatStatus.Pending));

        return results;
    }

    private static async Task<BookingRecord> UntilState(IFastCoreSession session, BookHeld booking, BookingState state)
    {
        BookingRecord record;
        do
        {
            record = Assert.Single(await Requests.Send<BookingRecord>(
                session, Operation.GetBooking, Requests.Prefixed(booking.Show, booking.Id)));
        }
        while (record.State != state);

        return record;
    }

    private static async Task Prepare(IFastCoreSession session)
    {
        CreateMerchant merchant = Requests.Merchant(Merchant);
        await Requests.Send<PaymentResult>(session, Operation.CreateMerchants, Requests.Plain(merchant));
        ChartBlock row = new() { Kind = ChartBlockKind.Row, Capacity = 20, NumberStep = 1 };
        SeatResult[] chart = await Requests.Send<SeatResult>(
            session, Operation.CreateChart, Requests.Prefixed<ChartBlock>(5, row, row, row, row, row));
        Assert.All(chart, result => Assert.Equal(SeatStatus.Ok, result.Code));
        CreateShow[] shows = [.. Enumerable.Range(1, Shows).Select(ShowAt)];
        SeatResult[] opened = await Requests.Send<SeatResult>(
            session, Operation.CreateShow, Requests.Plain<CreateShow>(shows));
        Assert.All(opened, result => Assert.Equal(SeatStatus.Ok, result.Code));
    }

    [Fact]
    public async Task A_flow_that_fails_is_told_before_the_node_closes()
    {
        StoppedTime time = new();
        FastCoreNode node = Open(1, time);
        await using (IFastCoreSession session = node.OpenSession())
        {
            await Prepare(session);
            HoldBestAvailable hold = new() { Id = 1, Show = ShowOf(1), Count = 1 };
            _ = await Requests.Send<BestSeatsResult>(session, Operation.HoldBestAvailable, Requests.Plain(hold));
            Assert.Null(node.Statistics.FlowFailure);
            time.IsStopped = true;
            SeatResult[] booked = await Book(session, [new BookHeld { Id = 1, Hold = 1, Show = ShowOf(1) }]);
            Assert.Equal(SeatStatus.Pending, booked[0].Code);
            while (node.Statistics.FlowFailure is null)
            {
                _ = await List(session, new ShowFilter { Limit = 1 });
            }
        }

        Assert.Contains("The time stopped.", node.Statistics.FlowFailure, StringComparison.Ordinal);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await node.DisposeAsync());
    }

    private FastCoreNode Open(int partitions, TimeProvider? time = null) => FastCoreNode.Open(new NodeOptions
    {
        Time = time,
        DataDirectory = _directory,
        Durability = Durability.Async,
        Partitions = partitions,
        Clock = _clock,
        Connectors = [_bank],

        // However slow the machine is, what waits is answered here and not shed.
        ShedAgeMs = [60_000, 60_000, 60_000, 60_000],
        Payments = new PaymentsOptions { AnswerTimeoutMs = 5_000_000, SyncScheduleMs = [1_000] },
    });

    private sealed class StoppedTime : TimeProvider
    {
        public volatile bool IsStopped;

        public override long GetTimestamp() =>
            IsStopped ? throw new InvalidOperationException("The time stopped.") : base.GetTimestamp();
    }
}
