using System.Runtime.InteropServices;
using FastCore.Engine.Tables;

namespace FastCore.Payments.Payments;

/// <summary>Key of the table of open payments.</summary>
/// <param name="merchant">Merchant number.</param>
/// <param name="id">Payment id.</param>
[StructLayout(LayoutKind.Explicit, Size = 24)]
internal readonly struct PaymentKey(ulong merchant, UInt128 id) : ITableKey<PaymentKey>
{
    [FieldOffset(0)] public readonly UInt128 Id = id;
    [FieldOffset(16)] public readonly ulong Merchant = merchant;

    /// <inheritdoc/>
    public bool Equals(PaymentKey other) => Id == other.Id && Merchant == other.Merchant;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is PaymentKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => (int)Hash64();

    /// <inheritdoc/>
    public ulong Hash64()
    {
        ulong h = ((ulong)Id ^ 0x9E3779B97F4A7C15UL) * 0xBF58476D1CE4E5B9UL;
        h = (h ^ (h >> 32) ^ (ulong)(Id >> 64)) * 0x94D049BB133111EBUL;
        h = (h ^ (h >> 29) ^ Merchant) * 0xD6E8FEB86659FD93UL;
        return h ^ (h >> 32);
    }
}

/// <summary>
/// A payment that something is still expected of: its connector's answer, or its capture. The row goes when neither is.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
internal struct OpenPaymentRow : ITableRow<PaymentKey>
{
    public const int Size = 64;

    [FieldOffset(0)] public UInt128 Id;
    [FieldOffset(16)] public ulong Merchant;

    /// <summary>Number of the call that it waits for (authorize, capture or void); 0 = none.</summary>
    [FieldOffset(24)] public ulong OpenCall;

    /// <summary>Position of the pending transfer that reserves the rest; −1 = none.</summary>
    [FieldOffset(32)] public long PendingPosition;

    /// <summary>End of the capture window; 0 while nothing is authorized.</summary>
    [FieldOffset(40)] public ulong CaptureBefore;

    /// <summary>1 = the window ended while a call was open; the rest expires when the call is answered.</summary>
    [FieldOffset(48)] public ulong IsOverdue;

    [FieldOffset(56)] public ulong Reserved;

    readonly PaymentKey ITableRow<PaymentKey>.Key => new(Merchant, Id);
}
