using System.Runtime.InteropServices;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>
/// One version of a capture, void, refund or fund in the history; <see cref="Previous"/> leads to the one before.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct ActionRow
{
    public const int Size = 160;

    [FieldOffset(0)] public UInt128 Id;
    [FieldOffset(16)] public ulong Merchant;
    [FieldOffset(24)] public ulong AmountRequested;
    [FieldOffset(32)] public UInt128 PaymentId;
    [FieldOffset(48)] public ulong UserData64;
    [FieldOffset(56)] public PaymentActionFlags Flags;

    /// <summary>One of <see cref="RecordKinds"/>: what it is and, for automatic refunds, of which attempt.</summary>
    [FieldOffset(58)] public byte Kind;

    [FieldOffset(59)] public RefundState State;

    /// <summary>The payment's state in the first final answer.</summary>
    [FieldOffset(60)] public PaymentState AnswerState;

    [FieldOffset(61)] public byte Reserved0;
    [FieldOffset(62)] public DeclineCode DeclineCode;

    /// <summary>What it really moves: the request's amount, or what was left.</summary>
    [FieldOffset(64)] public ulong Amount;

    [FieldOffset(72)] public ulong Fee;
    [FieldOffset(80)] public ulong Tax;
    [FieldOffset(88)] public ulong CreatedAt;
    [FieldOffset(96)] public ulong AnsweredAt;
    [FieldOffset(104)] public ulong Timestamp;
    [FieldOffset(112)] public ulong PaymentCaptured;
    [FieldOffset(120)] public ulong PaymentRefunded;
    [FieldOffset(128)] public uint Currency;
    [FieldOffset(132)] public ushort Connector;
    [FieldOffset(134)] public ushort Attempt;
    [FieldOffset(136)] public long Previous;
    [FieldOffset(144)] public UInt128 Reserved1;

    public readonly RefundRecord ToRefundRecord() => new()
    {
        Id = Id,
        Merchant = Merchant,
        Amount = Amount,
        PaymentId = PaymentId,
        UserData64 = UserData64,
        Flags = Flags,
        State = State,
        Automatic = RecordKinds.IsLateApproval(Kind) ? (byte)1 : (byte)0,
        DeclineCode = DeclineCode,
        Connector = Connector,
        AmountRequested = AmountRequested,
        PaymentCaptured = PaymentCaptured,
        PaymentRefunded = PaymentRefunded,
        CreatedAt = CreatedAt,
        AnsweredAt = AnsweredAt,
        Timestamp = Timestamp,
        Attempt = Attempt,
        Currency = Currency,
    };
}
