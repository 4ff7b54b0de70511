using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>What can happen to a payment.</summary>
internal enum PaymentEvent : byte
{
    /// <summary>It is accepted: decided at once by <c>instant</c>, or sent to a connector.</summary>
    Create = 0,

    /// <summary>The next connector of the route is tried.</summary>
    Retry = 1,

    /// <summary>The connector's answer is missing or says nothing.</summary>
    LoseTrack = 2,

    /// <summary>The connector approved.</summary>
    Approve = 3,

    /// <summary>Declined, failed or given up.</summary>
    Fail = 4,

    /// <summary>Captured, in part or in whole.</summary>
    Capture = 5,

    /// <summary>The merchant releases what is not captured.</summary>
    Void = 6,

    /// <summary>The capture window ends.</summary>
    Expire = 7,

    /// <summary>A refund is accepted, or its connector answered.</summary>
    Refund = 8,

    /// <summary>A review releases it; it stays authorized until its merchant captures it.</summary>
    Release = 9,
}

/// <summary>
/// The closed table of the payment's life: for each state and event the states it may lead to. An empty cell refuses
/// the event. Which of the allowed states it becomes follows from the payment's counters.
/// </summary>
internal static class PaymentTransitions
{
    /// <summary>States, <see cref="PaymentState.None"/> included.</summary>
    public const int StateCount = 11;

    /// <summary>Events.</summary>
    public const int EventCount = 10;

    private const ushort Created = 1 << (int)PaymentState.Created;
    private const ushort Processing = 1 << (int)PaymentState.Processing;
    private const ushort Authorized = 1 << (int)PaymentState.Authorized;
    private const ushort Captured = 1 << (int)PaymentState.Captured;
    private const ushort PartCaptured = 1 << (int)PaymentState.PartiallyCaptured;
    private const ushort Refunded = 1 << (int)PaymentState.Refunded;
    private const ushort PartRefunded = 1 << (int)PaymentState.PartiallyRefunded;
    private const ushort Failed = 1 << (int)PaymentState.Failed;
    private const ushort Voided = 1 << (int)PaymentState.Voided;
    private const ushort Expired = 1 << (int)PaymentState.Expired;

    // Refunds are allowed while a rest can still be captured, so closing the rest finds the payment refunded in any
    // degree.
    private const ushort Closed = Captured | PartRefunded | Refunded;

    // Rows: states by number. Columns: create, retry, lose track, approve, fail, capture, void, expire, refund,
    // release.
    private static ReadOnlySpan<ushort> Table =>
    [
        /* none               */ Created | Authorized | Captured | Failed, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        /* created            */ 0, Created, Processing, Authorized | Captured, Failed, 0, 0, 0, 0, 0,
        /* processing         */ 0, Created, 0, Authorized | Captured, Failed, 0, 0, 0, 0, 0,
        /* authorized         */ 0, 0, 0, 0, 0, Captured | PartCaptured, Voided, Expired, 0, Authorized,
        /* captured           */ 0, 0, 0, 0, 0, 0, 0, 0, Captured | PartRefunded | Refunded, 0,
        /* partially captured */ 0, 0, 0, 0, 0, PartCaptured | Closed, Closed, Closed, PartCaptured, 0,
        /* refunded           */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        /* partially refunded */ 0, 0, 0, 0, 0, 0, 0, 0, PartRefunded | Refunded, 0,
        /* failed             */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        /* voided             */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        /* expired            */ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    /// <summary>Whether the event is allowed in the state at all.</summary>
    public static bool Allows(PaymentState state, PaymentEvent happened) => Targets(state, happened) != 0;

    /// <summary>Whether the event may lead from the one state to the other.</summary>
    public static bool Allows(PaymentState state, PaymentEvent happened, PaymentState next) =>
        (Targets(state, happened) >> (int)next & 1) != 0;

    private static ushort Targets(PaymentState state, PaymentEvent happened) =>
        Table[((int)state * EventCount) + (int)happened];
}
