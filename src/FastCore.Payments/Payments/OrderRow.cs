using System.Runtime.InteropServices;
using FastCore.Protocol.Payments;

namespace FastCore.Payments.Payments;

/// <summary>One version of an order in the history; <see cref="Previous"/> leads to the one before.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct OrderRow
{
    public const int Size = 192;

    // Everything but the state, which follows from the time, and the reserved bytes.
    [FieldOffset(0)] public OrderRecord Record;
    [FieldOffset(176)] public long Previous;
    [FieldOffset(184)] public ulong Reserved;

    /// <summary>Whether the order can no longer be paid at a time.</summary>
    public readonly bool IsExpiredAt(ulong nowNs) => Record.ExpiresAt != 0 && nowNs >= Record.ExpiresAt;

    /// <summary>
    /// The state at a time: reads and writes see an expiry when it is due, no timer needs to have fired.
    /// </summary>
    public readonly OrderState StateAt(ulong nowNs) =>
        Record.AmountDue == 0 ? OrderState.Paid
        : IsExpiredAt(nowNs) ? OrderState.Expired
        : Record.Attempts == 0 ? OrderState.Created
        : OrderState.Attempted;

    public readonly OrderRecord ToRecord(ulong nowNs)
    {
        OrderRecord record = Record;
        record.State = StateAt(nowNs);
        record.Reserved = 0;
        return record;
    }
}
