using System.Runtime.InteropServices;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// One version of a payment in the history. The request's fields lie where <see cref="CreatePayment"/> has them; the
/// newest version is the payment, <see cref="Previous"/> leads to the one before.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct PaymentRow
{
    public const int Size = 208;

    [FieldOffset(0)] public UInt128 Id;
    [FieldOffset(16)] public ulong Merchant;
    [FieldOffset(24)] public ulong Amount;
    [FieldOffset(32)] public UInt128 OrderId;
    [FieldOffset(48)] public ulong Card;
    [FieldOffset(56)] public ulong UserData64;
    [FieldOffset(64)] public UInt128 UserData128;
    [FieldOffset(80)] public uint Currency;
    [FieldOffset(84)] public uint CaptureWindowS;
    [FieldOffset(88)] public PaymentFlags Flags;
    [FieldOffset(90)] public ushort Connector;
    [FieldOffset(92)] public ushort Method;
    [FieldOffset(94)] public PaymentState State;
    [FieldOffset(95)] public PaymentState AnswerState;
    [FieldOffset(96)] public ulong EffectiveAt;
    [FieldOffset(104)] public ulong AmountCaptured;
    [FieldOffset(112)] public ulong AmountRefunded;
    [FieldOffset(120)] public ulong Fee;
    [FieldOffset(128)] public ulong Tax;
    [FieldOffset(136)] public ulong CreatedAt;
    [FieldOffset(144)] public ulong AnsweredAt;
    [FieldOffset(152)] public ulong Timestamp;
    [FieldOffset(160)] public ulong CaptureBefore;
    [FieldOffset(168)] public DeclineCode DeclineCode;
    [FieldOffset(170)] public ushort ConnectorUsed;
    [FieldOffset(172)] public byte Attempt;
    [FieldOffset(173)] public ReviewState Review;
    [FieldOffset(174)] public ushort VersionNumber;
    [FieldOffset(176)] public ulong AmountRefunding;
    [FieldOffset(184)] public long Previous;
    [FieldOffset(192)] public ulong Terminal;
    [FieldOffset(200)] public ulong Device;

    /// <summary>Whether a part of the authorization can still be captured.</summary>
    public readonly bool IsCapturable => State is PaymentState.Authorized or PaymentState.PartiallyCaptured;

    /// <summary>Whether it is captured by a step of its own, not together with its approval.</summary>
    public readonly bool IsCapturedLater => (Flags & PaymentFlags.ManualCapture) != 0 || Review == ReviewState.Held;

    /// <summary>What can still be refunded.</summary>
    public readonly ulong Refundable => checked(AmountCaptured - AmountRefunded - AmountRefunding);

    /// <summary>The state once nothing is left to capture.</summary>
    public readonly PaymentState ClosedState =>
        AmountRefunded == 0 ? PaymentState.Captured
        : AmountRefunded < AmountCaptured ? PaymentState.PartiallyRefunded
        : PaymentState.Refunded;

    public readonly PaymentRecord ToRecord() => new()
    {
        Id = Id,
        Merchant = Merchant,
        Amount = Amount,
        OrderId = OrderId,
        Card = Card,
        UserData64 = UserData64,
        UserData128 = UserData128,
        Currency = Currency,
        CaptureWindowS = CaptureWindowS,
        Flags = Flags,
        Connector = Connector,
        Method = Method,
        State = State,
        AnswerState = AnswerState,
        EffectiveAt = EffectiveAt,
        AmountCaptured = AmountCaptured,
        AmountRefunded = AmountRefunded,
        Fee = Fee,
        Tax = Tax,
        CreatedAt = CreatedAt,
        AnsweredAt = AnsweredAt,
        Timestamp = Timestamp,
        CaptureBefore = CaptureBefore,
        DeclineCode = DeclineCode,
        ConnectorUsed = ConnectorUsed,
        Attempt = Attempt,
        VersionNumber = VersionNumber,
        AmountRefunding = AmountRefunding,
    };
}

/// <summary>Whether a payment is held until somebody looked at it.</summary>
internal enum ReviewState : byte
{
    /// <summary>It never was.</summary>
    None,

    /// <summary>It is.</summary>
    Held,

    /// <summary>It was, and was released.</summary>
    Released,

    /// <summary>It was, and was refused.</summary>
    Refused,
}
