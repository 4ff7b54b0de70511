using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats;

/// <summary>Extends a hold, or gives it back, whole or in part.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct HoldChange
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 96;

    /// <summary>The hold's token.</summary>
    [FieldOffset(0)] public UInt128 Hold;

    /// <summary>Number of the show; the partition key.</summary>
    [FieldOffset(16)] public ulong Show;

    /// <summary>Extension: milliseconds from the commit on; 0 = as the show says. Release: must be zero.</summary>
    [FieldOffset(24)] public uint ExpiresInMs;

    /// <summary>Must be zero.</summary>
    [FieldOffset(28)] public ushort Reserved0;

    /// <summary>Release: how many seats; 0 = all that the hold has. Extension: must be zero.</summary>
    [FieldOffset(30)] public byte Count;

    /// <summary>Must be zero.</summary>
    [FieldOffset(31)] public byte Reserved1;

    /// <summary>Release: the seats.</summary>
    [FieldOffset(32)] public SeatPlaces Seats;
}
