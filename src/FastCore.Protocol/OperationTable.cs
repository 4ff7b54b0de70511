namespace FastCore.Protocol;

/// <summary>
/// How an operation reads and what it costs: sizes, key, kind. Declared once, used by every front and by the node.
/// </summary>
/// <param name="Operation">The operation.</param>
/// <param name="Name">Its name in snake_case, as the command line and the documents write it.</param>
/// <param name="PrefixSize">Bytes before the elements (a <see cref="BookPrefix"/>, or none).</param>
/// <param name="ElementSize">Bytes of one element.</param>
/// <param name="ElementsMax">Elements at most.</param>
/// <param name="KeyOffset">
/// Offset of the u64 partition key: in the prefix when <paramref name="PrefixSize"/> &gt; 0, else in every element, and
/// then the elements are independent of each other and may go to several partitions. −1: the whole request goes to
/// every partition: it changes what each of them has a copy of, or its results are merged by their first u64.
/// </param>
/// <param name="ResultSize">Bytes of one result.</param>
/// <param name="Kind">Write (journaled), read, or session.</param>
/// <param name="MerchantOffset">
/// Offset of a second book in every element, which the sender must be allowed as well unless it is zero; −1 = none.
/// </param>
/// <param name="ResultsMax">
/// Results at most of an operation that answers the request as a whole; 0 = one for each element, or by filter.
/// </param>
/// <param name="IsAtNode">
/// The node itself answers, beside its partitions: what takes long, reads files, or asks all of them.
/// </param>
public sealed record OperationShape(
    Operation Operation,
    string Name,
    int PrefixSize,
    int ElementSize,
    int ElementsMax,
    int KeyOffset,
    int ResultSize,
    OperationKind Kind,
    int MerchantOffset = -1,
    int ResultsMax = 0,
    bool IsAtNode = false)
{
    /// <summary>
    /// Offset of the u32 code in the results of writes: of an element whose partition refused its share while others
    /// took theirs it is the number of the <see cref="FrameStatus"/>.
    /// </summary>
    public const int ResultCodeOffset = 8;

    /// <summary>Whether elements of one request may go to several partitions.</summary>
    public bool IsScattered => PrefixSize == 0 && KeyOffset >= 0;

    /// <summary>Whether the whole request concerns every partition, and so every book.</summary>
    public bool IsForAll => KeyOffset < 0;

    /// <summary>Results at most for so many elements, of an operation without a filter.</summary>
    public int ResultsOf(int elements) => ResultsMax > 0 ? ResultsMax : elements;
}

/// <summary>What an operation does to the state.</summary>
public enum OperationKind : byte
{
    /// <summary>Handled by the front itself.</summary>
    Session,

    /// <summary>Changes state; journaled.</summary>
    Write,

    /// <summary>Reads by key; one result per object found.</summary>
    Lookup,

    /// <summary>Reads by filter; the filter's limit bounds the results.</summary>
    Query,

    /// <summary>A write that only flows inside the node may send.</summary>
    Internal,
}

/// <summary>The shapes of all operations.</summary>
public static class OperationTable
{
    private const int Max = Limits.ElementsPerRequestMax;
    private const int Scores = Fraud.FraudLimits.TransactionsPerRequestMax;
    private const int PolicyFiles = Fraud.FraudLimits.PolicyFilesMax;
    private const int PolicyAnswers = Fraud.FraudLimits.PolicyAnswersMax;
    private const int KnobChanges = Knobs.KnobLimits.ChangesPerRequestMax;
    private const int Shows = Seats.SeatLimits.ShowsPerRequestMax;

    /// <summary>All shapes, in the order of the operation numbers.</summary>
    public static IReadOnlyList<OperationShape> All { get; } =
    [
        new(Operation.Ping, "ping", 0, 1, 0, 0, 0, OperationKind.Session),
        new(Operation.CreateAccounts, "create_accounts", BookPrefix.Size, 128, Max, 0, 16, OperationKind.Write),
        new(Operation.CreateTransfers, "create_transfers", BookPrefix.Size, 128, Max, 0, 16, OperationKind.Write),
        new(Operation.LookupAccounts, "lookup_accounts", BookPrefix.Size, 16, Max, 0, 128, OperationKind.Lookup),
        new(Operation.LookupTransfers, "lookup_transfers", BookPrefix.Size, 16, Max, 0, 128, OperationKind.Lookup),
        new(
            Operation.GetAccountTransfers, "get_account_transfers",
            BookPrefix.Size, 128, 1, 0, 128, OperationKind.Query),
        new(Operation.GetAccountBalances, "get_account_balances", BookPrefix.Size, 128, 1, 0, 128, OperationKind.Query),
        new(Operation.QueryAccounts, "query_accounts", BookPrefix.Size, 128, 1, 0, 128, OperationKind.Query),
        new(Operation.QueryTransfers, "query_transfers", BookPrefix.Size, 128, 1, 0, 128, OperationKind.Query),
        new(
            Operation.SumAccountTransfers, "sum_account_transfers",
            BookPrefix.Size, 128, 1, 0, 64, OperationKind.Query),
        new(Operation.SumTransfers, "sum_transfers", BookPrefix.Size, 128, 1, 0, 64, OperationKind.Query),
        new(Operation.GetBookTotals, "get_book_totals", BookPrefix.Size, 4, Max, 0, 80, OperationKind.Lookup),
        new(Operation.CreateMerchants, "create_merchants", 0, 128, Max, 0, 32, OperationKind.Write),
        new(Operation.CreateOrders, "create_orders", 0, 128, Max, 16, 32, OperationKind.Write),
        new(Operation.CreatePayments, "create_payments", 0, 128, Max, 16, 32, OperationKind.Write),
        new(Operation.CapturePayments, "capture_payments", 0, 64, Max, 16, 32, OperationKind.Write),
        new(Operation.VoidPayments, "void_payments", 0, 64, Max, 16, 32, OperationKind.Write),
        new(Operation.RefundPayments, "refund_payments", 0, 64, Max, 16, 32, OperationKind.Write),
        new(Operation.LookupMerchants, "lookup_merchants", BookPrefix.Size, 8, 1, 0, 192, OperationKind.Lookup),
        new(Operation.LookupOrders, "lookup_orders", BookPrefix.Size, 16, Max, 0, 192, OperationKind.Lookup),
        new(Operation.LookupPayments, "lookup_payments", BookPrefix.Size, 16, Max, 0, 192, OperationKind.Lookup),
        new(Operation.LookupRefunds, "lookup_refunds", BookPrefix.Size, 16, Max, 0, 192, OperationKind.Lookup),
        new(Operation.FundMerchants, "fund_merchants", 0, 64, Max, 16, 32, OperationKind.Write),
        new(Operation.ScoreTransactions, "score_transactions", 0, 128, Scores, 16, 64, OperationKind.Write),
        new(Operation.LabelTransactions, "label_transactions", 0, 64, Max, 16, 16, OperationKind.Write),
        new(Operation.LookupDecisions, "lookup_decisions", BookPrefix.Size, 16, Max, 0, 192, OperationKind.Lookup),
        new(Operation.QueryReviews, "query_reviews", BookPrefix.Size, 32, 1, 0, 192, OperationKind.Query),
        new(Operation.ResolveReviews, "resolve_reviews", 0, 64, Max, 16, 16, OperationKind.Write),
        new(Operation.ChangeLists, "change_lists", 0, 128, Max, -1, 16, OperationKind.Write),
        new(
            Operation.UploadPolicyFile, "upload_policy_file", 0, 128, Max, -1, 16, OperationKind.Write,
            ResultsMax: 1, IsAtNode: true),
        new(
            Operation.ActivatePolicy, "activate_policy", 0, 128, PolicyFiles, -1, 192, OperationKind.Write,
            ResultsMax: PolicyAnswers, IsAtNode: true),
        new(Operation.GetPolicies, "get_policies", 0, 16, 1, -1, 128, OperationKind.Query, IsAtNode: true),
        new(Operation.GetFraudMetrics, "get_fraud_metrics", 0, 48, 1, -1, 160, OperationKind.Query, IsAtNode: true),
        new(
            Operation.ExplainDecision, "explain_decision", BookPrefix.Size, 32, 1, 0, 128, OperationKind.Query,
            IsAtNode: true),
        new(Operation.CreateChart, "create_chart", BookPrefix.Size, 64, Max, -1, 32, OperationKind.Write),
        new(Operation.CreateShow, "create_show", 0, 128, Shows, 0, 32, OperationKind.Write, MerchantOffset: 16),
        new(Operation.HoldSeats, "hold_seats", 0, 128, Max, 16, 32, OperationKind.Write),
        new(Operation.HoldBestAvailable, "hold_best_available", 0, 64, Max, 16, 96, OperationKind.Write),
        new(Operation.HoldGeneralAdmission, "hold_general_admission", 0, 64, Max, 16, 32, OperationKind.Write),
        new(Operation.ExtendHold, "extend_hold", 0, 96, Max, 16, 32, OperationKind.Write),
        new(Operation.ReleaseHold, "release_hold", 0, 96, Max, 16, 32, OperationKind.Write),
        new(Operation.BookHeld, "book_held", 0, 128, Max, 16, 32, OperationKind.Write),
        new(Operation.CancelBooking, "cancel_booking", 0, 32, Max, 16, 32, OperationKind.Write),
        new(Operation.SetForSale, "set_for_sale", 0, 32, Shows, 0, 32, OperationKind.Write),
        new(Operation.GetHold, "get_hold", BookPrefix.Size, 16, Max, 0, 176, OperationKind.Lookup),
        new(Operation.GetBooking, "get_booking", BookPrefix.Size, 16, Max, 0, 192, OperationKind.Lookup),
        new(Operation.GetShow, "get_show", BookPrefix.Size, 8, 1, 0, 192, OperationKind.Lookup),
        new(Operation.ListShows, "list_shows", 0, 48, 1, -1, 192, OperationKind.Query),
        new(Operation.GetChart, "get_chart", BookPrefix.Size, 16, 1, 0, 64, OperationKind.Query),
        new(Operation.GetSeatMap, "get_seat_map", BookPrefix.Size, 16, 1, 0, 48, OperationKind.Query),
        new(Operation.GetSeatChanges, "get_seat_changes", BookPrefix.Size, 16, 1, 0, 80, OperationKind.Query),
        new(Operation.SeatHistory, "seat_history", BookPrefix.Size, 16, 1, 0, 80, OperationKind.Query),
        new(Operation.OpenWaitingRoom, "open_waiting_room", 0, 80, Max, 0, 32, OperationKind.Write),
        new(Operation.DrawWaitingRoom, "draw_waiting_room", 0, 48, Shows, 0, 32, OperationKind.Write),
        new(Operation.JoinWaitingRoom, "join_waiting_room", 0, 32, Max, 0, 32, OperationKind.Write),
        new(Operation.EnterWaitingRoom, "enter_waiting_room", 0, 96, Max, 0, 32, OperationKind.Write),
        new(Operation.LeaveWaitingRoom, "leave_waiting_room", 0, 32, Max, 0, 32, OperationKind.Write),
        new(Operation.CloseWaitingRoom, "close_waiting_room", 0, 32, Shows, 0, 32, OperationKind.Write),
        new(Operation.GetWaitingRoom, "get_waiting_room", BookPrefix.Size, 8, 1, 0, 192, OperationKind.Lookup),
        new(Operation.GetWaiting, "get_waiting", BookPrefix.Size, 8, Max, 0, 128, OperationKind.Lookup),
        new(Operation.ListWaiting, "list_waiting", BookPrefix.Size, 16, 1, 0, 128, OperationKind.Query),
        new(Operation.MoveToChannel, "move_to_channel", 0, 32, Max, 0, 32, OperationKind.Write),
        new(Operation.GetChannels, "get_channels", BookPrefix.Size, 16, 1, 0, 32, OperationKind.Query),
        new(Operation.AwaitSeatChanges, "await_seat_changes", BookPrefix.Size, 16, 1, 0, 80, OperationKind.Query),
        new(Operation.GetBuyers, "get_buyers", BookPrefix.Size, 8, Max, 0, 64, OperationKind.Lookup),
        new(Operation.OpenWaitingList, "open_waiting_list", 0, 48, Max, 0, 32, OperationKind.Write),
        new(Operation.JoinWaitingList, "join_waiting_list", 0, 64, Max, 16, 32, OperationKind.Write),
        new(Operation.LeaveWaitingList, "leave_waiting_list", 0, 32, Max, 16, 32, OperationKind.Write),
        new(Operation.CloseWaitingList, "close_waiting_list", 0, 16, Max, 0, 32, OperationKind.Write),
        new(Operation.GetWaitingList, "get_waiting_list", BookPrefix.Size, 8, 1, 0, 64, OperationKind.Lookup),
        new(
            Operation.GetWaitingListEntry, "get_waiting_list_entry", BookPrefix.Size, 16, Max, 0, 112,
            OperationKind.Lookup),
        new(Operation.ListWaitingList, "list_waiting_list", BookPrefix.Size, 16, 1, 0, 112, OperationKind.Query),
        new(Operation.SetKnobs, "set_knobs", 0, 128, KnobChanges, -1, 16, OperationKind.Write),
        new(Operation.GetKnobs, "get_knobs", 0, 16, 1, -1, 192, OperationKind.Query),
        new(Operation.GetMemory, "get_memory", 0, 16, 1, -1, 128, OperationKind.Query),
        new(Operation.ConnectorAnswers, "connector_answers", 0, 128, Max, 16, 32, OperationKind.Internal),
        new(Operation.SetupAccounts, "setup_accounts", BookPrefix.Size, 128, Max, 0, 16, OperationKind.Internal),
        new(Operation.ObserveCards, "observe_cards", 0, 128, Scores, 24, 112, OperationKind.Internal),
        new(
            Operation.ObservePaymentCards, "observe_payment_cards", 0, 128, Scores, 48, 112, OperationKind.Internal),
        new(Operation.ScoreObserved, "score_observed", 0, 240, Scores, 16, 64, OperationKind.Internal),
        new(
            Operation.CreateObservedPayments, "create_observed_payments", 0, 240, Scores, 16, 32,
            OperationKind.Internal),
        new(Operation.LabelCards, "label_cards", 0, 64, Max, 24, 16, OperationKind.Internal),
        new(Operation.ActivatePolicies, "activate_policies", 0, 64, 1, -1, 16, OperationKind.Internal),
        new(Operation.EndBookingSteps, "end_booking_steps", 0, 32, Max, 16, 32, OperationKind.Internal),
    ];

    private static readonly OperationShape?[] ByNumber = BuildIndex();

    /// <summary>The shape of an operation, or null when the number is unknown or belongs to Hello.</summary>
    public static OperationShape? Find(Operation operation) =>
        (ushort)operation < ByNumber.Length ? ByNumber[(ushort)operation] : null;

    /// <summary>The shape by its snake_case name, or null.</summary>
    public static OperationShape? Find(string name) => All.FirstOrDefault(shape => shape.Name == name);

    private static OperationShape?[] BuildIndex()
    {
        OperationShape?[] index = new OperationShape?[1024];
        foreach (OperationShape shape in All)
        {
            index[(ushort)shape.Operation] = shape;
        }

        return index;
    }
}
