using FastCore.Protocol;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Knobs;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Memory;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Protocol.Seats.Waiting;

namespace FastCore.Cli.Wire;

/// <summary>Every operation that the command line can send, with its structs.</summary>
internal static class WireCatalog
{
    private static readonly WireStruct AccountFields = WireStruct.Of<Account>();
    private static readonly WireStruct TransferFields = WireStruct.Of<Transfer>();
    private static readonly WireStruct Id = WireStruct.Scalar("id", 16);
    private static readonly WireStruct AccountStatus = WireStruct.Of<CreateAccountResult>();
    private static readonly WireStruct TransferStatus = WireStruct.Of<CreateTransferResult>();
    private static readonly WireStruct AccountFilterFields = WireStruct.Of<AccountFilter>();
    private static readonly WireStruct QueryFilterFields = WireStruct.Of<QueryFilter>();
    private static readonly WireStruct Action = WireStruct.Of<PaymentAction>();

    private static readonly WireStruct FraudAnswer = WireStruct.Of<FraudResult>();
    private static readonly WireStruct SeatFilterFields = WireStruct.Of<SeatFilter>();
    private static readonly WireStruct HoldChangeFields = WireStruct.Of<HoldChange>();
    private static readonly WireStruct ShowFields = WireStruct.Of<ShowRecord>();
    private static readonly WireStruct SeatChangeFields = WireStruct.Of<SeatChange>();
    private static readonly WireStruct SeatAnswer = WireStruct.Of<SeatResult>();

    // As of payments: holds and bookings have different states.
    private static readonly WireStruct HoldAnswer = SeatAnswer
        .With(new WireField("state", 12, 1, WireKind.Choice, typeof(HoldState)));

    private static readonly WireStruct BestSeatsAnswer = WireStruct.Of<BestSeatsResult>()
        .With(new WireField("state", 12, 1, WireKind.Choice, typeof(HoldState)));

    private static readonly WireStruct WaitingAnswer = SeatAnswer
        .With(new WireField("state", 12, 1, WireKind.Choice, typeof(WaitingState)));

    private static readonly WireStruct RoomAnswer = SeatAnswer
        .With(new WireField("state", 12, 1, WireKind.Choice, typeof(WaitingRoomState)));

    private static readonly WireStruct ListAnswer = SeatAnswer
        .With(new WireField("state", 12, 1, WireKind.Choice, typeof(WaitingListState)));

    private static readonly WireStruct ListEntryAnswer = SeatAnswer
        .With(new WireField("state", 12, 1, WireKind.Choice, typeof(WaitingListEntryState)));

    private static readonly WireStruct ListEntryFields = WireStruct.Of<WaitingListEntry>();

    private static readonly WireStruct WaitingFields = WireStruct.Of<WaitingRecord>();
    private static readonly WireStruct WaitingChangeFields = WireStruct.Of<WaitingChange>();

    private static readonly WireStruct BookingAnswer = SeatAnswer
        .With(new WireField("state", 12, 1, WireKind.Choice, typeof(BookingState)));

    // A payments result carries the state as a bare byte, because orders and payments have different ones.
    private static readonly WireStruct PaymentAnswer = WireStruct.Of<PaymentResult>()
        .With(new WireField("state", 12, 1, WireKind.Choice, typeof(PaymentState)));

    private static readonly WireStruct OrderAnswer = WireStruct.Of<PaymentResult>()
        .With(new WireField("state", 12, 1, WireKind.Choice, typeof(OrderState)));

    // The setup of a rule table names an account and its four balances.
    private static readonly WireStruct SetupFields = AccountFields
        .With(new WireField("account", 0, 16, WireKind.Unsigned));

    /// <summary>All operations in the order of their numbers.</summary>
    public static IReadOnlyList<WireOperation> All { get; } =
    [
        New(Operation.CreateAccounts, AccountFields, AccountStatus, "status", "Open accounts."),
        New(Operation.CreateTransfers, TransferFields, TransferStatus, "status", "Post, reserve or resolve transfers."),
        New(Operation.LookupAccounts, Id, AccountFields, null, "Accounts by id."),
        New(Operation.LookupTransfers, Id, TransferFields, null, "Transfers by id."),
        New(Operation.GetAccountTransfers, AccountFilterFields, TransferFields, null, "Statement of one account."),
        New(Operation.GetAccountBalances, AccountFilterFields, WireStruct.Of<AccountBalance>(), null,
            "Balances of an account with the flag history after each of its transfers."),
        New(Operation.QueryAccounts, QueryFilterFields, AccountFields, null, "Accounts of a book by filter."),
        New(Operation.QueryTransfers, QueryFilterFields, TransferFields, null, "Transfers of a book by filter."),
        New(Operation.SumAccountTransfers, AccountFilterFields, WireStruct.Of<TransferSum>(), null,
            "Count and sums over one account's transfers by filter."),
        New(Operation.SumTransfers, QueryFilterFields, WireStruct.Of<TransferSum>(), null,
            "Count and sums over a book's transfers by filter."),
        New(Operation.GetBookTotals, WireStruct.Scalar("ledger", 4), WireStruct.Of<BookTotals>(), null,
            "Totals of a book per ledger: do debits equal credits?"),
        New(Operation.CreateMerchants, WireStruct.Of<CreateMerchant>(), PaymentAnswer, "code",
            "Open merchants (a merchant is a book)."),
        New(Operation.CreateOrders, WireStruct.Of<CreateOrder>(), OrderAnswer, "code", "Open orders."),
        New(Operation.CreatePayments, WireStruct.Of<CreatePayment>(), PaymentAnswer, "code",
            "Create payments; without manual_capture this is the whole payment."),
        New(
            Operation.CapturePayments, Action, PaymentAnswer, "code",
            "Capture authorized payments, in full or in part."),
        New(Operation.VoidPayments, Action, PaymentAnswer, "code", "Release what is authorized and not captured."),
        New(Operation.RefundPayments, Action, PaymentAnswer, "code", "Refund captured payments, in full or in part."),
        New(Operation.LookupMerchants, WireStruct.Scalar("merchant", 8), WireStruct.Of<MerchantRecord>(), null,
            "A merchant with its balances."),
        New(Operation.LookupOrders, Id, WireStruct.Of<OrderRecord>(), null, "Orders by id."),
        New(Operation.LookupPayments, Id, WireStruct.Of<PaymentRecord>(), null, "Payments by id."),
        New(Operation.LookupRefunds, Id, WireStruct.Of<RefundRecord>(), null, "Refunds by id."),
        New(Operation.FundMerchants, Action, PaymentAnswer, "code", "Add money to a merchant's clearing account."),
        New(Operation.ScoreTransactions, WireStruct.Of<ScoreTransaction>(), WireStruct.Of<ScoreResult>(), "code",
            "Decide about card transactions: approve, review or decline."),
        New(Operation.LabelTransactions, WireStruct.Of<LabelTransaction>(), FraudAnswer, "code",
            "Tell what transactions were found to be."),
        New(Operation.LookupDecisions, Id, WireStruct.Of<DecisionRecord>(), null, "Decisions by transaction id."),
        New(Operation.QueryReviews, WireStruct.Of<ReviewFilter>(), WireStruct.Of<DecisionRecord>(), null,
            "Transactions of a merchant that wait for a verdict."),
        New(Operation.ResolveReviews, WireStruct.Of<ReviewVerdict>(), FraudAnswer, "code",
            "End reviews: release held payments, or void them."),
        New(Operation.ChangeLists, WireStruct.Of<ListChange>(), FraudAnswer, "code",
            "Put keys on lists of the rules, or take them off."),
        New(Operation.UploadPolicyFile, WireStruct.Of<PolicyUpload>(), WireStruct.Of<PolicyUploadResult>(), "code",
            "Send a part of a policy's file; 'fastcore fraud activate' does it."),
        New(Operation.ActivatePolicy, WireStruct.Of<PolicyFile>(), WireStruct.Of<PolicyAnswer>(), "code",
            "Prove a policy and put it in force; 'fastcore fraud activate' does it from a file."),
        New(Operation.GetPolicies, WireStruct.Of<PolicyFilter>(), WireStruct.Of<PolicyRecord>(), null,
            "The policy in force and those before it."),
        New(Operation.GetFraudMetrics, WireStruct.Of<MetricFilter>(), WireStruct.Of<FraudMetric>(), null,
            "Precision and recall of rules and models, and how far scores and features moved."),
        New(Operation.ExplainDecision, WireStruct.Of<ReasonFilter>(), WireStruct.Of<ReasonRecord>(), "code",
            "What each feature added to the margin of a decision."),
        New(Operation.CreateChart, WireStruct.Of<ChartBlock>(), SeatAnswer, "code",
            "Load a chart, block by block; 'fastcore seats load' does it from a file."),
        New(Operation.CreateShow, WireStruct.Of<CreateShow>(), SeatAnswer, "code", "Open shows."),
        New(Operation.HoldSeats, WireStruct.Of<HoldSeats>(), HoldAnswer, "code",
            "Hold seats by number (block * 64 + place), all or none."),
        New(Operation.HoldBestAvailable, WireStruct.Of<HoldBestAvailable>(), BestSeatsAnswer, "code",
            "Hold the best seats that are free."),
        New(Operation.HoldGeneralAdmission, WireStruct.Of<HoldGeneralAdmission>(), HoldAnswer, "code",
            "Hold places of an area, or a whole table."),
        New(Operation.ExtendHold, HoldChangeFields, HoldAnswer, "code", "Set a new expiry of holds."),
        New(Operation.ReleaseHold, HoldChangeFields, HoldAnswer, "code", "Give holds back, whole or in part."),
        New(Operation.BookHeld, WireStruct.Of<BookHeld>(), BookingAnswer, "code",
            "Book what holds have, paying for it; send it again to learn how it ended."),
        New(Operation.CancelBooking, WireStruct.Of<CancelBooking>(), BookingAnswer, "code",
            "Give bookings back; what was paid is refunded."),
        New(Operation.SetForSale, WireStruct.Of<SetForSale>(), SeatAnswer, "code",
            "Put seats on sale, or take them off it."),
        New(Operation.GetHold, Id, WireStruct.Of<HoldRecord>(), null, "Holds by token."),
        New(Operation.GetBooking, Id, WireStruct.Of<BookingRecord>(), null, "Bookings by id."),
        New(Operation.GetShow, WireStruct.Scalar("show", 8), ShowFields, null, "A show with what is left of it."),
        New(Operation.ListShows, WireStruct.Of<ShowFilter>(), ShowFields, null, "Shows by city, title and time."),
        New(Operation.GetChart, SeatFilterFields, WireStruct.Of<ChartBlock>(), null, "The blocks of a chart."),
        New(Operation.GetSeatMap, SeatFilterFields, WireStruct.Of<SeatMapBlock>(), null,
            "The seats of a show at one version, by block."),
        New(Operation.GetSeatChanges, SeatFilterFields, SeatChangeFields, null,
            "The changes of a show after a version, or the word to reload."),
        New(Operation.SeatHistory, SeatFilterFields, SeatChangeFields, null, "What happened to a seat."),
        New(Operation.OpenWaitingRoom, WireStruct.Of<OpenWaitingRoom>(), RoomAnswer, "code",
            "Give shows waiting rooms; the commitment is the SHA-256 of a seed told later."),
        New(Operation.DrawWaitingRoom, WireStruct.Of<DrawWaitingRoom>(), RoomAnswer, "code",
            "Tell the seed of a waiting room: those present are drawn."),
        New(Operation.JoinWaitingRoom, WaitingChangeFields, WaitingAnswer, "code", "Buyers join a waiting room."),
        New(Operation.EnterWaitingRoom, WireStruct.Of<EnterWaitingRoom>(), WaitingAnswer, "code",
            "Called buyers come in with the tickets that get_waiting gave them."),
        New(Operation.LeaveWaitingRoom, WaitingChangeFields, WaitingAnswer, "code",
            "Buyers leave a waiting room, or end their turn."),
        New(Operation.CloseWaitingRoom, WaitingChangeFields, RoomAnswer, "code",
            "Close waiting rooms: their shows are everybody's."),
        New(Operation.GetWaitingRoom, WireStruct.Scalar("show", 8), WireStruct.Of<WaitingRoomRecord>(), null,
            "A waiting room with its counts."),
        New(Operation.GetWaiting, WireStruct.Scalar("buyer", 8), WaitingFields, null,
            "Buyers in a waiting room: position, expected wait, ticket."),
        New(Operation.ListWaiting, SeatFilterFields, WaitingFields, null,
            "Those who take part in a draw, by their numbers."),
        New(Operation.MoveToChannel, WireStruct.Of<MoveToChannel>(), SeatAnswer, "code",
            "Move seats of a block to a channel (allotment), or out of it."),
        New(Operation.GetChannels, SeatFilterFields, WireStruct.Of<ChannelSeats>(), null,
            "The seats of a show that are in channels."),
        New(Operation.AwaitSeatChanges, WireStruct.Of<AwaitSeatChanges>(), SeatChangeFields, null,
            "The changes of a show after a version; waits for one while there is none."),
        New(Operation.GetBuyers, WireStruct.Scalar("buyer", 8), WireStruct.Of<BuyerRecord>(), null,
            "What buyers have done in a show that counts it: holds, bookings, holds in a minute."),
        New(Operation.OpenWaitingList, WireStruct.Of<OpenWaitingList>(), ListAnswer, "code",
            "Give shows waiting lists: what becomes free goes to those on it first."),
        New(Operation.JoinWaitingList, WireStruct.Of<JoinWaitingList>(), ListEntryAnswer, "code",
            "Buyers join a waiting list with a wish: seats (count), or places of a block (block, quantity)."),
        New(Operation.LeaveWaitingList, WireStruct.Of<LeaveWaitingList>(), ListEntryAnswer, "code",
            "Buyers leave a waiting list, or refuse what they were offered."),
        New(Operation.CloseWaitingList, WireStruct.Of<CloseWaitingList>(), ListAnswer, "code",
            "End waiting lists; what was offered stays until it expires."),
        New(Operation.GetWaitingList, WireStruct.Scalar("show", 8), WireStruct.Of<WaitingListRecord>(), null,
            "A waiting list with its counts."),
        New(Operation.GetWaitingListEntry, Id, ListEntryFields, null,
            "Entries of a waiting list by token: position, or the hold that was offered."),
        New(Operation.ListWaitingList, SeatFilterFields, ListEntryFields, null,
            "The entries of a waiting list that wait, after a place."),
        New(Operation.SetKnobs, WireStruct.Of<KnobChange>(), WireStruct.Of<KnobResult>(), "code",
            "Turn knobs of the running engine; 'fastcore knobs set' does it and says what came of it."),
        New(Operation.GetKnobs, WireStruct.Of<KnobFilter>(), WireStruct.Of<KnobRecord>(), null, "The table of knobs."),
        New(Operation.GetMemory, WireStruct.Of<MemoryFilter>(), WireStruct.Of<MemoryRecord>(), null,
            "What holds memory; 'fastcore memory' shows it readably."),
        New(Operation.SetupAccounts, SetupFields, AccountStatus, "status",
            "Set an account's balances outright; with --memory only.", "setup_account"),
    ];

    private static readonly Dictionary<string, WireOperation> ByName = All.ToDictionary(operation => operation.Name);

    private static readonly Dictionary<Operation, WireOperation> ByNumber =
        All.ToDictionary(operation => operation.Shape.Operation);

    /// <summary>The names that the grammar knows.</summary>
    public static IEnumerable<string> Names => ByName.Keys;

    /// <summary>An operation by name, or null.</summary>
    public static WireOperation? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>An operation by number, or null.</summary>
    public static WireOperation? Find(Operation operation) => ByNumber.GetValueOrDefault(operation);

    private static WireOperation New(
        Operation operation,
        WireStruct element,
        WireStruct result,
        string? codeField,
        string summary,
        string? name = null)
    {
        OperationShape shape = OperationTable.Find(operation)!;
        return new WireOperation(shape, name ?? shape.Name, element, result, codeField, summary);
    }
}
