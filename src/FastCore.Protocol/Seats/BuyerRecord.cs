using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats;

/// <summary>
/// What a buyer has done in a show with the flag <c>counts_buyers</c>: what rules about bots look at. Holds that were
/// refused leave no trace.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct BuyerRecord
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 64;

    /// <summary>Number of the show.</summary>
    [FieldOffset(0)] public ulong Show;

    /// <summary>The buyer, by the client's own numbering.</summary>
    [FieldOffset(8)] public ulong Buyer;

    /// <summary>Timestamp of the first hold.</summary>
    [FieldOffset(16)] public ulong FirstHoldAt;

    /// <summary>Timestamp of the last hold.</summary>
    [FieldOffset(24)] public ulong LastHoldAt;

    /// <summary>Holds that were made.</summary>
    [FieldOffset(32)] public uint Holds;

    /// <summary>Bookings that were confirmed, also when they were cancelled later.</summary>
    [FieldOffset(36)] public uint Bookings;

    /// <summary>Holds that expired.</summary>
    [FieldOffset(40)] public uint Expired;

    /// <summary>Holds that were given back whole.</summary>
    [FieldOffset(44)] public uint Released;

    /// <summary>Holds in the minute of the last one, by the clock: minutes begin at whole multiples of one.</summary>
    [FieldOffset(48)] public uint MinuteHolds;

    /// <summary>Holds in the minute before that.</summary>
    [FieldOffset(52)] public uint MinuteBefore;

    /// <summary>Seats and places of all holds together.</summary>
    [FieldOffset(56)] public uint Seats;

    /// <summary>Zero.</summary>
    [FieldOffset(60)] public uint Reserved;
}
