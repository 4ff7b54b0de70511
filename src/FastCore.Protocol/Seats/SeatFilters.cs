using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats;

/// <summary>Which part of a chart, a map or its changes is asked for.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct SeatFilter
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 16;

    /// <summary>
    /// Charts and maps: blocks from this number on. Changes: those after this version. History: those before this
    /// version; 0 = from the newest on. Waiting rooms: buyers after this number of the list. Waiting lists: entries
    /// after this place. Channels: from this block × 16 + channel on.
    /// </summary>
    [FieldOffset(0)] public ulong From;

    /// <summary>Results at most, 1 … 8,189.</summary>
    [FieldOffset(8)] public uint Limit;

    /// <summary>History: the seat, or block × 64 of an area. Else must be zero.</summary>
    [FieldOffset(12)] public uint Place;
}

/// <summary>Which changes of a show are asked for, and how long to wait for one while there is none.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct AwaitSeatChanges
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 16;

    /// <summary>Changes after this version.</summary>
    [FieldOffset(0)] public ulong From;

    /// <summary>Results at most, 1 … 8,189.</summary>
    [FieldOffset(8)] public uint Limit;

    /// <summary>
    /// How long to wait for a change while there is none, milliseconds from the admission on, or until the request's
    /// deadline if that is earlier; what is above 60,000 counts as that. Then the answer is empty.
    /// </summary>
    [FieldOffset(12)] public uint AwaitMs;
}

/// <summary>Which shows are asked for, in the order of their numbers.</summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ShowFilter
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 48;

    /// <summary>Shows after this number.</summary>
    [FieldOffset(0)] public ulong After;

    /// <summary>Beginning at this time or later, nanoseconds since 1970 UTC.</summary>
    [FieldOffset(8)] public ulong StartsFrom;

    /// <summary>Beginning before this time; 0 = no end.</summary>
    [FieldOffset(16)] public ulong StartsBefore;

    /// <summary>In this city; 0 = in any.</summary>
    [FieldOffset(24)] public uint City;

    /// <summary>Of this film or production; 0 = of any.</summary>
    [FieldOffset(28)] public uint Title;

    /// <summary>With at least so many free seats and places.</summary>
    [FieldOffset(32)] public uint FreeMin;

    /// <summary>Results at most, 1 … 8,189.</summary>
    [FieldOffset(36)] public uint Limit;

    /// <summary>Must be zero.</summary>
    [FieldOffset(40)] public ulong Reserved;
}
