namespace FastCore.Protocol;

/// <summary>
/// Every operation by its wire number, in numeric bands per domain: 1–99 session, 100–199 ledger, 200–299 payments,
/// 300–399 fraud, 400–499 seats, 500–599 the node itself, 900–999 internal (never accepted from a client).
/// Sizes and keys are in <see cref="OperationTable"/>.
/// </summary>
public enum Operation : ushort
{
    /// <summary>No operation; refused.</summary>
    None = 0,

    /// <summary>First frame of a connection: magic, versions, credentials.</summary>
    Hello = 1,

    /// <summary>Keeps a connection alive; empty body both ways.</summary>
    Ping = 2,

    /// <summary>Opens accounts in a book.</summary>
    CreateAccounts = 100,

    /// <summary>Posts, reserves, resolves transfers in a book.</summary>
    CreateTransfers = 101,

    /// <summary>Accounts by id.</summary>
    LookupAccounts = 102,

    /// <summary>Transfers by id.</summary>
    LookupTransfers = 103,

    /// <summary>Statement of one account.</summary>
    GetAccountTransfers = 104,

    /// <summary>Balances of one account after each of its transfers (flag <c>history</c>).</summary>
    GetAccountBalances = 105,

    /// <summary>Accounts of a book by filter.</summary>
    QueryAccounts = 106,

    /// <summary>Transfers of a book by filter.</summary>
    QueryTransfers = 107,

    /// <summary>Count and sums over one account's transfers by filter.</summary>
    SumAccountTransfers = 108,

    /// <summary>Count and sum over a book's transfers by filter.</summary>
    SumTransfers = 109,

    /// <summary>Totals per ledger of a book: the conservation check as a query.</summary>
    GetBookTotals = 110,

    /// <summary>Opens merchants (a merchant is a book).</summary>
    CreateMerchants = 200,

    /// <summary>Opens orders.</summary>
    CreateOrders = 201,

    /// <summary>Creates payments; with automatic capture this is the whole payment.</summary>
    CreatePayments = 202,

    /// <summary>Captures authorized payments, in full or in part.</summary>
    CapturePayments = 203,

    /// <summary>Voids what is authorized and not captured.</summary>
    VoidPayments = 204,

    /// <summary>Refunds captured payments, in full or in part.</summary>
    RefundPayments = 205,

    /// <summary>Merchants by number.</summary>
    LookupMerchants = 206,

    /// <summary>Orders by id.</summary>
    LookupOrders = 207,

    /// <summary>Payments by id.</summary>
    LookupPayments = 208,

    /// <summary>Refunds by id.</summary>
    LookupRefunds = 209,

    /// <summary>Adds money to a merchant's prefunded clearing account.</summary>
    FundMerchants = 210,

    /// <summary>Decides about card transactions.</summary>
    ScoreTransactions = 300,

    /// <summary>Tells what transactions were found to be.</summary>
    LabelTransactions = 301,

    /// <summary>Decisions by transaction id.</summary>
    LookupDecisions = 302,

    /// <summary>Transactions of a merchant that wait for a verdict.</summary>
    QueryReviews = 303,

    /// <summary>Ends reviews with a verdict, which releases or voids the held payments.</summary>
    ResolveReviews = 304,

    /// <summary>Puts keys on lists of the rules, or takes them off; goes to every partition.</summary>
    ChangeLists = 305,

    /// <summary>Sends a part of a policy's file; the node takes it, no partition sees it.</summary>
    UploadPolicyFile = 306,

    /// <summary>Proves a policy and puts it in force; the node does it, and then every partition.</summary>
    ActivatePolicy = 307,

    /// <summary>The policy in force and those before it; the node knows them from its partitions.</summary>
    GetPolicies = 308,

    /// <summary>What rules and models picked out, and how far distributions moved; the node computes it.</summary>
    GetFraudMetrics = 309,

    /// <summary>What each feature added to the margin of a decision; the node computes it.</summary>
    ExplainDecision = 310,

    /// <summary>Loads a chart; goes to every partition.</summary>
    CreateChart = 400,

    /// <summary>Opens shows.</summary>
    CreateShow = 401,

    /// <summary>Holds seats by number, all or nothing.</summary>
    HoldSeats = 402,

    /// <summary>Holds the best seats that are free.</summary>
    HoldBestAvailable = 403,

    /// <summary>Holds places of an area, or a whole table.</summary>
    HoldGeneralAdmission = 404,

    /// <summary>Sets a new expiry of holds.</summary>
    ExtendHold = 405,

    /// <summary>Gives holds back, whole or in part.</summary>
    ReleaseHold = 406,

    /// <summary>Books what holds have.</summary>
    BookHeld = 407,

    /// <summary>Gives bookings back.</summary>
    CancelBooking = 408,

    /// <summary>Puts seats on sale or takes them off it.</summary>
    SetForSale = 409,

    /// <summary>Holds by token.</summary>
    GetHold = 410,

    /// <summary>Bookings by id.</summary>
    GetBooking = 411,

    /// <summary>A show with what is left of it.</summary>
    GetShow = 412,

    /// <summary>Shows by filter; goes to every partition.</summary>
    ListShows = 413,

    /// <summary>The blocks of a chart.</summary>
    GetChart = 414,

    /// <summary>The seats of a show at one version.</summary>
    GetSeatMap = 415,

    /// <summary>The changes of a show after a version.</summary>
    GetSeatChanges = 416,

    /// <summary>What happened to a seat.</summary>
    SeatHistory = 417,

    /// <summary>Gives shows waiting rooms.</summary>
    OpenWaitingRoom = 418,

    /// <summary>Tells the seeds of waiting rooms: those present are drawn.</summary>
    DrawWaitingRoom = 419,

    /// <summary>Buyers join waiting rooms.</summary>
    JoinWaitingRoom = 420,

    /// <summary>Called buyers come in with their tickets.</summary>
    EnterWaitingRoom = 421,

    /// <summary>Buyers leave waiting rooms, or shows that have one.</summary>
    LeaveWaitingRoom = 422,

    /// <summary>Closes waiting rooms: their shows are everybody's.</summary>
    CloseWaitingRoom = 423,

    /// <summary>A waiting room with its counts.</summary>
    GetWaitingRoom = 424,

    /// <summary>Buyers in a waiting room.</summary>
    GetWaiting = 425,

    /// <summary>Those who take part in a draw, in the order of their numbers.</summary>
    ListWaiting = 426,

    /// <summary>Moves seats to channels, or out of them.</summary>
    MoveToChannel = 427,

    /// <summary>The seats of a show that are in channels.</summary>
    GetChannels = 428,

    /// <summary>The changes of a show after a version, waiting for one while there is none.</summary>
    AwaitSeatChanges = 429,

    /// <summary>What buyers have done in a show that counts it.</summary>
    GetBuyers = 430,

    /// <summary>Gives shows waiting lists.</summary>
    OpenWaitingList = 431,

    /// <summary>Buyers join waiting lists.</summary>
    JoinWaitingList = 432,

    /// <summary>Buyers leave waiting lists, or refuse what they were offered.</summary>
    LeaveWaitingList = 433,

    /// <summary>Ends waiting lists.</summary>
    CloseWaitingList = 434,

    /// <summary>A waiting list with its counts.</summary>
    GetWaitingList = 435,

    /// <summary>Entries of a waiting list by token.</summary>
    GetWaitingListEntry = 436,

    /// <summary>The entries of a waiting list that wait, in order.</summary>
    ListWaitingList = 437,

    /// <summary>Turns knobs of the running node; goes to every partition.</summary>
    SetKnobs = 500,

    /// <summary>The table of knobs; goes to every partition.</summary>
    GetKnobs = 501,

    /// <summary>What holds memory; goes to every partition.</summary>
    GetMemory = 502,

    /// <summary>The answer of a connector, brought back by its flow as an ordinary command. Internal.</summary>
    ConnectorAnswers = 900,

    /// <summary>Sets balances outright, for rule tables; only a node opened for it accepts it. Internal.</summary>
    SetupAccounts = 901,

    /// <summary>First step of a transaction: counts it for its card. Internal.</summary>
    ObserveCards = 910,

    /// <summary>First step of a payment that is screened: as for a transaction. Internal.</summary>
    ObservePaymentCards = 911,

    /// <summary>Second step: decides, with the features of the card. Internal.</summary>
    ScoreObserved = 912,

    /// <summary>Second step of a payment that is screened: decides and posts. Internal.</summary>
    CreateObservedPayments = 913,

    /// <summary>First step of a label, where features of cards read labels. Internal.</summary>
    LabelCards = 914,

    /// <summary>Puts a policy in force that was proved; goes to every partition. Internal.</summary>
    ActivatePolicies = 915,

    /// <summary>How the payment or refund of a booking ended, brought back by its flow. Internal.</summary>
    EndBookingSteps = 920,
}
