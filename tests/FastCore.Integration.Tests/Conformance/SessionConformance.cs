using FastCore.Client.Seats;
using FastCore.Node;
using FastCore.Protocol;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;

namespace FastCore.Integration.Tests.Conformance;

/// <summary>
/// What a session does, whichever door it came through (X15): the same requests over the embedded session, TCP and a
/// Unix socket must give the same answers, byte for byte where there is no time in them.
/// </summary>
public abstract class SessionConformance : IAsyncLifetime
{
    private const ulong Book = 7;
    private FastCoreNode? _node;

    private protected FastCoreNode Node => _node!;

    private protected IFastCoreSession Session { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        _node = FastCoreNode.Open(new NodeOptions { Durability = Durability.None, Partitions = 2 });
        Session = await OpenAsync();
    }

    public async Task DisposeAsync()
    {
        await Session.DisposeAsync();
        await CloseAsync();
        await Node.DisposeAsync();
    }

    [Fact]
    public async Task L1_L2_L13_L20_Accounts_and_transfers_are_created_once()
    {
        CreateAccountResult[] accounts = await CreateAccountsAsync(1, 2);
        Assert.All(accounts, result => Assert.Equal(CreateAccountStatus.Created, result.Status));
        Assert.True(accounts[0].Timestamp < accounts[1].Timestamp);

        Transfer transfer =
            new() { Id = 9, DebitAccountId = 1, CreditAccountId = 2, Amount = 100, Ledger = 1, Code = 5 };
        CreateTransferResult first = await CreateTransferAsync(transfer);
        Assert.Equal(CreateTransferStatus.Created, first.Status);
        Assert.True(first.Timestamp > accounts[1].Timestamp);

        CreateTransferResult again = await CreateTransferAsync(transfer);
        Assert.Equal((CreateTransferStatus.Exists, first.Timestamp), (again.Status, again.Timestamp));
        transfer.Amount = 101;
        Assert.Equal(CreateTransferStatus.ExistsWithDifferentAmount, (await CreateTransferAsync(transfer)).Status);

        Account[] found = new Account[3];
        Reply reply = await Session.LookupAccountsAsync(Book, new UInt128[] { 2, 777, 1 }, found);
        Assert.Equal((FrameStatus.Ok, 2), (reply.Status, reply.CountOf<Account>()));
        Assert.Equal(((UInt128)2, (UInt128)100), (found[0].Id, found[0].CreditsPosted));
        Assert.Equal(((UInt128)1, (UInt128)100), (found[1].Id, found[1].DebitsPosted));

        Transfer[] transfers = new Transfer[1];
        reply = await Session.LookupTransfersAsync(Book, new UInt128[] { 9 }, transfers);
        Assert.Equal(1, reply.CountOf<Transfer>());
        Assert.Equal((first.Timestamp, (UInt128)100), (transfers[0].Timestamp, transfers[0].Amount));
    }

    [Fact]
    public async Task L18_LX4_Statements_queries_sums_and_totals_answer_over_every_door()
    {
        await CreateAccountsAsync(1, 2);
        Transfer[] batch =
        [
            .. Enumerable.Range(1, 20).Select(i => new Transfer
            {
                Id = (ulong)i,
                DebitAccountId = 1,
                CreditAccountId = 2,
                Amount = (ulong)i,
                Ledger = 1,
                Code = (ushort)(1 + (i % 2)),
            }),
        ];
        Assert.Equal(FrameStatus.Ok, (await Session.CreateTransfersAsync(Book, batch, new CreateTransferResult[20]))
            .Status);

        Transfer[] found = new Transfer[5];
        AccountFilter account =
            new() { AccountId = 1, Limit = 100, Flags = AccountFilterFlags.Debits | AccountFilterFlags.Reversed };
        Reply reply = await Session.GetAccountTransfersAsync(Book, account, found);
        Assert.Equal((FrameStatus.Ok, 5), (reply.Status, reply.CountOf<Transfer>()));
        Assert.Equal([20, 19, 18, 17, 16], found.Select(transfer => (int)transfer.Id));

        reply = await Session.QueryTransfersAsync(
            Book, new QueryFilter { Code = 2, AmountMin = 10, Limit = 100 }, found);
        Assert.Equal((FrameStatus.Ok, 5), (reply.Status, reply.CountOf<Transfer>()));
        Assert.Equal([11, 13, 15, 17, 19], found.Select(transfer => (int)transfer.Id));

        Account[] accounts = new Account[10];
        reply = await Session.QueryAccountsAsync(Book, new QueryFilter { Ledger = 1, Limit = 10 }, accounts);
        Assert.Equal((FrameStatus.Ok, 2), (reply.Status, reply.CountOf<Account>()));

        TransferSum[] sum = new TransferSum[1];
        reply = await Session.SumTransfersAsync(Book, new QueryFilter { AmountMax = 4 }, sum);
        Assert.Equal((FrameStatus.Ok, 1, 4UL), (reply.Status, reply.CountOf<TransferSum>(), sum[0].Count));

        BookTotals[] totals = new BookTotals[1];
        reply = await Session.GetBookTotalsAsync(Book, new uint[] { 1 }, totals);
        Assert.Equal((FrameStatus.Ok, 1u, (UInt128)210), (reply.Status, totals[0].Balanced, totals[0].DebitsPosted));
    }

    [Fact]
    public async Task L4_A_full_batch_is_one_request()
    {
        await CreateAccountsAsync(1, 2);
        RequestBatch<Transfer, CreateTransferResult> batch =
            new(Operation.CreateTransfers, Limits.ElementsPerRequestMax) { Book = Book };
        for (int i = 1; i <= batch.Capacity; i++)
        {
            ref Transfer transfer = ref batch.Add();
            transfer.Id = (ulong)i;
            transfer.DebitAccountId = 1;
            transfer.CreditAccountId = 2;
            transfer.Amount = 1;
            transfer.Ledger = 1;
            transfer.Code = 1;
        }

        Reply reply = await batch.SendAsync(Session);
        Assert.Equal((FrameStatus.Ok, batch.Capacity), (reply.Status, reply.CountOf<CreateTransferResult>()));
        foreach (CreateTransferResult result in batch.Results(in reply))
        {
            Assert.Equal(CreateTransferStatus.Created, result.Status);
        }

        UInt128[] ids = [.. Enumerable.Range(1, batch.Capacity).Select(i => (UInt128)i)];
        Transfer[] found = new Transfer[ids.Length];
        reply = await Session.LookupTransfersAsync(Book, ids, found);
        Assert.Equal(ids, found.Select(transfer => transfer.Id));
    }

    [Fact]
    public async Task LX8_Pipelined_requests_keep_their_order()
    {
        await CreateAccountsAsync(1, 2);
        Task<CreateTransferResult>[] calls =
        [
            .. Enumerable.Range(1, 100).Select(i => CreateTransferAsync(new Transfer
            {
                Id = (ulong)i,
                DebitAccountId = 1,
                CreditAccountId = 2,
                Amount = 1,
                Ledger = 1,
                Code = 1,
            })),
        ];
        CreateTransferResult[] results = await Task.WhenAll(calls);
        Assert.All(results, result => Assert.Equal(CreateTransferStatus.Created, result.Status));
        Assert.Equal(results.Select(result => result.Timestamp).Order(), results.Select(result => result.Timestamp));
    }

    [Fact]
    public async Task A_request_that_is_wrong_as_a_whole_has_one_status()
    {
        byte[] reply = new byte[128 * 16];
        Assert.Equal(FrameStatus.InvalidBodySize,
            (await Session.SendAsync(Operation.CreateTransfers, new byte[16], reply)).Status);
        Assert.Equal(FrameStatus.InvalidBodySize,
            (await Session.SendAsync(Operation.CreateTransfers, new byte[16 + 127], reply)).Status);
        Assert.Equal(FrameStatus.InvalidKey,
            (await Session.SendAsync(Operation.CreateTransfers, new byte[16 + 128], reply)).Status);
        byte[] reserved = new byte[16 + 128];
        reserved[0] = 1;
        reserved[15] = 1;
        Assert.Equal(FrameStatus.ReservedNotZero, (await Session.SendAsync(Operation.CreateTransfers, reserved, reply))
            .Status);
        Assert.Equal(FrameStatus.UnknownOperation, (await Session.SendAsync((Operation)777, reserved, reply)).Status);
        Assert.Equal(FrameStatus.UnknownOperation, (await Session.SendAsync(Operation.SetupAccounts, reserved, reply))
            .Status);
    }

    [Fact]
    public async Task P1_P3_P7_P8_A_payment_is_taken_once_and_refunded()
    {
        CreateMerchant[] merchants =
        [
            .. Enumerable.Range(1, 8)
                .Select(i => new CreateMerchant { Merchant = (ulong)i, Currency = 1, FeePpm = 20_000 }),
        ];
        PaymentResult[] results = new PaymentResult[8];
        Reply reply = await Session.CreateMerchantsAsync(merchants, results);
        Assert.Equal((FrameStatus.Ok, 8), (reply.Status, reply.CountOf<PaymentResult>()));
        Assert.All(results, result => Assert.Equal(PaymentStatus.Ok, result.Code));

        PaymentAction[] funds =
            [.. merchants.Select(m => new PaymentAction { Id = 1, Merchant = m.Merchant, Amount = 10_000 })];
        await Session.FundMerchantsAsync(funds, results);
        Assert.All(results, result => Assert.Equal(PaymentStatus.Ok, result.Code));

        // Elements of several merchants, so of several partitions, in one request.
        CreatePayment[] payments =
        [
            .. merchants.Select(m => new CreatePayment { Id = 5, Merchant = m.Merchant, Amount = 1_000, Currency = 1 }),
        ];
        PaymentResult[] first = new PaymentResult[8];
        await Session.CreatePaymentsAsync(payments, first);
        Assert.All(first, result => Assert.Equal((PaymentStatus.Ok, 20UL), (result.Code, result.Fee)));
        Assert.All(first, result => Assert.Equal((byte)PaymentState.Captured, result.State));
        PaymentResult[] again = new PaymentResult[8];
        await Session.CreatePaymentsAsync(payments, again);
        for (int i = 0; i < 8; i++)
        {
            Assert.Equal(PaymentResultFlags.Duplicate, again[i].Flags);
            Assert.Equal((first[i].Timestamp, first[i].Fee), (again[i].Timestamp, again[i].Fee));
        }

        PaymentAction[] refund = [new PaymentAction { Id = 2, Merchant = 3, PaymentId = 5, Amount = 400 }];
        PaymentResult[] refunded = new PaymentResult[1];
        await Session.RefundPaymentsAsync(refund, refunded);
        Assert.Equal(PaymentStatus.Ok, refunded[0].Code);
        PaymentRecord[] records = new PaymentRecord[1];
        reply = await Session.LookupPaymentsAsync(3, new UInt128[] { 5 }, records);
        Assert.Equal((1, PaymentState.PartiallyRefunded),
            (reply.CountOf<PaymentRecord>(), (PaymentState)records[0].State));
    }

    [Fact]
    public async Task T15_A_follower_has_every_change_of_a_show_over_every_door()
    {
        ChartBlock[] chart = [new() { Kind = ChartBlockKind.Row, Capacity = 40, NumberStep = 1, FirstNumber = 1 }];
        await Session.CreateChartAsync(1, chart, new SeatResult[1]);
        await Session.CreateShowAsync(new CreateShow[] { new() { Show = 9, Chart = 1 } }, new SeatResult[1]);
        SeatMapFollowerOptions options = new() { Period = TimeSpan.FromMilliseconds(1), ChangesMax = 3 };
        SeatMapFollower follower = new(Session, 9, options);
        Assert.Equal(SeatMapNews.Loaded, (await follower.NextAsync()).News);
        ulong told = 0;
        for (uint seat = 0; seat < 20; seat++)
        {
            HoldSeats hold = new() { Id = seat + 1, Show = 9, Count = 1 };
            hold.Seats[0] = seat;
            SeatResult[] results = new SeatResult[1];
            await Session.HoldSeatsAsync(new[] { hold }, results);
            Assert.Equal(SeatStatus.Ok, results[0].Code);
            if (seat % 7 != 0)
            {
                continue;
            }

            while (told < seat + 1)
            {
                SeatMapUpdate update = await follower.NextAsync();
                Assert.Equal(SeatMapNews.Changed, update.News);
                Assert.All(update.Changes.ToArray(), change => Assert.Equal(++told, change.Version));
            }

            Assert.Equal((1UL << ((int)seat + 1)) - 1, follower.Map!.Blocks[0].Held);
        }
    }

    // A wait of a minute: whoever is not told, or holds up the end of a connection, does not end in time.
    [Fact]
    public async Task T15_A_follower_is_told_and_the_end_of_its_connection_is_not_held_up()
    {
        ChartBlock[] chart = [new() { Kind = ChartBlockKind.Row, Capacity = 40, NumberStep = 1, FirstNumber = 1 }];
        await Session.CreateChartAsync(1, chart, new SeatResult[1]);
        await Session.CreateShowAsync(new CreateShow[] { new() { Show = 9, Chart = 1 } }, new SeatResult[1]);
        SeatMapFollowerOptions options = new() { Await = TimeSpan.FromMinutes(1) };
        SeatMapFollower follower = new(Session, 9, options);
        await follower.NextAsync();
        for (uint seat = 0; seat < 3; seat++)
        {
            Task<SeatMapUpdate> next = follower.NextAsync().AsTask();
            HoldSeats hold = new() { Id = seat + 1, Show = 9, Count = 1 };
            hold.Seats[0] = seat;
            await Session.HoldSeatsAsync(new[] { hold }, new SeatResult[1]);
            Assert.Equal((ulong)seat + 1, (await next).Version);
        }

        AwaitSeatChanges request = new() { From = 3, Limit = 1, AwaitMs = 60_000 };
        Task<Reply> waiting = Session.AwaitSeatChangesAsync(9, request, new SeatChange[1]).AsTask();
        await CloseAsync();
        await Session.DisposeAsync();
        Reply reply = await waiting;
        Assert.Equal(0, reply.Length);
        Assert.Equal(0, Node.Statistics.QueuedBytes);
    }

    private protected abstract Task<IFastCoreSession> OpenAsync();

    private protected abstract Task CloseAsync();

    private async Task<CreateAccountResult[]> CreateAccountsAsync(params ulong[] ids)
    {
        Account[] accounts = [.. ids.Select(id => new Account { Id = id, Ledger = 1, Code = 1 })];
        CreateAccountResult[] results = new CreateAccountResult[ids.Length];
        Reply reply = await Session.CreateAccountsAsync(Book, accounts, results);
        Assert.Equal((FrameStatus.Ok, ids.Length), (reply.Status, reply.CountOf<CreateAccountResult>()));
        return results;
    }

    private async Task<CreateTransferResult> CreateTransferAsync(Transfer transfer)
    {
        CreateTransferResult[] results = new CreateTransferResult[1];
        Reply reply = await Session.CreateTransfersAsync(Book, new[] { transfer }, results);
        Assert.Equal((FrameStatus.Ok, 16), (reply.Status, reply.Length));
        return results[0];
    }
}
