using System.Runtime.CompilerServices;
using FastCore.Protocol;
using FastCore.Protocol.Frames;
using FastCore.Protocol.Fraud;
using FastCore.Protocol.Knobs;
using FastCore.Protocol.Ledger;
using FastCore.Protocol.Memory;
using FastCore.Protocol.Payments;
using FastCore.Protocol.Seats;
using FastCore.Protocol.Seats.Lists;
using FastCore.Protocol.Seats.Waiting;

namespace FastCore.Testing;

/// <summary>Which structs an operation's elements and results are, and what can be asked about a struct.</summary>
public static class WireStructs
{
    /// <summary>Element and result of every operation that has both.</summary>
    public static readonly Dictionary<Operation, (Type Element, Type Result)> Bodies = new()
    {
        [Operation.CreateAccounts] = (typeof(Account), typeof(CreateAccountResult)),
        [Operation.CreateTransfers] = (typeof(Transfer), typeof(CreateTransferResult)),
        [Operation.LookupAccounts] = (typeof(UInt128), typeof(Account)),
        [Operation.LookupTransfers] = (typeof(UInt128), typeof(Transfer)),
        [Operation.GetAccountTransfers] = (typeof(AccountFilter), typeof(Transfer)),
        [Operation.GetAccountBalances] = (typeof(AccountFilter), typeof(AccountBalance)),
        [Operation.QueryAccounts] = (typeof(QueryFilter), typeof(Account)),
        [Operation.QueryTransfers] = (typeof(QueryFilter), typeof(Transfer)),
        [Operation.SumAccountTransfers] = (typeof(AccountFilter), typeof(TransferSum)),
        [Operation.SumTransfers] = (typeof(QueryFilter), typeof(TransferSum)),
        [Operation.GetBookTotals] = (typeof(uint), typeof(BookTotals)),
        [Operation.CreateMerchants] = (typeof(CreateMerchant), typeof(PaymentResult)),
        [Operation.CreateOrders] = (typeof(CreateOrder), typeof(PaymentResult)),
        [Operation.CreatePayments] = (typeof(CreatePayment), typeof(PaymentResult)),
        [Operation.CapturePayments] = (typeof(PaymentAction), typeof(PaymentResult)),
        [Operation.VoidPayments] = (typeof(PaymentAction), typeof(PaymentResult)),
        [Operation.RefundPayments] = (typeof(PaymentAction), typeof(PaymentResult)),
        [Operation.LookupMerchants] = (typeof(ulong), typeof(MerchantRecord)),
        [Operation.LookupOrders] = (typeof(UInt128), typeof(OrderRecord)),
        [Operation.LookupPayments] = (typeof(UInt128), typeof(PaymentRecord)),
        [Operation.LookupRefunds] = (typeof(UInt128), typeof(RefundRecord)),
        [Operation.FundMerchants] = (typeof(PaymentAction), typeof(PaymentResult)),
        [Operation.ScoreTransactions] = (typeof(ScoreTransaction), typeof(ScoreResult)),
        [Operation.LabelTransactions] = (typeof(LabelTransaction), typeof(FraudResult)),
        [Operation.LookupDecisions] = (typeof(UInt128), typeof(DecisionRecord)),
        [Operation.QueryReviews] = (typeof(ReviewFilter), typeof(DecisionRecord)),
        [Operation.ResolveReviews] = (typeof(ReviewVerdict), typeof(FraudResult)),
        [Operation.ChangeLists] = (typeof(ListChange), typeof(FraudResult)),
        [Operation.UploadPolicyFile] = (typeof(PolicyUpload), typeof(PolicyUploadResult)),
        [Operation.ActivatePolicy] = (typeof(PolicyFile), typeof(PolicyAnswer)),
        [Operation.GetPolicies] = (typeof(PolicyFilter), typeof(PolicyRecord)),
        [Operation.GetFraudMetrics] = (typeof(MetricFilter), typeof(FraudMetric)),
        [Operation.ExplainDecision] = (typeof(ReasonFilter), typeof(ReasonRecord)),
        [Operation.CreateChart] = (typeof(ChartBlock), typeof(SeatResult)),
        [Operation.CreateShow] = (typeof(CreateShow), typeof(SeatResult)),
        [Operation.HoldSeats] = (typeof(HoldSeats), typeof(SeatResult)),
        [Operation.HoldBestAvailable] = (typeof(HoldBestAvailable), typeof(BestSeatsResult)),
        [Operation.HoldGeneralAdmission] = (typeof(HoldGeneralAdmission), typeof(SeatResult)),
        [Operation.ExtendHold] = (typeof(HoldChange), typeof(SeatResult)),
        [Operation.ReleaseHold] = (typeof(HoldChange), typeof(SeatResult)),
        [Operation.BookHeld] = (typeof(BookHeld), typeof(SeatResult)),
        [Operation.CancelBooking] = (typeof(CancelBooking), typeof(SeatResult)),
        [Operation.SetForSale] = (typeof(SetForSale), typeof(SeatResult)),
        [Operation.GetHold] = (typeof(UInt128), typeof(HoldRecord)),
        [Operation.GetBooking] = (typeof(UInt128), typeof(BookingRecord)),
        [Operation.GetShow] = (typeof(ulong), typeof(ShowRecord)),
        [Operation.ListShows] = (typeof(ShowFilter), typeof(ShowRecord)),
        [Operation.GetChart] = (typeof(SeatFilter), typeof(ChartBlock)),
        [Operation.GetSeatMap] = (typeof(SeatFilter), typeof(SeatMapBlock)),
        [Operation.GetSeatChanges] = (typeof(SeatFilter), typeof(SeatChange)),
        [Operation.SeatHistory] = (typeof(SeatFilter), typeof(SeatChange)),
        [Operation.OpenWaitingRoom] = (typeof(OpenWaitingRoom), typeof(SeatResult)),
        [Operation.DrawWaitingRoom] = (typeof(DrawWaitingRoom), typeof(SeatResult)),
        [Operation.JoinWaitingRoom] = (typeof(WaitingChange), typeof(SeatResult)),
        [Operation.EnterWaitingRoom] = (typeof(EnterWaitingRoom), typeof(SeatResult)),
        [Operation.LeaveWaitingRoom] = (typeof(WaitingChange), typeof(SeatResult)),
        [Operation.CloseWaitingRoom] = (typeof(WaitingChange), typeof(SeatResult)),
        [Operation.GetWaitingRoom] = (typeof(ulong), typeof(WaitingRoomRecord)),
        [Operation.GetWaiting] = (typeof(ulong), typeof(WaitingRecord)),
        [Operation.ListWaiting] = (typeof(SeatFilter), typeof(WaitingRecord)),
        [Operation.MoveToChannel] = (typeof(MoveToChannel), typeof(SeatResult)),
        [Operation.GetChannels] = (typeof(SeatFilter), typeof(ChannelSeats)),
        [Operation.AwaitSeatChanges] = (typeof(AwaitSeatChanges), typeof(SeatChange)),
        [Operation.GetBuyers] = (typeof(ulong), typeof(BuyerRecord)),
        [Operation.OpenWaitingList] = (typeof(OpenWaitingList), typeof(SeatResult)),
        [Operation.JoinWaitingList] = (typeof(JoinWaitingList), typeof(SeatResult)),
        [Operation.LeaveWaitingList] = (typeof(LeaveWaitingList), typeof(SeatResult)),
        [Operation.CloseWaitingList] = (typeof(CloseWaitingList), typeof(SeatResult)),
        [Operation.GetWaitingList] = (typeof(ulong), typeof(WaitingListRecord)),
        [Operation.GetWaitingListEntry] = (typeof(UInt128), typeof(WaitingListEntry)),
        [Operation.ListWaitingList] = (typeof(SeatFilter), typeof(WaitingListEntry)),
        [Operation.SetKnobs] = (typeof(KnobChange), typeof(KnobResult)),
        [Operation.GetKnobs] = (typeof(KnobFilter), typeof(KnobRecord)),
        [Operation.GetMemory] = (typeof(MemoryFilter), typeof(MemoryRecord)),
        [Operation.ConnectorAnswers] = (typeof(ConnectorAnswer), typeof(PaymentResult)),
        [Operation.SetupAccounts] = (typeof(Account), typeof(CreateAccountResult)),
        [Operation.ObserveCards] = (typeof(ScoreTransaction), typeof(CardFeatures)),
        [Operation.ObservePaymentCards] = (typeof(CreatePayment), typeof(CardFeatures)),
        [Operation.ScoreObserved] = (typeof(ObservedTransaction), typeof(ScoreResult)),
        [Operation.CreateObservedPayments] = (typeof(ObservedPayment), typeof(PaymentResult)),
        [Operation.LabelCards] = (typeof(LabelTransaction), typeof(FraudResult)),
        [Operation.ActivatePolicies] = (typeof(ActivatePolicy), typeof(FraudResult)),
        [Operation.EndBookingSteps] = (typeof(BookingOutcome), typeof(SeatResult)),
    };

    /// <summary>The structs that the protocol's document lists.</summary>
    public static readonly Type[] Structs =
    [
        typeof(FrameHeader), typeof(HelloRequest), typeof(HelloReply), typeof(BookPrefix),
        typeof(Account), typeof(CreateAccountResult), typeof(Transfer), typeof(CreateTransferResult),
        typeof(AccountFilter), typeof(QueryFilter), typeof(AccountBalance), typeof(TransferSum), typeof(BookTotals),
        typeof(CreateMerchant), typeof(CreateOrder), typeof(CreatePayment), typeof(PaymentAction),
            typeof(PaymentResult),
        typeof(MerchantRecord), typeof(OrderRecord), typeof(PaymentRecord), typeof(RefundRecord),
        typeof(ScoreTransaction), typeof(ScoreResult), typeof(LabelTransaction), typeof(ReviewFilter),
        typeof(ReviewVerdict), typeof(ListChange), typeof(FraudResult), typeof(DecisionRecord),
        typeof(ChartBlock), typeof(CreateShow), typeof(HoldSeats), typeof(HoldBestAvailable),
        typeof(HoldGeneralAdmission), typeof(HoldChange), typeof(BookHeld), typeof(CancelBooking), typeof(SetForSale),
        typeof(SeatResult), typeof(BestSeatsResult), typeof(HoldRecord), typeof(BookingRecord), typeof(ShowRecord),
        typeof(SeatMapBlock), typeof(SeatChange), typeof(SeatFilter), typeof(ShowFilter),
        typeof(OpenWaitingRoom), typeof(DrawWaitingRoom), typeof(WaitingChange), typeof(EnterWaitingRoom),
        typeof(WaitingRoomRecord), typeof(WaitingRecord), typeof(MoveToChannel), typeof(ChannelSeats),
        typeof(KnobChange), typeof(KnobResult), typeof(KnobFilter), typeof(KnobRecord),
        typeof(MemoryFilter), typeof(MemoryRecord),
    ];

    /// <summary>The enums that it lists.</summary>
    public static readonly Type[] Enums =
    [
        typeof(FrameStatus),
        typeof(AccountFlags), typeof(TransferFlags), typeof(AccountFilterFlags), typeof(QueryFilterFlags),
        typeof(CreateAccountStatus), typeof(CreateTransferStatus),
        typeof(OrderFlags), typeof(PaymentFlags), typeof(PaymentActionFlags), typeof(PaymentResultFlags),
        typeof(PaymentState), typeof(OrderState), typeof(RefundState), typeof(PaymentStatus), typeof(DeclineCode),
        typeof(ScoreFlags), typeof(ScoreResultFlags), typeof(Decision), typeof(DecisionReason), typeof(DecisionFlags),
        typeof(TransactionLabel), typeof(ListChangeKind), typeof(FraudStatus),
        typeof(ChartBlockKind), typeof(ShowFlags), typeof(HoldFlags), typeof(BookingFlags), typeof(SeatResultFlags),
        typeof(HoldState), typeof(BookingState), typeof(SeatState), typeof(WaitingRoomState), typeof(WaitingState),
        typeof(SeatStatus),
        typeof(KnobSource), typeof(KnobFlags), typeof(KnobStatus), typeof(MemoryKind),
    ];

    /// <summary>The operations that clients may ask for, but for those of the session itself.</summary>
    public static IEnumerable<OperationShape> Public =>
        OperationTable.All.Where(shape => shape.Kind is not (OperationKind.Session or OperationKind.Internal));

    /// <summary>Bytes of a struct.</summary>
    public static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    /// <summary>A struct's or a number's name in the document.</summary>
    public static string NameOf(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.UInt32 => "u32",
        TypeCode.UInt64 => "u64",
        _ when type == typeof(UInt128) => "u128",
        _ => type.Name,
    };
}
