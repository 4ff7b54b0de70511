using System.Runtime.InteropServices;
using FastCore.Protocol.Payments;

namespace FastCore.Protocol.Seats;

/// <summary>How a payment or a refund of a booking ended, told to the show's partition by the node itself.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct BookingOutcome
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 32;

    /// <summary>Booking id.</summary>
    [FieldOffset(0)] public UInt128 Id;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(16)] public ulong Show;

    /// <summary>What ended.</summary>
    [FieldOffset(24)] public BookingStep Step;

    /// <summary>1 = the money moved; 0 = it did not and will not.</summary>
    [FieldOffset(25)] public byte IsDone;

    /// <summary>Why the payment was declined; else 0.</summary>
    [FieldOffset(26)] public DeclineCode DeclineCode;

    /// <summary>Code that refused it; 0 = none did.</summary>
    [FieldOffset(28)] public PaymentStatus Refusal;
}

/// <summary>A step of a booking that another partition takes.</summary>
public enum BookingStep : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The payment is made.</summary>
    Payment = 1,

    /// <summary>The payment is given back.</summary>
    Refund = 2,
}
