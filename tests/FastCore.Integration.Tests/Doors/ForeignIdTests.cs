using FastCore.Integration.Tests.Fronts;
using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Protocol.Seats.Waiting;

namespace FastCore.Integration.Tests.Doors;

/// <summary>
/// A tenant who names another's ids inside a book of his own reaches nothing: reads find nothing, writes leave every
/// byte of the other's books as it was.
/// </summary>
public sealed class ForeignIdTests(TenantRig rig) : IClassFixture<TenantRig>
{
    private const ulong Own = TenantRig.OwnBook;
    private const ulong Foreign = TenantRig.ForeignBook;
    private const ulong Debit = 7001;
    private const ulong Credit = 7002;
    private const ulong Posted = 7100;
    private const ulong Pending = 7101;
    private const ulong Order = 7200;
    private const ulong Captured = 7300;
    private const ulong Authorized = 7301;
    private const ulong Refund = 7400;
    private const ulong Scored = 7500;
    private const ulong Held = 7600;
    private const ulong Booked = 7601;
    private const ulong Listed = 7602;
    private const ulong Buyer = 7700;
    private const uint Currency = 356;

    /// <summary>
    /// One request per operation, in a book, with the ids of the second tenant in every field that takes an id. An
    /// operation that is missing here fails the test below.
    /// </summary>
    private static IReadOnlyDictionary<Operation, Func<ulong, byte[]>> Attacks { get; } =
        new Dictionary<Operation, Func<ulong, byte[]>>
        {
            [Operation.LookupAccounts] = book => TenantRig.Prefixed<UInt128>(book, Debit, Credit),
            [Operation.LookupTransfers] = book => TenantRig.Prefixed<UInt128>(book, Posted, Pending),
            [Operation.GetAccountTransfers] = book => TenantRig.Prefixed<AccountFilter>(book, OfAccount),
            [Operation.GetAccountBalances] = book => TenantRig.Prefixed<AccountFilter>(book, OfAccount),
            [Operation.QueryAccounts] = book => TenantRig.Prefixed<QueryFilter>(book, Everything),
            [Operation.QueryTransfers] = book => TenantRig.Prefixed<QueryFilter>(book, Everything),
            [Operation.SumAccountTransfers] = book => TenantRig.Prefixed<AccountFilter>(book, OfAccount),
            [Operation.SumTransfers] = book => TenantRig.Prefixed<QueryFilter>(book, Everything),
            [Operation.GetBookTotals] = book => TenantRig.Prefixed<uint>(book, 1, Currency),
            [Operation.LookupMerchants] = book => TenantRig.Prefixed<ulong>(book, Foreign),
            [Operation.LookupOrders] = book => TenantRig.Prefixed<UInt128>(book, Order),
            [Operation.LookupPayments] = book => TenantRig.Prefixed<UInt128>(book, Captured, Authorized),
            [Operation.LookupRefunds] = book => TenantRig.Prefixed<UInt128>(book, Refund),
            [Operation.CreateTransfers] = book => TenantRig.Prefixed<Transfer>(
                book,
                Transfer(8000, 50, TransferFlags.None, 0),
                Transfer(8001, 50, TransferFlags.PostPendingTransfer, Pending),
                Transfer(8002, 50, TransferFlags.VoidPendingTransfer, Pending)),
            [Operation.CreateAccounts] = book => TenantRig.Prefixed<Account>(book, Account(Debit), Account(Credit)),
            [Operation.CreateMerchants] = book => TenantRig.Plain<CreateMerchant>(
                new CreateMerchant { Merchant = book, Currency = Currency }),
            [Operation.CreatePayments] = book => TenantRig.Plain<CreatePayment>(
                new CreatePayment { Id = 8300, Merchant = book, Amount = 100, OrderId = Order, Currency = Currency }),
            [Operation.CapturePayments] = book => TenantRig.Plain<PaymentAction>(Action(8400, book, Authorized)),
            [Operation.VoidPayments] = book => TenantRig.Plain<PaymentAction>(Action(8401, book, Authorized, 0)),
            [Operation.RefundPayments] = book => TenantRig.Plain<PaymentAction>(Action(8402, book, Captured)),
            [Operation.FundMerchants] = book => TenantRig.Plain<PaymentAction>(Action(8403, book, Captured)),
            [Operation.LookupDecisions] = book => TenantRig.Prefixed<UInt128>(book, Scored),
            [Operation.QueryReviews] = book => TenantRig.Prefixed<ReviewFilter>(book, new ReviewFilter { Limit = 10 }),
            [Operation.ExplainDecision] = book => TenantRig.Prefixed<ReasonFilter>(
                book, new ReasonFilter { Id = Scored, Limit = 40 }),
            [Operation.ScoreTransactions] = book => TenantRig.Plain<ScoreTransaction>(
                new ScoreTransaction { Id = Scored, Merchant = book, Card = 5, Amount = 1 }),
            [Operation.LabelTransactions] = book => TenantRig.Plain<LabelTransaction>(
                new LabelTransaction { Id = Scored, Merchant = book, Card = 5, Label = TransactionLabel.Cleared }),
            [Operation.ResolveReviews] = book => TenantRig.Plain<ReviewVerdict>(
                new ReviewVerdict { Id = Scored, Merchant = book, Verdict = Decision.Approve }),
            [Operation.CreateShow] = book => TenantRig.Plain<CreateShow>(
                new CreateShow { Show = book, Chart = Foreign, Flags = ShowFlags.CountsBuyers }),
            [Operation.HoldSeats] = book => TenantRig.Plain<HoldSeats>(
                new HoldSeats { Id = Held, Show = book, Buyer = Buyer, Count = 1 }),
            [Operation.HoldBestAvailable] = book => TenantRig.Plain<HoldBestAvailable>(
                new HoldBestAvailable { Id = Held + 1, Show = book, Count = 1 }),
            [Operation.HoldGeneralAdmission] = book => TenantRig.Plain<HoldGeneralAdmission>(
                new HoldGeneralAdmission { Id = Held + 2, Show = book, Block = 1, Quantity = 1 }),
            [Operation.ExtendHold] = book => TenantRig.Plain<HoldChange>(new HoldChange { Hold = Held, Show = book }),
            [Operation.ReleaseHold] = book => TenantRig.Plain<HoldChange>(new HoldChange { Hold = Held, Show = book }),
            [Operation.BookHeld] = book => TenantRig.Plain<BookHeld>(
                new BookHeld { Id = Booked, Hold = Held, Show = book }),
            [Operation.CancelBooking] = book => TenantRig.Plain<CancelBooking>(
                new CancelBooking { Id = Booked, Show = book }),
            [Operation.SetForSale] = book => TenantRig.Plain<SetForSale>(
                new SetForSale { Show = book, Block = SetForSale.EveryBlock }),
            [Operation.GetHold] = book => TenantRig.Prefixed<UInt128>(book, Held),
            [Operation.GetBooking] = book => TenantRig.Prefixed<UInt128>(book, Booked),
            [Operation.GetShow] = book => TenantRig.Prefixed<ulong>(book, Foreign),
            [Operation.GetChart] = book => TenantRig.Prefixed<SeatFilter>(book, new SeatFilter { Limit = 10 }),
            [Operation.GetSeatMap] = book => TenantRig.Prefixed<SeatFilter>(book, new SeatFilter { Limit = 10 }),
            [Operation.GetSeatChanges] = book => TenantRig.Prefixed<SeatFilter>(book, new SeatFilter { Limit = 10 }),
            [Operation.SeatHistory] = book => TenantRig.Prefixed<SeatFilter>(book, new SeatFilter { Limit = 10 }),
            [Operation.OpenWaitingRoom] = book => TenantRig.Plain<OpenWaitingRoom>(new OpenWaitingRoom
            {
                Show = book,
                OpensAt = ulong.MaxValue,
                SessionsMax = 1,
                PlacesMax = 5,
                CallMs = 1,
                SessionMs = 1,
                SessionMsMax = 1,
            }),
            [Operation.DrawWaitingRoom] = book => TenantRig.Plain<DrawWaitingRoom>(new DrawWaitingRoom { Show = book }),
            [Operation.JoinWaitingRoom] = book => TenantRig.Plain<WaitingChange>(
                new WaitingChange { Show = book, Buyer = Buyer }),
            [Operation.EnterWaitingRoom] = book => TenantRig.Signed(TenantRig.Plain<EnterWaitingRoom>(
                new EnterWaitingRoom { Show = book, Buyer = Buyer, Session = 1, ExpiresAt = ulong.MaxValue })),
            [Operation.LeaveWaitingRoom] = book => TenantRig.Plain<WaitingChange>(
                new WaitingChange { Show = book, Buyer = Buyer }),
            [Operation.CloseWaitingRoom] = book => TenantRig.Plain<WaitingChange>(new WaitingChange { Show = book }),
            [Operation.GetWaitingRoom] = book => TenantRig.Prefixed<ulong>(book, Foreign),
            [Operation.GetWaiting] = book => TenantRig.Prefixed<ulong>(book, Buyer),
            [Operation.ListWaiting] = book => TenantRig.Prefixed<SeatFilter>(book, new SeatFilter { Limit = 10 }),
            [Operation.MoveToChannel] = book => TenantRig.Plain<MoveToChannel>(
                new MoveToChannel { Show = book, Block = 1, To = 1 }),
            [Operation.GetChannels] = book => TenantRig.Prefixed<SeatFilter>(book, new SeatFilter { Limit = 10 }),
            [Operation.AwaitSeatChanges] = book => TenantRig.Prefixed<AwaitSeatChanges>(
                book, new AwaitSeatChanges { Limit = 10, AwaitMs = 1 }),
            [Operation.GetBuyers] = book => TenantRig.Prefixed<ulong>(book, Buyer),
            [Operation.OpenWaitingList] = book => TenantRig.Plain<OpenWaitingList>(
                new OpenWaitingList { Show = book, PlacesMax = 5 }),
            [Operation.JoinWaitingList] = book => TenantRig.Plain<JoinWaitingList>(
                new JoinWaitingList { Id = Listed, Show = book, Buyer = Buyer, Count = 16, Zone = 9 }),
            [Operation.LeaveWaitingList] = book => TenantRig.Plain<LeaveWaitingList>(
                new LeaveWaitingList { Id = Listed, Show = book }),
            [Operation.CloseWaitingList] = book => TenantRig.Plain<CloseWaitingList>(
                new CloseWaitingList { Show = book }),
            [Operation.GetWaitingList] = book => TenantRig.Prefixed<ulong>(book, Foreign),
            [Operation.GetWaitingListEntry] = book => TenantRig.Prefixed<UInt128>(book, Listed),
            [Operation.ListWaitingList] = book => TenantRig.Prefixed<SeatFilter>(book, new SeatFilter { Limit = 10 }),
            [Operation.CreateOrders] = book => TenantRig.Plain<CreateOrder>(
                new CreateOrder { Id = Order, Merchant = book, Amount = 5, Currency = Currency }),
        };

    private static AccountFilter OfAccount => new()
    {
        AccountId = Debit,
        Limit = 100,
        Flags = AccountFilterFlags.Debits | AccountFilterFlags.Credits,
    };

    private static QueryFilter Everything => new() { Limit = 100 };

    [Fact]
    public void Every_operation_is_attacked() => Assert.Empty(
        OperationTable.All.Where(TenantRig.IsForClients)
            .Select(shape => shape.Operation)
            .Except(Attacks.Keys));

    [Fact]
    public async Task X19_Another_tenants_ids_lead_nowhere()
    {
        await PopulateAsync();
        Dictionary<Operation, byte[]> before = await ReadAllAsync(rig.Foreign, Foreign);
        Assert.All(before, read => Assert.True(HasContent(read.Value), $"{read.Key} shows its owner nothing"));

        Dictionary<Operation, byte[]> seen = await ReadAllAsync(rig.Own, Own);
        Assert.All(seen, read => Assert.False(HasContent(read.Value), $"{read.Key} shows another tenant something"));

        await rig.ResultsAsync<PaymentResult>(
            rig.Own, Operation.CreateMerchants, Attacks[Operation.CreateMerchants](Own));
        CreateTransferResult[] transfers = await rig.ResultsAsync<CreateTransferResult>(
            rig.Own, Operation.CreateTransfers, Attacks[Operation.CreateTransfers](Own));
        Assert.Equal(
            [
                CreateTransferStatus.DebitAccountNotFound,
                CreateTransferStatus.PendingTransferNotFound,
                CreateTransferStatus.PendingTransferNotFound,
            ],
            transfers.Select(result => result.Status));
        Assert.Equal(PaymentStatus.OrderNotFound, await CodeAsync(Operation.CreatePayments));
        Assert.Equal(PaymentStatus.PaymentNotFound, await CodeAsync(Operation.CapturePayments));
        Assert.Equal(PaymentStatus.PaymentNotFound, await CodeAsync(Operation.VoidPayments));
        Assert.Equal(PaymentStatus.PaymentNotFound, await CodeAsync(Operation.RefundPayments));
        Assert.Equal(PaymentStatus.PaymentIdMustBeZero, await CodeAsync(Operation.FundMerchants));

        Assert.Equal(FraudStatus.TransactionNotFound, await FraudCodeAsync(Operation.LabelTransactions));
        Assert.Equal(FraudStatus.TransactionNotFound, await FraudCodeAsync(Operation.ResolveReviews));

        Operation[] ofHolds = [Operation.ExtendHold, Operation.ReleaseHold, Operation.BookHeld];
        Operation[] ofRooms =
        [
            Operation.DrawWaitingRoom, Operation.JoinWaitingRoom, Operation.EnterWaitingRoom,
            Operation.LeaveWaitingRoom, Operation.CloseWaitingRoom,
        ];
        Operation[] ofLists =
            [Operation.JoinWaitingList, Operation.LeaveWaitingList, Operation.CloseWaitingList];
        foreach (Operation operation in (Operation[])
        [
            .. ofHolds, Operation.CancelBooking, Operation.SetForSale, Operation.MoveToChannel,
            Operation.OpenWaitingRoom, .. ofRooms, Operation.OpenWaitingList, .. ofLists,
        ])
        {
            Assert.Equal(SeatStatus.ShowNotFound, await SeatCodeAsync(rig.Own, operation, Own));
        }

        Assert.Equal(SeatStatus.Ok, await SeatCodeAsync(rig.Own, Operation.CreateShow, Own));
        foreach (Operation operation in ofHolds)
        {
            Assert.Equal(SeatStatus.HoldNotFound, await SeatCodeAsync(rig.Own, operation, Own));
        }

        foreach (Operation operation in ofRooms)
        {
            Assert.Equal(SeatStatus.WaitingRoomNotFound, await SeatCodeAsync(rig.Own, operation, Own));
        }

        Assert.Equal(
            [SeatStatus.WaitingListNotFound, SeatStatus.WaitingListEntryNotFound, SeatStatus.WaitingListNotFound],
            [
                await SeatCodeAsync(rig.Own, ofLists[0], Own), await SeatCodeAsync(rig.Own, ofLists[1], Own),
                await SeatCodeAsync(rig.Own, ofLists[2], Own),
            ]);
        Assert.Equal(SeatStatus.BookingNotFound, await SeatCodeAsync(rig.Own, Operation.CancelBooking, Own));

        // Ids are a book's own, so these succeed, beside the other's accounts, orders and decisions of the same ids.
        ScoreResult[] scores = await rig.ResultsAsync<ScoreResult>(
            rig.Own, Operation.ScoreTransactions, Attacks[Operation.ScoreTransactions](Own));
        Assert.Equal((FraudStatus.Ok, ScoreResultFlags.None), (scores[0].Code, scores[0].ResultFlags));
        Assert.Equal(PaymentStatus.Ok, await CodeAsync(Operation.CreateOrders));
        await rig.ResultsAsync<CreateAccountResult>(
            rig.Own, Operation.CreateAccounts, Attacks[Operation.CreateAccounts](Own));
        Assert.Equal(SeatStatus.Ok, await SeatCodeAsync(rig.Own, Operation.HoldSeats, Own));
        Assert.Equal(SeatStatus.Ok, await SeatCodeAsync(rig.Own, Operation.BookHeld, Own));
        Dictionary<Operation, byte[]> after = await ReadAllAsync(rig.Foreign, Foreign);
        Assert.All(before, read => Assert.Equal(read.Value, after[read.Key]));
    }

    private static Account Account(ulong id) =>
        new() { Id = id, Ledger = 1, Code = 1, Flags = AccountFlags.History };

    private static Transfer Transfer(ulong id, ulong amount, TransferFlags flags, ulong pendingId) => new()
    {
        Id = id,
        DebitAccountId = Debit,
        CreditAccountId = Credit,
        Amount = amount,
        PendingId = pendingId,
        Ledger = 1,
        Code = 1,
        Flags = flags,
    };

    private static PaymentAction Action(ulong id, ulong merchant, ulong payment, ulong amount = 100) =>
        new() { Id = id, Merchant = merchant, PaymentId = payment, Amount = amount };

    private static bool HasContent(byte[] body) => body.AsSpan().ContainsAnyExcept((byte)0);

    private async Task PopulateAsync()
    {
        await rig.ResultsAsync<CreateAccountResult>(
            rig.Foreign, Operation.CreateAccounts, Attacks[Operation.CreateAccounts](Foreign));
        CreateTransferResult[] transfers = await rig.ResultsAsync<CreateTransferResult>(
            rig.Foreign,
            Operation.CreateTransfers,
            TenantRig.Prefixed<Transfer>(
                Foreign,
                Transfer(Posted, 50, TransferFlags.None, 0),
                Transfer(Pending, 50, TransferFlags.Pending, 0)));
        Assert.All(transfers, result => Assert.Equal(CreateTransferStatus.Created, result.Status));
        await OkAsync(Operation.CreateMerchants, TenantRig.Plain<CreateMerchant>(
            new CreateMerchant { Merchant = Foreign, Currency = Currency, Prefund = 1_000_000 }));
        await OkAsync(Operation.CreateOrders, TenantRig.Plain<CreateOrder>(
            new CreateOrder { Id = Order, Merchant = Foreign, Amount = 100, Currency = Currency }));
        await OkAsync(Operation.CreatePayments, TenantRig.Plain<CreatePayment>(
            new CreatePayment { Id = Captured, Merchant = Foreign, Amount = 500, Currency = Currency }));
        await OkAsync(Operation.CreatePayments, TenantRig.Plain<CreatePayment>(
            new CreatePayment
            {
                Id = Authorized,
                Merchant = Foreign,
                Amount = 500,
                Currency = Currency,
                Flags = PaymentFlags.ManualCapture,
            }));
        await OkAsync(
            Operation.RefundPayments, TenantRig.Plain<PaymentAction>(Action(Refund, Foreign, Captured)));
        ScoreResult[] scores = await rig.ResultsAsync<ScoreResult>(
            rig.Foreign,
            Operation.ScoreTransactions,
            TenantRig.Plain<ScoreTransaction>(new ScoreTransaction
            {
                Id = Scored,
                Merchant = Foreign,
                Card = 5,
                Amount = TenantRig.ReviewedAmount,
            }));
        Assert.Equal(Decision.Review, scores[0].Decision);
        await rig.LoadChartAsync(Foreign);
        foreach (Operation operation in (Operation[])
        [
            Operation.CreateShow, Operation.HoldSeats, Operation.BookHeld, Operation.MoveToChannel,
            Operation.OpenWaitingList, Operation.JoinWaitingList, Operation.OpenWaitingRoom, Operation.JoinWaitingRoom,
        ])
        {
            Assert.Equal(SeatStatus.Ok, await SeatCodeAsync(rig.Foreign, operation, Foreign));
        }
    }

    private async Task<SeatStatus> SeatCodeAsync(RawClient client, Operation operation, ulong book) =>
        (await rig.ResultsAsync<SeatResult>(client, operation, Attacks[operation](book))).Single().Code;

    private async Task OkAsync(Operation operation, byte[] body) => Assert.Equal(
        PaymentStatus.Ok, (await rig.ResultsAsync<PaymentResult>(rig.Foreign, operation, body)).Single().Code);

    private async Task<FraudStatus> FraudCodeAsync(Operation operation) =>
        (await rig.ResultsAsync<FraudResult>(rig.Own, operation, Attacks[operation](Own))).Single().Code;

    private async Task<PaymentStatus> CodeAsync(Operation operation) =>
        (await rig.ResultsAsync<PaymentResult>(rig.Own, operation, Attacks[operation](Own))).Single().Code;

    private async Task<Dictionary<Operation, byte[]>> ReadAllAsync(RawClient client, ulong book)
    {
        Dictionary<Operation, byte[]> read = [];
        foreach (OperationShape shape in OperationTable.All.Where(
            shape => shape is { Kind: OperationKind.Lookup or OperationKind.Query, IsForAll: false }))
        {
            read[shape.Operation] =
                await rig.ResultsAsync<byte>(client, shape.Operation, Attacks[shape.Operation](book));
        }

        return read;
    }
}
