using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FastCore.Protocol.Seats;

/// <summary>
/// A part of a chart: an uninterrupted run of seats of one row, a table, or an area of general admission. A chart is
/// its blocks in order; the place in the order is the block's number.
/// </summary>
[StructLayout(LayoutKind.Explicit, Size = Size)]
public struct ChartBlock
{
    /// <summary>Bytes of the struct.</summary>
    public const int Size = 64;

    /// <summary>Name of the section, UTF-8, zeros behind it.</summary>
    [FieldOffset(0)] public SectionName Section;

    /// <summary>Name of the row or table, UTF-8, zeros behind it.</summary>
    [FieldOffset(16)] public RowName Row;

    /// <summary>Bit i: seat i can be reached with a wheelchair.</summary>
    [FieldOffset(24)] public ulong Accessible;

    /// <summary>Bit i: an aisle lies between seat i and seat i + 1, which then are no neighbours.</summary>
    [FieldOffset(32)] public ulong Aisles;

    /// <summary>Seats, 1 … 64, or places of an area, 1 … <see cref="SeatLimits.AreaCapacityMax"/>.</summary>
    [FieldOffset(40)] public uint Capacity;

    /// <summary>Part of the house that best available can be asked for; 0 = none.</summary>
    [FieldOffset(44)] public ushort Zone;

    /// <summary>The lower, the better; equal ranks are taken in the order of the blocks.</summary>
    [FieldOffset(46)] public ushort Rank;

    /// <summary>Number printed on the first seat.</summary>
    [FieldOffset(48)] public ushort FirstNumber;

    /// <summary>Added for each further seat; may be negative; not zero where there are seats.</summary>
    [FieldOffset(50)] public sbyte NumberStep;

    /// <summary>The seat nearest to the best place of the block.</summary>
    [FieldOffset(51)] public byte Focus;

    /// <summary>What it is.</summary>
    [FieldOffset(52)] public ChartBlockKind Kind;

    /// <summary>Category of price, 0 … 15.</summary>
    [FieldOffset(53)] public byte Category;

    /// <summary>People at least, of a table that is sold whole; else 0.</summary>
    [FieldOffset(54)] public byte OccupancyMin;

    /// <summary>People at most, of a table that is sold whole; else 0.</summary>
    [FieldOffset(55)] public byte OccupancyMax;

    /// <summary>Must be zero.</summary>
    [FieldOffset(56)] public ulong Reserved;
}

/// <summary>What a block of a chart is.</summary>
public enum ChartBlockKind : byte
{
    /// <summary>Nothing; refused.</summary>
    None = 0,

    /// <summary>Seats side by side.</summary>
    Row = 1,

    /// <summary>Seats around a table, sold one by one; the last is no neighbour of the first.</summary>
    Table = 2,

    /// <summary>A table that is sold whole, to as many people as it allows.</summary>
    WholeTable = 3,

    /// <summary>Places without numbers.</summary>
    GeneralAdmission = 4,
}

/// <summary>16 bytes of UTF-8.</summary>
[InlineArray(Size)]
public struct SectionName
{
    /// <summary>Bytes.</summary>
    public const int Size = 16;

    private byte _first;
}

/// <summary>8 bytes of UTF-8.</summary>
[InlineArray(Size)]
public struct RowName
{
    /// <summary>Bytes.</summary>
    public const int Size = 8;

    private byte _first;
}
